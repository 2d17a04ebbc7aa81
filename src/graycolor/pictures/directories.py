"""The directories of a TIFF, read for single tags without parsing all that stands in them (TIFF 6.0, section 2)."""

from __future__ import annotations

import struct
from itertools import islice

ORDERS = {b"II": "<", b"MM": ">"}
SIZES = {3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
"""Bytes of a value by its type; one where the type is not here."""
_WHOLE = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
"""How whole numbers without a sign are stored."""
SUBFILE, WIDTH, HEIGHT, SUB_DIRECTORIES = 254, 256, 257, 330
_MOST_VALUES = 64
"""Values of a tag that are looked at: one of pixels' places may hold millions."""


def layout(tiff: bytes) -> tuple[str, int]:
    """How an offset is stored, and where the first one stands; BigTIFF has wider ones."""
    order = ORDERS[tiff[:2]]
    (version,) = struct.unpack_from(order + "H", tiff, 2)
    return (order + "Q", 8) if version == 43 else (order + "I", 4)


def next_pointer(tiff: bytes, offset: int) -> int:
    """Where the directory at `offset` says where the next one is."""
    word, _ = layout(tiff)
    is_big = word[1] == "Q"
    (count,) = struct.unpack_from(word[0] + ("Q" if is_big else "H"), tiff, offset)
    return int(offset + (8 + 20 * count if is_big else 2 + 12 * count))


def numbers(tiff: bytes, offset: int, *wanted: int) -> dict[int, tuple[int, ...]]:
    """Whole numbers without a sign that tags of the directory at `offset` hold; others and missing ones are left out.

    Raises:
        struct.error: the directory leaves the file.
    """
    word, _ = layout(tiff)
    order, room = word[0], struct.calcsize(word)
    step, first = (20, 8) if room == 8 else (12, 2)
    found = {}
    for entry in range(offset + first, next_pointer(tiff, offset), step):
        tag, kind = struct.unpack_from(order + "HH", tiff, entry)
        if tag in wanted and kind in _WHOLE:
            (count,) = struct.unpack_from(word, tiff, entry + 4)
            at = entry + step - room
            if SIZES.get(kind, 1) * count > room:
                (at,) = struct.unpack_from(word, tiff, at)
            found[tag] = struct.unpack_from(f"{order}{min(count, _MOST_VALUES)}{_WHOLE[kind]}", tiff, at)
    return found


def sub_directories(tiff: bytes, offset: int, most: int = _MOST_VALUES) -> list[int]:
    """Where the directories lie that hang on the one at `offset`: reduced copies, or a camera's sensor data."""
    return [place for place in islice(numbers(tiff, offset, SUB_DIRECTORIES).get(SUB_DIRECTORIES, ()), most) if place]


def page_size(tiff: bytes, offset: int) -> tuple[int, int]:
    """Width and height that the directory at `offset` says; zeros where it says none."""
    found = numbers(tiff, offset, WIDTH, HEIGHT)
    return next(iter(found.get(WIDTH, (0,))), 0), next(iter(found.get(HEIGHT, (0,))), 0)
