"""Chroma codes of a JPEG kept inside the RGB cube, so that its luma survives a viewer's conversion to RGB.

A pixel whose color leaves the cube is clipped by whoever shows it, and clipping moves its light. Most pixels are far
inside, as a rough look at luma and chroma tells; only those that leave are worked out.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.color.cells import extremes
from graycolor.color.fast import stripes
from graycolor.color.yuv import BT601

Codes = NDArray[np.uint8]
_Picked = tuple[NDArray[np.int64], Codes, Codes]
"""Where cells are, and the least and the greatest luma of each."""

_NEUTRAL, _WHITE = 128, 255
_BITS = 6
"""Of the fractions below: what 16-bit numbers have room for, and 64ths are as fine as rounded codes need."""
_TO_RED, _TO_BLUE = (2 - 2 * BT601.kr), (2 - 2 * BT601.kb)
_RED, _BLUE, _GREEN_OF_RED, _GREEN_OF_BLUE = (
    np.int16(round(share * 2**_BITS))
    for share in (_TO_RED, _TO_BLUE, -_TO_RED * BT601.kr / BT601.kg, -_TO_BLUE * BT601.kb / BT601.kg)
)
"""What a step of chroma adds to R, B and G."""
_ROWS = 512
"""Of a stripe at most: bytes leave more room than the floats of other stripes."""
_AT_ONCE = 65_536
"""Cells that are picked out before they are worked out."""
_MANY = 0.2
"""Share of a stripe's cells from which on it is cheaper to look at all than to pick some out."""


def keep_inside(blue: Codes, red: Codes, luma: Codes, sampling: tuple[int, int]) -> None:
    """Scale Cb and Cr codes (h,w) towards gray, in place, where a pixel of their cell would leave the cube.

    `luma` (H,W) has `sampling` pixels across and down for each of them, or fewer at its right and lower edges.
    """
    across, down = sampling
    chroma = blue.reshape(-1), red.reshape(-1)
    picked: list[_Picked] = []
    for top, bottom in stripes(blue.shape[0], blue.shape[1], _ROWS):
        light = extremes(luma[top * down : bottom * down], across, down)
        near = _near(blue[top:bottom], red[top:bottom], *light)
        places = np.flatnonzero(near)
        if places.size > _MANY * near.size:
            _fit(*(plane.reshape(-1) for plane in (blue[top:bottom], red[top:bottom], *light)))
            continue
        picked.append((places + top * blue.shape[1], *(codes.reshape(-1)[places] for codes in light)))
        if sum(places.size for places, *_ in picked) > _AT_ONCE:
            _fit_picked(*chroma, picked)
            picked.clear()
    if picked:
        _fit_picked(*chroma, picked)


def _near(blue: Codes, red: Codes, darkest: Codes, brightest: Codes) -> NDArray[np.bool_]:
    """Whether the light of a cell (h,w) lies as near to a wall as twice its chroma, which no primary gains or loses.

    Twice the chroma stays at 255 where it is more, which is beyond any room.
    """
    neutral = np.full_like(blue, _NEUTRAL)  # a plane: cv2 would take a few cells for the channels of a scalar
    chroma = cv2.absdiff(blue, neutral)
    cv2.max(chroma, cv2.absdiff(red, neutral, neutral), chroma)
    room = cv2.bitwise_not(brightest)
    return np.asarray(cv2.min(darkest, room, room) <= cv2.add(chroma, chroma, chroma))


def _fit_picked(blue: Codes, red: Codes, picked: list[_Picked]) -> None:
    """Cells of several stripes together, in the codes of all cells (n,): a few at a time cost mostly the calls."""
    places, darkest, brightest = (np.concatenate(each) for each in zip(*picked, strict=True))
    some_blue, some_red = blue[places], red[places]
    _fit(some_blue, some_red, darkest, brightest)
    blue[places], red[places] = some_blue, some_red


def _fit(blue: Codes, red: Codes, darkest: Codes, brightest: Codes) -> None:
    highest, lowest = _reach(blue, red)
    leaves = np.add(highest, brightest, dtype=np.int16) > _WHITE
    out = np.flatnonzero(leaves | (np.add(lowest, darkest, dtype=np.int16) < 0))
    if not out.size:
        return
    above, below = (np.maximum(reach, 1).astype(np.float32) for reach in (highest[out], -lowest[out]))
    room = np.minimum(np.minimum((_WHITE - brightest[out]) / above, darkest[out] / below), 1)
    for codes in (blue, red):
        codes[out] = np.trunc((codes[out] - np.float32(_NEUTRAL)) * room) + _NEUTRAL


def _reach(blue: Codes, red: Codes) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """How far R, G and B lie above and below the luma at most, in codes."""
    u, v = (codes.astype(np.int16) - np.int16(_NEUTRAL) for codes in (blue, red))
    r, b, g = v * _RED, u * _BLUE, v * _GREEN_OF_RED + u * _GREEN_OF_BLUE
    return (np.maximum(np.maximum(r, g), b) + 32) >> _BITS, (np.minimum(np.minimum(r, g), b) + 32) >> _BITS
