"""Still files into `Picture`: every mode and depth to gray, without a silent loss on the way.

Pixels stay as they are stored: Pillow turns a TIFF upright while loading it, and that is undone. Sizes are
checked before anything is decoded. Formats are told by their first bytes, never by the file's name.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from graycolor.bounds import METADATA_BYTES, PIXELS
from graycolor.errors import BoundError, InputError
from graycolor.pictures.door import (
    check_size,
    frame_count,
    opened_picture,
    quietly,
    sentences,
    too_much_metadata,
)
from graycolor.pictures.jpeg.header import photoshop_block, without_previews
from graycolor.pictures.jpeg.markers import Jpeg, UnknownShapeError
from graycolor.pictures.jpeg.splice import is_header
from graycolor.pictures.light import Light, light_of_codes, light_of_image
from graycolor.pictures.metadata.jp2_boxes import from_boxes
from graycolor.pictures.metadata.record import Metadata, read_encoding, read_metadata
from graycolor.pictures.metadata.texts import pixmap_comment
from graycolor.pictures.metadata.xmp_extended import without_extended_preview
from graycolor.pictures.picture import Codes, Picture, Tone
from graycolor.pictures.png_colors import foreign_color_space
from graycolor.pictures.read_16bit import is_beyond_8bit, read_16bit, tiff_pixels
from graycolor.pictures.tone import tone_of_gray

if TYPE_CHECKING:
    from PIL import Image

_ONE_OF_SEVERAL = ("MPO", "HEIF")
"""Phones' pictures: the others are previews, depth and light."""
_LARGE_TO_PILLOW = 80_000_000
# Pillow's Transpose that undoes its turning of an orientation.
_BACK: dict[int, Any] = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}


def decode_picture(data: bytes, name: str, *, max_pixels: int = PIXELS) -> Picture:
    """The picture of a file's bytes, of one of `graycolor.pictures.formats.FORMATS`; messages begin with `name`.

    A TIFF of floats is taken as 0..1 and one of 32-bit whole numbers as 0..65535 where it stays within that,
    else scaled by its own maximum; negatives are black.

    Raises:
        InputError: it is empty, damaged, truncated, too large, or of another kind.
    """
    with sentences(name):
        image = opened_picture(data, name, max_pixels)
        frames = frame_count(data, image, name, max_pixels)
    return decode_opened(data, image, frames, name)


def decode_opened(data: bytes, image: Image.Image, frames: int, name: str) -> Picture:
    """`decode_picture` for a file that was opened, and that holds so many frames."""
    with sentences(name):
        if frames > 1 and image.format not in _ONE_OF_SEVERAL:
            raise InputError(f"{name} holds {frames} pages or frames, and one is wanted; split it.")
        return decoded(data, image, name)


def frame_picture(data: bytes, image: Image.Image, number: int, name: str, max_pixels: int) -> tuple[Picture, float]:
    """One frame of an animation that was opened, and for how many milliseconds it is shown."""
    with sentences(name):
        encoding = read_encoding(data, image)
        image.seek(number)
        check_size(image.width, image.height, name, max_pixels)  # a GIF's frames may be larger than its first
        image.load()
        metadata = quietly(lambda: read_metadata(image))
        alpha = np.asarray(image.convert("RGBA").getchannel("A")) if image.has_transparency_data else None
        light = light_of_image(image, image.info.get("icc_profile"))
        picture = _picture_of(light, alpha, 8, image_format=str(image.format), metadata=metadata, encoding=encoding)
        return picture, float(image.info.get("duration", 0))


def decoded(data: bytes, image: Image.Image, name: str) -> Picture:
    """The picture of an image that Pillow has opened, from the bytes of its file."""
    picture = _picture_16bit(data, image, name) if is_beyond_8bit(data, image) else _eight_bit_picture(data, image)
    if picture.metadata.size > METADATA_BYTES:
        raise BoundError(too_much_metadata(name))
    if image.format == "PNG" and (numbers := foreign_color_space(data)):
        note = f"Its color space, told by numbers (cICP {numbers}), is not followed; its codes are taken as sRGB's."
        return replace(picture, notes=(*picture.notes, note))
    return picture


