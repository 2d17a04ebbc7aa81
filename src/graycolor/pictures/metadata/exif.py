"""The EXIF block as bytes: changed as little as can be, so that maker notes with their offsets stay valid.

EXIF 2.32 (CIPA DC-008), a TIFF directory behind six bytes. The only thing that must go is the thumbnail: it shows
the picture as it was, and file managers show nothing else.
"""

from __future__ import annotations

import struct

PREFIX = b"Exif\0\0"
_START = len(PREFIX)
_THUMBNAIL, _THUMBNAIL_LENGTH = 0x0201, 0x0202
DESCRIPTION, ORIENTATION, X_RESOLUTION = 0x010E, 0x0112, 0x011A
_ENTRY = 12


def without_thumbnail(block: bytes) -> bytes:
    """The block with its thumbnail unlinked, and cut off where it stands last; else the block itself."""
    try:
        order = {b"II": "<", b"MM": ">"}[block[_START : _START + 2]]
        link = _end_of_directory(block, order, _START + _number(block, order, _START + 4))
        second = _number(block, order, link)
        if not second:
            return block
        cut = _start_of_last(block, order, _START + second)
    except (KeyError, struct.error):
        return block  # damaged blocks travel as they are
    return block[:link] + bytes(4) + block[link + 4 : cut]


def _number(block: bytes, order: str, at: int) -> int:
    (value,) = struct.unpack_from(order + "I", block, at)
    return int(value)


def _end_of_directory(block: bytes, order: str, at: int) -> int:
    (count,) = struct.unpack_from(order + "H", block, at)
    return int(at + 2 + _ENTRY * count)


def _start_of_last(block: bytes, order: str, directory: int) -> int:
    """Where the thumbnail begins if nothing stands behind it, else the end of the block."""
    entries = range(directory + 2, _end_of_directory(block, order, directory), _ENTRY)
    values = {struct.unpack_from(order + "H", block, at)[0]: _number(block, order, at + 8) for at in entries}
    start, length = values.get(_THUMBNAIL, 0) + _START, values.get(_THUMBNAIL_LENGTH, 0)
    is_last = start >= _behind(block, order, directory) and start + length >= len(block) - 4
    return start if is_last and length else len(block)


def _behind(block: bytes, order: str, directory: int) -> int:
    """The first byte behind a directory and its link to the next one."""
    return _end_of_directory(block, order, directory) + 4


def orientation_of(block: bytes | None) -> int:
    """The orientation 1..8 that a block says; 1 where it says none, or is damaged."""
    value = _short(block, ORIENTATION) or 1
    return value if value <= 8 else 1


def has_tag(block: bytes | None, tag: int) -> bool:
    """Whether the first directory of a block has a tag."""
    return _short(block, tag) is not None


def _short(block: bytes | None, wanted: int) -> int | None:
    """The first 16 bits of a tag's value in the first directory; None where it is not there."""
    try:
        block = block or b""
        order = {b"II": "<", b"MM": ">"}[block[_START : _START + 2]]
        directory = _START + _number(block, order, _START + 4)
        for at in range(directory + 2, _end_of_directory(block, order, directory), _ENTRY):
            tag, _, _, value = struct.unpack_from(order + "HHIH", block, at)
            if tag == wanted:
                return int(value)
    except (KeyError, struct.error):  # damaged blocks travel, and say nothing
        return None
    return None


def only_orientation(orientation: int) -> bytes | None:
    """An EXIF block that says nothing but how to turn the picture; None for upright."""
    if orientation == 1:
        return None
    return PREFIX + b"MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHH", ORIENTATION, 3, 1, orientation, 0) + bytes(4)
