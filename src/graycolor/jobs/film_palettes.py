"""The palettes of a film's shots: a second reader of the film that is one shot ahead, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from graycolor.colorizer import Colorizer, ColorizeSettings
from graycolor.errors import InputError
from graycolor.film.job.palettes_ahead import PalettesAhead, ShotLooked, shots_looked
from graycolor.film.output.frame_painter import FramePainter
from graycolor.film.output.segments import Segment
from graycolor.film.source.frames import reader_of
from graycolor.film.source.probe import Film
from graycolor.film.source.read import Span
from graycolor.film.steadiness.shots import stepped
from graycolor.film.steadiness.steady import Look, seen_settings
from graycolor.jobs.film_plan import FilmOptions
from graycolor.jobs.stages import prefetched
from graycolor.network.places import Places
from graycolor.types import Gray

_SHOTS_AHEAD = 1
"""Shots that wait until they are colored: looking through one takes a fraction of coloring it."""


def palettes_of(
    film: Film,
    span: Span,
    painter: FramePainter,
    colorizer: Colorizer,
    options: FilmOptions,
    tell: Callable[[int], None] = lambda _: None,
) -> FilmPalettes | None:
    """The palettes of a part of a film; None where frames are colored by themselves, or the network tells no places."""
    if options.steady.smoothing == 0 or not colorizer.tells_places:
        return None
    return FilmPalettes(film, span, painter, colorizer, options.settings, options.steady.key_every, tell)


def span_from_shot(span: Span, last: Segment | None, done: int) -> Span:
    """The part that is left behind a finished segment, from the beginning of the shot on that it ended in.

    `done` counts the frames of `span` that are finished.
    """
    if last is None:
        return span
    frames = None if span.frames is None else span.frames - (done - last.into)
    return Span(last.lead if last.shot is None else last.shot, span.end, frames)


class FilmPalettes:
    """The palettes of a part of a film, for key frames in order.

    Args:
        film: what is colored.
        span: the part, from the first frame of a shot on.
        painter: makes the small grays.
        colorizer, settings: what colors the key frames.
        key_every: frames from one key frame to the next.
        tell: told how many frames were looked through, before the first shot is ready.
    """

    def __init__(
        self,
        film: Film,
        span: Span,
        painter: FramePainter,
        colorizer: Colorizer,
        settings: ColorizeSettings,
        key_every: int,
        tell: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._film, self._span, self._painter = film, span, painter
        self._colorizer, self._settings, self._tell = colorizer, settings, tell
        self._closed = threading.Event()
        self._looked = prefetched(self._shots(key_every), _SHOTS_AHEAD)
        self._palettes = PalettesAhead(self._looked, self._see)
        self._ready = False

    def settled(self, keys: Sequence[Look]) -> list[Places | None]:
        """What the palettes of their shots make of key frames; waits until these were looked through."""
        return self._palettes.settled(keys)

    def close(self) -> None:
        """Stop looking ahead."""
        self._closed.set()
        self._looked.close()

    def _shots(self, key_every: int) -> Iterator[ShotLooked]:
        for shot in shots_looked(self._looks(), self._see, key_every):
            self._ready = True
            yield shot

    def _looks(self) -> Iterator[Look]:
        steps = stepped(self._shown(), lambda item: item[1])
        for number, ((pts, gray), step) in enumerate(steps, 1):
            yield Look(pts, gray, step)
            if not self._ready:
                self._tell(number)

    def _shown(self) -> Iterator[tuple[int, Gray]]:
        frames = reader_of(self._film, self._span.end).frames(self._span.first)
        try:
            for frame in islice(frames, self._span.frames):
                if self._closed.is_set():
                    return
                yield frame.pts, self._painter.gray(self._painter.plain(frame))
        except InputError:
            return  # whoever colors the frames meets it too, and says so

    def _see(self, grays: Sequence[Gray]) -> list[Places]:
        return self._colorizer.places(grays, seen_settings(self._settings, grays[0].shape))
