"""Y'CbCr as films store it: which matrix and range, and the chroma codes that show wanted colors on a given luma.

The luma is never touched. The formula is direct: L is taken from the luma as if it were a gray's, Lab becomes R'G'B',
and the differences to its own luma are the chroma. That is nearer to the exact answer (0.07 ab on average, a 40-step
bisection) than a table of 33 cubed. What would leave the RGB cube on any pixel of a chroma cell is
scaled back, so that the luma survives a viewer's conversion to RGB as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.color.lab import LUMINANCE_WEIGHTS, lightness, linear_to_srgb, srgb_to_linear
from graycolor.color.lightness_join import join, linear_planes, stripes
from graycolor.types import AnyCodes, Floats


class Matrix(NamedTuple):
    """Shares of R' and B' in the luma Y'; G' has the rest."""

    name: str
    kr: float
    kb: float

    @property
    def kg(self) -> float:
        """The share of G'."""
        return 1 - self.kr - self.kb


BT601 = Matrix("BT.601", 0.299, 0.114)
BT709 = Matrix("BT.709", 0.2126, 0.0722)
BT2020 = Matrix("BT.2020", 0.2627, 0.0593)
SMPTE240 = Matrix("SMPTE 240M", 0.212, 0.087)
FCC = Matrix("FCC", 0.30, 0.11)


class Coding(NamedTuple):
    """How numbers stand for light: the matrix, the bits of a code, and whether all codes are used (full range).

    Limited range has black at 16 and white at 235 of 8 bits, chroma from 16 to 240; more bits multiply these
    (ITU-R BT.601, BT.709, BT.2020).
    """

    matrix: Matrix
    bits: int
    full: bool

    @property
    def black(self) -> int:
        """The luma code of black."""
        return 0 if self.full else 16 << (self.bits - 8)

    @property
    def span(self) -> int:
        """Luma codes from black to white."""
        return (1 << self.bits) - 1 if self.full else 219 << (self.bits - 8)

    @property
    def neutral(self) -> int:
        """The chroma code of gray."""
        return 1 << (self.bits - 1)

    @property
    def chroma_span(self) -> int:
        """Chroma codes from the least to the greatest."""
        return (1 << self.bits) - 1 if self.full else 224 << (self.bits - 8)

    @property
    def dtype(self) -> type[np.uint8] | type[np.uint16]:
        """What holds one code."""
        return np.uint8 if self.bits == 8 else np.uint16


def chroma_codes(a: Floats, b: Floats, luma: AnyCodes, coding: Coding) -> tuple[AnyCodes, AnyCodes]:
    """U and V codes (h,w) that show chroma `a` and `b` (h,w) on pixels of the given luma codes (h,w).

    With that luma a color may leave the RGB cube: that is for `fit_film_chroma`, at the size that codes are stored at.
    """
    height, width = luma.shape
    u, v = (np.empty((height, width), coding.dtype) for _ in range(2))
    for top, bottom in stripes(height, width):
        rows = slice(top, bottom)
        wanted = _differences(np.ascontiguousarray(luma[rows]), a[rows], b[rows], coding)
        u[rows], v[rows] = (_coded(each, coding) for each in wanted)
    return u, v


def codes_with_lightness(ab: Floats, gray: AnyCodes, coding: Coding) -> tuple[AnyCodes, AnyCodes, Floats, Floats]:
    """U and V codes (h,w) of the colors with the lightness of `gray` (h,w) and chroma `ab`, and the luma they need.

    The third is their own luma in codes: with the gray's they would be lighter or darker than it. The fourth is by how
    much it grows with the gray's, where a pixel differs from its neighbors in light and not in chroma.
    """
    shown = gray_codes(gray, coding)
    planes = cv2.split(join(shown, lambda top, bottom: ab[top:bottom], depth=16))
    shares = LUMINANCE_WEIGHTS.astype(np.float32)
    around = (_steepness(plane) * share for plane, share in zip(planes, shares, strict=True))
    slope = _steepness(shown) / sum(around)
    red, green, blue = (plane.astype(np.float32) * np.float32(1 / 65535) for plane in planes)
    own = _own_luma(red, green, blue, coding.matrix)
    u, v = _from_luma(blue, own, coding.matrix.kb), _from_luma(red, own, coding.matrix.kr)
    return _coded(u, coding), _coded(v, coding), own * np.float32(coding.span) + np.float32(coding.black), slope


