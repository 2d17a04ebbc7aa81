"""How far a film is: frame, shot, frames a second, speed against playing, time left; a bar or a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from graycolor.cli.console import notes, say
from graycolor.jobs.film_pace import Stopwatch
from graycolor.names import readable

if TYPE_CHECKING:
    from graycolor.jobs.film_coloring import Progress

_QUIET_SECONDS = 10.0


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


class _Told:
    """What is said of a film's progress."""

    def __init__(self) -> None:
        self._stopwatch = Stopwatch()

    def __call__(self, progress: Progress) -> str:
        """Such as `frame 120 of 2400, shot 3  14.2 fps  0.57x  2:41 left`."""
        if progress.looked:
            return f"looking through, frame {progress.looked}"
        said, pace = f"frame {progress.done} of {progress.total}", self._stopwatch(progress)
        said += f", shot {progress.shot}" if progress.shot else ""
        if pace is None:
            return said
        clock = f"{pace.left // 3600}:{pace.left // 60 % 60:02}" if pace.left >= 3600 else f"{pace.left // 60}"
        return f"{said}  {pace.rate:.1f} fps  {pace.speed:.2f}x  {clock}:{pace.left % 60:02} left"


def _lines(name: str) -> Callable[[Progress], None]:
    told, spoken = _Told(), time.monotonic()

    def advance(progress: Progress) -> None:
        nonlocal spoken
        said = told(progress)
        if time.monotonic() - spoken > _QUIET_SECONDS:
            spoken = time.monotonic()
            say(f"{name}: {said}")

    return advance


@contextmanager
def _bar(name: str) -> Iterator[Callable[[Progress], None]]:
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.fields[pace]}"))
    told = _Told()
    with Progress(*columns, console=notes()) as bar:
        task = bar.add_task(readable(name), total=None, pace="looking")
        yield lambda progress: bar.update(task, completed=progress.done, total=progress.total, pace=told(progress))
