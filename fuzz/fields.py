"""Where a file keeps its lengths, counts and offsets: what a decoder believes first, and what hurts most when it lies.

The walkers know no more of a format than where its numbers stand, and stop where they no longer understand it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

_MOST = 400
"""Fields of one file: more of the same kind teach nothing."""
_DIRECTORIES = (0x8769, 0x8825, 0x014A)
_CONTAINERS = tuple(b"moov trak mdia minf stbl udta edts moof traf jp2h iprp ipco meta".split())
_PNG = b"\x89PNG\r\n\x1a\n"


class Field(NamedTuple):
    """A whole number in a file: its place, how many bytes it takes, and their order."""

    at: int
    size: int
    order: str


def fields_of(data: bytes) -> list[Field]:
    """The numbers in a file that say how long, how many or where; also in the TIFF or ICC profile that it holds."""
    found: list[Field] = []
    try:
        for field in _walk(data):
            found.append(field)
            if len(found) >= _MOST:
                break
    except (struct.error, IndexError):
        pass
    return found


def _walk(data: bytes) -> Iterator[Field]:
    for place, mark, walk in _KINDS:
        if data[place : place + len(mark)] == mark:
            yield from walk(data)
    yield from _codestream(data)
    for mark in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        at = data.find(mark)
        if at >= 0:
            yield from _tiff(data, at)
    at = data.find(_PROFILE) - 36
    if at > 0:
        yield from (Field(each.at + at, each.size, each.order) for each in _profile(data[at:]))


def _jpeg(data: bytes) -> Iterator[Field]:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        yield Field(at + 2, 2, "big")
        yield from (Field(at + 4 + place, 1, "big") for place in range(min(length - 2, 20)))
        if 0xC0 <= marker <= 0xCF:
            yield from (Field(at + 5, 2, "big"), Field(at + 7, 2, "big"))
        at += 2 + length
        if marker == 0xDA:
            while at + 1 < len(data) and (data[at] != 0xFF or data[at + 1] in (0, *range(0xD0, 0xD8))):
                at += 1


def _png(data: bytes) -> Iterator[Field]:
    at = len(_PNG)
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        yield Field(at, 4, "big")
        if data[at + 4 : at + 8] in (b"IHDR", b"acTL", b"fcTL", b"pHYs", b"tRNS"):
            yield from (Field(at + 8 + place, 4, "big") for place in range(0, max(0, length - 3), 4))
            yield from (Field(at + 8 + place, 1, "big") for place in range(length))
        at += 12 + length


def repaired(data: bytes) -> bytes:
    """A PNG with its check sums put right, so that its numbers are believed; anything else as it is."""
    if not data.startswith(_PNG):
        return data
    mended, at = bytearray(data), len(_PNG)
    while at + 12 <= len(data):
        end = at + 8 + int.from_bytes(data[at : at + 4], "big")
        if end + 4 > len(data):
            break
        mended[end : end + 4] = struct.pack(">I", zlib.crc32(data[at + 4 : end]))
        at = end + 4
    return bytes(mended)


def _riff(data: bytes, at: int, end: int) -> Iterator[Field]:
    while at + 8 <= end:
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        yield Field(at + 4, 4, "little")
        if name in (b"RIFF", b"LIST", b"ANMF"):
            yield from _riff(data, at + (24 if name == b"ANMF" else 12), min(end, at + 8 + size))
        else:
            yield from (Field(at + 8 + place, 4, "little") for place in range(0, min(size, 40), 4))
        at += 8 + size + size % 2


def _boxes(data: bytes, at: int, end: int) -> Iterator[Field]:
    while at + 8 <= end:
        size, name = struct.unpack_from(">I4s", data, at)
        yield Field(at, 4, "big")
        inner = at + (12 if name == b"meta" else 8)
        if name in _CONTAINERS:
            yield from _boxes(data, inner, min(end, at + size))
        else:
            yield from (Field(at + 8 + place, 4, "big") for place in range(0, min(size - 8, 48), 4))
        if size < 8:
            return
        at += size


def _tiff(data: bytes, base: int) -> Iterator[Field]:
    """Directories of a TIFF or of EXIF: offsets, counts, and the entries that say where the rest is."""
    order = "little" if data[base : base + 2] == b"II" else "big"
    is_big = data[base + 2 : base + 4] in (b"+\0", b"\0+")
    word, head, entry = (8, 8, 20) if is_big else (4, 2, 12)
    waiting, seen = [base + (8 if is_big else 4)], set[int]()
    while waiting:
        link = waiting.pop()
        yield Field(link, word, order)
        at = base + int.from_bytes(data[link : link + word], order)  # type: ignore[arg-type]
        if at in seen or at == base or at + head > len(data):
            continue
        seen.add(at)
        yield Field(at, head, order)
        count = min(int.from_bytes(data[at : at + head], order), 60)  # type: ignore[arg-type]
        for place in range(at + head, at + head + count * entry, entry):
            value = place + entry - word
            yield from (Field(place, 2, order), Field(place + 2, 2, order), Field(place + 4, word, order))
            yield Field(value, word, order)
            if int.from_bytes(data[place : place + 2], order) in _DIRECTORIES:  # type: ignore[arg-type]
                waiting.append(value)
        waiting.append(at + head + count * entry)


def _codestream(data: bytes) -> Iterator[Field]:
    """The size segment of a JPEG 2000 codestream."""
    at = data.find(b"\xff\x4f\xff\x51")
    if at >= 0:
        yield from (Field(at + 4, 2, "big"), Field(at + 40, 2, "big"))
        yield from (Field(at + 8 + 4 * number, 4, "big") for number in range(8))
        yield from (Field(at + 42 + place, 1, "big") for place in range(9))


def _profile(data: bytes) -> Iterator[Field]:
    yield from (Field(0, 4, "big"), Field(128, 4, "big"))
    for number in range(min(int.from_bytes(data[128:132], "big"), 40)):
        at = 132 + 12 * number
        yield from (Field(at + 4, 4, "big"), Field(at + 8, 4, "big"))
        start = int.from_bytes(data[at + 4 : at + 8], "big")
        yield from (Field(start + 8, 4, "big"), Field(start + 12, 2, "big"))


def _resources(data: bytes) -> Iterator[Field]:
    at = 0
    while data[at : at + 4] == b"8BIM" and at + 12 <= len(data):
        yield from (Field(at + 4, 2, "big"), Field(at + 6, 1, "big"), Field(at + 8, 4, "big"))
        size = int.from_bytes(data[at + 8 : at + 12], "big")
        at += 12 + size + size % 2


_PROFILE = b"acsp"
_KINDS: tuple[tuple[int, bytes, Callable[[bytes], Iterator[Field]]], ...] = (
    (0, b"\xff\xd8", _jpeg),
    (0, _PNG, _png),
    (0, b"RIFF", lambda data: _riff(data, 0, len(data))),
    (4, b"ftyp", lambda data: _boxes(data, 0, len(data))),
    (4, b"jP  ", lambda data: _boxes(data, 0, len(data))),
    (36, _PROFILE, _profile),
    (0, b"8BIM", _resources),
)
