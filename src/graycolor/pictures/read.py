"""Still files into `Picture`: every mode and depth to gray, without a silent loss on the way.

The traps this file knows (each measured): Pillow turns 16-bit gray white by `convert("L")`, opens 16-bit RGB as 8
bits, and returns 16-bit MinIsWhite as a negative; OpenCV hands out half of a truncated picture, so Pillow has to have
decoded the file before OpenCV may; tifffile needs a further package for LZW. Sizes are checked before anything is
decoded. Formats are told by their first bytes, never by the file's name.
"""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from graycolor.color.fast import gray_of_rgb
from graycolor.color.lab import lightness_to_luminance, linear_to_srgb
from graycolor.errors import InputError, MissingInputError
from graycolor.pictures.metadata import gray_by_profile, read_encoding, read_metadata
from graycolor.pictures.picture import Codes, Picture
from graycolor.pictures.profiles import srgb_profile, to_srgb

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 200_000_000
"""Larger pictures are refused before decoding: a few kilobytes can claim to be gigapixels."""

_WHITE_IS_ZERO, _SEPARATED = 0, 5
_TIFF_CHANNELS = {_WHITE_IS_ZERO: 1, 1: 1, 2: 3, _SEPARATED: 4}
_PREMULTIPLIED, _STRAIGHT = 1, 2
_PNG_NEEDED = (b"IHDR", b"IDAT", b"IEND")
# warnings.catch_warnings changes the whole process's filters; files are read by several threads.
_FILTERS = threading.Lock()


def read_picture(path: Path, *, max_pixels: int = MAX_PIXELS) -> Picture:
    """Read a JPEG, PNG, WebP, TIFF or BMP file.

    A TIFF of floats is taken as 0..1 and one of 32-bit whole numbers as 0..65535 where it stays within that, else
    scaled by its own maximum; negatives are black.

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
            raise InputError(
                f"{name} has an unusual pixel type; save it with 8 or 16 bits a channel."
            ) from error
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
        raise InputError(
            f"{name} is no picture of a kind graycolor reads; save it as JPEG, PNG, WebP, TIFF or BMP."
        )
    image = _quietly(lambda: factory(io.BytesIO(data)))
    frames = _quietly(lambda: getattr(image, "n_frames", 1))
    if frames > 1 and image.format != "MPO":
        raise InputError(
            f"{name} holds {frames} pages or frames; split it first, graycolor colors single pictures."
        )
    return image


def _quietly(parse: Callable[[], Any]) -> Any:
    """`parse()` without Pillow's warnings on odd tags, which no reader of this program can act on."""
    with _FILTERS, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
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
    return False


def _eight_bit(data: bytes, image: Image.Image) -> Picture:
    encoding = read_encoding(data, image)
    image.load()
    alpha = np.asarray(image.convert("RGBA").getchannel("A")) if image.has_transparency_data else None
    gray, was_color, icc = _gray_of_image(image)
    image_format = "JPEG" if image.format == "MPO" else str(image.format)
    metadata = _quietly(lambda: read_metadata(image, icc))
    return Picture(gray, alpha, 8, image_format, metadata, was_color, encoding)


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
    # CMYK keeps its own channels, because its profile speaks of them.
    image, icc = to_srgb(image if image.mode == "CMYK" else image.convert("RGB"), profile)
    return (*gray_or_color(np.asarray(image.convert("RGB"))), icc)


def gray_or_color(rgb: Codes) -> tuple[Codes, bool]:
    """Gray of RGB pixels (H,W,3), and whether they had colors.

    A channel as it is where all three agree, else the 16-bit gray of equal lightness.
    """
    if np.array_equal(rgb[..., 0], rgb[..., 1]) and np.array_equal(rgb[..., 1], rgb[..., 2]):
        return cast(Codes, np.ascontiguousarray(rgb[..., 0])), False
    return gray_of_rgb(rgb), True


def _deep(data: bytes, image: Image.Image, name: str) -> Picture:
    """A picture of more than 8 bits a channel; nothing of it goes through Pillow's 8-bit conversions."""
    pixels, alpha = _tiff_pixels(data, image, name) if image.format == "TIFF" else _png_pixels(data, image)
    profile = image.info.get("icc_profile")
    gray, was_color = (pixels, False) if pixels.ndim == 2 else gray_or_color(pixels)
    converted = gray_by_profile(pixels, profile)
    icc = None if converted is None else srgb_profile()
    metadata = _quietly(lambda: read_metadata(image, icc))
    gray = gray if converted is None else converted
    return Picture(gray, alpha, 16, str(image.format), metadata, was_color, read_encoding(data, image))


