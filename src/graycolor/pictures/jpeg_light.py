"""A JPEG with the lightness of a large gray picture, without a way through full-size RGB.

The colors of a large picture are far coarser than its pixels. So what a color needs of luma to be as light as the gray
is worked out where colors become codes, for the mean gray there, with the slope by which it follows the gray of single
pixels; each pixel then costs one multiplication and one addition. Measured on photographs of 3 to 17 megapixels, L is
off by as much as after `join` and the same encoder (0.06 to 0.16 on average, most of it the encoder's).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.color.cube import keep_inside
from graycolor.color.yuv import codes_with_lightness
from graycolor.pictures.jpeg_color import JFIF, cells, enlarged, shrunk
from graycolor.pictures.picture import Picture
from graycolor.pictures.write import encode_planes
from graycolor.upsample import along_edges, intermediate_pixels

Floats = NDArray[np.float32]
Plane = NDArray[np.uint8]

_CELL = 2
"""Pixels across and down that share a chroma sample."""
_STRIPE_PIXELS = 96_000
_SHARED = 4
"""Rows of pixels that share what is worked out of colors, which are at least twice as coarse."""


def colors_are_coarse(picture: Picture, ab: Floats) -> bool:
    """Whether `jpeg_with_lightness_kept` is for this picture: 8-bit gray, each sample of its colors several cells."""
    return picture.gray.dtype == np.uint8 and picture.gray.size > _CELL**2 * intermediate_pixels(ab)


def jpeg_with_lightness_kept(picture: Picture, ab: Floats, quality: int | None = None) -> bytes:
    """A JPEG of `picture`, for which `colors_are_coarse`, with chroma from `ab` and the lightness of its gray.

    Args:
        picture: as it is stored.
        ab: (h,w,2) chroma over it.
        quality: 1..100; None for the source's tables.
    """
    gray = np.asarray(picture.gray, np.uint8)
    mean = cells(gray, _CELL, _CELL)
    small = shrunk(mean, intermediate_pixels(ab))
    *planes, own, slope = codes_with_lightness(along_edges(ab, small), small, JFIF)
    luma = luma_for(gray, small, own, slope)
    blue, red = (enlarged(plane, mean.shape) for plane in planes)
    keep_inside(blue, red, *(cells(luma, _CELL, _CELL, fold) for fold in (cv2.min, cv2.max)))
    return encode_planes(luma, _repeated(blue, gray.shape), _repeated(red, gray.shape), picture, quality)


def luma_for(gray: Plane, small: Plane, own: Floats, slope: Floats) -> Plane:
    """Luma codes (H,W) of colors as light as `gray`: `own` (h,w) where it is `small`, from there along `slope`."""
    height, width = gray.shape
    base = own - slope * small
    wide = np.stack([cv2.resize(plane, (width, len(plane)), interpolation=cv2.INTER_LINEAR) for plane in (slope, base)])
    luma, rows = np.empty_like(gray), max(_SHARED, _STRIPE_PIXELS // width // _SHARED * _SHARED)
    for top in range(0, height, rows):
        stripe = gray[top : top + rows]
        whole = cv2.copyMakeBorder(stripe, 0, -len(stripe) % _SHARED, 0, 0, cv2.BORDER_REPLICATE)
        lines = whole.reshape(-1, _SHARED, width).astype(np.float32)
        steep, zero = _between(wide, (top + _SHARED * (0.5 + np.arange(len(lines)))) / height)[:, :, None]
        lines *= steep
        lines += zero
        line = lines.reshape(-1, width)[: len(stripe)]
        cv2.addWeighted(line, 1, line, 0, 0, luma[top : top + rows], cv2.CV_8U)
    return luma


def _between(planes: Floats, places: NDArray[np.float64]) -> Floats:
    """Rows (2,n,W) of planes (2,h,W) at places 0..1 of their height, by linear interpolation."""
    last = planes.shape[1] - 1
    position = np.clip(places * (last + 1) - 0.5, 0, last)
    above = position.astype(int)
    share = (position - above).astype(np.float32)[:, None]
    return planes[:, above] * (1 - share) + planes[:, np.minimum(above + 1, last)] * share


def _repeated(plane: Plane, shape: tuple[int, ...]) -> Plane:
    """One chroma code for every pixel of `shape`."""
    size = plane.shape[1] * _CELL, plane.shape[0] * _CELL
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_NEAREST)[: shape[0], : shape[1]])
