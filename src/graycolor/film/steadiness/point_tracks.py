"""Where a place of one frame is in the other frames of its shot: followed along optical flow, and found again."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.film.steadiness.fuse import Link, link
from graycolor.film.steadiness.lost_places import LostPlace, Place, Surroundings
from graycolor.types import Gray

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
    """The places of something over time; None where it was lost."""

    def __init__(self, places: dict[int, Place | None]) -> None:
        self._times = sorted(places)
        self._places = [places[pts] for pts in self._times]

    def at(self, pts: int) -> Place | None:
        """Where it is at a time, between two stills on the straight way; None while it is not in sight in both."""
        behind = bisect_right(self._times, pts)
        if behind and self._times[behind - 1] == pts:
            return self._places[behind - 1]
        if behind in (0, len(self._times)):
            return None
        first, last = self._times[behind - 1 : behind + 1]
        before, after = self._places[behind - 1 : behind + 1]
        if before is None or after is None:
            return None
        share = (pts - first) / (last - first)
        return before[0] + share * (after[0] - before[0]), before[1] + share * (after[1] - before[1])


def follow_points(stills: Sequence[Still], starts: Sequence[tuple[int, Place]]) -> list[PointTrack]:
    """Follow places through the stills of a shot, each from the still of its time (pts) to both sides.

    A place that is covered, or leaves the picture, is found again where it is sure to be the same.
    """
    followed = [[_Followed(pts, place) for pts, place in starts] for _ in range(2)]
    for own, way in zip(followed, (stills, stills[::-1]), strict=True):
        _follow(way, own)
    return [PointTrack(one.places | other.places) for one, other in zip(*followed, strict=True)]


def _follow(stills: Sequence[Still], followed: Sequence[_Followed]) -> None:
    before: Gray | None = None
    for still in stills:
        gray = still.gray
        begun = [each for each in followed if each.begun]
        way = link(before, gray) if before is not None and begun else None
        for each in begun if way is not None else ():
            assert way is not None
            each.go_on(still.pts, gray, way)
        for each in followed:
            each.begin(still.pts, gray)
        before = gray


class _Followed:
    """A place on its way through stills.

    Attributes:
        begun: it has been seen.
        places: where it was, by pts; None where it was lost.
    """

    def __init__(self, start: int, place: Place) -> None:
        self._start, self._place, self._last = start, place, start
        self._known = Surroundings()
        self._lost: LostPlace | None = None
        self.begun = False
        self.places: dict[int, Place | None] = {}

    def begin(self, pts: int, gray: Gray) -> None:
        """Begin, if this is its still."""
        if pts == self._start:
            self.begun = True
            self._see(pts, gray, self._place)

    def go_on(self, pts: int, gray: Gray, way: Link) -> None:
        """The next still, and the way there from the one before."""
        step = _step_of_the_picture(way)
        place = self._followed(gray, way, step) if self._lost is None else self._found(gray, way, self._lost, step)
        if place is not None:
            self._see(pts, gray, place)
            return
        self._lost = self._lost or self._known.search()
        self._lost.look(gray)
        self.places[pts], self._last = None, pts

    def _followed(self, gray: Gray, way: Link, step: Place) -> Place | None:
        self._known.move(step)
        place = _moved(self._place, way)
        return place if place is not None and self._known.are_at(gray, place) else None

    def _found(self, gray: Gray, way: Link, lost: LostPlace, step: Place) -> Place | None:
        """Where it is, if it was seen in the still before, too; it was found there, then."""
        lost.move(step)
        moved = None if lost.seen is None else _moved(lost.seen, way)
        place = None if moved is None else lost.found(gray, moved)
        if place is not None:
            self.places[self._last], self._lost = lost.seen, None
        return place

    def _see(self, pts: int, gray: Gray, place: Place) -> None:
        self.places[pts] = self._place = place
        self._last = pts
        self._known.remember(gray, place)


def _moved(place: Place, way: Link) -> Place | None:
    """The place after its surroundings' step; None where they are gone or it leaves the picture."""
    height, width = way.agreement.shape
    x, y = min(int(place[0] * width), width - 1), min(int(place[1] * height), height - 1)
    around = np.s_[max(0, y - _AROUND) : y + _AROUND + 1, max(0, x - _AROUND) : x + _AROUND + 1]
    to_x, to_y = _along(place, np.median(way.flow[around].reshape(-1, 2), axis=0), way)
    hidden = np.median(way.agreement[around]) < _LOST
    return None if hidden or not (0 <= to_x < 1 and 0 <= to_y < 1) else (to_x, to_y)


def _step_of_the_picture(way: Link) -> Place:
    """The step that most of the picture makes, in shares of width and height."""
    height, width = way.agreement.shape
    x, y = np.median(way.flow.reshape(-1, 2), axis=0)
    return float(x) / width, float(y) / height


def _along(place: Place, step: NDArray[np.float32], way: Link) -> Place:
    height, width = way.agreement.shape
    return place[0] + float(step[0]) / width, place[1] + float(step[1]) / height