def fit_film_chroma(u: AnyCodes, v: AnyCodes, darkest: AnyCodes, brightest: AnyCodes, coding: Coding) -> None:
    """Scale U and V codes (h,w) towards gray, in place, where a pixel of their cell would leave the RGB cube.

    `darkest` and `brightest` (h,w) are the least and the greatest luma of the pixels that share a chroma sample. Nearly
    all are far inside: all are looked at, only those that leave are worked out.
    """
    for top, bottom in stripes(*u.shape):
        rows = slice(top, bottom)
        chroma = u[rows], v[rows]
        highest, lowest = reach(chroma, chroma, coding)
        white, black = coding.black + coding.span, coding.black
        out = leaves(highest, lowest, darkest[rows], brightest[rows], coding)
        if out.any():
            y, x = np.nonzero(out)
            above, below = (np.maximum(far, 1).astype(np.float32) for far in (highest[y, x], -lowest[y, x]))
            up, down = white - brightest[rows][y, x].astype(np.float32), darkest[rows][y, x].astype(np.float32) - black
            room = np.minimum(up / above, down / below)
            for codes in (u[rows], v[rows]):
                codes[y, x] = np.trunc((codes[y, x] - float(coding.neutral)) * np.clip(room, 0, 1)) + coding.neutral


def _kind(coding: Coding) -> int:
    """What sums of codes are reckoned in: whole numbers are twice as fast where they have room."""
    return cv2.CV_16S if coding.bits <= 12 else cv2.CV_32F


def reach(least: Sequence[AnyCodes], most: Sequence[AnyCodes], coding: Coding) -> tuple[Any, Any]:
    """How far R', G' and B' lie above and below the luma at most (h,w), in luma codes.

    `least` and `most` are U and V codes (h,w), between which those of each place lie.
    """
    matrix = coding.matrix
    low, high = ((_offsets(v, 1 - matrix.kr, coding), _offsets(u, 1 - matrix.kb, coding)) for u, v in (least, most))
    above, below = (cv2.addWeighted(r, -matrix.kr / matrix.kg, b, -matrix.kb / matrix.kg, 0) for r, b in (low, high))
    return cv2.max(cv2.max(high[0], above), high[1]), cv2.min(cv2.min(low[0], below), low[1])


def leaves(highest: Any, lowest: Any, darkest: AnyCodes, brightest: AnyCodes, coding: Coding) -> NDArray[np.bool_]:
    """Where colors with this reach would leave the RGB cube on luma (h,w) from `darkest` to `brightest`."""
    bright, dark = (np.add(luma, far, dtype=far.dtype) for luma, far in ((brightest, highest), (darkest, lowest)))
    return (bright > coding.black + coding.span) | (dark < coding.black)


def _offsets(codes: AnyCodes, share: float, coding: Coding) -> Any:
    """What chroma codes add to R' or B', in luma codes; `share` is that of all the other channels in the luma."""
    slope = 2 * share * coding.span / coding.chroma_span
    if coding.bits == 8:
        return cv2.LUT(codes, _offset_table(slope, coding.neutral))
    return cv2.addWeighted(codes, slope, codes, 0, -slope * coding.neutral, dtype=_kind(coding))


@cache
def _offset_table(slope: float, neutral: int) -> Any:
    return np.rint((np.arange(256) - neutral) * slope).astype(np.int16)[None]


def gray_codes(luma: AnyCodes, coding: Coding) -> NDArray[np.uint8]:
    """Luma codes as 8-bit sRGB gray, black 0 and white 255; what lies beyond them is cut."""
    return cv2.LUT(luma, _tables(coding)[2])


