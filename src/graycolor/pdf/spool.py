"""Colored pictures on their way into a PDF: one after the other into a file on disk, so that memory stays flat.

The file is a PDF of objects without pages. The result takes them from it when it is written, byte for byte.
"""

from __future__ import annotations

import tempfile
import zlib
from typing import BinaryIO, cast

from graycolor.errors import OutputError
from graycolor.pictures.door import opened_picture

_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_FILTERS = {"JPEG": b"/DCTDecode", "JPEG2000": b"/JPXDecode"}


class Spool:
    """Pictures as objects of a PDF, in a file of its own that goes with `close`."""

    def __init__(self) -> None:
        self._file = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - closed by `close`
        self._file.write(_HEAD)
        self._offsets: list[int] = []

    def add(self, data: bytes, image_format: str) -> int:
        """Write a colored picture (a JPEG, a JPEG 2000 or a PNG of 8 or 16 bits); its number comes back."""
        image = opened_picture(data, "The colored page", len(data) * 10_000)
        size, profile = image.size, image.info.get("icc_profile")
        keys, body = _png(data) if image_format == "PNG" else (_packed(image_format), data)
        space = b"/DeviceRGB"
        if profile:
            number = self._stream(b"/N 3/Filter/FlateDecode", zlib.compress(profile))
            space = b"[/ICCBased %d 0 R]" % number
        common = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace %s" % (*size, space)
        return self._stream(common + keys, body)

    def _stream(self, keys: bytes, body: bytes) -> int:
        number = len(self._offsets) + 2  # the first is the catalog
        self._offsets.append(self._file.tell())
        self._file.write(b"%d 0 obj\n<<%s/Length %d>>\nstream\n" % (number, keys, len(body)))
        self._file.write(body)
        self._file.write(b"\nendstream\nendobj\n")
        return number

    def finished(self) -> BinaryIO:
        """The file, as a PDF from its first byte to its last."""
        catalog = self._file.tell()
        self._file.write(b"1 0 obj\n<</Type/Catalog/Pages<</Type/Pages/Kids[]/Count 0>>>>\nendobj\n")
        start, count = self._file.tell(), len(self._offsets) + 2
        lines = [b"0000000000 65535 f \n", *(b"%010d 00000 n \n" % offset for offset in (catalog, *self._offsets))]
        self._file.write(b"xref\n0 %d\n%s" % (count, b"".join(lines)))
        self._file.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, start))
        self._file.flush()
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        """Remove the file."""
        self._file.close()


def _packed(image_format: str) -> bytes:
    return b"/BitsPerComponent 8/Filter" + _FILTERS[image_format]


def _png(data: bytes) -> tuple[bytes, bytes]:
    """The keys and the bytes of a PNG's pixels: PDF packs as PNG does, filters of the rows included."""
    body, place, head = list[bytes](), 8, b""
    while place < len(data):
        length, kind = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        content = data[place + 8 : place + 8 + length]
        head = content if kind == b"IHDR" else head
        body += [content] if kind == b"IDAT" else []
        place += length + 12
    columns, bits, color, interlaced = int.from_bytes(head[:4], "big"), head[8], head[9], head[12]
    if color != 2 or interlaced:
        raise OutputError("A PDF takes colored pages without transparency only.")
    keys = (
        b"/BitsPerComponent %d/Filter/FlateDecode/DecodeParms<</Predictor 15/Colors 3/BitsPerComponent %d/Columns %d>>"
    )
    return keys % (bits, bits, columns), b"".join(body)
