"""A colored JPEG whose luma is the source's: its coefficients where they stand alone, else encoded again by its table.

Luma kept is another promise than lightness kept: Y' is the source's, L moves by 0.4 on average. Where luma and chroma
share the scans they cannot be told apart without decoding every symbol; the decoded luma is then encoded again by
the source's own table, which gives the same coefficients wherever a step of the table is more than a few codes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.color.blocks import averaged, shrunk
from graycolor.color.chroma_fit import fit_jpeg_chroma
from graycolor.color.yuv import BT601, Coding, chroma_codes
from graycolor.pictures.door import opened_picture
from graycolor.pictures.jpeg.header import header_segments
from graycolor.pictures.jpeg.markers import Jpeg, MarkerSegment, UnknownShapeError, frame_of
from graycolor.pictures.jpeg.splice import (
    InterleavedError,
    LumaSource,
    has_usual_codes,
    headed,
    luma_source,
    luma_table,
    sampling_of,
    spliced,
)
from graycolor.pictures.jpeg.tables import chroma_table_for, row_by_row
from graycolor.pictures.jpeg.unlocked import jpeg_bytes
from graycolor.pictures.picture import Picture
from graycolor.pictures.profiles import color_profile_like
from graycolor.pictures.write import encode_planes
from graycolor.types import Codes8, Floats
from graycolor.upsample import intermediate_pixels, planes_along_edges

JFIF = Coding(BT601, 8, True)
_FOREIGN_PROFILE = "its profile is not sRGB's"
_NEUTRAL = 128
_STEEPEST = 4.0
"""Beyond this a tone curve says more about its table's noise than about light."""


def jpeg_with_luma_kept(
    picture: Picture, ab: Floats, quality: int | None = None, *, interleaved: bool = False
) -> tuple[bytes, bool]:
    """A JPEG of `picture` with chroma from `ab` and the luma of `picture.jpeg`, and whether not a bit of that moved.

    Args:
        picture: read from a JPEG.
        ab: (h,w,2) chroma over the picture as it is stored, of any size.
        quality: 1..100 of the chroma; as the source's luma unless given.
        interleaved: one scan for all components, for which the luma must be encoded again.

    Raises:
        UnknownShapeError: the source's luma cannot be kept; the message says why.
    """
    if picture.jpeg is None:
        raise UnknownShapeError(_FOREIGN_PROFILE)
    exact, luma = True, _eight_bit(picture.gray) if not picture.was_color else _decoded(picture.jpeg.data)
    try:
        source = luma_source(picture.jpeg)
    except InterleavedError:
        exact, source = False, _encoded_again(picture.jpeg, luma)
    is_halved = luma is picture.gray and source.sampling == (2, 2)
    mean = picture.halved.half if is_halved else averaged(luma, *source.sampling)
    blue, red = _planes(luma, mean, ab, source.sampling, picture.tone)
    metadata = picture.metadata
    if picture.tone is not None:
        metadata = metadata._replace(icc=color_profile_like(picture.tone))
    header = header_segments(metadata, for_new_file=False)
    if interleaved:
        stored = luma if picture.tone is None else _decoded(picture.jpeg.data)
        return _interleaved(source, (stored, blue, red), header, quality), False
    return spliced(source, blue, red, header, quality=quality), exact


def check_luma(picture: Picture) -> None:
    """Raise UnknownShapeError where `jpeg_with_luma_kept` would, as far as the source tells."""
    if picture.jpeg is None:
        raise UnknownShapeError(_FOREIGN_PROFILE)
    with suppress(InterleavedError):  # it is encoded again
        luma_source(picture.jpeg)


def _interleaved(
    source: LumaSource, planes: tuple[Codes8, Codes8, Codes8], header: Sequence[MarkerSegment], quality: int | None
) -> bytes:
    """Luma by the source's own table, and chroma, in one scan."""
    table = luma_table(source.luma, source.frame)
    tables = [row_by_row(each) for each in (table, chroma_table_for(table, quality))]
    options = {"qtables": tables, "progressive": source.frame.progressive}
    return headed(encode_planes(*planes, source.sampling, options), header, source.behind)


def _eight_bit(gray: NDArray[Any]) -> Codes8:
    return gray if gray.dtype == np.uint8 else cv2.convertScaleAbs(gray, alpha=1 / 257)


def _decoded(jpeg: bytes) -> Codes8:
    """The luma of a color JPEG, without a way through RGB."""
    image = opened_picture(jpeg, "The source", sys.maxsize)  # it went through the door before
    image.draft("L", image.size)
    return np.asarray(image)


def _encoded_again(jpeg: Jpeg, luma: Codes8) -> LumaSource:
    """The luma by the source's own quantisation table, with scans of its own."""
    from PIL import Image

    segments, behind = jpeg.parts
    frame = frame_of(segments)
    again = jpeg_bytes(
        Image.fromarray(luma),
        qtables=[row_by_row(luma_table(segments, frame))],
        progressive=frame.progressive,
        optimize=not has_usual_codes(segments),
    )
    return luma_source(Jpeg(again))._replace(behind=behind, sampling=sampling_of(frame))


def _planes(luma: Codes8, mean: Codes8, ab: Floats, sampling: tuple[int, int], tone: Any) -> tuple[Codes8, Codes8]:
    """Cb and Cr codes, one for each cell of `sampling` pixels and its `mean`, that show `ab` on all of its pixels."""
    small = shrunk(mean, intermediate_pixels(ab))
    planes = chroma_codes(*planes_along_edges(ab, small), small, JFIF)
    steep = [plane if tone is None else _steepened(plane, small, tone.codes) for plane in planes]
    blue, red = (enlarged(plane, mean.shape) for plane in steep)
    fit_jpeg_chroma(blue, red, luma, sampling)
    return blue, red


def enlarged(plane: Any, shape: tuple[int, ...]) -> Codes8:
    """Chroma codes at the size of the cells."""
    return np.asarray(plane if plane.shape == shape else cv2.resize(plane, shape[::-1], interpolation=cv2.INTER_CUBIC))


def _steepened(chroma: Codes8, gray: Codes8, tone: NDArray[np.uint16]) -> Codes8:
    """Chroma codes for sRGB as codes for a profile with another tone curve: differences grow with its slope."""
    codes = np.interp(np.arange(256) * 257.0, tone, np.arange(256.0))
    slope = np.clip(np.gradient(codes), 1 / _STEEPEST, _STEEPEST).astype(np.float32)
    steep = (chroma.astype(np.float32) - _NEUTRAL) * slope[gray] + _NEUTRAL
    return np.clip(np.rint(steep), 0, 255).astype(np.uint8)
