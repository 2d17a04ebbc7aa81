"""A JPEG with the lightness of a large gray picture, without a way through full-size RGB.

The colors of a large picture are far coarser than its pixels. So what a color needs of luma to be as light as the gray
is worked out where colors become codes, for the mean gray there, with the slope by which it follows the gray of single
pixels; each pixel then costs one multiplication and one addition. Measured on photographs of 3 to 17 megapixels, L is
off by as much as after `join` and the same encoder (0.06 to 0.16 on average, most of it the encoder's).
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.color.blocks import shrunk
from graycolor.color.chroma_fit import fit_jpeg_chroma
from graycolor.color.yuv import codes_with_lightness
from graycolor.pictures.jpeg.header import header_segments, with_header
from graycolor.pictures.jpeg.keep_luma import JFIF, enlarged
from graycolor.pictures.jpeg.markers import Jpeg
from graycolor.pictures.jpeg.splice import LumaSource, luma_source, spliced
from graycolor.pictures.jpeg.tables import zigzag
from graycolor.pictures.jpeg.unlocked import jpeg_bytes
from graycolor.pictures.picture import Picture
from graycolor.pictures.write import check_longest_side, compression, encode_planes, save_options
from graycolor.types import Codes8, Floats
from graycolor.upsample import along_edges, intermediate_pixels

Signed = NDArray[np.int8]
Shares = NDArray[np.int16]
"""256ths of a code."""

_CELL = 2
"""Pixels across and down that share a chroma sample."""
_STRIPE_PIXELS = 192_000
_LARGEST_SQUARE = 4
"""Pixels across and down that share what is worked out of colors, where those are as coarse."""
_MIDDLE = 128
_FARTHEST = 126
"""Codes by which luma is another than the gray at most, of any gray: a signed byte, less what is rounded."""


def colors_are_coarse(picture: Picture, ab: Floats) -> bool:
    """Whether `jpeg_with_lightness_kept` is for this picture: 8-bit gray, each sample of its colors several cells."""
    return picture.gray.dtype == np.uint8 and picture.gray.size > _CELL**2 * intermediate_pixels(ab)


def jpeg_with_lightness_kept(
    picture: Picture, ab: Floats, quality: int | None = None, *, interleaved: bool = False
) -> bytes:
    """A JPEG of `picture`, for which `colors_are_coarse`, with chroma from `ab` and the lightness of its gray.

    Args:
        picture: as it is stored.
        ab: (h,w,2) chroma over it.
        quality: 1..100; None for the source's tables.
        interleaved: one scan for all components instead of one for each.

    Raises:
        OutputError: it is larger than a JPEG can be.
    """
    gray = np.asarray(picture.gray, np.uint8)
    check_longest_side(gray, "JPEG")
    mean = np.asarray(picture.halved.half, np.uint8)
    small = shrunk(mean, intermediate_pixels(ab))
    *planes, own, slope = codes_with_lightness(along_edges(ab, small), small, JFIF)
    luma = luma_for(gray, small, own, slope)
    blue, red = (enlarged(plane, mean.shape) for plane in planes)
    fit_jpeg_chroma(blue, red, luma, (_CELL, _CELL))
    options = save_options(picture.metadata, "JPEG") | compression(picture, "JPEG", quality)
    if interleaved:
        return with_header(encode_planes(luma, blue, red, (_CELL, _CELL), options), picture.metadata)
    return _apart(luma, blue, red, picture=picture, options=options, quality=quality)


def _apart(
    luma: Codes8, blue: Codes8, red: Codes8, *, picture: Picture, options: dict[str, Any], quality: int | None
) -> bytes:
    """Each plane in scans of its own, which costs an encoder less than full-size planes of color that it shrinks."""
    tables = options.pop("qtables", ())
    source = _coded(luma, options | ({"qtables": tables[:1]} if tables else {}))
    header = *source.header, *header_segments(picture.metadata, for_new_file=True)
    return spliced(source, blue, red, header, quality=quality, table=zigzag(tables[1]) if tables else None)


def _coded(luma: Codes8, options: dict[str, Any]) -> LumaSource:
    from PIL import Image

    return luma_source(Jpeg(jpeg_bytes(Image.fromarray(luma), **options)))


def luma_for(gray: Codes8, small: Codes8, own: Floats, slope: Floats) -> Codes8:
    """Luma codes (H,W) of colors as light as `gray`: `own` (h,w) where it is `small`, from there along `slope`."""
    height, width = gray.shape
    side = min(_LARGEST_SQUARE, max(1, width // small.shape[1]))
    whole, down, across = height // side, -(-height // side), -(-width // side)
    planes = [cv2.resize(plane, (across, down), interpolation=cv2.INTER_LINEAR) for plane in _lines(small, own, slope)]
    luma, step = np.empty_like(gray), max(1, _STRIPE_PIXELS // (width * side))
    signed, change = (np.empty((step, side, width), dtype) for dtype in (np.int8, np.int16))
    for first, last in pairwise(sorted({*range(0, whole, step), whole, down})):
        rows, shape = slice(first * side, last * side), (last - first, -1, width)
        steep, start = (_widened(plane[first:last], width, side)[:, None] for plane in planes)
        lines, out = gray[rows].reshape(shape), luma[rows].reshape(shape)
        part = np.s_[: len(out), : out.shape[1]]
        _relight(lines, steep, start, out=out, signed=signed[part], change=change[part])
    return luma


def _lines(small: Codes8, own: Floats, slope: Floats) -> tuple[Shares, Shares]:
    """By how much luma changes with the gray, and from it where that is 128, as lines of 256ths of a code.

    A line that would change a black or white pixel by more than there is room for is less steep: those of the most
    saturated colors, which are off by up to seven codes on pixels far from `small`.
    """
    light = small.astype(np.float32)
    to_black, to_white = (own + _FARTHEST) / np.maximum(light, 1), (255 + _FARTHEST - own) / np.maximum(255 - light, 1)
    steep = np.rint((np.minimum(slope, np.minimum(to_black, to_white)) - 1) * 256)
    start = np.rint((own - light) * 256 - steep * (light - _MIDDLE)) + 128  # half a code, as those below it are cut
    return steep.astype(np.int16), start.astype(np.int16)


def _relight(gray: Codes8, steep: Shares, start: Shares, *, out: Codes8, signed: Signed, change: Shares) -> None:
    """The luma of lines (n,s,w) of `gray`, in whole numbers, each step in the memory of one before.

    The plain form is `clip(rint(own + (gray - small) * slope), 0, 255)` in floats, to which a test holds it; this takes
    a fifth of its time (docs/design.md, Tricks). An xor with 128 makes signed codes of codes around 0, and back again.
    """
    np.bitwise_xor(gray, _MIDDLE, out=signed.view(np.uint8))
    np.copyto(change, signed)
    np.multiply(change, steep, out=change)
    np.add(change, start, out=change)
    codes = out.view(np.int8)
    np.right_shift(change, 8, out=change)
    np.copyto(codes, change, casting="unsafe")
    plane = -1, out.shape[2]
    cv2.add(signed.reshape(plane), codes.reshape(plane), codes.reshape(plane))  # up to white and down to black
    np.bitwise_xor(out, _MIDDLE, out=out)


def _widened(plane: Shares, width: int, side: int) -> Shares:
    """Values (n,w) for every column of a picture that wide, `side` of which have one."""
    return np.asarray(cv2.merge([plane] * side)).reshape(len(plane), -1)[:, :width]
