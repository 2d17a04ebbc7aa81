"""The shots of a film, one after the other as they are found, each with a frame to look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from graycolor.film.output.frame_painter import FramePainter
from graycolor.film.source.frames import reader_of
from graycolor.film.source.probe import Film
from graycolor.film.steadiness.dissolves import divided
from graycolor.film.steadiness.shots import Step, stepped
from graycolor.film.steadiness.steady import shows_anything
from graycolor.jobs.film_plan import FilmPlan
from graycolor.types import Gray

_SMALL = 384
"""Longer side of the pictures that cuts are found in: those that motion is followed in, so that cuts are the same."""
_COUNTED, _COUNTED_AT = 1000, 192
"""Frames in which shots are counted, and the longer side at which they are looked at for that."""
_CANDIDATES = 6
"""Frames of a shot that are kept to choose one from, at most, whatever its length."""


@dataclass(frozen=True, eq=False)
class Shot:
    """One shot.

    Attributes:
        number: of the shot, from 0.
        first, frames: number of its first frame in the film, counted from 0, and how many it has.
        seconds: from the film's first frame to the shot's first.
        still: number of the frame that shows the shot: near its middle, and not black or white if there is another.
        picture: that frame, upright, gray (H,W) uint8.
    """

    number: int
    first: int
    frames: int
    seconds: float
    still: int
    picture: Gray


def shots_of(film: Film, side: int) -> Iterator[Shot | int]:
    """Look through a film: every shot once it has ended, and between them how many frames have been looked at.

    Args:
        film: from `graycolor.film.source.probe.probe`.
        side: longer side of the shots' pictures, in pixels; they are never larger than the film.

    Raises:
        GraycolorError: the film changes its size within.
    """
    found = _Found()
    for number, (shown, step) in enumerate(divided(_shown(film, side), lambda shown: shown.small)):
        if step.begins and found.frames:
            yield found.shot(film)
            found = _Found(found.number + 1, number)
        found.add(shown, step)
        yield number + 1
    if found.frames:
        yield found.shot(film)


def shots_counted(plan: FilmPlan) -> int:
    """About how many shots there are, counted in the first thousand frames."""
    painter = FramePainter(plan.film, plan.encoding.pixel_format, _COUNTED_AT)
    shown = islice(reader_of(plan.film, plan.span.end).frames(plan.span.first), min(plan.frames or _COUNTED, _COUNTED))
    grays = (painter.gray(painter.plain(frame)) for frame in shown)
    steps = [step for _, step in stepped(grays, lambda gray: gray)]
    return max(1, round(steps.count(Step.CUT) * max(plan.frames, len(steps)) / max(len(steps), 1)))


class _Shown(NamedTuple):
    """A frame, without what nobody looks at: its pts, and two grays of it."""

    pts: int
    small: Gray
    large: Gray


def _shown(film: Film, side: int) -> Iterator[_Shown]:
    small, large = (FramePainter(film, film.conversion.pixel_format, each) for each in (_SMALL, side))
    for frame in reader_of(film).frames():
        plain = small.plain(frame)
        yield _Shown(plain.pts, small.gray(plain), large.gray(plain))


@dataclass
class _Found:
    """The shot at hand: its number, its first frame, and candidates for its still, evenly spread as it grows."""

    number: int = 0
    first: int = 0
    frames: int = 0
    start: int = 0
    stride: int = 1
    candidates: list[tuple[int, bool, Gray]] = field(default_factory=list)

    def add(self, shown: _Shown, step: Step) -> None:
        self.start = self.start if self.frames else shown.pts
        if self.frames % self.stride == 0:
            shows = step is not Step.FLASH and shows_anything(shown.small)
            self.candidates.append((self.frames, shows, shown.large))
        if len(self.candidates) > _CANDIDATES:
            del self.candidates[1::2]
            self.stride *= 2
        self.frames += 1

    def shot(self, film: Film) -> Shot:
        middle = self.frames // 2
        place, _, picture = min(self.candidates, key=lambda each: (not each[1], abs(each[0] - middle)))
        seconds = float((self.start - film.start) * film.time_base)
        return Shot(self.number, self.first, self.frames, seconds, self.first + place, picture)
