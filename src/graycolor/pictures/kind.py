"""What kind of picture a color source is: gray stored as color, tinted, faded, or in full color.

Old prints are brown, blue or yellowed: one hue over the whole picture, whose strength follows the light. Such a tint is
the chemistry's and not the scene's. What is left when the tint of each lightness is taken away tells colors from it: a
photograph in color keeps most of its chroma, a sepia print keeps next to nothing.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.color.lightness_join import lab_of_rgb8

_SIDE = 256
"""Pixels a side that are looked at: grain and the noise of JPEG's chroma average out."""
_BANDS = 12
"""Bands of lightness, each with its own tint."""
_GRAY = 2.0
"""Chroma up to which a picture counts as gray; JPEG's own noise reaches that."""
_TINT, _OFF_HUE, _TINT_SHARE = 7.0, 4.5, 0.2
"""How far a tinted print's ab may lie beside the tint of its lightness and beside one hue; strong tints vary more."""
_FADED = 10.0
"""How far the ab of faded colors lies beside their tint; full colors lie farther."""
_SHARE = 95
"""Percentile that speaks for the picture: a colored stamp or a scratch in the corner does not."""


def kind_of(rgb: NDArray[np.uint8]) -> str:
    """`gray`, `tinted`, `faded` or `color` for 8-bit sRGB (H,W,3)."""
    lab = lab_of_rgb8(_small(rgb)).reshape(-1, 3)
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    if np.percentile(chroma, _SHARE) < _GRAY:
        return "gray"
    beside = float(np.percentile(_beside_the_tint(lab), _SHARE))
    off_hue = float(np.percentile(_beside_the_hue(lab[:, 1:]), _SHARE))
    if beside < _TINT_SHARE * np.percentile(chroma, _SHARE) or (beside < _TINT and off_hue < _OFF_HUE):
        return "tinted"
    return "faded" if beside < _FADED else "color"


def _small(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = rgb.shape[:2]
    scale = min(1.0, _SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.ascontiguousarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA))


def _beside_the_tint(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    """Distance (n,) of each pixel's ab from the middle ab of pixels as light as it."""
    band = np.clip(lab[:, 0] * (_BANDS / 100), 0, _BANDS - 1).astype(int)
    rest = np.zeros(len(lab), np.float32)
    for number in np.unique(band):
        chosen = band == number
        middle = np.median(lab[chosen, 1:], axis=0)
        rest[chosen] = np.hypot(*(lab[chosen, 1:] - middle).T)
    return rest


def _beside_the_hue(ab: NDArray[np.float32]) -> NDArray[np.float32]:
    """Distance (n,) of ab (n,2) from the ray of its mean hue."""
    a, b = ab.mean(axis=0) / max(float(np.hypot(*ab.mean(axis=0))), 1e-6)
    along, across = ab @ np.array([a, b]), ab @ np.array([-b, a])
    return np.asarray(np.hypot(across, np.minimum(along, 0)), np.float32)
