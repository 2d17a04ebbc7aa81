"""Colors laid on light of any range: a scan's own, in whatever codes it is stored.

The colors are those that a screen would show on the frame's display gray; what is carried over is how their channels
stand to their luminance. So the luminance of every pixel is the source's, whatever the curve, and above white too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import cast

import cv2
import numpy as np

from graycolor.color.lab import LUMINANCE_WEIGHTS, srgb_to_linear
from graycolor.color.lightness_join import join, stripes
from graycolor.types import Codes, Floats
from graycolor.upsample import ChromaUpsampler

_NOTHING = np.float32(1e-9)
"""Light that counts as black, which has no color."""


def colored_light(
    light: Callable[[slice], Floats], gray: Codes, ab: Floats, brightest: float
) -> Iterator[tuple[slice, Floats]]:
    """Rows of linear R, G and B (h,W,3) whose luminance is the light's, with the colors of chroma `ab` (h,w,2).

    Args:
        light: gives rows of light (h,W), 1 is white; there may be more, and less than nothing.
        gray: (H,W), what a screen shows of it.
        ab: small chroma map over the whole picture.
        brightest: light that no channel may go beyond; colors are made paler for it.
    """
    upsampler = ChromaUpsampler(ab, gray)
    for top, bottom in stripes(*gray.shape):
        rows = slice(top, bottom)
        codes = cast(Codes, np.ascontiguousarray(gray[rows]))
        shown = join(codes, partial(_rows, upsampler, top), depth=16)
        wanted = light(rows)
        with np.errstate(invalid="ignore", over="ignore"):  # floats of a file may be anything, and stay what they are
            yield rows, wanted[..., None] * _ratios(cv2.LUT(shown, _linear()), wanted, brightest)


def _rows(upsampler: ChromaUpsampler, below: int, top: int, bottom: int) -> Floats:
    return upsampler.rows(below + top, below + bottom)


@cache
def _linear() -> Floats:
    """Linear light of every 16-bit sRGB code, (1, 65536)."""
    return np.asarray(srgb_to_linear(np.linspace(0, 1, 65536)), np.float32)[None]


def _ratios(rgb: Floats, light: Floats, brightest: float) -> Floats:
    """What share of the luminance each channel has (h,w,3): 1 on average, by the weights of luminance."""
    luminance = rgb @ LUMINANCE_WEIGHTS.astype(np.float32)
    ratios = rgb / np.maximum(luminance, _NOTHING)[..., None]
    room = brightest / np.maximum(light, _NOTHING) - 1
    over = np.maximum(ratios.max(axis=2) - 1, _NOTHING)
    strength = np.where((luminance > _NOTHING) & (light > _NOTHING), np.clip(room / over, 0, 1), 0)
    return np.asarray(1 + strength[..., None] * (ratios - 1), np.float32)
