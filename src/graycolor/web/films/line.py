"""Work on films that takes long: one after the other, in a thread that lets everything else go first."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from graycolor.colorizer import Colorizer

_NICENESS = 3
"""How far the thread, and all that it starts, steps back from the cores (Linux alone knows it of threads): a little,
since it also waits while photographs are colored."""
_LAST_WORDS = 10.0
"""Seconds that work gets to stop; whatever it has finished by then is on the disk."""


class Task(Protocol):
    """Something to be done with a film."""

    def run(self, open_colorizer: Callable[[], Colorizer], gives_way: Callable[[], bool]) -> None:
        """Do it; it raises nothing. While `gives_way` says so, it should wait."""
        ...

    def stop(self) -> None:
        """Have it end soon; from another thread."""
        ...


Kind = TypeVar("Kind", bound=Task)


class Line(Generic[Kind]):
    """Tasks in the order they came.

    Args:
        name: of the thread.
        open_colorizer: gives the network that all share.
        gives_way: whether something more urgent is going on.
    """

    def __init__(self, name: str, open_colorizer: Callable[[], Colorizer], gives_way: Callable[[], bool]) -> None:
        self._name, self._open, self._gives_way = name, open_colorizer, gives_way
        self._waiting: list[Kind] = []
        self._at_work: Kind | None = None
        self._changed = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being done."""
        return self._at_work is not None or bool(self._waiting)

    def is_at(self, task: object) -> bool:
        """Whether this is being done."""
        return task is not None and self._at_work is task

    def put(self, task: Kind) -> None:
        """Have it done, when its turn comes."""
        with self._changed:
            self._waiting.append(task)
            self._changed.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()

    def ahead_of(self, task: Kind) -> int:
        """How many come before: 0 for what is at work or done."""
        with self._changed:
            waiting = self._waiting.index(task) + 1 if task in self._waiting else 0
            return waiting - 1 + (self._at_work is not None) if waiting else 0

    def drop(self, task: Kind) -> None:
        """Stop it, or have it not begun at all."""
        with self._changed:
            if task in self._waiting:
                self._waiting.remove(task)
        task.stop()

    def close(self) -> list[Kind]:
        """Stop everything, which comes back; what is at work gets some seconds."""
        with self._changed:
            self._closed = True
            stopped = [*self._waiting, *([self._at_work] if self._at_work else [])]
            self._waiting.clear()
            self._changed.notify()
        for task in stopped:
            task.stop()
        if self._thread is not None:
            self._thread.join(_LAST_WORDS)
        return stopped

    def _work(self) -> None:
        _step_back()
        while self._next() is not None:
            try:
                self._at_work.run(self._open, self._gives_way)  # type: ignore[union-attr]
            finally:
                self._at_work = None

    def _next(self) -> Kind | None:
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            self._at_work = None if self._closed else self._waiting.pop(0)
            return self._at_work


def _step_back() -> None:
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
