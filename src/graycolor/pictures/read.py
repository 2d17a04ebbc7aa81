"""Still files into `Picture`: every mode and depth to gray, without a silent loss on the way.

Pixels stay as they are stored: Pillow turns a TIFF upright while loading it, and that is undone. Sizes are
checked before anything is decoded. Formats are told by their first bytes, never by the file's name.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from graycolor.bounds import METADATA_BYTES, PIXELS
from graycolor.color.lab import lightness_to_luminance, linear_to_srgb
from graycolor.color.lightness_join import gray_of_rgb
from graycolor.errors import BoundError, InputError
from graycolor.pictures.door import bytes_of, check_size, frame_count, opened, quietly, sentences, too_much_metadata
from graycolor.pictures.jpeg.header import photoshop_block
from graycolor.pictures.jpeg.markers import Jpeg, UnknownShapeError
from graycolor.pictures.jpeg.splice import is_header
from graycolor.pictures.kind import kind_of
from graycolor.pictures.metadata.jp2_boxes import from_boxes
from graycolor.pictures.metadata.record import Metadata, read_encoding, read_metadata
from graycolor.pictures.metadata.texts import pixmap_comment
from graycolor.pictures.picture import Codes, Picture, Tone
from graycolor.pictures.pillow_memory import Memory
from graycolor.pictures.profiles import srgb_profile, to_srgb
from graycolor.pictures.read_16bit import eight_bit, is_beyond_8bit, read_16bit, tiff_pixels
from graycolor.pictures.tone import gray_by_profile, tone_of_gray

if TYPE_CHECKING:
    from PIL import Image

_ONE_OF_SEVERAL = ("MPO", "HEIF")
"""Phones' pictures: the others are previews, depth and light."""
_LARGE_TO_PILLOW = 80_000_000
_WEBP_NOISE = 1
"""WebP has no gray: a gray picture comes back with red and blue one step off its green."""
# Pillow's Transpose that undoes its turning of an orientation.
_BACK: dict[int, Any] = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}


def read_picture(path: Path, *, max_pixels: int = PIXELS) -> Picture:
    """Read a picture file of one of `graycolor.pictures.formats.FORMATS`.

    A TIFF of floats is taken as 0..1 and one of 32-bit whole numbers as 0..65535 where it stays within that,
    else scaled by its own maximum; negatives are black.

    Raises:
        MissingInputError: there is no such file.
        InputError: it is empty, damaged, truncated, too large, or of another kind.
    """
    return decode_picture(bytes_of(path, max_pixels), str(path), max_pixels=max_pixels)


def decode_picture(data: bytes, name: str, *, max_pixels: int = PIXELS) -> Picture:
    """`read_picture` for a file's bytes; messages begin with `name`."""
    with sentences(name):
        image = opened(data, name, max_pixels)
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
        gray, was_color, icc, kind = gray_of_image(image, Memory())
        metadata = replace(metadata, icc=icc)
        picture = Picture(gray, alpha, 8, str(image.format), metadata, was_color, encoding, kind=kind)
        return picture, float(image.info.get("duration", 0))


def decoded(data: bytes, image: Image.Image, name: str) -> Picture:
    """The picture of an image that Pillow has opened, from the bytes of its file."""
    picture = _picture_16bit(data, image, name) if is_beyond_8bit(data, image) else _eight_bit_picture(data, image)
    if picture.metadata.size > METADATA_BYTES:
        raise BoundError(too_much_metadata(name))
    return picture


def _eight_bit_picture(data: bytes, image: Image.Image) -> Picture:
    encoding, memory = read_encoding(data, image), Memory.under(image)
    stored, metadata = _loaded(data, image)
    jpeg = Jpeg(data) if image.format in ("JPEG", "MPO") else None
    metadata = _with_segments(metadata, jpeg) if jpeg else metadata
    alpha = np.asarray(stored.convert("RGBA").getchannel("A")) if stored.has_transparency_data else None
    profile = stored.info.get("icc_profile")
    gray, was_color, icc, kind = gray_of_image(stored, memory)
    image_format = "JPEG" if jpeg else str(image.format)
    picture = Picture(gray, alpha, 8, image_format, replace(metadata, icc=icc), was_color, encoding, kind=kind)
    return _with_jpeg(picture, jpeg, profile) if jpeg else picture


def _with_segments(metadata: Metadata, jpeg: Jpeg) -> Metadata:
    """What the JPEG's other programs left in it; nothing where it cannot be taken apart."""
    try:
        segments = tuple(segment for segment in jpeg.parts[0] if is_header(segment))
    except UnknownShapeError:
        return metadata
    return replace(metadata, segments=segments, photoshop=photoshop_block(segments))


