"""Make a modern gray picture old: what film, paper, scanner and JPEG did to the photographs people bring.

The network must give an aged print the colors of the scene, so training ages part of its inputs and leaves the truth.
Every function takes and returns 8-bit gray (H,W) and draws from the generator it is handed.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.color.lightness_join import gray_of_rgb
from graycolor.types import Gray

_ORTHOCHROMATIC = (0.02, 0.48, 0.5)
_BLUE_SENSITIVE = (0.0, 0.1, 0.9)
_PANCHROMATIC = (0.33, 0.33, 0.34)
NEARLY_GONE = 0.25
"""Share of the faded pictures that have lost most of their contrast."""


def mixed_gray(rgb: NDArray[np.uint8], rng: np.random.Generator) -> Gray:
    """Gray as an emulsion would have seen `rgb` (H,W,3): half the time equal L, else another spectral sensitivity.

    Early plates were blind to red (blue-sensitive, orthochromatic); panchromatic film weighs the thirds about evenly.
    """
    if rng.random() < 0.5:
        return (gray_of_rgb(rgb) >> 8).astype(np.uint8)
    emulsion = (_ORTHOCHROMATIC, _BLUE_SENSITIVE, _PANCHROMATIC)[rng.integers(3)]
    share = rng.uniform(0.3, 1.0)
    weights = share * np.array(emulsion) + (1 - share) * np.array([0.2126, 0.7152, 0.0722])
    return cv2.transform(rgb, weights[None].astype(np.float32))


def aged(gray: Gray, rng: np.random.Generator) -> Gray:
    """A random chain of gamma, fading, vignette, blur, grain and JPEG, each present about half the time."""
    steps = (_gamma, _faded, _vignetted, _blurred, _grainy, _jpeg)
    for step in steps:
        if rng.random() < 0.45:
            gray = step(gray, rng)
    return gray


def _gamma(gray: Gray, rng: np.random.Generator) -> Gray:
    table = (np.linspace(0, 1, 256) ** np.exp(rng.uniform(-0.45, 0.45))) * 255
    return cv2.LUT(gray, np.rint(table).astype(np.uint8))


def _faded(gray: Gray, rng: np.random.Generator) -> Gray:
    low, high = rng.uniform(0, 60), rng.uniform(180, 255)
    if rng.random() < NEARLY_GONE:
        low = rng.uniform(0, 160)
        high = low + rng.uniform(40, 95)
    return cv2.LUT(gray, np.rint(np.linspace(low, high, 256)).astype(np.uint8))


def _vignetted(gray: Gray, rng: np.random.Generator) -> Gray:
    height, width = gray.shape
    y, x = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    factor = 1 - rng.uniform(0.1, 0.5) * ((x**2 + y**2) / 2) ** 1.5
    return np.rint(gray * factor).astype(np.uint8)


def _blurred(gray: Gray, rng: np.random.Generator) -> Gray:
    return cv2.GaussianBlur(gray, (0, 0), rng.uniform(0.3, 1.4))


def _grainy(gray: Gray, rng: np.random.Generator) -> Gray:
    noise = rng.standard_normal(gray.shape, np.float32) * rng.uniform(2, 14)
    if rng.random() < 0.5:
        noise = cv2.GaussianBlur(noise, (0, 0), 0.8) * 2
    return np.clip(np.rint(gray + noise), 0, 255).astype(np.uint8)


def _jpeg(gray: Gray, rng: np.random.Generator) -> Gray:
    _, data = cv2.imencode(".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 90))])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE))
