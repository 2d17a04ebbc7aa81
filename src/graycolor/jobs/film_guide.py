"""What a person said of a film's moments, found in its shots: hints followed to both ends, photographs that lead.

The film is looked through once beforehand, up to the end of the last shot that something was said of; only its small
gray pictures are needed for that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from graycolor.colorizer import Colorizer, ColorizeSettings
from graycolor.errors import UsageError
from graycolor.film.job.user_hints import FilmHint, FilmReference, Moment
from graycolor.film.output.frame_painter import FramePainter
from graycolor.film.source.frames import reader_of
from graycolor.film.source.probe import Film
from graycolor.film.steadiness.dissolves import divided
from graycolor.film.steadiness.point_tracks import Place, PointTrack, Still, follow_points
from graycolor.film.steadiness.shots import Step
from graycolor.film.steadiness.steady import KeyColors, Look, key_colors
from graycolor.guidance.guidance import Guidance
from graycolor.guidance.heard import little_heard
from graycolor.guidance.hints import Hint
from graycolor.guidance.reference import Reference
from graycolor.jobs.film_ahead import FilmAhead
from graycolor.jobs.guide import reference_pixels
from graycolor.pictures.door import bytes_of

_EVERY = 4
"""Frames from one still that places are followed in to the next."""


@dataclass(frozen=True)
class Guides:
    """What guides each frame.

    Attributes:
        hints: tracks of places, each with its color.
        references: with the first and last pts that they lead; where two do, the later one.
    """

    hints: tuple[tuple[str, PointTrack], ...] = ()
    references: tuple[tuple[float, float, Reference], ...] = ()

    def at(self, pts: int) -> Guidance | None:
        """The guidance of the frame shown at `pts`; None where nothing was said of its shot."""
        places = [(color, track.at(pts)) for color, track in self.hints]
        hints = tuple(Hint(color, (_percent(place),), percent=True) for color, place in places if place is not None)
        leading = [reference for first, last, reference in self.references if first <= pts <= last]
        guidance = Guidance(hints, leading[-1] if leading else None)
        return None if guidance.is_nothing else guidance


class GuidedKeys:
    """Colors key frames as their shots' palettes and `guides` say.

    Attributes:
        heard: how much of their references was heard in key frames, 0..1, by the frames' numbers.
    """

    def __init__(
        self, colorizer: Colorizer, settings: ColorizeSettings, guides: Guides, palettes: FilmAhead | None = None
    ) -> None:
        self._colorizer, self._settings, self._guides, self._palettes = colorizer, settings, guides, palettes
        self.heard: dict[int, float] = {}
        self._unheard = set(range(len(guides.hints)))

    def __call__(self, keys: Sequence[Look]) -> list[KeyColors]:
        """What the network says of key frames."""
        for key in keys:
            self._unheard -= {each for each in self._unheard if self._guides.hints[each][1].at(key.number) is not None}
        grays, guidance = [key.gray for key in keys], [self._guides.at(key.number) for key in keys]
        settled = self._palettes.settled(keys) if self._palettes is not None else ()
        colored = key_colors(self._colorizer, grays, self._settings, guidance, settled)
        said = zip(keys, colored, strict=True)
        self.heard |= {key.number: each.heard for key, each in said if each.heard is not None}
        return colored

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence where the references were hardly followed."""
        return heard_in_film(self.heard)

    @property
    def unheard(self) -> tuple[str, ...]:
        """A sentence for each hint whose place no key frame has shown so far."""
        return tuple(
            f"The hint of {self._guides.hints[each][0]} had no effect: no frame that the network looked at shows its "
            "place; set it within the part that is colored, and on a frame some before or behind."
            for each in sorted(self._unheard)
        )


def heard_in_film(heard: Mapping[int, float]) -> tuple[str, ...]:
    """A sentence where references were hardly followed; see `GuidedKeys.heard`."""
    shares = [heard[number] for number in sorted(heard)]
    return little_heard(sum(shares) / len(shares) if shares else None, "film")


