"""Blocks: the pixels that share a chroma sample, or any other few by few pixels, as one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, reduce

import cv2
import numpy as np

from graycolor.types import AnyCodes

_STRIPE_PIXELS = 384_000
"""A stripe of so many is read twice while the cache has it."""


def whole(plane: AnyCodes, across: int, down: int) -> AnyCodes:
    """Codes (h,w) as they are where cells of `across` by `down` divide them, else with their edge repeated."""
    height, width = plane.shape
    if height % down == 0 and width % across == 0:
        return plane
    return cv2.copyMakeBorder(plane, 0, -height % down, 0, -width % across, cv2.BORDER_REPLICATE)


def averaged(plane: AnyCodes, across: int, down: int) -> AnyCodes:
    """The mean of each cell of codes (h,w), of the same type; cells over the edge repeat theirs."""
    if across == down == 1:
        return plane
    plane = whole(plane, across, down)
    size = plane.shape[1] // across, plane.shape[0] // down
    return cv2.resize(plane, size, interpolation=cv2.INTER_AREA)


def extremes(plane: AnyCodes, across: int, down: int) -> tuple[AnyCodes, AnyCodes]:
    """The least and the greatest code of each cell; cells over the edge repeat theirs."""
    plane = whole(plane, across, down)
    lines = plane.reshape(-1, down, plane.shape[1])
    least, greatest = (np.empty((len(lines), plane.shape[1]), plane.dtype) for _ in range(2))
    step = max(1, _STRIPE_PIXELS // (down * plane.shape[1]))
    for first in range(0, len(lines), step):
        some = slice(first, first + step)
        _below(lines[some], np.minimum, least[some])
        _below(lines[some], np.maximum, greatest[some])
    return _beside(least, across, np.minimum), _beside(greatest, across, np.maximum)


@dataclass(frozen=True, eq=False)
class Halved:
    """Codes (h,w) whose half is made when it is first asked for, and kept."""

    plane: AnyCodes

    @cached_property
    def half(self) -> AnyCodes:
        """The mean of each cell of two by two."""
        return averaged(self.plane, 2, 2)


def shrunk(plane: AnyCodes, pixels: int) -> AnyCodes:
    """Codes (h,w) at up to `pixels`, a whole number of times smaller; colors become codes at no more."""
    height, width = plane.shape
    factor = math.ceil(math.sqrt(height * width / pixels))
    if factor <= 1:
        return plane
    size = max(1, round(width / factor)), max(1, round(height / factor))
    return cv2.resize(halved(plane, (factor & -factor).bit_length() - 1), size, interpolation=cv2.INTER_AREA)


def halved(plane: AnyCodes, times: int) -> AnyCodes:
    """Codes (h,w) halved so many times, or as often as that is exact: five times faster than to shrink at once."""
    for _ in range(times):
        height, width = plane.shape
        if height % 2 or width % 2:
            break
        plane = cv2.resize(plane, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    return plane


def _below(lines: AnyCodes, fold: np.ufunc, out: AnyCodes) -> None:
    """Codes (h,down,w) below one another as one, into `out` (h,w); two lines are faster without `reduce`."""
    if lines.shape[1] == 2:
        fold(lines[:, 0], lines[:, 1], out=out)
    else:
        fold.reduce(lines, axis=1, out=out)


def _beside(lines: AnyCodes, across: int, fold: np.ufunc) -> AnyCodes:
    """Each `across` codes of lines (h,w) as one."""
    return reduce(fold, (lines[:, first::across] for first in range(across)))
