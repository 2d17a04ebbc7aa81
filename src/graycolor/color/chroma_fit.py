"""Chroma codes of a JPEG kept inside the RGB cube, so that its luma survives a viewer's conversion to RGB.

A pixel whose color leaves the cube is clipped by whoever shows it, and clipping moves its light. Most pixels are far
inside, as a rough look at blocks of luma and chroma tells; only blocks near a wall are worked out.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.color.blocks import extremes
from graycolor.color.yuv import BT601
from graycolor.types import Codes8

Steps = NDArray[np.int16]
"""Codes8 that may be less than none."""
Places = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Rows and columns."""

_NEUTRAL, _WHITE = 128, 255
_BITS = 6
"""Bits of the fractions below: what 16-bit numbers have room for, and 64ths are as fine as rounded codes need."""
_TO_RED, _TO_BLUE = (2 - 2 * BT601.kr), (2 - 2 * BT601.kb)
_RED, _BLUE, _GREEN_OF_RED, _GREEN_OF_BLUE = (
    np.int16(round(share * 2**_BITS))
    for share in (_TO_RED, _TO_BLUE, -_TO_RED * BT601.kr / BT601.kg, -_TO_BLUE * BT601.kb / BT601.kg)
)
"""What a step of chroma adds to R, B and G."""
_BLOCK = 4
"""Cells across and down that are looked at, and worked out, together."""
_AT_ONCE = 4096
"""Blocks that are worked out together."""
_FEW = 65_536
"""Cells up to which blocks of them cost more than they save."""


def fit_jpeg_chroma(blue: Codes8, red: Codes8, luma: Codes8, sampling: tuple[int, int]) -> None:
    """Scale Cb and Cr codes (h,w) towards gray, in place, where a pixel of their cell would leave the cube.

    `luma` (H,W) has `sampling` pixels across and down for each of them, or fewer at its right and lower edges. What is
    side by side in them lies side by side in memory. The plain form is `_fit_cells` for all of them: the same codes,
    as a test holds; to look at blocks first takes two thirds of its time (docs/design.md, Tricks).
    """
    rows, columns = _in_blocks(luma.shape, sampling) if blue.size > _FEW else (0, 0)
    for fit, y, x in (
        (_fit_near_blocks, slice(0, rows), slice(0, columns)),
        (_fit_cells, slice(0, rows), slice(columns, None)),
        (_fit_cells, slice(rows, None), slice(0, None)),
    ):
        chroma = blue[y, x], red[y, x]
        if chroma[0].size:
            fit(chroma, luma[_pixels(y, sampling[1]), _pixels(x, sampling[0])], sampling)


def _in_blocks(shape: tuple[int, ...], sampling: tuple[int, int]) -> tuple[int, int]:
    """How many cells down and across, of a luma of this shape, fill whole blocks."""
    across, down = sampling
    return shape[0] // (_BLOCK * down) * _BLOCK, shape[1] // (_BLOCK * across) * _BLOCK


def _pixels(cells: slice, size: int) -> slice:
    return slice(cells.start * size, None if cells.stop is None else cells.stop * size)


def _fit_cells(chroma: Sequence[Codes8], luma: Codes8, sampling: tuple[int, int]) -> None:
    """Planes in place, looked at cell by cell."""
    light = extremes(luma, *sampling)
    places = np.flatnonzero(_seems_near(chroma, *light))
    blue, red, *dark_and_bright = (plane.reshape(-1)[places] for plane in (*chroma, *light))
    _fit(blue, red, *dark_and_bright)
    for plane, codes in zip(chroma, (blue, red), strict=True):
        np.put(plane, places, codes)


