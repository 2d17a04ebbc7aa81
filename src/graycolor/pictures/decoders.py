"""Which of Pillow's decoders reads a file, told by its first bytes, never by its name.

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

_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"\xff\xd8\xff", "JpegImagePlugin", "jpeg_factory"),
    (b"\x89PNG\r\n\x1a\n", "PngImagePlugin", "PngImageFile"),
    (b"II*\0", "TiffImagePlugin", "TiffImageFile"),
    (b"MM\0*", "TiffImagePlugin", "TiffImageFile"),
    (b"II+\0", "TiffImagePlugin", "TiffImageFile"),
    (b"MM\0+", "TiffImagePlugin", "TiffImageFile"),
    (b"BM", "BmpImagePlugin", "BmpImageFile"),
    (b"GIF87a", "GifImagePlugin", "GifImageFile"),
    (b"GIF89a", "GifImagePlugin", "GifImageFile"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "Jpeg2KImagePlugin", "Jpeg2KImageFile"),
    (b"\xff\x4f\xff\x51", "Jpeg2KImagePlugin", "Jpeg2KImageFile"),
)
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc", b"hevx"})


def decoder_of(data: bytes) -> Decoder | None:
    """What opens a file of these bytes; None where graycolor reads no such kind.

    Raises:
        InputError: it is a kind that wants a package which is not installed.
    """
    for signature, plugin, name in _SIGNATURES:
        if data.startswith(signature):
            return _plugin(plugin, name)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _plugin("WebPImagePlugin", "WebPImageFile")
    if data[4:8] == b"ftyp":
        return _of_brand(data)
    if data[:1] == b"P" and data[1:2] in b"123456fF7" and data[2:3].isspace():
        return _plugin("PpmImagePlugin", "PpmImageFile")
    return None


def _plugin(module: str, name: str) -> Decoder:
    if module == "TiffImagePlugin":
        _admit_scientific_tiffs()
        _silence_libtiff()
    decoder: Decoder = getattr(import_module(f"PIL.{module}"), name)
    return decoder


def _of_brand(data: bytes) -> Decoder | None:
    """AVIF and HEIC share a container; its brands tell them apart."""
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, min(64, int.from_bytes(data[:4], "big")), 4))}
    if brands & {b"avif", b"avis"}:
        return _plugin("AvifImagePlugin", "AvifImageFile")
    if not brands & _HEIC:
        return None
    try:
        from pillow_heif import HeifImageFile
    except ImportError:
        raise InputError("HEIC files need a further package; install graycolor[heic].") from None
    return HeifImageFile


@cache
def _admit_scientific_tiffs() -> None:
    """Let Pillow parse the headers of numbers that it does not decode (half floats, colors as floats or wide integers).

    Their pixels never go through it.
    """
    from PIL.TiffImagePlugin import OPEN_INFO

    for order in (b"II", b"MM"):
        for kind, bits in ((3, 16), (3, 32), (3, 64), (1, 32)):
            for photometric in (0, 1):
                OPEN_INFO.setdefault((order, photometric, (kind,), 1, (bits,), ()), ("F", "F"))
            OPEN_INFO.setdefault((order, 2, (kind,), 1, (bits,) * 3, ()), ("RGB", "RGB"))


@cache
def _silence_libtiff() -> None:
    """Keep libtiff's words on damaged files off stderr; its errors are raised all the same."""
    import ctypes

    from PIL import Image

    with suppress(AttributeError, OSError):  # linked in where its functions cannot be seen (Windows)
        set_handler = ctypes.CDLL(Image.core.__file__).TIFFSetErrorHandler
        set_handler.argtypes, set_handler.restype = [ctypes.c_void_p], ctypes.c_void_p
        set_handler(None)
