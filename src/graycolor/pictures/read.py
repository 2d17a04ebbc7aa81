"""Still files into `Picture`: every mode and depth to gray, without a silent loss on the way.

The traps this file knows (each measured): Pillow turns 16-bit gray white by `convert("L")`, opens 16-bit RGB as 8 bits,
and returns 16-bit MinIsWhite as a negative; OpenCV hands out half of a truncated JPEG. Sizes are checked before
anything is decoded. Formats are told by their first bytes, never by the file's name.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graycolor.color.fast import gray_of_rgb
from graycolor.errors import InputError, MissingInputError
from graycolor.pictures.metadata import Metadata, read_metadata
from graycolor.pictures.picture import Codes, Picture
from graycolor.pictures.profiles import to_srgb

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 200_000_000
"""Larger pictures are refused before decoding: a few kilobytes can claim to be gigapixels."""

_SIXTEEN_BIT_MODES = frozenset({"I;16", "I;16B", "I;16L", "I;16N", "I", "F"})
_ALPHA_MODES = frozenset({"LA", "La", "PA", "RGBA", "RGBa"})


def read_picture(path: Path, *, max_pixels: int = MAX_PIXELS) -> Picture:
    """Read a JPEG, PNG, WebP, TIFF or BMP file.

    Float TIFF is taken as 0..1 where it stays within that, else scaled by its own maximum; negatives are black.

    Raises:
        MissingInputError: there is no such file.
        InputError: it is empty, damaged, truncated, too large, or of another kind.
    """
    return decode_picture(_bytes_of(path), str(path), max_pixels=max_pixels)


def decode_picture(data: bytes, name: str, *, max_pixels: int = MAX_PIXELS) -> Picture:
    """`read_picture` for a file's bytes; messages begin with `name`."""
    if not data:
        raise InputError(f"{name} is empty (0 bytes); copy it again from its source.")
    image = _opened(data, name)
    _check_size(image, name, max_pixels)
    try:
        return _sixteen_bit(data, image) if _is_deep(data, image) else _eight_bit(data, image)
    except InputError:
        raise
    except MemoryError:
        raise InputError(f"{name} does not fit into memory; shrink it, or use a larger machine.") from None
    except Exception as error:  # decoders raise whatever their author thought of
        raise InputError(f"{name} is damaged or cut off and cannot be decoded; copy it again from its source.") from error


def _bytes_of(path: Path) -> bytes:
    if not path.exists():
        raise MissingInputError(f"There is no file {path}; check the name.")
    if path.is_dir():
        raise InputError(f"{path} is a folder, not a picture.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({(error.strerror or str(error)).lower()}).") from error


def _opened(data: bytes, name: str) -> Image.Image:
    """The file's header, parsed by the one decoder that its first bytes name; nothing is decoded yet."""
    factory = _decoder(data)
    if factory is None:
        raise InputError(f"{name} is no picture of a kind graycolor reads (JPEG, PNG, WebP, TIFF, BMP).")
    try:
        image = factory(io.BytesIO(data))
    except Exception as error:
        raise InputError(f"{name} is damaged or cut off and cannot be opened; copy it again from its source.") from error
    if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
        raise InputError(f"{name} holds {image.n_frames} pages or frames; split it first, graycolor colors single pictures.")
    return image


def _decoder(data: bytes) -> Callable[[Any], Any] | None:
    # The plugins are called directly: Image.open would import them all and warn about sizes we settle ourselves.
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
    pixels = image.width * image.height
    if pixels > max_pixels:
        raise InputError(
            f"{name} claims {image.width} x {image.height} pixels, more than the {max_pixels / 1e6:.0f} megapixels "
            "graycolor takes; cut it into parts."
        )


def _is_deep(data: bytes, image: Image.Image) -> bool:
    """Whether a channel has more than 8 bits; Pillow's mode does not tell for color."""
    if image.format == "PNG":
        return data[24] == 16
    if image.format == "TIFF":
        bits: Any = image.tag_v2.get(258, (1,))  # type: ignore[attr-defined]
        return max(bits if isinstance(bits, tuple) else (bits,)) > 8
    return image.mode in _SIXTEEN_BIT_MODES