def _fit_near_blocks(chroma: Sequence[Codes8], luma: Codes8, sampling: tuple[int, int]) -> None:
    """Planes of whole blocks in place, looked at block by block."""
    y, x = _near(chroma, luma, sampling)
    for start in range(0, y.size, _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        _fit_blocks(chroma, luma, sampling, (y[some], x[some]))


def _near(chroma: Sequence[Codes8], luma: Codes8, sampling: tuple[int, int]) -> Places:
    """Blocks of which a cell would leave the cube if it had the most extreme luma and chroma of all of them."""
    across, down = sampling
    darkest, brightest = extremes(luma, _BLOCK * across, _BLOCK * down)
    blue, red = (extremes(plane, _BLOCK, _BLOCK) for plane in chroma)
    rough = np.flatnonzero(_seems_near((*blue, *red), darkest, brightest))
    least, most = zip(blue, red, strict=True)
    reach = _reach_of_range(*(_from_gray(*(codes.reshape(-1)[rough] for codes in pair)) for pair in (least, most)))
    leaves = _leaves(*reach, *(codes.reshape(-1)[rough] for codes in (darkest, brightest)))
    return np.divmod(rough[leaves], darkest.shape[1])


def _seems_near(chroma: Sequence[Codes8], darkest: Codes8, brightest: Codes8) -> NDArray[np.bool_]:
    """Whether light (h,w) lies as near to a wall as twice its chroma, which no primary gains or loses: a rough look.

    Twice the chroma stays at 255 where it is more, which is beyond any room.
    """
    neutral = np.full_like(darkest, _NEUTRAL)  # a plane: cv2 would take a few cells for the channels of a scalar
    farthest = reduce(cv2.max, (cv2.absdiff(codes, neutral) for codes in chroma))
    return np.asarray(np.minimum(darkest, ~brightest) <= cv2.add(farthest, farthest))


def _fit_blocks(chroma: Sequence[Codes8], luma: Codes8, sampling: tuple[int, int], places: Places) -> None:
    """The blocks of planes at these places, in place."""
    across, down = sampling
    light = extremes(_pieces(luma, _BLOCK * across)[_picked(places, _BLOCK * down)].view(np.uint8), across, down)
    planes, at = [_pieces(plane, _BLOCK) for plane in chroma], _picked(places, _BLOCK)
    blue, red = (plane[at].view(np.uint8) for plane in planes)
    _fit(*(plane.reshape(-1) for plane in (blue, red, *light)))
    for plane, codes in zip(planes, (blue, red), strict=True):
        plane[at] = codes.view(plane.dtype)


def _pieces(plane: Codes8, across: int) -> NDArray[Any]:
    """Lines of codes (h,w) as pieces (h,n), each as long as a block: numpy moves a void of n bytes at once."""
    return plane.view(f"V{across}")


def _picked(places: Places, down: int) -> Places:
    """Rows and columns (down,n) of the pieces of blocks that are `down` lines high."""
    y, x = places
    return y * down + np.arange(down)[:, None], np.broadcast_to(x, (down, x.size))


def _fit(blue: Codes8, red: Codes8, darkest: Codes8, brightest: Codes8) -> None:
    """Cells (n,), in place."""
    chroma = _from_gray(blue, red)
    highest, lowest = _reach_of_range(chroma, chroma)
    out = np.flatnonzero(_leaves(highest, lowest, darkest, brightest))
    if not out.size:
        return
    above, below = (np.maximum(reach, 1).astype(np.float32) for reach in (highest[out], -lowest[out]))
    room = np.minimum(np.minimum((_WHITE - brightest[out]) / above, darkest[out] / below), 1)
    for codes in (blue, red):
        codes[out] = np.trunc((codes[out] - np.float32(_NEUTRAL)) * room) + _NEUTRAL


def _leaves(highest: Steps, lowest: Steps, darkest: Codes8, brightest: Codes8) -> NDArray[np.bool_]:
    return (np.add(highest, brightest, dtype=np.int16) > _WHITE) | (np.add(lowest, darkest, dtype=np.int16) < 0)


def _reach_of_range(least: tuple[Steps, Steps], most: tuple[Steps, Steps]) -> tuple[Steps, Steps]:
    """How far R, G and B lie above and below the luma at most, for steps of Cb and Cr from `least` to `most`."""
    (low_u, low_v), (high_u, high_v) = least, most
    green_above, green_below = (u * _GREEN_OF_BLUE + v * _GREEN_OF_RED for u, v in (least, most))
    highest = np.maximum(np.maximum(high_v * _RED, high_u * _BLUE), green_above)
    lowest = np.minimum(np.minimum(low_v * _RED, low_u * _BLUE), green_below)
    return (highest + 32) >> _BITS, (lowest + 32) >> _BITS


def _from_gray(blue: Codes8, red: Codes8) -> tuple[Steps, Steps]:
    u, v = (codes.astype(np.int16) - np.int16(_NEUTRAL) for codes in (blue, red))
    return u, v
