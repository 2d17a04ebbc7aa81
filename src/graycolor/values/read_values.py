"""The values of a gray scientific picture as they are stored: nothing is rounded or cut off."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graycolor.bounds import PIXELS
from graycolor.errors import InputError
from graycolor.pictures.door import bytes_of, frame_count, opened_page, opened_picture, sentences
from graycolor.pictures.pages import pages
from graycolor.pictures.read_16bit import pixmap_top, tiff_values
from graycolor.values.dicom import is_dicom, read_dicom
from graycolor.values.measured import Measured, check_page

if TYPE_CHECKING:
    from PIL import Image

_GRAY = ("1", "L", "LA", "I", "F")
_NO_DATA = 42113
"""GDAL's tag for the value that stands for nothing."""


def read_values(path: Path, page: int | None = None, max_pixels: int = PIXELS) -> NDArray[Any]:
    """`read_measured` without what the file says of its values."""
    return read_measured(path, page, max_pixels).values


def read_measured(path: Path, page: int | None = None, max_pixels: int = PIXELS) -> Measured:
    """Values (H,W) of a picture's file, of the type that it stores, or rescaled where it is a DICOM file.

    Args:
        path: a TIFF of any numbers, PGM, PFM, DICOM, or any other gray picture that graycolor reads.
        page: of a file that holds several, counted from 1.

    Raises:
        InputError: it cannot be read, or is in color.
        MissingPackageError: it is a DICOM file, and pydicom is not installed.
        UsageError: it holds several pages and none was chosen, or has no such page.
    """
    data, name = bytes_of(path, max_pixels), str(path)
    if is_dicom(data):
        return read_dicom(data, name, page, max_pixels)
    return Measured(_read(data, name, page, max_pixels))


def _read(data: bytes, name: str, page: int | None, max_pixels: int) -> NDArray[Any]:
    with sentences(name):
        image = opened_picture(data, name, max_pixels)
        count = frame_count(data, image, name, max_pixels)
    check_page(name, page, count)
    with sentences(name):
        if image.format == "TIFF":
            offsets: Sequence[int] = list(pages(data))
            chosen = opened_page(data, offsets[(page or 1) - 1], count, name, max_pixels)
            return _with_gaps(tiff_values(data, chosen, name), chosen)
        image.seek((page or 1) - 1)
        values = _values_of(image, name)
        return _as_stored(values, pixmap_top(data)) if image.format == "PPM" else values


def _values_of(image: Image.Image, name: str) -> NDArray[Any]:
    if image.mode not in _GRAY and not image.mode.startswith("I;16"):
        raise InputError(f"{name} is in color ({image.mode}) and has no single value for a pixel; give a gray picture.")
    image.load()
    if image.mode == "LA":
        gray, alpha = (np.asarray(band) for band in image.split())
        return np.where(alpha == 0, np.nan, gray).astype(np.float32)
    return np.asarray(image)


def _as_stored(values: NDArray[Any], top: int) -> NDArray[Any]:
    """A pixmap's own numbers: Pillow has stretched them so that its greatest, `top`, is white."""
    if values.dtype.kind not in "ui":
        return values
    return np.rint(values * (top / (65535 if top > 255 else 255))).astype(np.uint16)


def _with_gaps(values: NDArray[Any], image: Any) -> NDArray[Any]:
    """Values in which GDAL's number for nothing is NaN."""
    try:
        nothing = float(str(image.tag_v2[_NO_DATA]).strip("\0 "))
    except (KeyError, ValueError):
        return values
    return np.where(values == nothing, np.nan, values)
