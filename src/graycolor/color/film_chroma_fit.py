"""Chroma codes of a film's frame kept inside the RGB cube: blocks are asked first whether anything in them leaves it.

Nearly all pixels are far inside. The least and the greatest luma and chroma of a block tell how far its colors reach at
most; only blocks that might leave are worked out cell by cell.
"""

from __future__ import annotations

import numpy as np

from graycolor.color.blocks import extremes
from graycolor.color.yuv import Coding, fit_film_chroma, leaves, reach
from graycolor.types import AnyCodes

_BLOCK = 4
"""Cells across and down that are looked at together."""
_MANY = 0.3
"""Share of blocks that might leave from which on it is faster to work out all cells."""


def fit_to_luma(u: AnyCodes, v: AnyCodes, luma: AnyCodes, cell: tuple[int, int], coding: Coding) -> None:
    """Scale U and V codes (h,w) towards gray, in place, where a pixel of their cell would leave the RGB cube.

    `luma` (H,W) has `cell` pixels across and down for each of them, or fewer at its right and lower edges. The plain
    form is `fit_film_chroma` for all of them: the same codes, as a test holds; to look at blocks first takes a third of
    its time.
    """
    rows, columns = (luma.shape[axis] // (_BLOCK * cell[1 - axis]) * _BLOCK for axis in range(2))
    for fit, y, x in (
        (_fit_blocks, slice(0, rows), slice(0, columns)),
        (_fit_cells, slice(0, rows), slice(columns, None)),
        (_fit_cells, slice(rows, None), slice(0, None)),
    ):
        if u[y, x].size:
            fit(u[y, x], v[y, x], luma[_pixels(y, cell[1]), _pixels(x, cell[0])], cell, coding)


def _pixels(cells: slice, size: int) -> slice:
    return slice(cells.start * size, None if cells.stop is None else cells.stop * size)


def _fit_cells(u: AnyCodes, v: AnyCodes, luma: AnyCodes, cell: tuple[int, int], coding: Coding) -> None:
    fit_film_chroma(u, v, *extremes(luma, *cell), coding)


def _fit_blocks(u: AnyCodes, v: AnyCodes, luma: AnyCodes, cell: tuple[int, int], coding: Coding) -> None:
    """Planes of whole blocks."""
    across, down = cell
    darkest, brightest = extremes(luma, _BLOCK * across, _BLOCK * down)
    least, most = zip(extremes(u, _BLOCK, _BLOCK), extremes(v, _BLOCK, _BLOCK), strict=True)
    y, x = np.nonzero(leaves(*reach(least, most, coding), darkest, brightest, coding))
    if y.size > _MANY * darkest.size:
        _fit_cells(u, v, luma, cell, coding)
    elif y.size:
        light = _in_blocks(luma, _BLOCK * across, _BLOCK * down)[y, :, x].reshape(-1, _BLOCK * across)
        planes = [_in_blocks(codes, _BLOCK, _BLOCK) for codes in (u, v)]
        some_u, some_v = (plane[y, :, x].reshape(1, -1) for plane in planes)
        darkest, brightest = (each.reshape(1, -1) for each in extremes(light, across, down))
        fit_film_chroma(some_u, some_v, darkest, brightest, coding)
        for plane, codes in zip(planes, (some_u, some_v), strict=True):
            plane[y, :, x] = codes.reshape(-1, _BLOCK, _BLOCK)


def _in_blocks(codes: AnyCodes, across: int, down: int) -> AnyCodes:
    """A view of codes (h,w) as blocks: (rows, down, columns, across)."""
    height, width = codes.shape
    return codes.reshape(height // down, down, width // across, across)
