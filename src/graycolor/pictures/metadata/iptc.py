"""IPTC records: in Photoshop's image resources in a JPEG, in two tags of a TIFF, as a text chunk in a PNG.

The resources are the common form: they hold more than IPTC and come back byte for byte.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

IPTC_TAG, PHOTOSHOP_TAG = 33723, 34377
IPTC_KEYWORD = "Raw profile type iptc"
"""The text chunk in which ImageMagick, exiv2 and ExifTool keep the resources in a PNG, as hexadecimal digits."""
_SIGNATURE, _IPTC_RESOURCE = b"8BIM", 0x0404
_THUMBNAILS = frozenset({0x0409, 0x040C})
"""Resources of Photoshop 4 and of later ones."""
_RECORD = b"\x1c"
"""What every record begins with."""


def photoshop_resources(image: Image.Image) -> bytes | None:
    """The image resources of a TIFF or PNG, without thumbnails; a JPEG's come with its segments."""
    if image.format == "TIFF":
        tags: Any = image.tag_v2  # type: ignore[attr-defined]
        resources, records = tags.get(PHOTOSHOP_TAG), _tiff_records(tags)
        found = _as_bytes(resources) or (resources_around(records) if records else None)
    elif image.format == "PNG":
        found = _from_text(image.text.get(IPTC_KEYWORD, ""))  # type: ignore[attr-defined]
    else:
        return None
    return (without_thumbnails(found) or None) if found else None


def _as_bytes(value: Any) -> bytes | None:
    """A tag's value, which Pillow hands out alone or as one of several, by its type."""
    value = value[0] if isinstance(value, tuple) and value else value
    return value if isinstance(value, bytes) else None


def _tiff_records(tags: Any) -> bytes | None:
    """The records of a TIFF, as bytes whatever their type says.

    Many programs call them 32-bit numbers, of which Pillow then reads the first; some turn each of them around.
    """
    raw: bytes = getattr(tags, "_tagdata", {}).get(IPTC_TAG, b"")
    if raw[:1] != _RECORD and raw[3:4] == _RECORD and len(raw) % 4 == 0:
        return b"".join(raw[at : at + 4][::-1] for at in range(0, len(raw), 4))
    return raw or None


def resources_around(records: bytes) -> bytes:
    """Image resources that hold nothing but IPTC records."""
    return _SIGNATURE + struct.pack(">HHI", _IPTC_RESOURCE, 0, len(records)) + records + b"\0" * (len(records) % 2)


def iptc_records(resources: bytes) -> bytes | None:
    """The IPTC records among image resources; None where there are none."""
    for number, _, start, end in _each(resources):
        if number == _IPTC_RESOURCE:
            return resources[start:end]
    return None


def without_thumbnails(resources: bytes) -> bytes:
    """Image resources without Photoshop's thumbnails, which show the picture in gray; else byte for byte."""
    kept, at = b"", 0
    for number, begin, _, end in _each(resources):
        if number in _THUMBNAILS:
            kept += resources[at:begin]
            at = end + (end - begin) % 2
    return kept + resources[at:]


def _each(resources: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Number of each resource, where it begins, and where its contents begin and end."""
    at = 0
    while resources[at : at + 4] == _SIGNATURE and at + 12 <= len(resources):
        number, name = struct.unpack_from(">HB", resources, at + 4)
        start = at + 6 + (name + 2) // 2 * 2
        size = int.from_bytes(resources[start : start + 4], "big")
        yield number, at, start + 4, min(len(resources), start + 4 + size)
        at = start + 4 + size + size % 2


def as_text(resources: bytes) -> str:
    """Image resources as the value of `IPTC_KEYWORD`."""
    digits = resources.hex()
    lines = [digits[at : at + 72] for at in range(0, len(digits), 72)]
    return "\n".join(["", "iptc", f"{len(resources):8}", *lines, ""])


def _from_text(text: str) -> bytes | None:
    try:
        _, _, _, *lines = text.split("\n")
        return bytes.fromhex("".join(lines)) or None
    except ValueError:
        return None
