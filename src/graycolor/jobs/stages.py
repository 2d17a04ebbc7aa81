"""Work that overlaps: items fetched ahead by one thread, items finished by another; queues between them are short."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterator
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")

_WAIT = 0.1
"""Seconds between two looks at whether the other side has given up."""


def prefetched(items: Iterator[Item], depth: int) -> Generator[Item, None, None]:
    """`items`, fetched by a thread of their own up to `depth` ahead; their errors come out here."""
    ahead: queue.Queue[Any] = queue.Queue(depth)
    stop = threading.Event()
    end = object()

    def fetch() -> None:
        try:
            for item in items:
                if not _put(ahead, (item, None), stop):
                    return
            _put(ahead, (end, None), stop)
        except BaseException as error:
            _put(ahead, (end, error), stop)

    thread = threading.Thread(target=fetch, name="graycolor-ahead", daemon=True)
    thread.start()
    try:
        while True:
            item, error = ahead.get()
            if error is not None:
                raise error
            if item is end:
                return
            yield item
    finally:
        stop.set()
        thread.join()


class Finisher(Generic[Item]):
    """A thread that finishes items in order, `depth` of them waiting at most; `with` waits for the last.

    An error in it comes out at the next `put`, or at the end; the items after it are dropped.
    """

    def __init__(self, finish: Callable[[Item], None], depth: int) -> None:
        self._finish = finish
        self._items: queue.Queue[Any] = queue.Queue(depth)
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._end = object()
        self._thread = threading.Thread(target=self._work, name="graycolor-finish", daemon=True)

    def put(self, item: Item) -> None:
        """Hand over an item; waits while too many are waiting."""
        if not _put(self._items, item, self._stop):
            self._raise()

    def __enter__(self) -> Finisher[Item]:
        self._thread.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            _put(self._items, self._end, self._stop)
        else:
            self._stop.set()
        self._thread.join()
        if kind is None:
            self._raise()

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                item = self._items.get(timeout=_WAIT)
            except queue.Empty:
                continue
            if item is self._end:
                return
            try:
                self._finish(item)
            except BaseException as error:
                self._error = error
                self._stop.set()

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error


def _put(items: queue.Queue[Any], item: Any, stop: threading.Event) -> bool:
    while not stop.is_set():
        try:
            items.put(item, timeout=_WAIT)
        except queue.Full:
            continue
        return True
    return False
