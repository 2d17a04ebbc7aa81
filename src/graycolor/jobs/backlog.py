"""Items on their way from one thread to another, held up to a bound in bytes, and answers that go the same way."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class ClosedError(Exception):
    """Nobody takes anything any more."""


class Backlog(Generic[Item, Answer]):
    """What one thread gives and another takes, in order.

    The taker may ask for an answer to what it has taken, which the giver can perhaps not give before it has gone on by
    more than there is room for. So whoever gives never waits for room while the other waits for an answer: the two
    cannot wait for each other.

    Args:
        most: bytes that are held, answers among them.
        least: items that are held in any case.
    """

    def __init__(self, most: int, least: int) -> None:
        self._most, self._least = most, least
        self._changed = threading.Condition()
        self._items: deque[tuple[Item, int]] = deque()
        self._answers: deque[tuple[Answer, int]] = deque()
        self._size = 0
        self._asked = self._ended = self._closed = False
        self._error: BaseException | None = None

    def put(self, item: Item, size: int) -> bool:
        """Give an item of so many bytes; waits for room. False, and nothing is given, where an answer is waited for.

        Raises:
            ClosedError: nobody takes it.
        """
        with self._changed:
            while len(self._items) >= self._least and self._size + size > self._most and not self._closed:
                if self._asked and not self._answers:
                    return False
                self._changed.wait()
            self._give(self._items, item, size)
            return True

    def answer(self, answer: Answer, size: int) -> None:
        """Give an answer of so many bytes; never waits.

        Raises:
            ClosedError: nobody takes it.
        """
        with self._changed:
            self._give(self._answers, answer, size)

    def end(self, error: BaseException | None = None) -> None:
        """Say that nothing more comes; an error comes out behind what was given."""
        with self._changed:
            self._ended, self._error = True, error
            self._changed.notify_all()

    def take(self) -> Item | None:
        """The next item; None at the end, and once it is closed."""
        with self._changed:
            while not self._items and not self._ended and not self._closed:
                self._changed.wait()
            return self._taken(self._items)

    def ask(self) -> Answer | None:
        """The next answer; None at the end, and once it is closed."""
        with self._changed:
            self._asked = True
            self._changed.notify_all()
            while not self._answers and not self._ended and not self._closed:
                self._changed.wait()
            self._asked = False
            return self._taken(self._answers)

    @property
    def closed(self) -> bool:
        """Whether nobody takes anything any more."""
        return self._closed

    def close(self) -> None:
        """Take nothing any more, and let go of what is held."""
        with self._changed:
            self._closed = True
            self._items.clear()
            self._answers.clear()
            self._changed.notify_all()

    def _give(self, to: deque[tuple[Any, int]], what: Any, size: int) -> None:
        if self._closed:
            raise ClosedError
        to.append((what, size))
        self._size += size
        self._changed.notify_all()

    def _taken(self, held: deque[tuple[Any, int]]) -> Any:
        if not held:
            if self._error is not None:
                raise self._error
            return None
        what, size = held.popleft()
        self._size -= size
        self._changed.notify_all()
        return what
