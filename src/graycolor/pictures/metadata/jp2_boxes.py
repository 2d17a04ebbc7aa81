"""The boxes of a JPEG 2000 file for profile, EXIF, XMP, IPTC and resolution; Pillow and OpenCV know none of them.

ITU-T T.800, annex I: boxes of a length, a name and contents. Metadata are `uuid` boxes of their own, told by 16 bytes;
profile and resolution stand in the header box. What other programs wrote (`xml `, their own `uuid`) is kept as it is.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

from graycolor.names import readable
from graycolor.pictures.metadata.exif import PREFIX, orientation_of, without_thumbnail
from graycolor.pictures.metadata.iptc import iptc_records, resources_around, without_thumbnails
from graycolor.pictures.metadata.record import Metadata
from graycolor.pictures.metadata.xmp_preview import without_preview

_Box = tuple[bytes, bytes]
# The names by which other programs (ExifTool, Photoshop) know them.
_EXIF, _XMP = b"JpgTiffExif->JP2", bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_IPTC = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")
_PHOTOSHOP = bytes.fromhex("2c4c0100850440b9a03e562148d6dfeb")
_READ = frozenset({_EXIF, _XMP, _IPTC, _PHOTOSHOP})
_HEADER, _CODESTREAM, _COLOR, _RESOLUTION = b"jp2h", b"jp2c", b"colr", b"res "
_OF_OTHERS = frozenset({b"xml ", b"uinf", b"jp2i", b"asoc", b"lbl ", b"nlst"})
"""Boxes that describe the picture and mean the same in a result (ITU-T T.800, I.6 and I.7; T.801, M.11)."""
_OF_THE_FILE = frozenset({b"jP  ", b"ftyp", b"rreq", b"free", b"uuid", _HEADER, _CODESTREAM})
_RESTRICTED, _ANY = 2, 3
"""Methods of a color box that hold a profile."""
_METER = 0.0254
"""Meters in an inch."""


def with_boxes(jp2: bytes, metadata: Metadata) -> bytes:
    """A JPEG 2000 file with the metadata before its codestream and the resolution in its header."""
    kept = []
    if metadata.exif:
        kept.append(_box(b"uuid", _EXIF + metadata.exif.removeprefix(PREFIX)))
    if metadata.xmp:
        kept.append(_box(b"uuid", _XMP + metadata.xmp))
    records = iptc_records(metadata.photoshop or b"")
    if records:
        kept.append(_box(b"uuid", _IPTC + records))
    if metadata.photoshop and metadata.photoshop != resources_around(records or b""):
        kept.append(_box(b"uuid", _PHOTOSHOP + metadata.photoshop))
    kept += [_box(name, content) for name, content in metadata.boxes]
    resolution = _resolution(metadata.dpi) if metadata.dpi else b""
    parts = []
    for name, content in boxes(jp2):
        parts += kept if name == _CODESTREAM else []
        parts.append(_box(name, content + (resolution if name == _HEADER else b"")))
    return b"".join(parts)


def from_boxes(metadata: Metadata, jp2: bytes) -> Metadata:
    """`metadata` with what stands in the boxes of its file; a bare codestream has none."""
    found = list(boxes(jp2))
    ours = {content[:16]: content[16:] for name, content in found if name == b"uuid"}
    exif, records = ours.get(_EXIF), ours.get(_IPTC)
    block = without_thumbnail(PREFIX + exif.removeprefix(PREFIX)) if exif else metadata.exif
    stored = ours.get(_PHOTOSHOP)
    resources = without_thumbnails(stored) if stored else (resources_around(records) if records else metadata.photoshop)
    xmp = without_preview(ours[_XMP]) if _XMP in ours else metadata.xmp
    return metadata._replace(
        exif=block,
        xmp=xmp,
        orientation=orientation_of(block),
        photoshop=resources,
        dpi=metadata.dpi or _dots(found),
        lost=_lost(found),
        boxes=tuple(box for box in found if _is_of_others(*box)),
    )


def _is_of_others(name: bytes, content: bytes) -> bool:
    return name in _OF_OTHERS or (name == b"uuid" and content[:16] not in _READ)


def _lost(found: Iterable[_Box]) -> tuple[str, ...]:
    """A sentence on boxes that nobody here knows, or that speak of the file that was."""
    names = dict.fromkeys(name for name, _ in found if name not in _OF_THE_FILE | _OF_OTHERS)
    listed = ", ".join(readable(name.decode("latin-1").strip()) for name in names)
    return (f"Its JPEG 2000 boxes of these kinds are not kept: {listed}.",) if names else ()


def profile_of(jp2: bytes) -> bytes | None:
    """The color profile in the header of a JPEG 2000 file; None where a color space is only named."""
    for content in _in_header(jp2, _COLOR):
        if content[:1] and content[0] in (_RESTRICTED, _ANY):
            return content[3:]
    return None


def _in_header(jp2: bytes, wanted: bytes) -> Iterator[bytes]:
    """Contents of the boxes of a name in the header."""
    header = next((content for name, content in boxes(jp2) if name == _HEADER), b"")
    return (content for name, content in boxes(header) if name == wanted)


def _dots(found: Iterable[_Box]) -> tuple[float, float] | None:
    """Dots an inch at which the picture wants to be shown, where nothing says how it was taken; Pillow reads that."""
    header = dict(found).get(_HEADER, b"")
    shown = dict(boxes(dict(boxes(header)).get(_RESOLUTION, b""))).get(b"resd", b"")
    if len(shown) < struct.calcsize(">HHHHbb"):
        return None
    down, down_by, across, across_by, down_power, across_power = struct.unpack_from(">HHHHbb", shown)
    if not (down and down_by and across and across_by):
        return None
    return across / across_by * 10.0**across_power * _METER, down / down_by * 10.0**down_power * _METER


def boxes(jp2: bytes) -> Iterator[_Box]:
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
