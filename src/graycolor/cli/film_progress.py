"""How far a film is: frame, frames a second, speed against playing, time left; a bar or a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from graycolor.cli.console import notes, say
from graycolor.names import readable

if TYPE_CHECKING:
    from graycolor.jobs.films import Progress

_QUIET_SECONDS = 10.0
_SETTLED_SECONDS = 2.0
"""Before that long a pace is chance."""


@contextmanager
def film_progress(name: str, *, quiet: bool) -> Iterator[Callable[[Progress], None]]:
    """Something to call after every frame."""
    if quiet:
        yield lambda _: None
    elif sys.stderr.isatty():
        with _bar(name) as advance:
            yield advance
    else:
        yield _lines(name)


class _Pace:
    """Frames a second since the first frame came out: looking ahead before it is no measure for the rest."""

    def __init__(self) -> None:
        self._first: tuple[float, int] | None = None

    def __call__(self, progress: Progress) -> str:
        """Such as `frame 120 of 2400  14.2 fps  0.57x  2:41 left`."""
        now = time.monotonic()
        began, done = self._first = self._first or (now, progress.done)
        said = f"frame {progress.done} of {progress.total}"
        if now - began < _SETTLED_SECONDS:
            return said
        rate = (progress.done - done) / (now - began)
        left = round((progress.total - progress.done) / max(rate, 1e-6))
        clock = f"{left // 3600}:{left // 60 % 60:02}" if left >= 3600 else f"{left // 60}"
        return f"{said}  {rate:.1f} fps  {rate / progress.rate:.2f}x  {clock}:{left % 60:02} left"


def _lines(name: str) -> Callable[[Progress], None]:
    pace, spoken = _Pace(), time.monotonic()

    def advance(progress: Progress) -> None:
        nonlocal spoken
        said = pace(progress)
        if time.monotonic() - spoken > _QUIET_SECONDS:
            spoken = time.monotonic()
            say(f"{name}: {said}")

    return advance


@contextmanager
def _bar(name: str) -> Iterator[Callable[[Progress], None]]:
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.fields[pace]}"))
    pace = _Pace()
    with Progress(*columns, console=notes()) as bar:
        task = bar.add_task(readable(name), total=None, pace="looking")
        yield lambda progress: bar.update(task, completed=progress.done, total=progress.total, pace=pace(progress))
