"""OpenEXR: the attributes of the header, kept as bytes.

The layout is that of "OpenEXR File Layout" (Academy Software Foundation): a list of attributes, each a name, a type, a
size and a value. Files of one part are taken, in scan lines or tiles.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from graycolor.bounds import METADATA_BYTES
from graycolor.errors import InputError
from graycolor.pictures.door import check_size

MAGIC = b"v/1\x01"
LONG_NAMES = 0x400
"""The flag of files with names of up to 255 bytes."""
_TILED, _DEEP, _PARTS = 0x200, 0x800, 0x1000
_COLORS = ("R", "G", "B", "Y", "A")
"""Channels that are read."""
_NAME_BYTES = 255
Window = tuple[int, int, int, int]


class Attribute(NamedTuple):
    """One attribute of a header, its value as the file has it."""

    name: bytes
    kind: bytes
    value: bytes

    @property
    def data(self) -> bytes:
        """As it stands in a header."""
        return self.name + b"\0" + self.kind + b"\0" + struct.pack("<I", len(self.value)) + self.value


@dataclass(frozen=True)
class ExrHeader:
    """The header of one frame.

    Attributes:
        attributes: all of them, in order.
        channels: names and types of pixels (0 whole numbers, 1 half, 2 single floats).
        display, window: what is to be seen, and what is stored: left, top, right, bottom, all within.
        tiled: the light lies in tiles.
    """

    attributes: tuple[Attribute, ...]
    channels: dict[str, int]
    display: Window
    window: Window
    tiled: bool

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of what is to be seen."""
        left, top, right, bottom = self.display
        return right - left + 1, bottom - top + 1

    @property
    def end(self) -> int:
        """Where the header ends, and the table of blocks begins."""
        return 8 + sum(len(each.data) for each in self.attributes) + 1

    @property
    def tiles(self) -> tuple[int, int] | None:
        """Width and height of a tile; None for scan lines."""
        value = self.value(b"tiles", b"tiledesc", 9)
        across, down = struct.unpack_from("<2I", value) if value else (0, 0)
        return (across, down) if self.tiled and across and down else None

    @property
    def others(self) -> list[str]:
        """Channels that hold neither light nor transparency."""
        return [name for name in self.channels if name not in _COLORS]

    @property
    def timecode(self) -> str:
        """Such as `01:00:00:00`; empty where none is told."""
        value = self.value(b"timeCode", b"timecode", 8)
        if not value:
            return ""
        (code,) = struct.unpack_from("<I", value)
        tens = ((code >> 24) & 0x3F, (code >> 16) & 0x7F, (code >> 8) & 0x7F, code & 0x3F)
        separator = ";" if code & 0x40 else ":"
        hours, minutes, seconds, frames = (f"{part:02x}" for part in tens)
        return (
            f"{hours}:{minutes}:{seconds}{separator}{frames}" if (hours + minutes + seconds + frames).isdigit() else ""
        )

    @property
    def rate(self) -> float | None:
        """Frames a second, where they are told."""
        value = self.value(b"framesPerSecond", b"rational", 8)
        over, under = struct.unpack("<iI", value) if value else (0, 1)
        rate = over / under if under else 0.0
        return rate if 1 <= rate <= 1000 else None

    @property
    def aspect(self) -> Fraction:
        """Width of a pixel over its height."""
        value = self.value(b"pixelAspectRatio", b"float", 4)
        (ratio,) = struct.unpack("<f", value) if value else (1.0,)
        return Fraction(ratio).limit_denominator(1000) if math.isfinite(ratio) and 0.01 < ratio < 100 else Fraction(1)

    def value(self, name: bytes, kind: bytes, size: int) -> bytes:
        """The value of an attribute of a type and size; nothing where there is none."""
        found = (
            each.value for each in self.attributes if (each.name, each.kind, len(each.value)) == (name, kind, size)
        )
        return next(found, b"")


def read_header(data: bytes, name: str) -> ExrHeader:
    """The header of a file's bytes.

    Raises:
        InputError: it is no EXR, is damaged, or holds something else than one picture of light.
    """
    if data[:4] != MAGIC or len(data) < 8:
        raise InputError(f"{name} is no EXR, or a damaged one; copy it again from its source.")
    (version,) = struct.unpack_from("<I", data, 4)
    if version & (_DEEP | _PARTS) or version & 0xFF != 2:
        raise InputError(f"{name} is an EXR of several parts or of deep pixels; save its frames as plain RGB or gray.")
    attributes = tuple(_attributes(data, name))
    found = {each.name: each.value for each in attributes}
    channels = _channels(found.get(b"channels", b""))
    display, window = (_window(found.get(key, b""), name) for key in (b"displayWindow", b"dataWindow"))
    header = ExrHeader(attributes, channels, display, window, bool(version & _TILED))
    check_size(*header.size, name)
    check_size(window[2] - window[0] + 1, window[3] - window[1] + 1, name)
    if not ({"R", "G", "B"} <= channels.keys() or "Y" in channels) or {"RY", "BY"} & channels.keys():
        raise InputError(f"{name} holds neither R, G and B nor Y alone; save its frames as plain RGB or gray.")
    return header


def _attributes(data: bytes, name: str) -> Any:
    at = 8
    try:
        while data[at]:
            title, at = _text(data, at)
            kind, at = _text(data, at)
            (size,) = struct.unpack_from("<I", data, at)
            at += 4 + size
            if at > min(len(data), METADATA_BYTES):
                raise IndexError
            yield Attribute(title, kind, data[at - size : at])
    except (IndexError, ValueError, struct.error):
        raise InputError(f"{name} is damaged: its header has no end; copy it again from its source.") from None


def _text(data: bytes, at: int) -> tuple[bytes, int]:
    end = data.index(b"\0", at, at + _NAME_BYTES + 1)
    return data[at:end], end + 1


def _channels(value: bytes) -> dict[str, int]:
    """Names and types of pixels of a list of channels; what is cut off is left out."""
    found, at = {}, 0
    while at < len(value) and value[at] and (end := value.find(b"\0", at)) > 0 and end + 17 <= len(value):
        found[value[at:end].decode("utf-8", "replace")] = int(struct.unpack_from("<I", value, end + 1)[0])
        at = end + 17
    return found


def _window(value: bytes, name: str) -> Window:
    if len(value) == 16:
        left, top, right, bottom = struct.unpack("<4i", value)
        if left <= right and top <= bottom:
            return left, top, right, bottom
    raise InputError(f"{name} is damaged: its windows have no size; copy it again from its source.")
