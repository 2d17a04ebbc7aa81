"""From what a person named (hints, a photograph to follow) to what guides the network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graycolor.bounds import PIXELS
from graycolor.colorizer import Colorizer
from graycolor.errors import InputError
from graycolor.guidance.guidance import Guidance
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.pictures.door import bytes_of, opened_picture, quietly, sentences
from graycolor.pictures.kind import kind_of
from graycolor.pictures.light import colors_of_codes
from graycolor.pictures.metadata.record import read_metadata
from graycolor.pictures.picture import upright
from graycolor.pictures.profiles import to_srgb
from graycolor.pictures.read_16bit import as_eight_bit, eight_bit, is_beyond_8bit, read_16bit, tiff_pixels

_SIDE = 1024
"""Longest side of a reference; the network sees a quarter of that."""


def guidance_for(options: PhotoOptions, colorizer: Colorizer) -> Guidance | None:
    """What guides every picture of a run; None where the network is left alone.

    Raises:
        InputError: the reference cannot be read, or has no colors.
    """
    reference = options.reference
    if isinstance(reference, Path):
        reference = colorizer.reference(reference_pixels(reference, options.max_pixels), options.settings)
    guidance = Guidance(options.hints, reference, options.variants, options.seed)
    return None if guidance.is_nothing else guidance


def reference_pixels(path: Path, max_pixels: int = PIXELS) -> NDArray[np.uint8]:
    """A photograph in color, upright, in sRGB (H,W,3), shrunk to what a reference needs.

    Raises:
        InputError: it cannot be read, or has no colors to lead with.
    """
    data = bytes_of(path, max_pixels)
    if not data:
        raise InputError(f"{path} is empty (0 bytes); choose another reference.")
    with sentences(str(path)):
        rgb = _rgb(data, str(path), max_pixels)
    if rgb is None or kind_of(rgb) == "gray":
        raise InputError(f"{path} has no colors to lead with; choose a photograph in color as reference.")
    return rgb


def small_pixels(path: Path, max_pixels: int = PIXELS) -> NDArray[np.uint8]:
    """Any picture, upright and shrunk like a reference: sRGB (H,W,3), or gray (H,W) where it has only that.

    Raises:
        InputError, MissingInputError: it cannot be read.
    """
    from graycolor.pictures.read import decode_picture

    data = bytes_of(path, max_pixels)
    with sentences(str(path)):
        rgb = _rgb(data, str(path), max_pixels) if data else None
    if rgb is not None:
        return rgb
    gray = decode_picture(data, str(path), max_pixels=max_pixels).upright()
    return _shrunk(as_eight_bit(gray))


def _rgb(data: bytes, name: str, max_pixels: int) -> NDArray[np.uint8] | None:
    """Small upright pixels of any color file; None of a gray one."""
    image = opened_picture(data, name, max_pixels)
    orientation = quietly(lambda: read_metadata(image)).orientation
    if is_beyond_8bit(data, image):
        if image.format != "TIFF":
            image.load()
        pixels, _ = tiff_pixels(data, image, name) if image.format == "TIFF" else read_16bit(data, image)
        if pixels.ndim == 2:
            return None
        colors = colors_of_codes(pixels, image.info.get("icc_profile"))
        return upright(_shrunk(eight_bit(colors)), orientation)
    turned_by_pillow = image.format == "TIFF"
    profile = image.info.get("icc_profile")
    if image.format == "JPEG":
        image.draft("RGB", (_SIDE, _SIDE))
    color, _ = to_srgb(image if image.mode == "CMYK" else image.convert("RGB"), profile)
    return upright(_shrunk(np.asarray(color.convert("RGB"))), 1 if turned_by_pillow else orientation)


def _shrunk(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import cv2

    factor = _SIDE / max(rgb.shape[:2])
    if factor >= 1:
        return rgb
    size = max(1, round(rgb.shape[1] * factor)), max(1, round(rgb.shape[0] * factor))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