def _eight_bit(data: bytes, image: Image.Image) -> Picture:
    image_format = "JPEG" if image.format == "MPO" else str(image.format)
    encoding = _encoding(data, image)
    image.load()
    alpha = None
    if image.mode in _ALPHA_MODES or "transparency" in image.info:
        rgba = image.convert("RGBA")
        alpha = np.asarray(rgba.getchannel("A"))
        metadata_source, image = image, rgba.convert("RGB")
    else:
        metadata_source = image
    image, icc = to_srgb(image, metadata_source.info.get("icc_profile"))
    gray, was_color = _gray8(image)
    return Picture(gray, alpha, 8, image_format, _metadata(metadata_source, icc), was_color, encoding)


def _metadata(image: Image.Image, icc: bytes | None) -> Metadata:
    return read_metadata(image, icc)


def _gray8(image: Image.Image) -> tuple[Codes, bool]:
    """Gray codes of an 8-bit picture, and whether it had colors."""
    if image.mode in ("L", "1"):
        return np.asarray(image.convert("L")), False
    if image.mode == "LAB":
        image = image.getchannel(0)  # L of 0..255; its tone curve differs from sRGB's, so it goes by lightness below
        from graycolor.color.lab import lightness_to_luminance, linear_to_srgb

        codes = linear_to_srgb(lightness_to_luminance(np.arange(256) / 2.55)) * 65535
        return np.rint(codes).astype(np.uint16)[np.asarray(image)], True
    rgb = np.asarray(image.convert("RGB"))
    return gray_or_color(rgb)


def gray_or_color(rgb: Codes) -> tuple[Codes, bool]:
    """Gray of RGB pixels (H,W,3): a channel as it is where all three agree, else the 16-bit gray of equal lightness."""
    if np.array_equal(rgb[..., 0], rgb[..., 1]) and np.array_equal(rgb[..., 1], rgb[..., 2]):
        return np.ascontiguousarray(rgb[..., 0]), False
    return gray_of_rgb(rgb), True


def _sixteen_bit(data: bytes, image: Image.Image) -> Picture:
    pixels = _tiff_pixels(data) if image.format == "TIFF" else _png_pixels(data)
    alpha = None
    if pixels.ndim == 3 and pixels.shape[2] in (2, 4):
        pixels, alpha = pixels[..., :-1], np.ascontiguousarray(pixels[..., -1])
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    gray, was_color = (pixels, False) if pixels.ndim == 2 else gray_or_color(pixels)
    icc = image.info.get("icc_profile") if pixels.ndim == 3 else None
    metadata = read_metadata(image, icc)
    encoding = _encoding(data, image)
    return Picture(np.ascontiguousarray(gray), alpha, 16, str(image.format), metadata, was_color, encoding)


def _png_pixels(data: bytes) -> NDArray[np.uint16]:
    import cv2

    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or not _png_is_whole(data):
        raise ValueError("no pixels")
    if pixels.ndim == 3:
        order = [2, 1, 0, 3][: pixels.shape[2]]
        pixels = pixels[..., order]
    return pixels


def _png_is_whole(data: bytes) -> bool:
    """OpenCV fills what is missing with black; a whole PNG ends with its IEND chunk."""
    return b"IEND" in data[-64:]


def _tiff_pixels(data: bytes) -> NDArray[np.uint16]:
    import tifffile

    with tifffile.TiffFile(io.BytesIO(data)) as file:
        page = file.pages[0]
        pixels = page.asarray()
        if page.planarconfig == 2 and pixels.ndim == 3:
            pixels = np.moveaxis(pixels, 0, -1)
        if page.photometric == 0:
            pixels = np.iinfo(pixels.dtype).max - pixels
    if pixels.dtype.kind == "f":
        return _codes_of_floats(pixels)
    if pixels.dtype != np.uint16:
        raise InputError(f"The TIFF has {pixels.dtype} samples; convert it to 8 or 16 bits, or to floats.")
    return pixels


def _codes_of_floats(values: NDArray[np.floating]) -> NDArray[np.uint16]:
    values = np.nan_to_num(values.astype(np.float32), posinf=0, neginf=0)
    top = max(1.0, float(values.max(initial=0)))
    return np.rint(np.clip(values / top, 0, 1) * 65535).astype(np.uint16)


def _encoding(data: bytes, image: Image.Image) -> dict[str, object]:
    """How the source was compressed: JPEG tables, WebP losslessness, TIFF compression."""
    if image.format in ("JPEG", "MPO"):
        return {"tables": dict(image.quantization), "progressive": "progressive" in image.info}  # type: ignore[attr-defined]
    if image.format == "WEBP":
        return {"lossless": b"VP8L" in data[:64]}
    if image.format == "TIFF":
        return {"compressed": image.info.get("compression", "raw") != "raw"}
    return {}
