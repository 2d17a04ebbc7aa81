"""The path for full-size pictures: 8- and 16-bit codes in and out, look-up tables, cv2, stripes of rows.

Every full-size step runs on stripes that fit the processor's cache, in buffers made once: memory does not grow with the
picture, and no stripe pays for fresh pages. The plain form is one stripe, to which a test holds it; it takes half as
long again (docs/design.md, Tricks). Lightness is
exact by construction: linear RGB is built as the gray's own luminance plus offsets of luminance zero, and what leaves
the gamut is scaled towards that gray, never clipped. OpenCV's float RGB2Lab is not used: it is wrong by up to 0.47 (it
interpolates an integer table).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.color.lab import (
    _KAPPA,
    _RGB_OF_RELATIVE,
    LUMINANCE_WEIGHTS,
    lightness,
    linear_to_srgb,
    srgb_to_linear,
)
from graycolor.errors import InputError
from graycolor.types import Codes, Floats

ChromaRows = Callable[[int, int], Floats]
"""Rows y0..y1 of full-size chroma, (y1-y0,W,2)."""

_STRIPE_PIXELS = 96_000
_STRIPE_ROWS = 64
_BUFFERS = 9
_KNEE = 6 / 29
"""Where CIE's f turns from a straight line into the cube root."""
_TOE = 0.0031308
"""Where the sRGB curve does the same."""
_NOTHING = np.float32(1e-12)
"""Keeps a division from meeting zero; far below a step of 16 bits."""
_WILDEST = 1000.0
"""No color, nor any guess at one, has more a or b than this."""


def stripes(height: int, width: int) -> Iterator[tuple[int, int]]:
    """Row ranges that cover a picture, each of a size that the cache likes."""
    step = _first_stripe(height, width)[0]
    return ((top, min(top + step, height)) for top in range(0, height, step))


