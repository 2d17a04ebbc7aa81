"""Where one shot goes over into the next: the middle of a dissolve.

While a picture dissolves into another, every frame is a mixture of the two, with more and more of the second: it lies
on the straight line between them. A moving camera leads along a curve: halfway, its picture is a third one. So frames
some way apart that do not belong to one shot are taken as ends, and those at a quarter, a half and three quarters of
the way are asked how much of their difference such a mixture leaves unexplained. Gain and offset of each frame are
free, so that flicker does not count. Fades are no dissolves: what they lead from or to shows nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

import cv2
import numpy as np

from graycolor.film.steadiness.shots import BLOCKS_DOUBTFUL, Step, blocks_of, is_cut, stepped
from graycolor.types import Floats, Gray

Item = TypeVar("Item")

_LENGTHS = (8, 12, 16, 24, 32, 48, 64, 80)
"""Frames between the ends that are tried: dissolves last from a third of a second to three seconds."""
HELD_BACK = _LENGTHS[-1]
"""Frames by which a dissolve is told late, so that it was seen to its end."""
_CELLS = (48, 27)
"""Cells of the small pictures in which mixtures are looked for: coarse, so that what moves a little does not count."""
_UNEXPLAINED = 0.13
"""Most that a mixture may leave, as a share of the variance of the ends' difference. In thirteen shots of true films,
and on pans and zooms over twenty photographs, nothing that was no dissolve came below 0.17. Of 144 dissolves of 8
to 75 frames between those shots, 104 are found, nearly all of them to a few frames; what is missed moves fast."""
_WAYS = ((0.25, 0.1, 0.45), (0.5, 0.3, 0.7), (0.75, 0.55, 0.9))
"""How far between the ends, and how much of the second picture must be in the frame there, at least and at most."""
_GAIN = (0.6, 1.5)
"""Sum of the shares of both pictures: 1, but for flicker; in a fade through black it is next to nothing."""
_LEAST_CONTRAST, _CONTRASTS = 8.0, 0.25
"""Standard deviation of the gray that an end must have, and at least so much of the other end's."""


class _Seen(NamedTuple):
    """A frame of the shot at hand: its gray, its small picture, and the blocks that cuts are told by."""

    gray: Gray
    cells: Floats
    blocks: Floats

    @classmethod
    def of(cls, gray: Gray) -> _Seen:
        cells = cv2.resize(gray, _CELLS, interpolation=cv2.INTER_AREA).astype(np.float32)
        return cls(gray, cells, blocks_of(gray))


class _Found(NamedTuple):
    """Two ends of a dissolve and the frame in its middle, by their numbers, and how much the ends differ."""

    begin: int
    middle: int
    end: int
    apart: float


def divided(items: Iterable[Item], gray_of: Callable[[Item], Gray]) -> Iterator[tuple[Item, Step]]:
    """Every item with its step as `stepped` tells it, and `Step.DISSOLVE` in the middle of dissolves.

    Reads `HELD_BACK` items ahead and a few more.
    """
    search = _Search()
    held = deque[tuple[Item, Step]]()
    first = 0
    for item, step in stepped(items, gray_of):
        search.add(gray_of(item), step)
        held.append((item, step))
        if len(held) > HELD_BACK:
            yield search.told(first, *held.popleft())
            first += 1
    for number, (item, step) in enumerate(held, first):
        yield search.told(number, item, step)


class _Search:
    """Looks for dissolves in frames that come one by one."""

    def __init__(self) -> None:
        self._seen: deque[_Seen] = deque(maxlen=_LENGTHS[-1] + 1)
        self._count = 0
        self._least = 0
        """Number of the first frame that may be an end: dissolves do not reach into each other."""
        self._found: deque[_Found] = deque()

    def add(self, gray: Gray, step: Step) -> None:
        """Take the next frame."""
        if step is Step.CUT:
            self._seen.clear()
            self._least = self._count
        if step is Step.FLASH and self._seen:
            self._seen.append(self._seen[-1])  # it shows nothing of the way
        else:
            self._seen.append(_Seen.of(gray))
        for length in _LENGTHS:
            if length < len(self._seen) and self._count - length >= self._least:
                self._try(length)
        self._count += 1

    def told(self, number: int, item: Item, step: Step) -> tuple[Item, Step]:
        """An item that is handed on, with its step."""
        if not self._found or self._found[0].middle > number:
            return item, step
        whole = self._found.popleft()
        self._least = max(self._least, whole.end)
        return item, Step.DISSOLVE if step is Step.ON else step

    def _try(self, length: int) -> None:
        between = [self._seen[number] for number in range(-length - 1, 0)]
        begin, end = between[0], between[-1]
        if _could_be_ends(begin, end) and _goes_over(between) and is_cut(begin.gray, end.gray):
            first = self._count - length
            apart = float((end.cells - begin.cells).var())
            self._take(_Found(first, first + _middle(between), self._count, apart))

    def _take(self, found: _Found) -> None:
        """Add what was found. Parts of a dissolve look like one, too: the whole has the ends that differ most."""
        parts = [each for each in self._found if each.begin < found.end and found.begin < each.end]
        if all(each.apart < found.apart for each in parts):
            self._found = deque([*(each for each in self._found if each not in parts), found])


def _could_be_ends(begin: _Seen, end: _Seen) -> bool:
    contrasts = float(begin.cells.std()), float(end.cells.std())
    if min(contrasts) < max(_LEAST_CONTRAST, _CONTRASTS * max(contrasts)):
        return False
    return float(np.abs(begin.blocks - end.blocks).mean()) > BLOCKS_DOUBTFUL


def _goes_over(between: list[_Seen]) -> bool:
    """Whether frames are mixtures of the first and the last, with more and more of the last."""
    begin, end = between[0].cells, between[-1].cells
    for way, least, most in _WAYS:
        share = _share(between[round((len(between) - 1) * way)].cells, begin, end)
        if share is None or not least < share < most:
            return False
    return True


def _share(cells: Floats, begin: Floats, end: Floats) -> float | None:
    """How much of `end` is in a mixture of both, 0..1; None where the frame is no such mixture."""
    known = np.stack([begin.ravel(), end.ravel(), np.ones(begin.size, np.float32)], axis=1)
    shares, *_ = np.linalg.lstsq(known, cells.ravel(), rcond=None)
    left = float(((cells.ravel() - known @ shares) ** 2).mean()) / (float((end - begin).var()) + 1)
    total = float(shares[0] + shares[1])
    if left > _UNEXPLAINED or not _GAIN[0] < total < _GAIN[1]:
        return None
    return float(shares[1]) / total


def _middle(between: list[_Seen]) -> int:
    """Number of the first frame in which there is more of the last picture than of the first."""
    way = (between[-1].cells - between[0].cells).ravel()
    begin = between[0].cells.ravel()
    far = [float((each.cells.ravel() - begin) @ way) / float(way @ way) for each in between]
    return next(number for number, share in enumerate(far) if share >= 0.5)