def _eight_bit_picture(data: bytes, image: Image.Image) -> Picture:
    encoding = read_encoding(data, image)
    stored, metadata = _loaded(data, image)
    jpeg = Jpeg(data) if image.format in ("JPEG", "MPO") else None
    metadata = _with_segments(metadata, jpeg) if jpeg else metadata
    alpha = np.asarray(stored.convert("RGBA").getchannel("A")) if stored.has_transparency_data else None
    profile = stored.info.get("icc_profile")
    image_format = "JPEG" if jpeg else str(image.format)
    picture = _picture_of(
        light_of_image(stored, profile),
        alpha,
        8,
        image_format=image_format,
        metadata=metadata,
        encoding=encoding,
    )
    return _with_jpeg(picture, jpeg, profile) if jpeg else picture


def _with_segments(metadata: Metadata, jpeg: Jpeg) -> Metadata:
    """What the JPEG's other programs left in it; nothing where it cannot be taken apart."""
    try:
        segments = without_previews([segment for segment in jpeg.parts[0] if is_header(segment)])
    except UnknownShapeError:
        return metadata
    return without_extended_preview(metadata._replace(segments=segments, photoshop=photoshop_block(segments)))


def _with_jpeg(picture: Picture, jpeg: Jpeg, profile: bytes | None) -> Picture:
    """The picture with its file, where its luma means what sRGB's would, or its tone curve is known."""
    if not picture.was_color and profile and profile[16:20] == b"GRAY":
        codes = tone_of_gray(profile)
        return replace(picture, jpeg=jpeg, tone=None if codes is None else Tone(profile, codes))
    return replace(picture, jpeg=jpeg) if picture.metadata.icc in (None, profile) else picture


def _loaded(data: bytes, image: Image.Image) -> tuple[Image.Image, Metadata]:
    """The picture decoded, its pixels as they are stored, and its metadata."""
    if image.format != "TIFF":
        image.load()
        metadata = quietly(lambda: read_metadata(image))
        if image.format == "PPM":
            metadata = metadata._replace(comment=pixmap_comment(data))
        return image, from_boxes(metadata, data) if image.format == "JPEG2000" else metadata
    # Pillow turns a TIFF upright as it loads, and takes the orientation out of the tags.
    metadata = quietly(lambda: read_metadata(image))
    if image.width * image.height > _LARGE_TO_PILLOW:
        quietly(image.load)
    image.load()
    back = _BACK.get(metadata.orientation)
    return (image if back is None else image.transpose(back)), metadata


def _picture_16bit(data: bytes, image: Image.Image, name: str) -> Picture:
    """A picture of more than 8 bits a channel; nothing of it goes through Pillow's 8-bit conversions."""
    encoding = read_encoding(data, image)
    if image.format == "TIFF":
        metadata = quietly(lambda: read_metadata(image))
        pixels, alpha = tiff_pixels(data, image, name)
    else:
        image, metadata = _loaded(data, image)
        pixels, alpha = read_16bit(data, image)
    return _picture_of(
        light_of_codes(pixels, metadata.icc),
        alpha,
        16,
        image_format=str(image.format),
        metadata=metadata,
        encoding=encoding,
    )


def _picture_of(
    light: Light,
    alpha: Codes | None,
    depth: int,
    *,
    image_format: str,
    metadata: Metadata,
    encoding: dict[str, object],
) -> Picture:
    metadata = metadata._replace(icc=light.icc)
    return Picture(
        gray=light.gray,
        alpha=alpha,
        depth=depth,
        format=image_format,
        metadata=metadata,
        was_color=light.was_color,
        encoding=encoding,
        kind=light.kind,
        notes=light.notes,
    )