def _first_stripe(height: int, width: int) -> tuple[int, int]:
    return max(1, min(height, _STRIPE_ROWS, _STRIPE_PIXELS // max(width, 1))), width


def lab_of_rgb8(rgb: NDArray[np.uint8]) -> Floats:
    """8-bit sRGB (H,W,3) to float32 Lab (H,W,3), within 0.04 of the exact conversion."""
    lab = np.empty(rgb.shape, np.float32)
    for top, bottom in stripes(*rgb.shape[:2]):
        linear = cv2.LUT(np.ascontiguousarray(rgb[top:bottom]), _linear_table(8))
        cv2.cvtColor(linear, cv2.COLOR_LRGB2Lab, lab[top:bottom])
    return lab


def gray_of_rgb(rgb: Codes) -> NDArray[np.uint16]:
    """The 16-bit sRGB gray (H,W) of equal lightness for sRGB (H,W,3) of 8 or 16 bits."""
    gray = np.empty(rgb.shape[:2], np.uint16)
    table = _linear_table(rgb.itemsize * 8)
    buffers = np.empty((2, *_first_stripe(*rgb.shape[:2])), np.float32)
    for top, bottom in stripes(*rgb.shape[:2]):
        linear = cv2.LUT(np.ascontiguousarray(rgb[top:bottom]), table)
        y = cv2.transform(linear, LUMINANCE_WEIGHTS[None].astype(np.float32)).reshape(bottom - top, -1)
        gray[top:bottom] = encoded16(y, list(buffers[:, : bottom - top]))
    return gray


def lightness_of_gray(gray: Codes) -> Floats:
    """L (H,W), 0..100, of 8- or 16-bit sRGB gray codes."""
    return cv2.LUT(gray, _gray_tables(gray.itemsize * 8)[2])


def join(gray: Codes, chroma_rows: ChromaRows, *, depth: int, out: Codes | None = None) -> Codes:
    """Gray (H,W) and its chroma to sRGB (H,W,3) of `depth` 8 or 16 bits.

    L of every pixel equals the gray's within one step of that depth; where the gamut has no room, chroma is given up.
    `chroma_rows(y0, y1)` gives ab for a range of rows, so that full-size chroma never exists at once. `out` may be a
    view into a wider picture; it is filled and returned.

    Raises:
        InputError: `out` or the chroma has a wrong shape, or the chroma holds NaN or infinity.
    """
    height, width = gray.shape
    joined: Any = _result(height, width, depth, out)
    encode = _encoded8 if depth == 8 else encoded16
    buffers = np.empty((_BUFFERS, *_first_stripe(height, width)), np.float32)
    for top, bottom in stripes(height, width):
        rows: Any = np.ascontiguousarray(gray[top:bottom])
        free = list(buffers[:, : bottom - top])
        planes = _linear_planes(rows, _checked(chroma_rows(top, bottom), rows.shape), free)
        codes = [encode(plane, free) for plane in planes]
        if joined.flags.c_contiguous:
            cv2.merge(codes, joined[top:bottom])
        else:
            joined[top:bottom] = cv2.merge(codes).reshape(*rows.shape, 3)
    return joined


def _result(height: int, width: int, depth: int, out: Codes | None) -> Any:
    dtype = np.uint8 if depth == 8 else np.uint16
    shape = (height, width, 3)
    if out is None:
        return np.empty(shape, dtype)
    if out.shape != shape or out.dtype != dtype:
        raise InputError(
            f"`out` must be {shape} of {dtype.__name__} to take the result, not {out.shape} of {out.dtype}."
        )
    return out


def _checked(ab: Floats, shape: tuple[int, ...]) -> Floats:
    """`ab` as float32; cut where it is beyond all colors, since its cube would leave float32."""
    if ab.shape != (*shape, 2):
        raise InputError(f"These rows need chroma of shape {(*shape, 2)}, not {ab.shape}.")
    if ab.min() >= -_WILDEST and ab.max() <= _WILDEST:
        return np.asarray(ab, np.float32)
    if not np.isfinite(ab).all():
        raise InputError("The chroma holds NaN or infinity; try another device, or weights that are not damaged.")
    return np.clip(ab, -_WILDEST, _WILDEST, dtype=np.float32)


def _linear_planes(gray: Codes, ab: Floats, free: list[Floats]) -> list[Floats]:
    """Linear R, G and B planes in 0..1 for rows of gray and their chroma; they are taken out of the `free` buffers."""
    y_table, f_table, _ = _gray_tables(gray.itemsize * 8)
    y, f, x, z = cv2.LUT(gray, y_table, free.pop()), cv2.LUT(gray, f_table, free.pop()), free.pop(), free.pop()
    cv2.split(ab, [x, z])
    offsets = _offsets(y, f, x, z, free)
    scale = _scale_to_fit(offsets, y, x, z, f)
    for offset in offsets:
        cv2.add(y, cv2.multiply(offset, scale, offset), offset)
    free += [y, f, x, z]
    return offsets


def _offsets(y: Floats, f: Floats, a: Floats, b: Floats, free: list[Floats]) -> list[Floats]:
    """R, G and B minus Y, taken out of the `free` buffers; `a` and `b` are overwritten."""
    for plane, share in ((a, 1 / 500), (b, -1 / 200)):
        _cube(cv2.scaleAdd(plane, share, f, plane), *free[:2])
        cv2.subtract(plane, y, plane)
    # Each row of the matrix sums to 1, so R = Y + row[0] (x - Y) + row[2] (z - Y), and luminance stays Y.
    return [cv2.addWeighted(a, row[0], b, row[2], 0, free.pop()) for row in _RGB_OF_RELATIVE]


def linear_planes(y: Floats, f: Floats, a: Floats, b: Floats) -> list[Floats]:
    """Linear R, G and B (h,w) of luminance, CIE's f of it, and chroma; what leaves 0..1 is left as it is."""
    buffers = list(np.empty((5, *y.shape), np.float32))
    offsets = _offsets(y, f, np.clip(a, -_WILDEST, _WILDEST), np.clip(b, -_WILDEST, _WILDEST), buffers)
    return [cv2.add(y, offset, offset) for offset in offsets]


def _cube(f: Floats, low: Floats, bright: Floats) -> None:
    """CIE's inverse f in place, without a branch: the cube down to the knee, from there on its tangent."""
    # Where a scalar takes part it is numpy, not cv2: cv2 takes a picture of up to four pixels for a scalar.
    cv2.threshold(f, _KNEE, 0, cv2.THRESH_TRUNC, low)
    np.subtract(low, np.float32(_KNEE), out=low)
    cv2.subtract(f, low, bright)
    cv2.multiply(cv2.multiply(bright, bright, f), bright, f)
    cv2.scaleAdd(low, 116 / _KAPPA, f, f)


def _scale_to_fit(offsets: list[Floats], y: Floats, highest: Floats, lowest: Floats, room: Floats) -> Floats:
    """The factor, at most 1, that brings y + offsets into 0..1: `gamut.fit_linear` on planes, into three buffers.

    Every pixel is fitted: that costs less than picking out the few that need it.
    """
    red, green, blue = offsets
    cv2.max(cv2.max(red, green, highest), blue, highest)
    cv2.min(cv2.min(red, green, lowest), blue, lowest)
    np.add(highest, _NOTHING, out=highest)
    np.subtract(_NOTHING, lowest, out=lowest)
    np.subtract(np.float32(1), y, out=room)
    scale = cv2.min(cv2.divide(room, highest, highest), cv2.divide(y, lowest, lowest), room)
    return cv2.threshold(scale, 1, 0, cv2.THRESH_TRUNC, scale)[1]


def _encoded8(linear: Floats, free: list[Floats]) -> NDArray[np.uint8]:
    levels = cv2.addWeighted(linear, 65535, linear, 0, 0, dtype=cv2.CV_16U)
    return cv2.LUT(levels, _encode_table())


def encoded16(linear: Floats, free: list[Floats] | None = None) -> NDArray[np.uint16]:
    """16-bit sRGB codes of linear light, what leaves 0..1 cut; two `free` buffers are overwritten.

    The curve itself, again without a branch; a table over linear light is off by six 16-bit steps in the dark.
    """
    low, bright = free[:2] if free else np.empty((2, *linear.shape), np.float32)
    cv2.threshold(linear, _TOE, 0, cv2.THRESH_TRUNC, low)
    np.subtract(low, np.float32(_TOE), out=low)
    curve = cv2.pow(cv2.subtract(linear, low, bright), 1 / 2.4, bright)
    return cv2.addWeighted(curve, 1.055 * 65535, low, 12.92 * 65535, -0.055 * 65535, dtype=cv2.CV_16U)


@cache
def _linear_table(bits: int) -> Floats:
    """Linear light of every sRGB code, (1, 2**bits)."""
    return srgb_to_linear(np.linspace(0, 1, 2**bits)).astype(np.float32)[None]


@cache
def _gray_tables(bits: int) -> tuple[Floats, Floats, Floats]:
    """Y, f(Y) and L of every gray code, each (1, 2**bits)."""
    y = srgb_to_linear(np.linspace(0, 1, 2**bits))
    L = lightness(y)
    return tuple(table.astype(np.float32)[None] for table in (y, (L + 16) / 116, L))


@cache
def _encode_table() -> NDArray[np.uint8]:
    """8-bit sRGB code of 65536 levels of linear light, (1, 65536)."""
    return np.rint(linear_to_srgb(np.linspace(0, 1, 65536)) * 255).astype(np.uint8)[None]
