"""A JPEG file as the list of its marker segments, and back; no coefficient is decoded.

ITU-T T.81, annex B. What cannot be taken apart with certainty is refused by name, so that the caller can go another
way: a wrong cut would still decode, to a wrong picture.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

SOF_BASELINE, SOF_EXTENDED, SOF_PROGRESSIVE = 0xC0, 0xC1, 0xC2
DHT, DQT, DRI, SOS, DNL, COM = 0xC4, 0xDB, 0xDD, 0xDA, 0xDC, 0xFE
APP0, APP1, APP2, APP13, APP14 = 0xE0, 0xE1, 0xE2, 0xED, 0xEE
LONGEST_SEGMENT = 65_533
"""Bytes that a segment holds: its length is counted in 16 bits and includes itself."""

_START, _END = b"\xff\xd8", 0xD9
START_OF_FRAME = frozenset({*range(0xC0, 0xD0)} - {DHT, 0xC8, 0xCC})
_LONE = frozenset({0x01, *range(0xD0, 0xD8)})
# Coded data ends at a marker that is neither a stuffed zero nor a restart; fill bytes before it stay with the data.
# A pattern that begins with one fixed byte is searched for twenty times faster than one that begins with `\xff+`.
_AFTER_CODED = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_AT_ONCE = 1 << 16
"""Bytes of coded data that are looked at together: the cache has them for each of the looks."""


class UnknownShapeError(Exception):
    """This JPEG is of a shape that cannot be taken apart; the message says which."""


class MarkerSegment(NamedTuple):
    """One marker with what follows: its own bytes, and behind a start of scan the coded data."""

    marker: int
    body: bytes
    coded: bytes = b""

    def head(self) -> bytes:
        """The segment as it stands in a file, up to its coded data."""
        return struct.pack(">BBH", 0xFF, self.marker, len(self.body) + 2) + self.body


class Component(NamedTuple):
    """One component of a frame: sampling factors and the number of its quantisation table."""

    number: int
    across: int
    down: int
    table: int


class Frame(NamedTuple):
    """What a start-of-frame segment says."""

    marker: int
    precision: int
    height: int
    width: int
    components: tuple[Component, ...]

    @property
    def progressive(self) -> bool:
        """Whether coefficients come in several scans that refine each other."""
        return self.marker == SOF_PROGRESSIVE

    def to_segment(self) -> MarkerSegment:
        """The frame as a segment."""
        body = struct.pack(">BHHB", self.precision, self.height, self.width, len(self.components))
        parts = (bytes([c.number, c.across << 4 | c.down, c.table]) for c in self.components)
        return MarkerSegment(self.marker, body + b"".join(parts))


@dataclass(frozen=True, eq=False)
class Jpeg:
    """The bytes of a JPEG, taken apart once, when that is first asked for."""

    data: bytes

    @cached_property
    def parts(self) -> tuple[list[MarkerSegment], bytes]:
        """See `take_apart`."""
        return take_apart(self.data)


def take_apart(data: bytes) -> tuple[list[MarkerSegment], bytes]:
    """The segments between start and end of a JPEG, and what lies behind its end.

    Raises:
        UnknownShapeError: the bytes do not follow T.81.
    """
    found: list[MarkerSegment] = []
    at = len(_START)
    try:
        while True:
            if data[at] != 0xFF:
                raise UnknownShapeError("it has stray bytes between its segments")
            while data[at] == 0xFF:
                at += 1
            marker, at = data[at], at + 1
            if marker == _END:
                return found, data[at:]
            if marker not in _LONE:
                segment, at = _segment(data, marker, at)
                found.append(segment)
    except (IndexError, struct.error):
        raise UnknownShapeError("it has no end") from None


def _segment(data: bytes, marker: int, at: int) -> tuple[MarkerSegment, int]:
    (length,) = struct.unpack_from(">H", data, at)
    end = at + length
    if length < 2 or end > len(data):
        raise UnknownShapeError("one of its segments is cut off")
    body = data[at + 2 : end]
    if marker != SOS:
        return MarkerSegment(marker, body), end
    after = _end_of_coded(data, end)
    return MarkerSegment(marker, body, data[end:after]), after


def _end_of_coded(data: bytes, start: int) -> int:
    """Where the next marker stands. Megabytes may hold none, and a look at many bytes at once tells that faster."""
    codes = np.frombuffer(data, np.uint8)
    for at in range(start, len(data) - 1, _AT_ONCE):
        some = codes[at : at + _AT_ONCE + 1]
        if at == start or ((some[:-1] == 0xFF) & (some[1:] != 0)).any():
            after = _AFTER_CODED.search(data, at, at + some.size)
            if after is not None:
                return after.start()
    raise UnknownShapeError("it has no end")


def put_together(segments: Iterable[MarkerSegment], behind: bytes = b"") -> bytes:
    """A JPEG file of these segments; the inverse of `take_apart`."""
    parts = (part for segment in segments for part in (segment.head(), segment.coded))
    return b"".join([_START, *parts, bytes([0xFF, _END]), behind])


def is_frame(segment: MarkerSegment) -> bool:
    """Whether the segment is a start of frame, of whichever coding."""
    return segment.marker in START_OF_FRAME


def frame_of(segments: Iterable[MarkerSegment]) -> Frame:
    """The one frame of a JPEG.

    Raises:
        UnknownShapeError: there is none, there are several, or it is cut off.
    """
    frames = [segment for segment in segments if is_frame(segment)]
    if len(frames) != 1:
        raise UnknownShapeError(f"it has {len(frames)} frames")
    body = frames[0].body
    if len(body) < 6 or len(body) != 6 + 3 * body[5]:
        raise UnknownShapeError("its frame is cut off")
    precision, height, width, count = struct.unpack_from(">BHHB", body)
    if not width:
        raise UnknownShapeError("it has no width")
    parts = (body[6 + 3 * index : 9 + 3 * index] for index in range(count))
    components = tuple(Component(part[0], part[1] >> 4, part[1] & 15, part[2]) for part in parts)
    return Frame(frames[0].marker, precision, height, width, components)


def tables_of(segments: Iterable[MarkerSegment]) -> dict[int, tuple[int, ...]]:
    """Quantisation tables by number, 64 values each in zigzag order; the last definition counts."""
    tables: dict[int, tuple[int, ...]] = {}
    for segment in segments:
        at = 0
        while segment.marker == DQT and at < len(segment.body):
            wide, number = segment.body[at] >> 4, segment.body[at] & 15
            size = 128 if wide else 64
            values = segment.body[at + 1 : at + 1 + size]
            if len(values) < size:
                raise UnknownShapeError("a quantisation table is cut off")
            tables[number] = struct.unpack(">64H", values) if wide else tuple(values)
            at += 1 + size
    return tables


def restart_interval(segments: Iterable[MarkerSegment]) -> int:
    """Blocks between two restart markers at the end of the file, 0 for none."""
    intervals = [int.from_bytes(segment.body[:2], "big") for segment in segments if segment.marker == DRI]
    return intervals[-1] if intervals else 0
