"""The numbers we are judged by: pure functions of two pictures, by their published definitions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]

_NEUTRAL = 0.1
"""Mean chroma that rounding to 8 bits and back leaves in a gray picture."""


def ciede2000(lab: Floats, other: Floats) -> Floats:
    """CIEDE2000 color difference (...,) of Lab colors (..., 3), all weights 1 (Sharma, Wu and Dalal 2005)."""
    L1, a1, b1 = np.moveaxis(lab, -1, 0)
    L2, a2, b2 = np.moveaxis(other, -1, 0)
    seventh = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    stretch = 1.5 - 0.5 * np.sqrt(seventh / (seventh + 25.0**7))
    C1, C2 = np.hypot(a1 * stretch, b1), np.hypot(a2 * stretch, b2)
    h1, h2 = np.arctan2(b1, a1 * stretch), np.arctan2(b2, a2 * stretch)
    turn, mean_hue = _hue_difference_and_mean(h1, h2, C1 * C2)
    mean_C, mean_L = (C1 + C2) / 2, (L1 + L2) / 2
    dL = (L2 - L1) / _lightness_weight(mean_L)
    dC = (C2 - C1) / (1 + 0.045 * mean_C)
    dH = 2 * np.sqrt(C1 * C2) * np.sin(turn / 2) / (1 + 0.015 * mean_C * _hue_weight(mean_hue))
    return np.sqrt(np.maximum(dL**2 + dC**2 + dH**2 + _rotation(mean_C, mean_hue) * dC * dH, 0))


def _hue_difference_and_mean(h1: Floats, h2: Floats, chroma_product: Floats) -> tuple[Floats, Floats]:
    """Signed difference and mean of two hues, the short way round (equations 10 and 14)."""
    turn = (h2 - h1 + np.pi) % (2 * np.pi) - np.pi
    neutral = chroma_product == 0
    mean = np.where(neutral, h1 + h2, h1 + turn / 2)
    return np.where(neutral, 0, turn), mean


def _lightness_weight(L: Floats) -> Floats:
    return 1 + 0.015 * (L - 50) ** 2 / np.sqrt(20 + (L - 50) ** 2)


def _hue_weight(hue: Floats) -> Floats:
    return (
        1
        - 0.17 * np.cos(hue - np.radians(30))
        + 0.24 * np.cos(2 * hue)
        + 0.32 * np.cos(3 * hue + np.radians(6))
        - 0.20 * np.cos(4 * hue - np.radians(63))
    )


def _rotation(chroma: Floats, hue: Floats) -> Floats:
    degrees = np.degrees(hue) % 360
    angle = np.radians(30) * np.exp(-(((degrees - 275) / 25) ** 2))
    return -2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7)) * np.sin(2 * angle)


def ab_cosine(ab: Floats, other: Floats) -> float:
    """Cosine between two chroma fields (..., 2), flattened; 0 where one of them is gray to within rounding."""
    if min(mean_chroma(ab), mean_chroma(other)) < _NEUTRAL:
        return 0.0
    return float(np.sum(ab * other, dtype=np.float64) / (np.linalg.norm(ab) * np.linalg.norm(other)))


def mean_chroma(ab: Floats) -> float:
    """Mean of hypot(a, b) over a chroma field (..., 2)."""
    return float(np.hypot(ab[..., 0], ab[..., 1]).mean())


def colorfulness(rgb: NDArray[np.uint8]) -> float:
    """Colorfulness of 8-bit RGB (H,W,3): M3 of Hasler and Suesstrunk 2003, signed opponent channels."""
    r, g, b = np.moveaxis(rgb.astype(np.float64), -1, 0)
    rg, yb = r - g, (r + g) / 2 - b
    return float(np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean()))


def bootstrap_interval(values: Floats, *, resamples: int = 1000, seed: int = 0) -> tuple[float, float]:
    """95 % interval of the mean over pictures, by the percentile bootstrap (Efron 1979)."""
    values = np.asarray(values, np.float64)
    drawn = np.random.default_rng(seed).integers(len(values), size=(resamples, len(values)))
    low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)