def _with_jpeg(picture: Picture, jpeg: Jpeg, profile: bytes | None) -> Picture:
    """The picture with its file, where its luma means what sRGB's would, or its tone curve is known."""
    if not picture.was_color and profile and profile[16:20] == b"GRAY":
        codes = tone_of_gray(profile)
        return replace(picture, jpeg=jpeg, tone=None if codes is None else Tone(profile, codes))
    return replace(picture, jpeg=jpeg) if profile in (None, picture.metadata.icc) else picture


def _loaded(data: bytes, image: Image.Image) -> tuple[Image.Image, Metadata]:
    """The picture decoded, its pixels as they are stored, and its metadata."""
    if image.format != "TIFF":
        image.load()
        metadata = quietly(lambda: read_metadata(image))
        if image.format == "PPM":
            metadata = replace(metadata, comment=pixmap_comment(data))
        return image, from_boxes(metadata, data) if image.format == "JPEG2000" else metadata
    # Pillow turns a TIFF upright as it loads, and takes the orientation out of the tags.
    metadata = quietly(lambda: read_metadata(image))
    if image.width * image.height > _LARGE_TO_PILLOW:
        quietly(image.load)
    image.load()
    back = _BACK.get(metadata.orientation)
    return (image if back is None else image.transpose(back)), metadata


def gray_of_image(image: Image.Image, memory: Memory) -> tuple[Codes, bool, bytes | None, str]:
    """Gray codes of an 8-bit picture, whether it had colors, the profile for the result, and the kind."""
    profile = image.info.get("icc_profile")
    if image.mode == "LAB":
        codes = linear_to_srgb(lightness_to_luminance(np.arange(256) / 2.55)) * 65535
        gray = np.rint(codes).astype(np.uint16)[np.asarray(image.getchannel(0))]
        return gray, True, None, kind_of(np.asarray(_rgb_of_lab(image)))
    if image.mode in ("1", "L", "LA", "La"):
        stored = memory.pixels_of(image if image.mode == "L" else image.convert("LA").getchannel(0))
        converted = gray_by_profile(stored, profile)
        return (stored, False, None, "gray") if converted is None else (converted, False, srgb_profile(), "gray")
    is_webp = image.format == "WEBP"
    # CMYK keeps its own channels, because its profile speaks of them.
    image, icc = to_srgb(image if image.mode == "CMYK" else image.convert("RGB"), profile)
    rgb = np.asarray(image.convert("RGB"))
    if is_webp and np.ptp(rgb, axis=2).max() <= _WEBP_NOISE:
        return cast(Codes, np.ascontiguousarray(rgb[..., 1])), False, icc, "gray"
    gray, was_color = gray_or_color(rgb)
    return gray, was_color, icc, kind_of(rgb) if was_color else "gray"


def _rgb_of_lab(image: Image.Image) -> Image.Image:
    from PIL import ImageCms

    profiles = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    return ImageCms.applyTransform(image, ImageCms.buildTransform(*profiles, "LAB", "RGB")) or image


def gray_or_color(rgb: Codes) -> tuple[Codes, bool]:
    """Gray of RGB pixels (H,W,3), and whether they had colors.

    A channel as it is where all three agree, else the 16-bit gray of equal lightness.
    """
    if np.array_equal(rgb[..., 0], rgb[..., 1]) and np.array_equal(rgb[..., 1], rgb[..., 2]):
        return cast(Codes, np.ascontiguousarray(rgb[..., 0])), False
    return gray_of_rgb(rgb), True


def _picture_16bit(data: bytes, image: Image.Image, name: str) -> Picture:
    """A picture of more than 8 bits a channel; nothing of it goes through Pillow's 8-bit conversions."""
    encoding = read_encoding(data, image)
    if image.format == "TIFF":
        metadata = quietly(lambda: read_metadata(image))
        pixels, alpha = tiff_pixels(data, image, name)
    else:
        image, metadata = _loaded(data, image)
        pixels, alpha = read_16bit(data, image)
    gray, was_color = (pixels, False) if pixels.ndim == 2 else gray_or_color(pixels)
    profiled = gray_by_profile(pixels, metadata.icc)
    if profiled is not None:
        gray = profiled
    kind = kind_of(eight_bit(pixels)) if was_color else "gray"
    metadata = replace(metadata, icc=None if profiled is None else srgb_profile())
    return Picture(gray, alpha, 16, str(image.format), metadata, was_color, encoding, kind=kind)
