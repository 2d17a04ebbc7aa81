"""Progress bars for Python programs: tqdm's, on stderr or in a notebook, and imported only where one is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol


class Advance(Protocol):
    """What a bar is told by."""

    def __call__(self, done: int, total: int | None = None, *, earlier: int = 0) -> None:
        """So much is done, of so much if that is known; `earlier` is what was done before this run."""


@contextmanager
def progress_bar(what: str, unit: str, *, shown: bool) -> Iterator[Advance]:
    """Something to call whenever more is done; it draws a bar if that is to be `shown`."""
    bar: Any = None

    def advance(done: int, total: int | None = None, *, earlier: int = 0) -> None:
        nonlocal bar
        if bar is None:
            from tqdm.auto import tqdm

            bar = tqdm(desc=what, unit=f" {unit}", total=total, initial=earlier, dynamic_ncols=True)
        bar.total = total
        bar.update(done - bar.n)

    try:
        yield advance if shown else _nothing
    finally:
        if bar is not None:
            bar.close()


def _nothing(done: int, total: int | None = None, *, earlier: int = 0) -> None:
    """Nobody wants to see it."""
