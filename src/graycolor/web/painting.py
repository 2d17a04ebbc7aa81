"""Pixels of a photograph as JPEG for a page: painted in full, or in colors of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.color.lightness_join import join
from graycolor.jobs.guide import small_pixels
from graycolor.network.chroma import Forecast
from graycolor.types import Codes
from graycolor.upsample import ChromaUpsampler

_QUALITY = 92


def painted(gray: Codes, forecast: Forecast) -> NDArray[Any]:
    """A gray picture (H,W) with its forecast's colors at full size, BGR (H,W,3)."""
    return join(gray, ChromaUpsampler(forecast.fine(), gray).rows, depth=8)[..., ::-1]


def own_colors(source: Path, thumbnail: int) -> tuple[tuple[int, int], bytes, bytes]:
    """A photograph in its own colors: width and height of the first JPEG, and a smaller one of `thumbnail` pixels.

    Raises:
        GraycolorError: it cannot be read.
    """
    pixels = small_pixels(source)
    pixels = pixels if pixels.ndim == 2 else pixels[..., ::-1]
    size = pixels.shape[1], pixels.shape[0]
    return size, jpeg(pixels), jpeg(_shrunk(pixels, thumbnail))


def _shrunk(pixels: NDArray[np.uint8], side: int) -> NDArray[Any]:
    factor = min(1.0, side / max(pixels.shape[:2]))
    height, width = (max(1, round(length * factor)) for length in pixels.shape[:2])
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)


def jpeg(pixels: NDArray[Any]) -> bytes:
    """Pixels, gray (H,W) or BGR (H,W,3), as a JPEG."""
    return bytes(cv2.imencode(".jpg", np.ascontiguousarray(pixels), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1])
