"""One frame: the small gray picture that the network and the flow see, and the chroma planes beside the untouched luma.

U and V are written into the decoder's own frame where encoder and source share a pixel format: nothing is copied, and
pts, field flags and tags stay with it. `make_writable` first, always: without it the decoder's references are painted
over, and later frames come out wrong.
"""

from __future__ import annotations

import math
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.color.blocks import halved
from graycolor.color.film_chroma_fit import fit_to_luma
from graycolor.color.yuv import Coding, chroma_codes, gray_codes
from graycolor.film.source.pixel_format import PixelFormat
from graycolor.film.source.planes import plane_of
from graycolor.film.source.probe import Film
from graycolor.types import AnyCodes, Floats

_LEAST = 16
"""Pixels of the shorter side of a small picture."""


class FramePainter:
    """Paints one film's frames.

    Args:
        film: what the frames are.
        target: the pixel format that the encoder takes.
        size: longer side of the small pictures.
    """

    def __init__(self, film: Film, target: PixelFormat, size: int) -> None:
        self._film, self._target = film, target
        self._shift = target.bits - film.coding.bits
        self._coding = Coding(film.coding.matrix, target.bits, film.coding.full)
        self.small_shape = small_shape(film, size)

    def gray(self, frame: Any) -> NDArray[np.uint8]:
        """The small upright picture, 8-bit sRGB gray (h,w), pixels square."""
        height, width = self.small_shape
        turned = (height, width) if self._film.quarter_turns % 2 else (width, height)
        luma = plane_of(frame, 0, self._film.coding.bits)
        times = int(math.log2(max(1.0, min(luma.shape[0] / turned[1], luma.shape[1] / turned[0]))))
        small = cv2.resize(halved(luma, times), turned, interpolation=cv2.INTER_AREA)
        return np.ascontiguousarray(np.rot90(gray_codes(small, self._film.coding), self._film.quarter_turns))

    def plain(self, frame: Any) -> Any:
        """The decoder's frame in planar form; itself where it is that already."""
        made = self._film.conversion
        if not made.needed:
            return frame
        if made.exact:
            return frame.reformat(format=made.pixel_format.name)
        matrix = self._film.tags[2]
        return frame.reformat(format=made.pixel_format.name, dst_colorspace=matrix, dst_color_range=1)

    def painted(self, frame: Any, ab: Floats) -> Any:
        """The frame (from `plain`) for the encoder: the same luma, chroma from the small map `ab` (h,w,2)."""
        out = self._receiving(frame)
        luma = plane_of(out, 0, self._target.bits)
        chroma = plane_of(out, 1, self._target.bits), plane_of(out, 2, self._target.bits)
        turned = np.ascontiguousarray(np.rot90(ab, -self._film.quarter_turns))
        step = 2 if frame.interlaced_frame else 1  # chroma of interlaced pictures belongs to fields
        for field in range(step):
            rows = slice(field, None, step)
            self._paint(luma[rows], turned, chroma[0][rows], chroma[1][rows])
        return out

    def _receiving(self, frame: Any) -> Any:
        if frame.format.name == self._target.name:
            frame.make_writable()
            out = frame
        else:
            out = self._empty(frame)
            source = plane_of(frame, 0, self._film.coding.bits)
            plane_of(out, 0, self._target.bits)[:] = _shifted(source, self._shift, self._coding)
        out.pict_type = 0
        out.color_primaries, out.color_trc, out.colorspace, out.color_range = self._film.tags
        return out

    def _empty(self, frame: Any) -> Any:
        """A frame of the encoder's format; only a conversion takes along what `frame` says of fields and captions."""
        if frame.interlaced_frame or len(frame.side_data):
            return frame.reformat(format=self._target.name)
        out = av.VideoFrame(frame.width, frame.height, self._target.name)
        out.pts, out.time_base = frame.pts, frame.time_base
        return out

    def _paint(self, luma: AnyCodes, ab: Floats, u: AnyCodes, v: AnyCodes) -> None:
        """Write U and V for a luma.

        Colors become codes at the size that they come at: codes hardly depend on the luma, and are interpolated as
        well as colors are, for a third of the time (docs/film.md, Speed).
        """
        size = min(ab.shape[0], u.shape[0]), min(ab.shape[1], u.shape[1])
        a, b = cv2.split(ab if size == ab.shape[:2] else cv2.resize(ab, size[::-1], interpolation=cv2.INTER_AREA))
        for plane, codes in zip((u, v), chroma_codes(a, b, _shrunk(luma, size), self._coding), strict=True):
            plane[:] = cv2.resize(codes, u.shape[::-1], interpolation=cv2.INTER_LINEAR)
        fit_to_luma(u, v, luma, self._target.cell, self._coding)


def _shrunk(luma: AnyCodes, size: tuple[int, int]) -> AnyCodes:
    """Luma (H,W) of a size (h,w): halved as often as it can be, and interpolated from there."""
    times = int(math.log2(max(1.0, min(luma.shape[0] / size[0], luma.shape[1] / size[1]))))
    return cv2.resize(halved(luma, times), size[::-1], interpolation=cv2.INTER_LINEAR)


def small_shape(film: Film, size: int) -> tuple[int, int]:
    """Height and width of the small upright picture: its longer side is `size` at most, its pixels are square."""
    height, width = float(film.height), film.width * float(film.sar)
    if film.quarter_turns % 2:
        height, width = width, height
    factor = min(1.0, size / max(height, width))
    return max(_LEAST, round(height * factor)), max(_LEAST, round(width * factor))


def _shifted(codes: AnyCodes, shift: int, coding: Coding) -> AnyCodes:
    """Codes with `shift` more bits; where bits are lost they are rounded."""
    if shift >= 0:
        return np.left_shift(codes, shift, dtype=coding.dtype)
    rounded = (codes.astype(np.uint32) + (1 << (-shift - 1))) >> -shift
    return np.minimum(rounded, (1 << coding.bits) - 1).astype(coding.dtype)
