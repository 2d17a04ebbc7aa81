"""One network and one thread for all visitors: what is wanted at once comes first, all else in its order."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar

from graycolor.colorizer import Colorizer

Made = TypeVar("Made")

NOW, SOON, LATER, IDLE = range(4)
"""How long somebody can wait: a click wants its answer, a new photograph its colors, a download may take a while; and
what nobody has asked for."""
_KEPT_BYTES = 300_000_000
"""What is remembered of photographs in hand, so that a click need not run the network again."""


class Studio:
    """The one network, opened by the first who needs it.

    Args:
        open_colorizer: gives the network; called in the studio's own thread.
    """

    def __init__(self, open_colorizer: Callable[[], Colorizer]) -> None:
        self._open = open_colorizer
        self._wanted: list[tuple[int, int, Future[Any], Callable[[Colorizer], Any]]] = []
        self._number = itertools.count()
        self._changed = threading.Condition()
        self._closed = self._at_work = False
        self.memory = Memory()
        self._thread = threading.Thread(target=self._work, name="graycolor-studio", daemon=True)
        self._thread.start()

    def submit(self, urgency: int, make: Callable[[Colorizer], Made]) -> Future[Made]:
        """Have something made with the network, sooner than all that is less urgent."""
        future: Future[Made] = Future()
        with self._changed:
            heapq.heappush(self._wanted, (urgency, next(self._number), future, make))
            self._changed.notify()
        return future

    def ahead_of(self, future: Future[Any]) -> int:
        """How many come before: 0 for what is in work or done."""
        with self._changed:
            mine = next((entry[:2] for entry in self._wanted if entry[2] is future), None)
            return 0 if mine is None else 1 + sum(entry[:2] < mine for entry in self._wanted)

    @property
    def busy(self) -> bool:
        """Whether somebody waits for something."""
        return self._at_work or any(urgency < IDLE for urgency, *_ in self._wanted)

    def close(self) -> None:
        """Take up nothing more; what is in work is finished."""
        with self._changed:
            self._closed = True
            for *_, future, _ in self._wanted:
                future.cancel()
            self._wanted.clear()
            self._changed.notify()
        self._thread.join()

    def _work(self) -> None:
        colorizer: Colorizer | None = None
        while (entry := self._next()) is not None:
            future, make = entry
            if not future.set_running_or_notify_cancel():
                self._at_work = False
                continue
            try:
                colorizer = colorizer or self._open()
                future.set_result(make(colorizer))
            except BaseException as error:
                future.set_exception(error)
            # Nothing of a photograph stays here while there is nothing to do.
            del entry, future, make
            self._at_work = False

    def _next(self) -> tuple[Future[Any], Callable[[Colorizer], Any]] | None:
        with self._changed:
            while not self._wanted and not self._closed:
                self._changed.wait()
            if self._closed:
                return None
            urgency, _, future, make = heapq.heappop(self._wanted)
            self._at_work = urgency < IDLE
            return future, make


class Memory:
    """What was made and may be wanted again: the last uses, as many as have room. Only the studio's thread asks it."""

    def __init__(self, most: int = _KEPT_BYTES) -> None:
        self._most, self._bytes = most, 0
        self._kept: OrderedDict[Hashable, tuple[int, Any]] = OrderedDict()

    def of(self, key: Hashable, make: Callable[[], Made], size: Callable[[Made], int]) -> Made:
        """What was made under this key; made now where it was not, or is forgotten."""
        if key not in self._kept:
            made = make()
            self._kept[key] = size(made), made
            self._bytes += size(made)
        self._kept.move_to_end(key)
        while self._bytes > self._most and len(self._kept) > 1:
            self._bytes -= self._kept.popitem(last=False)[1][0]
        return self._kept[key][1]
