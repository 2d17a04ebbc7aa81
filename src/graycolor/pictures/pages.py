"""The pages of a TIFF, each as a file of its own, and such files as one.

A page is cut out by letting the header point at its directory and taking away the link to the next: no page is parsed
before its turn, and each is read with all that stands in its own directory.
"""

from __future__ import annotations

import io
import struct
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from graycolor.pictures.directories import SIZES, layout, next_pointer

_DIRECTORIES = frozenset({0x8769, 0x8825, 0xA005})  # EXIF, GPS and what lies within EXIF
_POINTERS = _DIRECTORIES | {273}
_WIDE = 16
"""The type of an offset of 64 bits."""
LARGEST = 2**32 - 2**16
"""Bytes that offsets of 32 bits reach."""


def pages(tiff: bytes) -> Iterator[int]:
    """Where the directories of a TIFF's pages lie, in order; a chain that bites its tail ends there.

    Raises:
        struct.error: it leaves the file.
    """
    word, at = layout(tiff)
    found: set[int] = set()
    (offset,) = struct.unpack_from(word, tiff, at)
    while offset and offset not in found:
        found.add(offset)
        (following,) = struct.unpack_from(word, tiff, next_pointer(tiff, offset))
        yield offset
        offset = following


_BYTES_A_STEP = 6000
"""Bytes that are copied while libtiff goes from one directory to the next."""


class PageView(io.RawIOBase):
    """The file with the page at `offset` as its only one, to be read as a file; nothing is copied before it is read.

    `count` is the number of its pages.
    """

    def __init__(self, tiff: bytes, offset: int, count: int = 1) -> None:
        word, at = layout(tiff)
        self._tiff, self._at, self._count = tiff, 0, count
        self._changes = (at, struct.pack(word, offset)), (next_pointer(tiff, offset), bytes(struct.calcsize(word)))

    def alone(self) -> bytes | bytearray:
        """All of it, for who needs the bytes themselves."""
        alone = bytearray(self._tiff)
        for at, change in self._changes:
            alone[at : at + len(change)] = change
        return alone

    def getvalue(self) -> bytes | bytearray:
        """What Pillow hands to libtiff, and says which directory is meant.

        The file as it is: libtiff walks to that directory from the first. Where that is farther than to copy the file,
        a copy without the others.
        """
        return self._tiff if self._count * _BYTES_A_STEP < len(self._tiff) else self.alone()

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """The place that is read next."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; see `io.IOBase.seek`."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._tiff)}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer with what comes next; returns how many bytes that are."""
        codes = memoryview(buffer).cast("B")
        start, size = self._at, min(len(codes), max(0, len(self._tiff) - self._at))
        codes[:size] = memoryview(self._tiff)[start : start + size]
        for at, change in self._changes:
            first, last = max(at, start), min(at + len(change), start + size)
            if first < last:
                codes[first - start : last - start] = change[first - at : last - at]
        self._at += size
        return size


def bound(pages: Iterable[bytes]) -> bytes:
    """One TIFF of several of one page each, all of them little-endian and none of them a BigTIFF.

    A BigTIFF where it must be one.
    """
    waiting = deque(pages)
    if sum(map(len, waiting)) + len(waiting) >= LARGEST:
        return _bound_big(waiting)
    book = bytearray()
    place = 0
    while waiting:
        page, start = waiting.popleft(), len(book)
        book += _moved(page, start)
        (offset,) = struct.unpack_from("<I", page, 4)
        if start:
            struct.pack_into("<I", book, place, start + offset)
        place = start + next_pointer(page, offset)
        book += bytes(len(book) % 2)
    return bytes(book)


def _bound_big(waiting: deque[bytes]) -> bytes:
    """`bound` with offsets of 64 bits: each page as it is, and behind it its directories anew."""
    book = bytearray(b"II+\0\x08\0\0\0" + bytes(8))
    place = 8
    while waiting:
        page, start = waiting.popleft(), len(book)
        book += page + bytes(-len(page) % 8)
        struct.pack_into("<Q", book, place, len(book))
        place = len(book) + 8 + 20 * struct.unpack_from("<H", page, struct.unpack_from("<I", page, 4)[0])[0]
        book += _widened(page, struct.unpack_from("<I", page, 4)[0], start, len(book))
        book += bytes(-len(book) % 8)
    return bytes(book)


def _widened(page: bytes, directory: int, by: int, start: int) -> bytes:
    """A directory of a page that stands `by` bytes into a file, as a BigTIFF's that will stand at `start`."""
    (count,) = struct.unpack_from("<H", page, directory)
    entries, behind, room = b"", bytearray(), start + 16 + 20 * count
    for entry in range(directory + 2, directory + 2 + 12 * count, 12):
        tag, kind, number, value = struct.unpack_from("<HHII", page, entry)
        size = SIZES.get(kind, 1) * number
        content = page[entry + 8 : entry + 8 + size] if size <= 4 else page[value : value + size]
        if tag in _POINTERS:
            kind, offsets = _WIDE, struct.unpack(f"<{number}{'H' if kind == 3 else 'I'}", content)
            if tag in _DIRECTORIES:
                place = room + len(behind)
                behind += _widened(page, offsets[0], by, place)
                offsets = (place - by,)
            content = struct.pack(f"<{number}Q", *(offset + by for offset in offsets))
        if len(content) > 8:
            behind += bytes(-len(behind) % 8)
            place = room + len(behind)
            behind += content
            content = struct.pack("<Q", place)
        entries += struct.pack("<HHQ", tag, kind, number) + content.ljust(8, b"\0")
    return struct.pack("<Q", count) + entries + bytes(8) + behind


def _moved(page: bytes, by: int) -> bytearray:
    """A page that will stand `by` bytes into a file: every offset in its directories grows by that."""
    moved = bytearray(page)
    waiting = [struct.unpack_from("<I", page, 4)[0]]
    while waiting:
        directory = waiting.pop()
        (count,) = struct.unpack_from("<H", page, directory)
        for entry in range(directory + 2, directory + 2 + 12 * count, 12):
            waiting += _entry_moved(page, moved, entry, by)
    return moved


def _entry_moved(page: bytes, moved: bytearray, entry: int, by: int) -> list[int]:
    """Move one entry of a directory; returns where the directories lie that it points at."""
    tag, kind, count, value = struct.unpack_from("<HHII", page, entry)
    at = entry + 8
    if SIZES.get(kind, 1) * count > 4:
        struct.pack_into("<I", moved, at, value + by)
        at = value
    if tag not in _POINTERS:
        return []
    offsets = struct.unpack_from(f"<{count}I", page, at)
    struct.pack_into(f"<{count}I", moved, at, *(offset + by for offset in offsets))
    return list(offsets) if tag in _DIRECTORIES else []
