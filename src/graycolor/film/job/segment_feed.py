"""Frames handed out segment by segment: where segments end, and what each looks at before and behind it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import dropwhile
from typing import Any

from graycolor.film.output.segments import Segment, ShotPart
from graycolor.film.steadiness.shots import Step
from graycolor.film.steadiness.steady import LOOK_AHEAD, LOOK_BACK, Look
from graycolor.types import Gray

Shown = tuple[Any, Gray]
"""A decoded frame and its small gray picture."""
Stepped = tuple[Shown, Step]
"""The same, with how it follows the frame before it."""

_LEAST_SECONDS = 2.0
_MOST_SECONDS = 4.0
"""After so long a segment ends even within a shot: what a stop can cost. Shorter ones cost compression (each begins
with a whole picture) and motion that is followed twice."""
_EVEN = 16
"""A segment that ends within a shot has a multiple of so many frames, so that the next one, which begins to look
`LOOK_BACK` frames before, has its key frames where this one had them, and the network need not see others."""


class SegmentFeed:
    """Frames in order, in segments.

    Args:
        frames: from the first that is looked at, each with its step.
        seconds: a tick lasts.
        begin: pts of the first frame of the first segment; what comes before is only looked at.
        shot, into: as the segment before has them, where there is one.

    Attributes:
        pending: frames handed out whose colors have not come back, and whether each begins a shot.
        frames, first, last: of the segment at hand: how many frames, and their first and last pts.
    """

    def __init__(
        self, frames: Iterator[Stepped], seconds: float, begin: int | None, *, shot: int | None = None, into: int = 0
    ) -> None:
        self._frames, self._seconds = frames, seconds
        self._recent: deque[Look] = deque(maxlen=LOOK_BACK)
        self._ahead: deque[tuple[Shown, Step]] = deque()
        self._shot: int | None = None
        self._into = 0
        while begin is not None and self._peek(0) and self._ahead[0][0][0].pts < begin:
            self._taken()
        if shot is not None:
            self._shot, self._into = shot, into
        self.pending: deque[tuple[Any, bool]] = deque()
        self.frames = self.first = self.last = 0
        self._shots: list[ShotPart] = []

    @property
    def exhausted(self) -> bool:
        """No segment is left."""
        return not self._peek(0)

    @property
    def next(self) -> int | None:
        """Pts of the frame that comes next."""
        return self._ahead[0][0][0].pts if self._peek(0) else None

    @property
    def lead(self) -> int | None:
        """Pts of the first frame that the next segment looks at."""
        seen = self._seen()
        return seen[0].number if seen else self.next

    def segment(self, number: int) -> Segment:
        """The segment at hand, once all of its frames were handed out."""
        goes_on = self._peek(0) and self._ahead[0][1] is not Step.CUT
        return Segment(
            number=number,
            frames=self.frames,
            first=self.first,
            last=self.last,
            next=self.next,
            lead=self.lead,
            shot=self._shot if goes_on else self.next,
            into=self._into if goes_on else 0,
            shots=tuple(self._shots),
        )

    def looks(self) -> Iterator[Look]:
        """The small pictures of the next segment, between those it only looks at; fills `pending` beside it.

        A segment that does not begin or end at a cut looks at some frames before it and behind it, so that its colors
        are those of a film done in one piece.
        """
        self.frames = 0
        self._shots = []
        yield from self._seen()
        while self._peek(0) and not self._ends():
            (frame, gray), step = self._taken()
            self.first = self.first if self.frames else frame.pts
            self.frames, self.last = self.frames + 1, frame.pts
            self._count(frame.pts, step)
            self.pending.append((frame, step is Step.CUT))
            yield Look(frame.pts, gray, step)
        yield from self._behind()

    def _count(self, pts: int, step: Step) -> None:
        if step is Step.CUT or not self._shots:
            self._shots.append(ShotPart(pts, 0, step is Step.CUT))
        self._shots[-1] = replace(self._shots[-1], frames=self._shots[-1].frames + 1)

    def _seen(self) -> list[Look]:
        """What the next segment looks at before it, from a frame on that a run could begin with: no flash."""
        return list(dropwhile(lambda look: look.step is Step.FLASH, self._recent))

    def _behind(self) -> Iterator[Look]:
        for number in range(LOOK_AHEAD):
            if not self._recent or not self._peek(number) or self._ahead[number][1] is Step.CUT:
                return
            (frame, gray), step = self._ahead[number]
            yield Look(frame.pts, gray, step, wanted=False)

    def _peek(self, number: int) -> bool:
        """Whether there is a frame so far ahead; it is then in `_ahead`."""
        while len(self._ahead) <= number and (found := next(self._frames, None)) is not None:
            self._ahead.append(found)
        return len(self._ahead) > number

    def _taken(self) -> Stepped:
        (frame, gray), step = self._ahead.popleft()
        if step is Step.CUT:
            self._recent.clear()
            self._shot, self._into = frame.pts, 0
        self._into += 1
        self._recent.append(Look(frame.pts, gray, step, wanted=False))
        return (frame, gray), step

    def _ends(self) -> bool:
        """Whether a new segment begins with the next frame; before a cut nothing is left to look at."""
        (frame, _), step = self._ahead[0]
        length = (frame.pts - self.first) * self._seconds
        if not self.frames or length < _LEAST_SECONDS:
            return False
        if step is Step.CUT:
            self._recent.clear()
            return True
        return length >= _MOST_SECONDS and self.frames % _EVEN == 0