def _png_pixels(data: bytes, image: Image.Image) -> tuple[NDArray[np.uint16], NDArray[np.uint16] | None]:
    import cv2

    image.load()
    if image.mode.startswith("I"):
        pixels = np.asarray(image).astype(np.uint16)
    else:
        decoded = cv2.imdecode(np.frombuffer(_bare_png(data), np.uint8), cv2.IMREAD_UNCHANGED)
        pixels = cast("NDArray[np.uint16]", decoded)[..., [2, 1, 0, 3][: decoded.shape[2]]]
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        return np.ascontiguousarray(pixels[..., :3]), np.ascontiguousarray(pixels[..., 3])
    return pixels, _keyed_out(pixels, image.info.get("transparency"))


def _keyed_out(pixels: NDArray[np.uint16], color: Any) -> NDArray[np.uint16] | None:
    """Alpha of a PNG in which one gray or color stands for nothing."""
    if color is None:
        return None
    same = pixels == np.asarray(color, np.uint16)
    return np.where(same.all(2) if pixels.ndim == 3 else same, 0, 65535).astype(np.uint16)


def _bare_png(data: bytes) -> bytes:
    """The PNG without what OpenCV does not need: libpng would print its opinion of profiles on stderr."""
    kept, at = [data[:8]], 8
    while at < len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        kept += [data[at:end]] if data[at + 4 : at + 8] in _PNG_NEEDED else []
        at = end
    return b"".join(kept)


def _tiff_pixels(
    data: bytes, image: Image.Image, name: str
) -> tuple[NDArray[np.uint16], NDArray[np.uint16] | None]:
    """Gray (H,W) or RGB (H,W,3) and alpha of a TIFF, as 16-bit codes."""
    import tifffile

    with tifffile.TiffFile(io.BytesIO(data)) as file:
        page = cast(tifffile.TiffPage, file.pages[0])
        channels = _TIFF_CHANNELS.get(page.photometric, 0)
        if not channels or page.samplesperpixel < channels or page.axes not in ("YX", "YXS", "SYX"):
            raise InputError(
                f"{name} keeps its pixels in an unusual way; save it as a gray or RGB TIFF or PNG."
            )
        pixels = _tiff_samples(data, image, page, name)
    return _colors_and_alpha(pixels, page.photometric, channels, page.extrasamples)


def _tiff_samples(data: bytes, image: Image.Image, page: Any, name: str) -> NDArray[Any]:
    """All samples (H,W,S); by OpenCV for the compressions that tifffile leaves to another package."""
    try:
        pixels = page.asarray()
        pixels = np.moveaxis(pixels, 0, -1) if page.axes == "SYX" else pixels
    except ValueError as error:
        if "imagecodecs" not in str(error):
            raise
        if page.axes == "SYX" or page.photometric == _SEPARATED:
            raise InputError(
                f"{name} has a rare compression; save it as TIFF with deflate, or as PNG."
            ) from error
        image.load()  # refuses what is cut off
        pixels = _tiff_by_opencv(data)
    return pixels.reshape(*pixels.shape[:2], -1)


def _tiff_by_opencv(data: bytes) -> NDArray[Any]:
    import cv2

    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise ValueError("OpenCV cannot decode it")
    return pixels if pixels.ndim == 2 else pixels[..., [2, 1, 0, 3][: pixels.shape[2]]]


def _colors_and_alpha(
    samples: NDArray[Any], photometric: int, channels: int, extra: tuple[int, ...]
) -> tuple[NDArray[np.uint16], NDArray[np.uint16] | None]:
    colors, alpha = _codes(samples[..., :channels]), None
    if extra and extra[0] in (_PREMULTIPLIED, _STRAIGHT) and samples.shape[2] > channels:
        alpha = _codes(samples[..., channels])
        if extra[0] == _PREMULTIPLIED:
            whole = colors * 65535.0 / np.maximum(alpha, 1)[..., None]
            colors = np.rint(np.minimum(whole, 65535)).astype(np.uint16)
    if photometric == _WHITE_IS_ZERO:
        colors = 65535 - colors
    if photometric == _SEPARATED:
        ink = 65535 - colors.astype(np.uint32)
        colors = (ink[..., :3] * ink[..., 3:] // 65535).astype(np.uint16)
    return np.ascontiguousarray(colors[..., 0] if channels == 1 else colors), alpha


def _codes(values: NDArray[Any]) -> NDArray[np.uint16]:
    """16-bit codes as they are; other numbers by the rule in `read_picture`."""
    if values.dtype.kind == "u" and values.dtype.itemsize == 2:
        return np.ascontiguousarray(values.astype(np.uint16))
    numbers = np.nan_to_num(values.astype(np.float64), posinf=0, neginf=0)
    top = max(1.0 if values.dtype.kind == "f" else 65535.0, float(numbers.max(initial=0)))
    return np.rint(np.clip(numbers / top, 0, 1) * 65535).astype(np.uint16)
