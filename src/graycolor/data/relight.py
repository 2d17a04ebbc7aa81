"""Scenes in poor light: by night, in haze or smoke, against the light, with light that fell into the lens.

Most photographs of a dataset were taken in good light, those of a family album were not. Unlike aging, which happens to
the picture, this happens to the scene: its colors become darker and paler with it, and those are what a network is to
name. A `Lighting` is drawn once for a crop; the arithmetic is the same for arrays and tensors.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.color.lab import LUMINANCE_WEIGHTS, srgb_to_linear
from graycolor.types import Floats

_MIDDLE_GRAY = 0.18


class Lighting(NamedTuple):
    """How a scene is lit, all of it in linear light.

    Attributes:
        exposure: factor on everything.
        contrast: exponent of the luminance around middle gray; colors keep their ratios.
        veil: share of the light that haze adds, at the top of the picture and at its bottom.
        air: luminance of that haze, 0..1.
        flare: luminance that a spot of stray light adds at its middle.
        spot: row and column of that spot and its reach, in heights and widths of the picture.
    """

    exposure: float = 1.0
    contrast: float = 1.0
    veil: tuple[float, float] = (0.0, 0.0)
    air: float = 0.6
    flare: float = 0.0
    spot: tuple[float, float, float] = (0.5, 0.5, 0.5)


def drawn_light(rng: np.random.Generator) -> Lighting:
    """Night, haze, backlight or flare, each as often."""
    kind = rng.integers(4)
    if kind == 0:
        return Lighting(exposure=float(np.exp(rng.uniform(np.log(0.04), np.log(0.4)))))
    if kind == 1:
        far, near = rng.uniform(0.3, 0.85), rng.uniform(0.0, 0.6)
        return Lighting(veil=(far, far * near), air=rng.uniform(0.3, 0.95))
    if kind == 2:
        return Lighting(exposure=rng.uniform(0.5, 1.2), contrast=rng.uniform(1.3, 2.2))
    spot = (rng.uniform(0, 1), rng.uniform(0, 1), rng.uniform(0.2, 0.8))
    return Lighting(exposure=rng.uniform(0.4, 1.0), flare=rng.uniform(0.1, 0.6), spot=spot)


def light_maps(light: Lighting, height: int, width: int) -> tuple[Floats, Floats]:
    """Share of haze (H,1,1) and stray light (H,W,1) at every pixel."""
    veil = np.linspace(*light.veil, height, dtype=np.float32)[:, None, None]
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None] - np.float32(light.spot[0])
    columns = np.linspace(0, 1, width, dtype=np.float32) - np.float32(light.spot[1])
    spot = np.exp(-(rows**2 + columns**2) / np.float32(2 * light.spot[2] ** 2))
    return veil, np.float32(light.flare) * spot[..., None]


def relit(linear: Any, light: Lighting, veil: Any, stray: Any) -> Any:
    """Linear RGB (H,W,3), 0..1, as it would look in that light; arrays and tensors alike."""
    red, green, blue = (float(weight) for weight in LUMINANCE_WEIGHTS)
    luminance = linear[..., :1] * red + linear[..., 1:2] * green + linear[..., 2:] * blue
    gain = light.exposure * ((luminance + 1e-4) / _MIDDLE_GRAY) ** (light.contrast - 1)
    return ((1 - veil) * gain * linear + veil * light.air + stray).clip(0, 1)


def relit_lab(rgb: NDArray[np.uint8], light: Lighting) -> Floats:
    """Lab (H,W,3) of sRGB (H,W,3) in that light; never rounded, as dark codes are coarse."""
    linear = cv2.LUT(rgb, srgb_to_linear(np.arange(256, dtype=np.float32) / 255))
    lit = relit(linear, light, *light_maps(light, *rgb.shape[:2]))
    return np.asarray(cv2.cvtColor(lit.astype(np.float32), cv2.COLOR_LRGB2Lab))