def guides_of(
    film: Film,
    painter: FramePainter,
    colorizer: Colorizer,
    *,
    settings: ColorizeSettings,
    hints: Sequence[FilmHint],
    references: Sequence[FilmReference],
    looked: Callable[[int], None] = lambda _: None,
) -> Guides:
    """Find the shots of all that was said; `looked` is told how many frames were looked through.

    Raises:
        UsageError: the film has no such moment, or a hint lies outside its picture.
        InputError: a photograph cannot be read or has no colors.
    """
    pixels = {each.photo: reference_pixels(each.photo) for each in references}
    made = {photo: colorizer.reference(rgb, settings) for photo, rgb in pixels.items()}
    starts = [_start(film, each.hint) for each in hints]
    timed = [each for each in references if each.moment is not None]
    moments = [*(each.moment for each in hints), *(each.moment for each in timed if each.moment is not None)]
    tracked: list[tuple[str, PointTrack]] = []
    led = [(float("-inf"), float("inf"), made[each.photo]) for each in references if each.moment is None]
    for shot in _shots(film, painter, moments, looked):
        own = [number for number in shot.marks if number < len(hints)]
        found = follow_points(shot.stills, [(shot.marks[number], starts[number]) for number in own])
        tracked += [(hints[number].hint.color, track) for number, track in zip(own, found, strict=True)]
        others = [made[timed[number - len(hints)].photo] for number in shot.marks if number >= len(hints)]
        led += [(shot.first, shot.last, reference) for reference in others]
    return Guides(tuple(tracked), tuple(led))


def said(hints: Iterable[FilmHint], references: Iterable[FilmReference]) -> list[str]:
    """Words that change whenever the guides do."""
    digests = [f"{each.moment} {hashlib.sha256(bytes_of(each.photo)).hexdigest()}" for each in references]
    return [*map(str, hints), *digests]


@dataclass
class _Shot:
    """A shot that something was said of: first and last pts, stills, and the pts of each moment by its number."""

    first: int
    last: int
    stills: list[Still] = field(default_factory=list)
    marks: dict[int, int] = field(default_factory=dict)


def _shots(
    film: Film, painter: FramePainter, moments: Sequence[Moment], looked: Callable[[int], None]
) -> Iterator[_Shot]:
    missing = set(range(len(moments)))
    shot: _Shot | None = None
    for number, pts, gray, step in _seen(film, painter) if moments else ():
        if shot is None or step.begins:
            if shot is not None and shot.marks:
                yield shot
            if not missing:
                return
            shot = _Shot(pts, pts)
        marked = {each for each in missing if _reached(moments[each], number, pts, film)}
        missing -= marked
        shot.marks |= dict.fromkeys(marked, pts)
        if marked or (number % _EVERY == 0 and step is not Step.FLASH):
            shot.stills.append(Still.of(pts, gray))
        shot.last = pts
        looked(number + 1)
    if missing:
        raise UsageError(f"{film.path} has no {moments[min(missing)]}; it ends before.")
    if shot is not None and shot.marks:
        yield shot


def _seen(film: Film, painter: FramePainter) -> Iterator[tuple[int, int, NDArray[np.uint8], Step]]:
    """Number, pts, small gray and step of every frame from the beginning."""

    def shown() -> Iterator[tuple[int, NDArray[np.uint8]]]:
        for frame in reader_of(film).frames():
            yield frame.pts, painter.gray(painter.plain(frame))

    for number, ((pts, gray), step) in enumerate(divided(shown(), lambda item: item[1])):
        yield number, pts, gray, step


def _reached(moment: Moment, number: int, pts: int, film: Film) -> bool:
    if moment.seconds is None:
        return number == moment.frame
    return float((pts - film.start) * film.time_base) >= moment.seconds - 1e-6


def _start(film: Film, hint: Hint) -> Place:
    """The hint's place, in shares of the upright picture."""
    width, height = (film.height, film.width) if film.quarter_turns % 2 else (film.width, film.height)
    hint.cells((height, width), (height, width))  # refuses what lies outside
    x, y = hint.points[0]
    return (x / 100, y / 100) if hint.percent else ((x + 0.5) / width, (y + 0.5) / height)


def _percent(place: Place) -> tuple[float, float]:
    return min(100.0, 100 * place[0]), min(100.0, 100 * place[1])
