"""Elements of Matroska (EBML, RFC 8794) in a finished file: found, and written over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple


class Element(NamedTuple):
    """An element of EBML: its id, where it begins, and where its content begins and ends."""

    id: int
    begin: int
    content: int
    end: int


def elements(file: BinaryIO, begin: int, end: int) -> Iterator[Element]:
    """Elements of a file between two places, one after the other; those inside them are not looked at."""
    while begin < end:
        file.seek(begin)
        head = file.read(12)
        width = 9 - head[0].bit_length()
        length = 9 - head[width].bit_length()
        size = int.from_bytes(head[width : width + length], "big") & ((1 << 7 * length) - 1)
        content = begin + width + length
        last = end if size == (1 << 7 * length) - 1 else content + size
        yield Element(int.from_bytes(head[:width], "big"), begin, content, last)
        begin = last


def put(file: BinaryIO, place: int, data: bytes) -> None:
    """Write over what is at a place."""
    file.seek(place)
    file.write(data)
