"""How far a film is: frame, frames a second, speed against playing, time left; a bar or a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from graycolor.cli.console import say

if TYPE_CHECKING:
    from graycolor.jobs.films import Progress

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


def _pace(progress: Progress, started: float) -> str:
    """Such as `frame 120 of 2400  14.2 fps  0.57x  2:41 left`."""
    new = progress.done - progress.earlier
    rate = new / max(time.monotonic() - started, 1e-6)
    left = round((progress.total - progress.done) / max(rate, 1e-6))
    speed = rate / progress.rate
    clock = f"{left // 3600}:{left // 60 % 60:02}:{left % 60:02}" if left >= 3600 else f"{left // 60}:{left % 60:02}"
    return f"frame {progress.done} of {progress.total}  {rate:.1f} fps  {speed:.2f}x  {clock} left"


def _lines(name: str) -> Callable[[Progress], None]:
    started = spoken = time.monotonic()

    def advance(progress: Progress) -> None:
        nonlocal spoken
        if time.monotonic() - spoken > _QUIET_SECONDS:
            spoken = time.monotonic()
            say(f"{name}: {_pace(progress, started)}")

    return advance


@contextmanager
def _bar(name: str) -> Iterator[Callable[[Progress], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[pace]}"))
    started = time.monotonic()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(name, total=None, pace="looking")
        yield lambda progress: bar.update(
            task, completed=progress.done, total=progress.total, pace=_pace(progress, started)
        )
