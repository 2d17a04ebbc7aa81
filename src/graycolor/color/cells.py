"""Cells: the pixels that share a chroma sample, or any other few by few pixels, as one."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Codes = NDArray[Any]


def whole(plane: Codes, across: int, down: int) -> Codes:
    """Codes (h,w) as they are where cells of `across` by `down` divide them, else with their edge repeated."""
    height, width = plane.shape
    if height % down == 0 and width % across == 0:
        return plane
    return cv2.copyMakeBorder(plane, 0, -height % down, 0, -width % across, cv2.BORDER_REPLICATE)


def averaged(plane: Codes, across: int, down: int) -> Codes:
    """The mean of each cell of codes (h,w), of the same type; cells over the edge repeat theirs."""
    if across == down == 1:
        return plane
    plane = whole(plane, across, down)
    size = plane.shape[1] // across, plane.shape[0] // down
    return cv2.resize(plane, size, interpolation=cv2.INTER_AREA)


def extremes(plane: Codes, across: int, down: int) -> tuple[Codes, Codes]:
    """The least and the greatest code of each cell; cells over the edge repeat theirs."""
    plane = whole(plane, across, down)
    return _folded(plane, across, down, np.minimum), _folded(plane, across, down, np.maximum)


@dataclass(frozen=True, eq=False)
class Halved:
    """Codes (h,w) whose half is made when it is first asked for, and kept."""

    plane: Codes

    @cached_property
    def half(self) -> Codes:
        """The mean of each cell of two by two."""
        return averaged(self.plane, 2, 2)


def shrunk(plane: Codes, pixels: int) -> Codes:
    """Codes (h,w) at up to `pixels`, a whole number of times smaller; colors become codes at no more."""
    height, width = plane.shape
    factor = math.ceil(math.sqrt(height * width / pixels))
    if factor <= 1:
        return plane
    size = max(1, round(width / factor)), max(1, round(height / factor))
    return cv2.resize(halved(plane, (factor & -factor).bit_length() - 1), size, interpolation=cv2.INTER_AREA)


def halved(plane: Codes, times: int) -> Codes:
    """Codes (h,w) halved so many times, or as often as that is exact: five times faster than to shrink at once."""
    for _ in range(times):
        height, width = plane.shape
        if height % 2 or width % 2:
            break
        plane = cv2.resize(plane, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    return plane


def _folded(plane: Codes, across: int, down: int, fold: np.ufunc) -> Codes:
    """Each cell of whole ones by `fold`: its rows, then each code with its neighbors on the right, be they its cell's.

    Only every `across`-th is wanted of the latter, but what lies side by side is folded ten times faster.
    """
    lines = np.ascontiguousarray(reduce(fold, (plane[row::down] for row in range(down))))
    if across == 1:
        return lines
    codes, folded, count = lines.reshape(-1), np.empty(lines.size, lines.dtype), lines.size - across + 1
    so_far = codes[:count]
    for shift in range(1, across):
        so_far = fold(so_far, codes[shift : shift + count], out=folded[:count])
    return _firsts(folded, across).reshape(-1, plane.shape[1] // across)


def _firsts(codes: Codes, across: int) -> Codes:
    """Every `across`-th of codes (n,), which a cast of `across` of them at once leaves where low bytes come first."""
    if across in (2, 4) and sys.byteorder == "little":
        return codes.view(f"u{across * codes.itemsize}").astype(codes.dtype)
    return codes[::across]
