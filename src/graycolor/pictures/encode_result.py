"""A picture and its chroma to the bytes of the result: the one place that decides which light is kept, and says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from graycolor.color.lightness_join import join
from graycolor.errors import UsageError
from graycolor.pictures.jpeg.header import LONGEST_XMP, with_ratio
from graycolor.pictures.jpeg.keep_lightness import colors_are_coarse, jpeg_with_lightness_kept
from graycolor.pictures.jpeg.keep_luma import check_luma, jpeg_with_luma_kept
from graycolor.pictures.jpeg.markers import UnknownShapeError
from graycolor.pictures.metadata.mark import Mark, marked
from graycolor.pictures.picture import Codes, Picture
from graycolor.pictures.unsupported import unsupported
from graycolor.pictures.write import check_longest_side, encode_picture, is_lossy, result_depth
from graycolor.upsample import ChromaUpsampler

LUMA, LIGHTNESS = "luma", "lightness"
_LUMA_LOST = "Its gray picture cannot be kept bit for bit ({}); the lightness of every pixel is."
LUMA_AGAIN, LIGHTNESS_AGAIN = "luma, encoded again", "lightness, encoded again"
KEPT_IN_WORDS = {
    LUMA: "its gray picture, bit for bit",
    LUMA_AGAIN: "its gray picture, encoded again just as finely",
    LIGHTNESS: "the lightness of every pixel",
    LIGHTNESS_AGAIN: "the lightness of every pixel, but for what the file's format loses",
}
"""What was kept exactly and what was encoded again, for people who know neither word."""


@dataclass(frozen=True)
class WriteOptions:
    """How results are written.

    Attributes:
        keep: `luma`: a JPEG from a JPEG keeps its luma coefficients bit for bit; anything else, and `lightness`
            everywhere, keeps L within one step of the result's depth.
        interleaved: JPEGs get one scan for all components, as most programs write them, instead of one for each; a
            kept luma is encoded again for it.
        quality: 1..100 for lossy formats; None for as good as the source.
        mark: what the metadata says of the colors' origin; None for nothing.
        strip_metadata: leave out all metadata but orientation and profile, the mark too.
    """

    keep: str = LUMA
    interleaved: bool = False
    quality: int | None = None
    mark: Mark | None = None
    strip_metadata: bool = False

    def __post_init__(self) -> None:
        if self.keep not in (LUMA, LIGHTNESS):
            raise UsageError(f"graycolor keeps luma or lightness, not {self.keep!r}; choose one of the two.")
        if self.quality is not None and not 1 <= self.quality <= 100:
            raise UsageError(f"The quality {self.quality} is out of range; choose 1 to 100.")


class Result(NamedTuple):
    """A result's bytes.

    Attributes:
        data: the file.
        kept: which light is the source's own: `luma` (not a bit of it moved) or `lightness` (within one step of the
            depth), each `, encoded again` where a lossy encoder has had it in its hands.
        notes: a sentence each for what could not be kept.
    """

    data: bytes
    kept: str
    notes: tuple[str, ...] = ()


def encode_colored(picture: Picture, ab: NDArray[np.float32], image_format: str, options: WriteOptions) -> Result:
    """The result of coloring `picture` with chroma `ab` (h,w,2), which lies over it as it is stored.

    Raises:
        OutputError: the format cannot hold it.
    """
    notes = () if options.strip_metadata else unsupported(picture, image_format)
    picture = with_own_metadata(picture, options, image_format)
    if options.keep == LUMA and picture.format == image_format == "JPEG":
        try:
            data, exact = jpeg_with_luma_kept(picture, ab, options.quality, interleaved=options.interleaved)
        except UnknownShapeError as error:
            notes += (_LUMA_LOST.format(error),)
        else:
            return Result(with_ratio(data, picture.metadata), LUMA if exact else LUMA_AGAIN, notes)
    if image_format == "JPEG" and colors_are_coarse(picture, ab):
        data = jpeg_with_lightness_kept(picture, ab, options.quality, interleaved=options.interleaved)
    else:
        data = encode_picture(colors(picture, ab, image_format), picture, image_format, options.quality)
    data = with_ratio(data, picture.metadata) if image_format == "JPEG" else data
    return Result(data, lightness_kept(picture, image_format, options.quality), notes)


def foreseen(picture: Picture, image_format: str, options: WriteOptions) -> tuple[str, ...]:
    """The notes of `encode_colored`, as far as they can be told without the colors.

    Raises:
        OutputError: the format cannot hold it.
    """
    check_longest_side(picture.gray, image_format)
    notes = () if options.strip_metadata else unsupported(picture, image_format)
    if options.keep != LUMA or not picture.format == image_format == "JPEG":
        return notes
    try:
        check_luma(picture)
    except UnknownShapeError as error:
        notes += (_LUMA_LOST.format(error),)
    return notes


def lightness_kept(picture: Picture, image_format: str, quality: int | None) -> str:
    """What a result whose colors have the source's lightness keeps of it once it is encoded."""
    return LIGHTNESS_AGAIN if is_lossy(picture, image_format, quality) else LIGHTNESS


def colors(picture: Picture, ab: NDArray[np.float32], image_format: str) -> Codes:
    """sRGB (H,W,3) of the depth that `image_format` holds, with the lightness of `picture`."""
    return join(picture.gray, ChromaUpsampler(ab, picture.gray).rows, depth=result_depth(picture, image_format))


def with_own_metadata(picture: Picture, options: WriteOptions, image_format: str | None = None) -> Picture:
    """The picture with the metadata of its result, which is of `image_format`: marked, or stripped."""
    if options.strip_metadata:
        return replace(picture, metadata=picture.metadata.stripped())
    if options.mark is None:
        return picture
    longest = LONGEST_XMP if image_format == "JPEG" else None
    return replace(picture, metadata=marked(picture.metadata, options.mark, longest))
