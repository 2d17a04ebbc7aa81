"""Pixels of more than 8 bits, as 16-bit codes and never through Pillow's 8-bit conversions.

PNG: Pillow is exact for gray, and opens color as 8 bits without a word; OpenCV is exact for color, and hands
out half of a truncated picture, so Pillow has to have decoded the file first. TIFF: tifffile reads every layout,
but needs a further package for LZW, which OpenCV then reads. All return 16-bit MinIsWhite as a negative.
"""

from __future__ import annotations

import io
import logging
import re
from typing import IO, TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from graycolor.bounds import BYTES_A_PIXEL
from graycolor.errors import InputError
from graycolor.pictures.metadata.exif import ORIENTATION
from graycolor.pictures.pages import PageView
from graycolor.types import Codes

if TYPE_CHECKING:
    from PIL import Image

_WHITE_IS_ZERO, _MASK, _SEPARATED = 0, 4, 5
_TIFF_CHANNELS = {_WHITE_IS_ZERO: 1, 1: 1, 2: 3, _MASK: 1, _SEPARATED: 4}
_PREMULTIPLIED, _STRAIGHT = 1, 2
_WITH_TOP = (b"P2", b"P3", b"P5", b"P6")
_PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
_SILENT = logging.NullHandler()


def is_beyond_8bit(data: bytes, image: Image.Image) -> bool:
    """Whether a channel has more than 8 bits; Pillow's mode does not tell for color."""
    if image.format == "PNG":
        return data[24] == 16
    if image.format == "TIFF":
        bits: Any = image.tag_v2.get(258, (1,))  # type: ignore[attr-defined]
        return max(bits if isinstance(bits, tuple) else (bits,)) > 8
    if image.format == "JPEG2000":
        return _jpeg2000_bits(data) > 8
    if image.format == "PPM":
        return image.mode in ("I", "F") or pixmap_top(data) > 255
    return image.mode.startswith("I;16")


def read_16bit(data: bytes, image: Image.Image) -> tuple[NDArray[np.uint16], NDArray[np.uint16] | None]:
    """Gray (H,W) or RGB (H,W,3) and alpha (H,W) of a deep picture that Pillow has loaded; not of a TIFF."""
    if image.format == "PNG":
        return png_pixels(data, image)
    if image.mode in ("F", "I") or image.mode.startswith("I;16"):
        top = (1 << _jpeg2000_bits(data)) - 1 if image.format == "JPEG2000" else 65535
        return _stretched(np.asarray(image), top), None
    # Unlike Pillow, OpenCV leaves codes as they are.
    pixels = _by_opencv(data)
    pixels = _stretched(pixels, pixmap_top(data) if image.format == "PPM" else (1 << _jpeg2000_bits(data)) - 1)
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        return np.ascontiguousarray(pixels[..., :3]), np.ascontiguousarray(pixels[..., 3])
    return pixels, None


def _stretched(pixels: NDArray[Any], top: int) -> NDArray[np.uint16]:
    """Codes of 9 to 16 bits as codes of 16; floats by the rule in `decode_picture`."""
    if pixels.dtype.kind == "f":
        return _codes(pixels)
    if top == 65535:
        return np.ascontiguousarray(pixels.astype(np.uint16))
    return np.rint(np.clip(pixels / top, 0, 1) * 65535).astype(np.uint16)


def _jpeg2000_bits(data: bytes) -> int:
    """Bits of the deepest component, from the codestream's SIZ segment (ITU-T T.800, A.5.1)."""
    at = data.find(b"\xff\x4f\xff\x51")
    if at < 0 or len(data) < at + 43:
        return 8
    count = int.from_bytes(data[at + 40 : at + 42], "big")
    depths = data[at + 42 : at + 42 + 3 * count : 3]
    return max(((depth & 0x7F) + 1 for depth in depths), default=8)


def pixmap_top(data: bytes) -> int:
    """The code of white in a PGM or PPM."""
    words = re.sub(rb"#[^\n]*", b"", data[:4096]).split(None, 4)
    return int(words[3]) if len(words) > 3 and words[3].isdigit() and words[0] in _WITH_TOP else 255


