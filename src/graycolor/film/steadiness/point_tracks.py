"""Where a place of one frame is in the other frames of its shot: followed along optical flow until it is lost."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.film.steadiness.fuse import link
from graycolor.types import Gray

Place = tuple[float, float]
"""x and y, in shares of the picture's width and height."""

_AROUND = 3
"""Pixels around a place that move with it."""
_LOST = 0.05
"""Agreement below which the place is hidden or gone: 18 gray levels of difference."""


class Still(NamedTuple):
    """One frame of a shot, packed: a long shot's would fill the memory."""

    pts: int
    packed: bytes

    @classmethod
    def of(cls, pts: int, gray: Gray) -> Still:
        """Pack a gray (H,W)."""
        return cls(pts, cv2.imencode(".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes())

    @property
    def gray(self) -> Gray:
        """The picture (H,W)."""
        return np.asarray(cv2.imdecode(np.frombuffer(self.packed, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)


class PointTrack:
    """The places of something over time."""

    def __init__(self, places: dict[int, Place]) -> None:
        self._times = sorted(places)
        self._places = [places[pts] for pts in self._times]

    def at(self, pts: int) -> Place | None:
        """Where it is at a time, between two stills on the straight way; None before and after it was in sight."""
        behind = bisect_right(self._times, pts)
        if behind and self._times[behind - 1] == pts:
            return self._places[behind - 1]
        if behind in (0, len(self._times)):
            return None
        first, last = self._times[behind - 1 : behind + 1]
        share = (pts - first) / (last - first)
        (x, y), (to_x, to_y) = self._places[behind - 1 : behind + 1]
        return x + share * (to_x - x), y + share * (to_y - y)


def follow_points(stills: Sequence[Still], starts: Sequence[tuple[int, Place]]) -> list[PointTrack]:
    """Follow places through the stills of a shot, each from the still of its time (pts) to both sides."""
    found: list[dict[int, Place]] = [{} for _ in starts]
    for way in (stills, stills[::-1]):
        _follow(way, starts, found)
    return [PointTrack(places) for places in found]


def _follow(stills: Sequence[Still], starts: Sequence[tuple[int, Place]], found: list[dict[int, Place]]) -> None:
    now: dict[int, Place] = {}
    before: Gray | None = None
    for still in stills:
        gray = still.gray
        if before is not None and now:
            way = link(before, gray)
            moved = {number: _moved(place, way.flow, way.agreement) for number, place in now.items()}
            now = {number: place for number, place in moved.items() if place is not None}
        now |= {number: place for number, (pts, place) in enumerate(starts) if pts == still.pts}
        for number, place in now.items():
            found[number][still.pts] = place
        before = gray


def _moved(place: Place, flow: NDArray[np.float32], agreement: NDArray[np.float32]) -> Place | None:
    """The place after its surroundings' step; None where they are gone or it leaves the picture."""
    height, width = agreement.shape
    x, y = min(int(place[0] * width), width - 1), min(int(place[1] * height), height - 1)
    around = np.s_[max(0, y - _AROUND) : y + _AROUND + 1, max(0, x - _AROUND) : x + _AROUND + 1]
    step = np.median(flow[around].reshape(-1, 2), axis=0)
    to_x, to_y = place[0] + float(step[0]) / width, place[1] + float(step[1]) / height
    hidden = np.median(agreement[around]) < _LOST
    return None if hidden or not (0 <= to_x < 1 and 0 <= to_y < 1) else (to_x, to_y)
