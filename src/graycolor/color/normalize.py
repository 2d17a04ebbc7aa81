"""The scalings of the founding report: what its networks read and write, and its 8-bit arrays of ab."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

AB_SCALE = 128.0
"""ab is divided by this; every sRGB color then lies within -1..1."""


def normalize_lightness(L: Any) -> Any:
    """L (0..100) to 0..1."""
    return L / 100


def normalize_gray(gray: NDArray[np.uint8]) -> NDArray[np.float32]:
    """8-bit gray, or OpenCV's 8-bit L, to 0..1."""
    return (gray / 255).astype(np.float32)


def normalize_ab(ab: Any) -> Any:
    """Lab's a, b to -1..1."""
    return (ab / AB_SCALE).clip(-1, 1)


def denormalize_ab(scaled: Any) -> Any:
    """The inverse of `normalize_ab`."""
    return scaled * AB_SCALE


def ab_from_bytes(ab: NDArray[np.uint8]) -> NDArray[np.float32]:
    """OpenCV's 8-bit a, b (offset by 128) to Lab units."""
    return ab.astype(np.float32) - 128


def ab_to_bytes(ab: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Lab's a, b to OpenCV's 8-bit form, rounded."""
    return np.clip(np.rint(ab + 128), 0, 255).astype(np.uint8)
