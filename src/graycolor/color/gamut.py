"""The sRGB gamut: what to do with colors that a screen cannot show.

Clipping RGB moves lightness (by up to 10 steps on real photographs); these fits give up chroma instead. `fit_linear`
scales in linear light towards the gray of equal luminance: cheap, exact in luminance, hue drifts by a degree or two.
`fit_lab` keeps the Lab hue as well, for colors that a person asked for: a search along the ray for a few colors, as one
hint makes them; for many a table of the largest chroma by lightness and hue answers at once, and the search helps only
beside blue and yellow, where the gamut folds and no table is fine enough. Near yellow one ray in nine leaves the gamut
(red is too bright by up to 3 steps) and comes back farther out, so the search looks at the whole ray; only the last tip
of yellow is too thin for its steps.
"""

from __future__ import annotations

from functools import cache
from math import pi
from typing import Any

import numpy as np

from graycolor.color.lab import lab_to_linear

_SCAN = 128
_STEPS = 14
_WIDEST = 150.0
"""No sRGB color has more chroma than this (blue has 133.8)."""
_SLACK = 1e-6
_CELLS = 256
_MARGIN = 0.995
"""Share of the table's answer that is tried: nearly all of it is in the gamut then."""
_TOLERANCE = 1.02
"""The try counts if this many times its chroma would be too much."""
_FEW = 1000
"""Colors that are searched for one by one; to fill the table takes as long as to search for 66,000."""


def fit_linear(linear_rgb: Any, y: Any) -> Any:
    """Linear RGB (..., 3) of luminance y (...,), scaled towards the gray y until every channel is in 0..1.

    The luminance stays exactly y (the weights sum to 1); colors inside the gamut come back unchanged.
    """
    offsets = linear_rgb - y[..., None]
    highest, lowest = _extremes(offsets)
    room_above = (1 - y) / highest.clip(min=1e-12)
    room_below = y / (-lowest).clip(min=1e-12)
    scale = room_above.clip(max=room_below).clip(max=1.0)
    return y[..., None] + offsets * scale[..., None]


def fit_lab(lab: Any) -> Any:
    """Lab (..., 3) with chroma given up, L and hue kept, until the color is in the sRGB gamut.

    At most 2 % of the chroma that there is room for is lost, and none of a few colors. Colors inside the gamut come
    back unchanged; L outside 0..100 has no color at all and comes back gray.
    """
    fitted = lab * 1
    outside = ~_inside(lab)
    if outside.any():
        fitted[outside] = _brought_in(lab[outside])
    return fitted


def max_chroma(L: Any, hue: Any) -> Any:
    """Largest chroma of the sRGB gamut at lightness L (0..100) and Lab hue (radians), of any shapes that broadcast.

    Interpolated in a table: off by 0.02 on average, but beside the hues of blue and green by up to 45, since the gamut
    folds there; `fit_lab` is right there too.
    """
    if not hasattr(L, "new_tensor"):
        L, hue = (np.asarray(values, np.result_type(values, 1.0)) for values in (L, hue))
    row, column = L.clip(0, 100) * (_CELLS / 100), hue * (1 / (2 * pi)) % 1 * _CELLS
    i, j = _cell(row), _cell(column)
    u, v, table = row - i, column - j, _table_like(L)
    left, right = table[i, j] * (1 - u) + table[i + 1, j] * u, table[i, j + 1] * (1 - u) + table[i + 1, j + 1] * u
    return left * (1 - v) + right * v


def _brought_in(lab: Any) -> Any:
    if len(lab) <= _FEW:  # by their number alone, so that the same picture gets the same colors every time
        return _with_chroma_scaled(lab, _largest_scale(lab))
    a, b = lab[..., 1], lab[..., 2]
    hue = np.arctan2(b, a) if isinstance(lab, np.ndarray) else b.atan2(a)
    room = _MARGIN * max_chroma(lab[..., 0], hue)
    scale = (room / (a * a + b * b).clip(min=1e-12) ** 0.5).clip(max=1.0)
    right = _inside(_with_chroma_scaled(lab, scale)) & ~_inside(_with_chroma_scaled(lab, scale * _TOLERANCE))
    if not right.all():
        scale[~right] = _largest_scale(lab[~right])
    return _with_chroma_scaled(lab, scale)


def _largest_scale(lab: Any) -> Any:
    """The largest factor (...,), 0..1, on the chroma of Lab colors (..., 3) that brings them into the gamut."""
    shown = lab[..., 0] * 0
    for step in range(1, _SCAN + 1):
        share = shown * 0 + step / _SCAN
        shown = shown + (share - shown) * _inside(_with_chroma_scaled(lab, share))
    hidden = (shown + 1 / _SCAN).clip(max=1)
    for _ in range(_STEPS):
        middle = (shown + hidden) / 2
        fits = _inside(_with_chroma_scaled(lab, middle))
        shown = shown + (middle - shown) * fits
        hidden = hidden + (middle - hidden) * ~fits
    return shown


@cache
def _table() -> np.ndarray:
    """Largest chroma (257, 257) for L in 0..100 and hue in 0..2 pi, both ends included."""
    L, hue = np.meshgrid(np.linspace(0, 100, _CELLS + 1), np.linspace(0, 2 * pi, _CELLS + 1), indexing="ij")
    return _WIDEST * _largest_scale(np.stack([L, _WIDEST * np.cos(hue), _WIDEST * np.sin(hue)], -1))


def _table_like(values: Any) -> Any:
    return _table().astype(values.dtype) if isinstance(values, np.ndarray) else values.new_tensor(_table())


def _cell(position: Any) -> Any:
    """The table's cell of a position as an integer; the last line belongs to the cell before it."""
    cell = position.clip(max=_CELLS - 1)
    return cell.astype(np.intp) if isinstance(cell, (np.ndarray, np.generic)) else cell.long()


def _inside(lab: Any) -> Any:
    highest, lowest = _extremes(lab_to_linear(lab))
    return (lowest >= -_SLACK) & (highest <= 1 + _SLACK)


def _with_chroma_scaled(lab: Any, scale: Any) -> Any:
    scaled = lab * scale[..., None]
    scaled[..., 0] = lab[..., 0]
    return scaled


def _extremes(values: Any) -> tuple[Any, Any]:
    """Largest and smallest along the last axis; numpy's and torch's `max` differ, and numpy's arrays lack `amax`."""
    if isinstance(values, np.ndarray):
        return values.max(-1), values.min(-1)
    return values.amax(-1), values.amin(-1)