def eight_bit(pixels: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """16-bit codes as 8-bit ones."""
    import cv2

    return cast("NDArray[np.uint8]", cv2.convertScaleAbs(pixels, alpha=1 / 257))


def as_eight_bit(codes: Codes) -> NDArray[np.uint8]:
    """Codes of either depth as 8-bit ones."""
    if codes.dtype == np.uint8:
        return cast("NDArray[np.uint8]", codes)
    return eight_bit(cast("NDArray[np.uint16]", codes))


def png_pixels(data: bytes, image: Image.Image) -> tuple[NDArray[np.uint16], NDArray[np.uint16] | None]:
    """Gray (H,W) or RGB (H,W,3) and alpha (H,W) of a 16-bit PNG that Pillow has loaded."""
    is_gray = image.mode.startswith("I")
    pixels = np.asarray(image).astype(np.uint16) if is_gray else _by_opencv(_bare_png(data))
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        return np.ascontiguousarray(pixels[..., :3]), np.ascontiguousarray(pixels[..., 3])
    return pixels, _keyed_out(pixels, image.info.get("transparency"))


def _by_opencv(data: bytes | bytearray) -> NDArray[np.uint16]:
    """16-bit samples (H,W) or (H,W,S), red first; only for what Pillow has found to be whole."""
    import cv2

    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if decoded is None:
        raise ValueError("OpenCV cannot decode it")
    pixels = decoded if decoded.ndim == 2 else np.take(decoded, [2, 1, 0, 3][: decoded.shape[2]], axis=2)
    return cast("NDArray[np.uint16]", pixels)


def _keyed_out(pixels: NDArray[np.uint16], color: Any) -> NDArray[np.uint16] | None:
    """Alpha of a PNG in which one gray or color stands for nothing."""
    if color is None:
        return None
    same = pixels == np.asarray(color, np.uint16)
    return np.where(same.all(2) if pixels.ndim == 3 else same, 0, 65535).astype(np.uint16)


def _bare_png(data: bytes) -> bytes:
    """The PNG's pixels alone: of anything else, libpng would print its opinion on stderr.

    Raises:
        ValueError: a chunk claims more bytes than there are, for which libpng would make room.
    """
    kept, at = [data[:8]], 8
    while at < len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if end > len(data):
            raise ValueError("a chunk is cut off")
        kept += [data[at:end]] if data[at + 4 : at + 8] in (b"IHDR", b"IDAT") else []
        at = end
    return b"".join([*kept, _PNG_END])


def tiff_pixels(data: bytes, image: Image.Image, name: str) -> tuple[NDArray[np.uint16], NDArray[np.uint16] | None]:
    """Gray (H,W), RGB (H,W,3) or CMYK (H,W,4) and alpha of a TIFF, as 16-bit codes."""
    import tifffile

    logging.getLogger("tifffile").addHandler(_SILENT)  # or its notes on damaged tags go to stderr
    view = PageView(data, image.tag_v2.offset)  # type: ignore[attr-defined]
    with tifffile.TiffFile(cast("IO[bytes]", view)) as file:
        page = cast(tifffile.TiffPage, file.pages[0])
        channels = _TIFF_CHANNELS.get(page.photometric, 0)
        if not channels or page.samplesperpixel < channels or page.axes not in ("YX", "YXS", "SYX"):
            raise InputError(f"{name} keeps its pixels in an unusual way; save it as a gray or RGB TIFF or PNG.")
        if page.nbytes > BYTES_A_PIXEL * page.imagewidth * page.imagelength:
            raise InputError(f"{name} holds {page.samplesperpixel:,} channels; save it as a gray or RGB TIFF or PNG.")
        pixels = _tiff_samples(view, image, page, name)
    return _colors_and_alpha(pixels, page.photometric, channels, page.extrasamples)


def tiff_values(data: bytes, image: Image.Image, name: str) -> NDArray[Any]:
    """The one channel (H,W) of a gray TIFF, in the numbers that it stores.

    Raises:
        InputError: it has several channels, or a palette.
    """
    import tifffile

    logging.getLogger("tifffile").addHandler(_SILENT)
    view = PageView(data, image.tag_v2.offset)  # type: ignore[attr-defined]
    with tifffile.TiffFile(cast("IO[bytes]", view)) as file:
        page = cast(tifffile.TiffPage, file.pages[0])
        if page.photometric not in (_WHITE_IS_ZERO, 1) or page.samplesperpixel != 1 or page.axes != "YX":
            raise InputError(
                f"{name} is in color, or holds several channels; give a picture with one value for a pixel."
            )
        return _tiff_samples(view, image, page, name)[..., 0]


def _tiff_samples(view: PageView, image: Image.Image, page: Any, name: str) -> NDArray[Any]:
    """All samples (H,W,S); by other decoders for the compressions that tifffile leaves to another package."""
    try:
        pixels = page.asarray()
        pixels = np.moveaxis(pixels, 0, -1) if page.axes == "SYX" else pixels
    except (ValueError, ModuleNotFoundError) as error:
        if isinstance(error, ValueError) and "imagecodecs" not in str(error):
            raise
        image.load()  # refuses what is cut off
        pixels = _rarely_compressed(_without_orientation(view.alone(), page), page)
        if pixels is None:
            raise InputError(f"{name} has a rare compression; save it as TIFF with deflate, or as PNG.") from error
    return pixels.reshape(*pixels.shape[:2], -1)


def _rarely_compressed(data: bytes | bytearray, page: Any) -> NDArray[Any] | None:
    """Samples by Pillow where it is exact, else by OpenCV; None where neither is."""
    from PIL.TiffImagePlugin import TiffImageFile

    image: Any = TiffImageFile(io.BytesIO(data))
    if image.mode.startswith("I;16") or (image.mode == "F" and page.dtype == np.float32):
        return np.asarray(image)
    if page.axes == "SYX" or page.photometric == _SEPARATED:
        return None
    try:
        return _by_opencv(data)
    except ValueError:
        return None


def _without_orientation(data: bytes | bytearray, page: Any) -> bytes | bytearray:
    """The TIFF as if stored upright: OpenCV turns pixels by their tag, even when told to leave them unchanged."""
    tag = page.tags.get(ORIENTATION)
    if tag is None:
        return data
    upright = (1).to_bytes(2, "little" if page.parent.byteorder == "<" else "big")
    return data[: tag.valueoffset] + upright + data[tag.valueoffset + 2 :]


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
    return np.ascontiguousarray(colors[..., 0] if channels == 1 else colors), alpha


def _codes(values: NDArray[Any]) -> NDArray[np.uint16]:
    """16-bit codes as they are; other numbers by the rule in `decode_picture`."""
    if values.dtype.kind == "u" and values.dtype.itemsize == 2:
        return np.ascontiguousarray(values.astype(np.uint16))
    numbers = np.nan_to_num(values.astype(np.float64), posinf=0, neginf=0)
    top = max(1.0 if values.dtype.kind == "f" else 65535.0, float(numbers.max(initial=0)))
    return np.rint(np.clip(numbers / top, 0, 1) * 65535).astype(np.uint16)
