"""The boxes of a JPEG 2000 file for EXIF, XMP, IPTC and resolution; Pillow and OpenCV know none of them.

ITU-T T.800, annex I: boxes of a length, a name and contents. Metadata are `uuid` boxes of their own, told by 16 bytes;
the resolution stands in the header box.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import replace

from graycolor.pictures.metadata.exif import PREFIX, orientation_of
from graycolor.pictures.metadata.iptc import iptc_records, resources_around
from graycolor.pictures.metadata.record import Metadata

# The names by which other programs (ExifTool, Photoshop) know them.
_EXIF, _XMP = b"JpgTiffExif->JP2", bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_IPTC = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")
_HEADER, _CODESTREAM = b"jp2h", b"jp2c"
_METER = 0.0254
"""Of an inch."""


def with_boxes(jp2: bytes, metadata: Metadata) -> bytes:
    """A JPEG 2000 file with the metadata before its codestream and the resolution in its header."""
    kept = []
    if metadata.exif:
        kept.append(_box(b"uuid", _EXIF + metadata.exif.removeprefix(PREFIX)))
    if metadata.xmp:
        kept.append(_box(b"uuid", _XMP + metadata.xmp))
    if records := iptc_records(metadata.photoshop or b""):
        kept.append(_box(b"uuid", _IPTC + records))
    resolution = _resolution(metadata.dpi) if metadata.dpi else b""
    parts = []
    for name, content in boxes(jp2):
        parts += kept if name == _CODESTREAM else []
        parts.append(_box(name, content + (resolution if name == _HEADER else b"")))
    return b"".join(parts)


def from_boxes(metadata: Metadata, jp2: bytes) -> Metadata:
    """`metadata` with what stands in the boxes of its file; a bare codestream has none."""
    found = {content[:16]: content[16:] for name, content in boxes(jp2) if name == b"uuid"}
    exif, records = found.get(_EXIF), found.get(_IPTC)
    block = PREFIX + exif.removeprefix(PREFIX) if exif else metadata.exif
    return replace(
        metadata, exif=block, xmp=found.get(_XMP, metadata.xmp), orientation=orientation_of(block),
        photoshop=resources_around(records) if records else metadata.photoshop,
    )  # fmt: skip


def boxes(jp2: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and contents of each box; a length of 1 means that a long one follows, 0 that it is the last."""
    at = 0
    while at + 8 <= len(jp2):
        size, name = struct.unpack_from(">I4s", jp2, at)
        start = at + 8
        if size == 1 and at + 16 <= len(jp2):
            (size,), start = struct.unpack_from(">Q", jp2, at + 8), at + 16
        end = at + size if size >= 8 else len(jp2)
        yield name, jp2[start:end]
        at = end


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content


def _resolution(dpi: tuple[float, float]) -> bytes:
    """The box of the resolution at which the picture was taken: dots a meter, vertical first, times a power of ten."""
    x, y = (axis / _METER for axis in dpi)
    exponent = 0
    while round(max(x, y)) > 0xFFFF:
        x, y, exponent = x / 10, y / 10, exponent + 1
    numbers = struct.pack(">HHHHbb", round(y), 1, round(x), 1, exponent, exponent)
    return _box(b"res ", _box(b"resc", numbers))
