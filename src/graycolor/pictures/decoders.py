"""The choice of Pillow's decoder for a file, by its first bytes and never by its name; `door` is its one caller.

The plugins are called directly: `Image.open` would import them all and warn of sizes that are settled here.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import Any

from graycolor.errors import InputError

Decoder = Callable[[Any], Any]

_SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"BM", "BMP"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG2000"),
    (b"\xff\x4f\xff\x51", "JPEG2000"),
)
_PLUGINS = {
    "JPEG": ("JpegImagePlugin", "jpeg_factory"),
    "PNG": ("PngImagePlugin", "PngImageFile"),
    "TIFF": ("TiffImagePlugin", "TiffImageFile"),
    "BMP": ("BmpImagePlugin", "BmpImageFile"),
    "GIF": ("GifImagePlugin", "GifImageFile"),
    "JPEG2000": ("Jpeg2KImagePlugin", "Jpeg2KImageFile"),
    "WEBP": ("WebPImagePlugin", "WebPImageFile"),
    "AVIF": ("AvifImagePlugin", "AvifImageFile"),
    "PPM": ("PpmImagePlugin", "PpmImageFile"),
}
_MASK = 4
"""A TIFF's photometric interpretation of a page that says where another one is to be seen."""
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc", b"hevx"})


def format_of(data: bytes | bytearray) -> str:
    """Pillow's name of the format that a file's first bytes tell; empty where graycolor reads no such kind."""
    for signature, image_format in _SIGNATURES:
        if data.startswith(signature):
            return image_format
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        return _of_brand(data)
    return "PPM" if data[:1] == b"P" and data[1:2] in b"123456fF7" and data[2:3].isspace() else ""


def _of_brand(data: bytes | bytearray) -> str:
    """AVIF and HEIC share a container; its brands tell them apart."""
    brands = {
        bytes(data[8:12]),
        *(bytes(data[at : at + 4]) for at in range(16, min(64, int.from_bytes(data[:4], "big")), 4)),
    }
    return "AVIF" if brands & {b"avif", b"avis"} else "HEIF" if brands & _HEIC else ""


def decoder_of(image_format: str) -> Decoder:
    """What opens a file of a format that `format_of` told.

    Raises:
        InputError: it wants a package which is not installed.
    """
    if image_format == "HEIF":
        return _heif()
    if image_format == "TIFF":
        _admit_scientific_tiffs()
        _silence_libtiff()
    module, name = _PLUGINS[image_format]
    decoder: Decoder = getattr(import_module(f"PIL.{module}"), name)
    return decoder


def _heif() -> Decoder:
    try:
        from pillow_heif import HeifImageFile
    except ImportError:
        from graycolor.packages import command_to_add

        add = command_to_add("pillow-heif")
        raise InputError(f"HEIC files need pillow-heif, which is not installed; add it with: {add}") from None
    decoder: Decoder = HeifImageFile
    return decoder


@cache
def _admit_scientific_tiffs() -> None:
    """Let Pillow parse the headers of numbers that it does not decode (half floats, colors as floats or wide integers).

    Their pixels never go through it. Masks it decodes as the gray pictures they are.
    """
    from PIL.TiffImagePlugin import OPEN_INFO

    for order in (b"II", b"MM"):
        for kind, bits in ((3, 16), (3, 32), (3, 64), (1, 32)):
            for photometric in (0, 1):
                OPEN_INFO.setdefault((order, photometric, (kind,), 1, (bits,), ()), ("F", "F"))
            OPEN_INFO.setdefault((order, 2, (kind,), 1, (bits,) * 3, ()), ("RGB", "RGB"))
        OPEN_INFO.setdefault((order, _MASK, (1,), 1, (1,), ()), ("1", "1"))
        OPEN_INFO.setdefault((order, _MASK, (1,), 1, (8,), ()), ("L", "L"))
        OPEN_INFO.setdefault((order, _MASK, (1,), 1, (16,), ()), ("I;16", "I;16" if order == b"II" else "I;16B"))


@cache
def _silence_libtiff() -> None:
    """Keep libtiff's words on damaged files off stderr; its errors are raised all the same."""
    import ctypes

    from PIL import Image

    with suppress(AttributeError, OSError):  # linked in where its functions cannot be seen (Windows)
        set_handler = ctypes.CDLL(Image.core.__file__).TIFFSetErrorHandler
        set_handler.argtypes, set_handler.restype = [ctypes.c_void_p], ctypes.c_void_p
        set_handler(None)
