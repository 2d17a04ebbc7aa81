"""The sRGB gamut: what to do with colors that a screen cannot show.

Clipping RGB moves lightness (by up to 10 steps on real photographs); these fits give up chroma instead. `fit_linear`
scales in linear light towards the gray of equal luminance: cheap, exact in luminance, hue drifts by a degree or two.
`fit_lab` keeps the Lab hue as well, for colors that a person asked for. Both work on numpy arrays and torch tensors.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graycolor.color.lab import lab_to_linear

_STEPS = 24
_WIDEST = 150.0
"""No sRGB color has more chroma than this (blue has 133.8)."""
_SLACK = 1e-6


def fit_linear(linear_rgb: Any, y: Any) -> Any:
    """Linear RGB (..., 3) of luminance y (...,), scaled towards the gray y until every channel is in 0..1.

    The luminance stays exactly y (the weights sum to 1); colors inside the gamut come back unchanged.
    """
    offsets = linear_rgb - y[..., None]
    highest, lowest = _extremes(offsets)
    room_above = (1 - y) / _at_least(highest, 1e-12)
    room_below = y / _at_least(-lowest, 1e-12)
    scale = _at_most(_at_most(room_above, room_below), 1.0)
    return y[..., None] + offsets * scale[..., None]


def fit_lab(lab: Any) -> Any:
    """Lab (..., 3) with chroma given up, L and hue kept, until the color is in the sRGB gamut.

    By bisection along the ray from the gray of equal L; colors inside the gamut come back unchanged. L outside 0..100
    has no color at all and comes back gray.
    """
    inside = _inside(lab)
    shown, hidden = inside * 1.0, inside * 0.0 + 1.0
    for _ in range(_STEPS):
        middle = (shown + hidden) / 2
        fits = _inside(_with_chroma_scaled(lab, middle))
        shown = shown + (middle - shown) * fits
        hidden = hidden + (middle - hidden) * ~fits
    return _with_chroma_scaled(lab, shown)


def max_chroma(L: Any, hue: Any) -> np.ndarray:
    """Largest chroma of the sRGB gamut at lightness L (0..100) and Lab hue (radians), as a float64 array."""
    L, hue = np.broadcast_arrays(np.asarray(L, np.float64), np.asarray(hue, np.float64))
    lab = np.stack([L, _WIDEST * np.cos(hue), _WIDEST * np.sin(hue)], axis=-1)
    return np.hypot(*np.moveaxis(fit_lab(lab)[..., 1:], -1, 0))


def _inside(lab: Any) -> Any:
    highest, lowest = _extremes(lab_to_linear(lab))
    return (lowest >= -_SLACK) & (highest <= 1 + _SLACK)


def _with_chroma_scaled(lab: Any, scale: Any) -> Any:
    scaled = lab * scale[..., None]
    scaled[..., 0] = lab[..., 0]
    return scaled


def _extremes(values: Any) -> tuple[Any, Any]:
    """Largest and smallest along the last axis; numpy's and torch's `max` differ, `amax` of torch and numpy do not."""
    if isinstance(values, np.ndarray):
        return values.max(-1), values.min(-1)
    return values.amax(-1), values.amin(-1)


def _at_least(values: Any, floor: float) -> Any:
    return values.clip(min=floor)


def _at_most(values: Any, ceiling: Any) -> Any:
    return np.minimum(values, ceiling) if isinstance(values, np.ndarray) else values.clamp(max=ceiling)
