"""How fast a film is being colored, and how long it will take from here."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from graycolor.jobs.film_coloring import Progress

_SETTLED_SECONDS = 2.0
"""Before that long a pace is chance."""


class Pace(NamedTuple):
    """Frames a second, the same in lengths of time that the film plays, and seconds that are left."""

    rate: float
    speed: float
    left: int


class Stopwatch:
    """Tells the pace since the first frame came out: looking ahead before it is no measure for the rest."""

    def __init__(self) -> None:
        self._first: tuple[float, int] | None = None

    def __call__(self, progress: Progress) -> Pace | None:
        """The pace by now; None while nobody can know."""
        now = time.monotonic()
        if progress.looked:
            return None
        began, done = self._first = self._first or (now, progress.done)
        if now - began < _SETTLED_SECONDS:
            return None
        rate = (progress.done - done) / (now - began)
        return Pace(rate, rate / progress.rate, round((progress.total - progress.done) / max(rate, 1e-6)))
