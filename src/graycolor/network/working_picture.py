"""A gray picture as a network takes it: shrunk (never squashed) to the working size, scaled, padded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from graycolor.network.config import MIDDLE, SPAN, STRIDE
from graycolor.types import Codes, Floats
from graycolor.upsample import area_shrink

MULTIPLE = 4
"""Working sizes are multiples of the largest stride of any network's output."""
_LONGEST = 4 / 3
"""Beyond this aspect ratio pictures are scaled by their area: long ones come nearer to the truth so, at less cost."""


def working_shape(height: int, width: int, size: int) -> tuple[int, int]:
    """Shape of the picture that the network sees: short side `size`, aspect kept, in multiples of 4.

    Pictures longer than 4:3 have the area of one of 4:3 instead.
    """
    short, long = min(height, width), max(height, width)
    factor = min(size / short, size * (_LONGEST / (short * long)) ** 0.5)
    return _multiple(height * factor), _multiple(width * factor)


def min_half_side_for(size: int) -> int:
    """The shorter side that a half must have: `area_shrink` would halve its whole too, to sides that are rounded up."""
    return 2 * (size + MULTIPLE // 2)


def working_picture(gray: Codes, size: int) -> Floats:
    """`gray` at its working shape, scaled as the network wants it."""
    return scaled(area_shrink(gray, working_shape(gray.shape[0], gray.shape[1], size)))


def scaled(codes: NDArray[np.uint8]) -> Floats:
    """8-bit gray codes as the network wants them: `(g - 127) / 128`."""
    return (codes.astype(np.float32) - np.float32(MIDDLE)) / np.float32(SPAN)


def denoised(codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Gray codes (H,W) without their noise: non-local means (Buades 2005), as strong as the noise measured."""
    import cv2

    laplacian = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    # The median passes over the picture's own edges (Immerkaer 1996 takes the mean).
    strength = float(np.median(np.abs(cv2.filter2D(codes, cv2.CV_32F, laplacian)))) / (6 * 0.6745)
    smooth = cv2.fastNlMeansDenoising(codes, None, max(strength, 1e-3), 5, 15) if strength > 1 else codes
    return np.asarray(smooth, np.uint8)


def _multiple(length: float) -> int:
    return max(MULTIPLE, round(length / MULTIPLE) * MULTIPLE)


def padded(picture: Floats) -> Floats:
    """`picture` mirrored at the bottom and right to multiples of 32, the network's lowest resolution."""
    import cv2

    height, width = picture.shape
    return cv2.copyMakeBorder(picture, 0, -height % STRIDE, 0, -width % STRIDE, cv2.BORDER_REFLECT)
