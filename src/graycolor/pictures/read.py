"""Still files into `Picture`: every mode and depth to gray, without a silent loss on the way.

Pixels stay as they are stored: Pillow turns a TIFF upright while loading it, and that is undone. Sizes are
checked before anything is decoded. Formats are told by their first bytes, never by the file's name.
"""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from graycolor.color.fast import gray_of_rgb
from graycolor.color.lab import lightness_to_luminance, linear_to_srgb
from graycolor.errors import InputError, MissingInputError
from graycolor.pictures.deep import png_pixels, tiff_pixels
from graycolor.pictures.metadata import Metadata, gray_by_profile, read_encoding, read_metadata
from graycolor.pictures.picture import Codes, Picture
from graycolor.pictures.profiles import srgb_profile, to_srgb

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 175_000_000
"""Larger pictures are refused before decoding: a few kilobytes can claim to be gigapixels.

Just below the 178,956,970 at which Pillow itself refuses a TIFF.
"""

_LARGE_TO_PILLOW = 80_000_000
_WEBP_NOISE = 1
"""WebP has no gray: a gray picture comes back with red and blue one step off its green."""
# Pillow's Transpose that undoes its turning of an orientation.
_BACK: dict[int, Any] = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
# warnings.catch_warnings changes the whole process's filters; files are read by several threads.
_FILTERS = threading.Lock()


def read_picture(path: Path, *, max_pixels: int = MAX_PIXELS) -> Picture:
    """Read a JPEG, PNG, WebP, TIFF or BMP file.

    A TIFF of floats is taken as 0..1 and one of 32-bit whole numbers as 0..65535 where it stays within that,
    else scaled by its own maximum; negatives are black.

    Raises:
        MissingInputError: there is no such file.
        InputError: it is empty, damaged, truncated, too large, or of another kind.
    """
    return decode_picture(_bytes_of(path), str(path), max_pixels=max_pixels)


def decode_picture(data: bytes, name: str, *, max_pixels: int = MAX_PIXELS) -> Picture:
    """`read_picture` for a file's bytes; messages begin with `name`."""
    if not data:
        raise InputError(f"{name} is empty (0 bytes); copy it again from its source.")
    try:
        image = _opened(data, name)
        _check_size(image, name, max_pixels)
        return _deep(data, image, name) if _is_deep(data, image) else _eight_bit(data, image)
    except InputError:
        raise
    except MemoryError:
        raise InputError(f"{name} does not fit into memory; shrink it, or use a larger machine.") from None
    except Exception as error:  # decoders raise whatever their author thought of
        if "unknown pixel mode" in str(error):
            raise InputError(f"{name} has an unusual pixel type; save it with 8 or 16 bits a channel.") from error
        raise InputError(
            f"{name} is damaged or cut off and cannot be decoded; copy it again from its source."
        ) from error


def _bytes_of(path: Path) -> bytes:
    try:
        if not path.exists():
            raise MissingInputError(f"There is no file {path}; check the name.")
        if path.is_dir():
            raise InputError(f"{path} is a folder, not a picture; name the pictures in it.")
        if path.is_char_device() or path.is_block_device():
            raise InputError(f"{path} is a device, not a picture; name a file.")
        return path.read_bytes()
    except OSError as error:
        if isinstance(error, InputError):
            raise
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"{path} cannot be read ({reason}); check its name and permissions.") from error


def _opened(data: bytes, name: str) -> Image.Image:
    """The file's header, parsed by the one decoder that its first bytes name; nothing is decoded yet."""
    factory = _decoder(data)
    if factory is None:
        raise InputError(f"{name} is no picture of a kind graycolor reads; save it as JPEG or PNG.")
    image = _quietly(lambda: factory(io.BytesIO(data)))
    frames = _quietly(lambda: getattr(image, "n_frames", 1))
    if frames > 1 and image.format != "MPO":
        raise InputError(f"{name} holds {frames} pages or frames; split it, graycolor colors single pictures.")
    return image


def _quietly(parse: Callable[[], Any]) -> Any:
    """`parse()` without Pillow's warnings on odd tags, which no reader of this program can act on."""
    with _FILTERS, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        warnings.simplefilter("ignore", RuntimeWarning)  # Pillow's on large pictures; sizes are settled here
        return parse()


def _decoder(data: bytes) -> Callable[[Any], Any] | None:
    # The plugins are called directly: Image.open would import them all and warn of sizes we settle ourselves.
    if data.startswith(b"\xff\xd8\xff"):
        from PIL.JpegImagePlugin import jpeg_factory

        return jpeg_factory
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        from PIL.PngImagePlugin import PngImageFile

        return PngImageFile
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        from PIL.WebPImagePlugin import WebPImageFile

        return WebPImageFile
    if data.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        from PIL.TiffImagePlugin import TiffImageFile

        return TiffImageFile
    if data.startswith(b"BM"):
        from PIL.BmpImagePlugin import BmpImageFile

        return BmpImageFile
    return None