def _differences(luma: AnyCodes, a: Floats, b: Floats, coding: Coding) -> tuple[Floats, Floats]:
    """U and V (h,w) in -0.5..0.5 of the Lab color with the luma's L, cut where it leaves the RGB cube.

    With more than 8 bits OpenCV converts. At 8 bits it is done by tables of our own, since a photograph that is colored
    alone would wait for OpenCV's: they take a third of the time of importing all libraries (`benchmarks/tricks.py`).
    OpenCV's way, which is also the test's reference, takes a tenth less time once they are made; it can come back for
    8 bits when they are made for the conversions that read them.
    """
    y_table, f_table, _ = _tables(coding)
    f = cv2.LUT(luma, f_table)
    if coding.bits == 8:
        planes = linear_planes(cv2.LUT(luma, y_table), f, a, b)
        red, green, blue = (_encoded(plane) for plane in planes)
    else:
        lab = cv2.merge([f * np.float32(116) - np.float32(16), a, b])
        red, green, blue = cv2.split(cv2.cvtColor(lab, cv2.COLOR_Lab2RGB))
    own = _own_luma(red, green, blue, coding.matrix)
    return _from_luma(blue, own, coding.matrix.kb), _from_luma(red, own, coding.matrix.kr)


def _encoded(linear: Floats) -> Floats:
    """R', G' or B' in 0..1 of linear light; a table over light is off by a fortieth of an 8-bit step in the dark."""
    levels = cv2.addWeighted(linear, 65535, linear, 0, 0, dtype=cv2.CV_16U)
    return np.asarray(cv2.LUT(levels, _curve()), np.float32)


@cache
def _curve() -> Floats:
    """sRGB values of 65536 levels of linear light, (1, 65536)."""
    return linear_to_srgb(np.linspace(0, 1, 65536)).astype(np.float32)[None]


def _own_luma(red: Floats, green: Floats, blue: Floats, matrix: Matrix) -> Floats:
    """Y' of R'G'B'; `green` is overwritten."""
    own = cv2.addWeighted(red, matrix.kr, blue, matrix.kb, 0)
    return np.add(own, np.multiply(green, np.float32(matrix.kg), out=green), out=green)


def _from_luma(plane: Floats, own: Floats, share: float) -> Floats:
    """U or V from B' or R', which is overwritten, and the luma; `share` is the plane's own in it."""
    np.subtract(plane, own, out=plane)
    return np.multiply(plane, np.float32(0.5 / (1 - share)), out=plane)


def _steepness(codes: AnyCodes) -> Floats:
    """How fast linear light grows with sRGB codes (h,w)."""
    return np.asarray(cv2.LUT(codes, _steepness_table(codes.itemsize * 8)), np.float32)


@cache
def _steepness_table(bits: int) -> Any:
    codes = np.linspace(0, 1, 2**bits)
    return np.gradient(srgb_to_linear(codes), codes).astype(np.float32)[None]


def _coded(values: Floats, coding: Coding) -> AnyCodes:
    if coding.bits == 8:
        return cv2.addWeighted(values, coding.chroma_span, values, 0, coding.neutral, dtype=cv2.CV_8U)
    codes = np.rint(values * np.float32(coding.chroma_span) + np.float32(coding.neutral))
    return np.minimum(codes, np.float32((1 << coding.bits) - 1), out=codes).astype(coding.dtype)


@cache
def _tables(coding: Coding) -> tuple[Any, Any, Any]:
    """Luminance Y, CIE's f(Y) (both float32) and the 8-bit gray of every luma code, each (1, 256 or 65536)."""
    codes = np.arange(256 if coding.bits == 8 else 65536)
    gray = np.clip((codes - coding.black) / coding.span, 0, 1)
    y = srgb_to_linear(gray)
    f = (lightness(y) + 16) / 116
    return y.astype(np.float32)[None], f.astype(np.float32)[None], np.rint(gray * 255).astype(np.uint8)[None]
