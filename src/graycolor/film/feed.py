"""Frames handed out segment by segment: where segments end, and what each looks at before it begins."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graycolor.film.shots import is_cut

Gray = NDArray[np.uint8]
Shown = tuple[Any, Gray]
"""A decoded frame and its small gray picture."""

_LEAST_SECONDS = 8.0
_MOST_SECONDS = 40.0
_LEAD = 24
"""Frames before a segment that does not begin at a cut: enough for colors to settle."""


class SegmentFeed:
    """Frames in order, in segments.

    Args:
        frames: from the first that is looked at.
        seconds: a tick lasts.
        begin: pts of the first frame of the first segment; what comes before is only looked at.

    Attributes:
        pending: frames handed out whose colors have not come back; None for those that are only looked at.
        frames, first, last: of the segment at hand: how many frames, and their first and last pts.
    """

    def __init__(self, frames: Iterator[Shown], seconds: float, begin: int | None) -> None:
        self._frames, self._seconds = frames, seconds
        self._recent: deque[tuple[int, Gray]] = deque(maxlen=_LEAD)
        self._next = next(frames, None)
        while begin is not None and self._next is not None and self._next[0].pts < begin:
            self._advance()
        self.pending: deque[Any] = deque()
        self.frames = self.first = self.last = 0

    @property
    def exhausted(self) -> bool:
        """No segment is left."""
        return self._next is None

    @property
    def next(self) -> int | None:
        """Pts of the frame that comes next."""
        return None if self._next is None else self._next[0].pts

    @property
    def lead(self) -> int | None:
        """Pts of the first frame that the next segment looks at."""
        return self._recent[0][0] if self._recent else self.next

    def grays(self) -> Iterator[Gray]:
        """The gray pictures of the next segment, after those it only looks at; fills `pending` beside it."""
        self.frames = 0
        for _, gray in list(self._recent):
            self.pending.append(None)
            yield gray
        while self._next is not None and not self._ends():
            frame, gray = self._next
            self.first = self.first if self.frames else frame.pts
            self.frames, self.last = self.frames + 1, frame.pts
            self.pending.append(frame)
            self._advance()
            yield gray

    def _advance(self) -> None:
        assert self._next is not None
        frame, gray = self._next
        self._recent.append((frame.pts, gray))
        self._next = next(self._frames, None)

    def _ends(self) -> bool:
        """Whether a new segment begins with the next frame."""
        assert self._next is not None
        frame, gray = self._next
        length = (frame.pts - self.first) * self._seconds
        if not self.frames or length < _LEAST_SECONDS:
            return False
        if is_cut(self._recent[-1][1], gray):
            self._recent.clear()
            return True
        return length >= _MOST_SECONDS