def _check_size(image: Image.Image, name: str, max_pixels: int) -> None:
    if image.width * image.height > max_pixels:
        raise InputError(
            f"{name} claims {image.width} x {image.height} pixels, more than the {max_pixels / 1e6:.0f} "
            "megapixels graycolor takes; cut it into parts."
        )


def _is_deep(data: bytes, image: Image.Image) -> bool:
    """Whether a channel has more than 8 bits; Pillow's mode does not tell for color."""
    if image.format == "PNG":
        return data[24] == 16
    if image.format == "TIFF":
        bits: Any = image.tag_v2.get(258, (1,))  # type: ignore[attr-defined]
        return max(bits if isinstance(bits, tuple) else (bits,)) > 8
    return False


def _eight_bit(data: bytes, image: Image.Image) -> Picture:
    encoding = read_encoding(data, image)
    stored, metadata = _loaded(image)
    alpha = np.asarray(stored.convert("RGBA").getchannel("A")) if stored.has_transparency_data else None
    gray, was_color, icc = _gray_of_image(stored)
    image_format = "JPEG" if image.format == "MPO" else str(image.format)
    return Picture(gray, alpha, 8, image_format, replace(metadata, icc=icc), was_color, encoding)


def _loaded(image: Image.Image) -> tuple[Image.Image, Metadata]:
    """The picture decoded, its pixels as they are stored, and its metadata."""
    if image.format != "TIFF":
        image.load()
        return image, _quietly(lambda: read_metadata(image))
    # Pillow turns a TIFF upright as it loads, and takes the orientation out of the tags.
    metadata = _quietly(lambda: read_metadata(image))
    if image.width * image.height > _LARGE_TO_PILLOW:
        _quietly(image.load)
    image.load()
    back = _BACK.get(metadata.orientation)
    return (image if back is None else image.transpose(back)), metadata


def _gray_of_image(image: Image.Image) -> tuple[Codes, bool, bytes | None]:
    """Gray codes of an 8-bit picture, whether it had colors, and the profile for the result."""
    profile = image.info.get("icc_profile")
    if image.mode == "LAB":
        codes = linear_to_srgb(lightness_to_luminance(np.arange(256) / 2.55)) * 65535
        return np.rint(codes).astype(np.uint16)[np.asarray(image.getchannel(0))], True, None
    if image.mode in ("1", "L", "LA", "La"):
        stored = np.asarray(image.convert("LA").getchannel(0))
        converted = gray_by_profile(stored, profile)
        return (stored, False, None) if converted is None else (converted, False, srgb_profile())
    is_webp = image.format == "WEBP"
    # CMYK keeps its own channels, because its profile speaks of them.
    image, icc = to_srgb(image if image.mode == "CMYK" else image.convert("RGB"), profile)
    rgb = np.asarray(image.convert("RGB"))
    if is_webp and np.ptp(rgb, axis=2).max() <= _WEBP_NOISE:
        return cast(Codes, np.ascontiguousarray(rgb[..., 1])), False, icc
    return (*gray_or_color(rgb), icc)


def gray_or_color(rgb: Codes) -> tuple[Codes, bool]:
    """Gray of RGB pixels (H,W,3), and whether they had colors.

    A channel as it is where all three agree, else the 16-bit gray of equal lightness.
    """
    if np.array_equal(rgb[..., 0], rgb[..., 1]) and np.array_equal(rgb[..., 1], rgb[..., 2]):
        return cast(Codes, np.ascontiguousarray(rgb[..., 0])), False
    return gray_of_rgb(rgb), True


def _deep(data: bytes, image: Image.Image, name: str) -> Picture:
    """A picture of more than 8 bits a channel; nothing of it goes through Pillow's 8-bit conversions."""
    encoding = read_encoding(data, image)
    if image.format == "TIFF":
        metadata = _quietly(lambda: read_metadata(image))
        pixels, alpha = tiff_pixels(data, image, name)
    else:
        image, metadata = _loaded(image)
        pixels, alpha = png_pixels(data, image)
    gray, was_color = (pixels, False) if pixels.ndim == 2 else gray_or_color(pixels)
    profiled = gray_by_profile(pixels, metadata.icc)
    if profiled is not None:
        gray = profiled
    metadata = replace(metadata, icc=None if profiled is None else srgb_profile())
    return Picture(gray, alpha, 16, str(image.format), metadata, was_color, encoding)
