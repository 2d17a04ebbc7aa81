"""A place that was covered, found again once it is uncovered: by what its surroundings looked like, only where sure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

import cv2
import numpy as np

from graycolor.types import Floats, Gray

Place = tuple[float, float]
"""x and y, in shares of the picture's width and height."""

_RADII = (12, 20)
"""Pixels around a place that are remembered: as many as show anything that can be told from other places."""
_LEAST_CONTRAST = 8.0
"""Standard deviation of the gray from which surroundings can be told."""
_REMEMBERED = 4
"""Stills that are remembered: the last ones before a place is lost show what covers it already."""
_ALIKE = 0.8
"""Correlation with what is remembered from which a place may be the one, as in tracking by templates at large."""
_RELATED = 0.6
"""Correlation with everything that is remembered, below which it is not the one: things turn, but not into others."""
_OTHER = 0.2
"""Correlation up to which what is followed has become another thing within the stills that are remembered."""
_BESIDE = 3
"""Pixels by which what is followed may have slipped."""
_AHEAD = 0.1
"""By how much it must be more alike than any other place there."""
_REACH, _REACH_MORE, _REACH_MOST = 16, 4, 64
"""Pixels around where it would be, had it moved with the picture, that are searched; more with every still."""
_STEADY = 6
"""Pixels by which a place that was found may lie beside where it is the next time."""


class _Seen(NamedTuple):
    """A place in one of the last stills, moved with the picture since, and its surroundings there."""

    place: Place
    patch: Gray | None


class Surroundings:
    """What the surroundings of a followed place look like: in its first still, and in the last few."""

    def __init__(self) -> None:
        self._first: Gray | None = None
        self._last: deque[_Seen] = deque(maxlen=_REMEMBERED)

    def remember(self, gray: Gray, place: Place) -> None:
        """Take up a still (H,W) in which the place is seen."""
        patch = _patch(gray, place)
        self._first = patch if self._first is None else self._first
        self._last.append(_Seen(place, patch))

    def move(self, step: Place) -> None:
        """Go to the next still, to which most of the picture makes a step, in shares of width and height."""
        moved = [each._replace(place=(each.place[0] + step[0], each.place[1] + step[1])) for each in self._last]
        self._last = deque(moved, maxlen=_REMEMBERED)

    def are_at(self, gray: Gray, place: Place) -> bool:
        """Whether they may be those of a place in a still (H,W): what follows motion may stick to what covers."""
        patch = self._last[0].patch
        return patch is None or _likeness(gray, patch, place) > _OTHER

    def search(self) -> LostPlace:
        """The search for the place once it is lost; it finds nothing where there was nothing to know it by."""
        oldest = self._last[0]
        patches = (patch for patch in (self._first, oldest.patch) if patch is not None)
        return LostPlace(oldest.place, patches)


class LostPlace:
    """The search for one place that was lost.

    Attributes:
        seen: where it may have been found in the last still; the next one tells.
    """

    def __init__(self, place: Place, patches: Iterable[Gray]) -> None:
        self._place, self._patches = place, tuple(patches)
        self._stills = 0
        self.seen: Place | None = None

    def move(self, step: Place) -> None:
        """Go to the next still, to which most of the picture makes a step, in shares of width and height."""
        self._place = self._place[0] + step[0], self._place[1] + step[1]

    def look(self, gray: Gray) -> None:
        """Look for it in a still (H,W), around where it would be had it moved with the picture."""
        self._stills += 1
        self.seen = self._alike(gray, self._place, min(_REACH + _REACH_MORE * self._stills, _REACH_MOST))

    def found(self, gray: Gray, moved: Place) -> Place | None:
        """Where it is in a still (H,W), if what was seen in the one before has `moved` there."""
        return self._alike(gray, moved, _STEADY)

    def _alike(self, gray: Gray, around: Place, reach: int) -> Place | None:
        places = (_alike(gray, patch, around, reach) for patch in self._patches)
        return next((place for place in places if place is not None and self._may_be_at(gray, place)), None)

    def _may_be_at(self, gray: Gray, place: Place) -> bool:
        """Whether a place that looks like one patch is not unlike any: the last ones may show what covered it."""
        return all(_likeness(gray, patch, place) > _RELATED for patch in self._patches)


def _patch(gray: Gray, place: Place) -> Gray | None:
    """The surroundings of a place (2r+1,2r+1) that can be told from others; None where there are none."""
    height, width = gray.shape
    x, y = int(place[0] * width), int(place[1] * height)
    for radius in _RADII:
        if not (radius <= x < width - radius and radius <= y < height - radius):
            return None
        patch = gray[y - radius : y + radius + 1, x - radius : x + radius + 1]
        if patch.std() >= _LEAST_CONTRAST:
            return patch.copy()
    return None


def _likeness(gray: Gray, patch: Gray, place: Place) -> float:
    """The best correlation of a patch with what is at a place, or next to it; 1 at the picture's edge."""
    found = _correlations(gray, patch, place, _BESIDE)
    return 1.0 if found is None else float(found[0].max())


def _alike(gray: Gray, patch: Gray, around: Place, reach: int) -> Place | None:
    """The one place within `reach` pixels whose surroundings are those of `patch`; None where that is not sure."""
    found = _correlations(gray, patch, around, reach)
    if found is None:
        return None
    scores, left, top = found
    near = patch.shape[0] // 4
    _, best, _, (x, y) = cv2.minMaxLoc(scores)
    scores[max(0, y - near) : y + near + 1, max(0, x - near) : x + near + 1] = -1
    if best < _ALIKE or scores.max() > best - _AHEAD:
        return None
    return (left + x + 0.5) / gray.shape[1], (top + y + 0.5) / gray.shape[0]


def _correlations(gray: Gray, patch: Gray, around: Place, reach: int) -> tuple[Floats, int, int] | None:
    """Correlation of a patch with what is around each pixel near a place; x and y of the first; None outside."""
    height, width = gray.shape
    radius = patch.shape[0] // 2
    x, y = round(around[0] * width - 0.5), round(around[1] * height - 0.5)
    left, top = max(0, x - reach - radius), max(0, y - reach - radius)
    window = gray[top : max(top, y + reach + radius + 1), left : max(left, x + reach + radius + 1)]
    if min(window.shape) < patch.shape[0]:
        return None
    scores: Floats = np.asarray(cv2.matchTemplate(window, patch, cv2.TM_CCOEFF_NORMED), np.float32)
    return np.nan_to_num(scores, nan=-1, posinf=-1, neginf=-1), left + radius, top + radius
