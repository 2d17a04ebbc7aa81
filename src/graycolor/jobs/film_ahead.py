"""A film's part read by a thread of its own up to the end of the shot at hand, so that its palette is known in time.

The frames are held until they are colored, up to a bound in bytes. Where a shot is longer than that, what is left of it
is looked through by a second reader, whose frames are thrown away: the palette is that of the whole shot whatever the
bound. What is colored always comes from the one reader that goes through the part in order.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from graycolor.colorizer import Colorizer, ColorizeSettings
from graycolor.errors import InputError
from graycolor.film.job.palettes_ahead import PalettesAhead, See, ShotLooked, ShotsLooking
from graycolor.film.job.segment_feed import Shown, Stepped
from graycolor.film.output.frame_painter import FramePainter
from graycolor.film.output.segments import Segment
from graycolor.film.source.frames import reader_of
from graycolor.film.source.probe import Film
from graycolor.film.source.read import FrameReader, Span
from graycolor.film.source.sequence import SequenceReader, bytes_held
from graycolor.film.steadiness.shots import Step, stepped
from graycolor.film.steadiness.steady import Look, SteadySettings, seen_settings
from graycolor.jobs.backlog import Backlog, ClosedError
from graycolor.network.places import Places
from graycolor.types import Gray

HELD_BYTES = 384 * 2**20
"""Decoded frames that are held: 5 seconds of 1080p at 25 frames a second, 22 seconds of 576p. Most shots are shorter;
of a longer one, what is left has to be decoded twice."""
_LEAST_HELD = 6
"""Frames that are held however large they are."""


def see_with(colorizer: Colorizer, settings: ColorizeSettings) -> See:
    """What a network sees in key frames."""
    return lambda grays: colorizer.places(grays, seen_settings(settings, grays[0].shape))


def has_palettes(colorizer: Colorizer, steady: SteadySettings) -> bool:
    """Whether shots have palettes: not where frames are colored by themselves, or the network tells no places."""
    return steady.smoothing > 0 and colorizer.tells_places


def span_from_shot(span: Span, last: Segment | None, done: int) -> Span:
    """The part that is left behind a finished segment, from the beginning of the shot on that it ended in.

    `done` counts the frames of `span` that are finished.
    """
    if last is None:
        return span
    frames = None if span.frames is None else span.frames - (done - last.into)
    return Span(last.lead if last.shot is None else last.shot, span.end, frames)


class FilmAhead:
    """The frames of a part of a film, each with its step, and the palettes of its shots for key frames in order.

    Args:
        shown: the frames of the part, from the first frame of a shot on, as its one reader gives them.
        again: another reader of them.
        see: what the network sees in key frames.
        key_every: frames from one key frame to the next.
        lead: pts of the first frame that is handed out; those before it are only looked through.
        tell: told how many frames were looked through, before the first shot is ready.
        most: bytes of frames that are held.
    """

    def __init__(
        self,
        shown: Iterator[Shown],
        again: Again,
        see: See,
        *,
        key_every: int,
        lead: int | None = None,
        tell: Callable[[int], None] = lambda _: None,
        most: int = HELD_BYTES,
    ) -> None:
        self._shown, self._again, self._lead, self._tell = shown, again, lead, tell
        self._looking = ShotsLooking(see, key_every)
        self._backlog = Backlog[Stepped, ShotLooked](most, _LEAST_HELD)
        self._palettes = PalettesAhead(iter(self._backlog.ask, None), see)
        self._count = 0
        self._steady: tuple[int, int] = (0, 0)
        """Pts and number of the last frame that is no flash: what the next one is compared with."""
        self._ready = False
        self._looked: ShotLooked | None = None
        """The shot at hand, where it was looked through to its end by the second reader."""
        self._thread = threading.Thread(target=self._read, name="graycolor-read", daemon=True)

    def frames(self) -> Iterator[Stepped]:
        """The frames; to be asked for once."""
        self._thread.start()
        return iter(self._backlog.take, None)

    def settled(self, keys: Sequence[Look]) -> list[Places | None]:
        """What the palettes of their shots make of key frames; waits until these were looked through."""
        return self._palettes.settled(keys)

    def close(self) -> None:
        """Stop reading."""
        self._backlog.close()
        self._again.stop()
        if self._thread.is_alive():
            self._thread.join()

    def _read(self) -> None:
        error: BaseException | None = None
        try:
            try:
                for (frame, gray), step in stepped(self._shown, _gray_of):
                    self._look(Look(frame.pts, gray, step))
                    self._hand(((frame, gray), step))
            except InputError as failed:
                error = failed  # it comes out behind the frames before it, whose shot ends here
            self._answer(self._looking.end())
        except ClosedError:
            return
        except BaseException as failed:
            error = failed
        self._backlog.end(error)

    def _look(self, look: Look) -> None:
        if self._backlog.closed:
            raise ClosedError
        if look.step is Step.CUT:
            self._looked = None
        if self._looked is None:
            self._answer(self._looking.add(look))
        if look.step is not Step.FLASH:
            self._steady = look.number, self._count
        self._count += 1
        if not self._ready:
            self._tell(self._count)

    def _hand(self, item: Stepped) -> None:
        frame, gray = item[0]
        if self._lead is not None and frame.pts < self._lead:
            return
        while not self._backlog.put(item, bytes_held(frame) + gray.nbytes):
            self._look_on(frame.pts)

    def _look_on(self, pts: int) -> None:
        """Answer for the shot at hand, of which the frame at `pts` was looked at, and no more frames can be held."""
        if self._looked is None:
            for look in self._rest(pts):
                self._looking.add(look)
            self._looked = self._looking.end()
        if self._looked is not None:
            # A damaged film may come out otherwise when it is read again: what is asked about is in this shot.
            self._looked = replace(self._looked, last=max(self._looked.last, pts))
            self._answer(self._looked)

    def _rest(self, pts: int) -> Iterator[Look]:
        """What comes behind `pts` in the shot at hand."""
        for (number, gray), step in stepped(self._again.shown(*self._steady), lambda item: item[1]):
            if self._backlog.closed:
                raise ClosedError
            if number > pts:
                if step is Step.CUT:
                    return
                yield Look(number, gray, step)

    def _answer(self, looked: ShotLooked | None) -> None:
        if looked is not None:
            self._ready = True
            self._backlog.answer(looked, looked.nbytes)


class Again:
    """A second reader of a part of a film, for what is only looked at.

    Args:
        reader: the first one.
        film, span: the part.
        painter: makes the small grays.
    """

    def __init__(self, reader: FrameReader | SequenceReader, film: Film, span: Span, painter: FramePainter) -> None:
        self._reader, self._film, self._span, self._painter = reader, film, span, painter
        self._second: FrameReader | SequenceReader | None = None
        self._stopped = False
        self._frames: Iterator[Any] | None = None
        self._at: int | None = None
        """Pts of the frame that was read last."""

    def shown(self, first: int, number: int) -> Iterator[tuple[int, Gray]]:
        """Pts and small gray from the frame at `first` on, which is so many behind the first of the part.

        Where frames cannot be found without those before them, reading goes on from where it stands.
        """
        left = None if self._span.frames is None else self._span.frames - number
        try:
            for frame in islice(self._from(first), left):
                yield frame.pts, self._painter.gray(self._painter.plain(frame))
        except InputError:
            return  # the first reader meets it too, and says so

    def stop(self) -> None:
        """Look no further, though it be for the first frame that is wanted; any thread may say so."""
        self._stopped = True
        if self._second is not None:
            self._second.stop()

    def _from(self, first: int) -> Iterator[Any]:
        finds = self._reader.finds
        if self._frames is None or finds or (self._at is not None and self._at >= first):
            begin = first if finds else self._span.first
            self._second = reader_of(self._film, self._span.end)
            self._frames = self._second.frames(begin)
            if self._stopped:  # by another thread, which may have found no second reader yet
                self._second.stop()
        for frame in self._frames:
            self._at = frame.pts
            if frame.pts >= first:
                yield frame


def _gray_of(shown: Shown) -> Gray:
    return shown[1]
