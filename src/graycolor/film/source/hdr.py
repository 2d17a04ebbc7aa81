"""What frames say of the display that a film with a wide range of light was made for."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

_MASTERING = struct.Struct("=22i")
_LIGHT = struct.Struct("=2I")
_NOT_WRITTEN = {
    "DOVI_RPU_BUFFER": "Dolby Vision",
    "DOVI_METADATA": "Dolby Vision",
    "DYNAMIC_HDR_PLUS": "HDR10+",
    "DYNAMIC_HDR_VIVID": "HDR Vivid",
    "AMBIENT_VIEWING_ENVIRONMENT": "the ambient viewing environment",
}


@dataclass(frozen=True)
class Hdr:
    """A film's range of light.

    Attributes:
        primaries: x and y of red, green, blue and white of the mastering display; empty where nothing is said.
        luminance: its least and most, in candela per square meter; empty where nothing is said.
        light: the brightest pixel and the brightest frame (MaxCLL, MaxFALL); empty where nothing is said.
        not_written: names of what no encoder of ours takes.
    """

    primaries: tuple[Fraction, ...] = ()
    luminance: tuple[Fraction, ...] = ()
    light: tuple[int, ...] = ()
    not_written: tuple[str, ...] = ()

    @property
    def mastered(self) -> bool:
        """Whether the mastering display is told in full."""
        return bool(self.primaries and self.luminance)


def hdr_of(frame: Any) -> Hdr:
    """What a decoded frame says."""
    found = {each.type.name: bytes(each) for each in frame.side_data}
    primaries, luminance = _mastering(found.get("MASTERING_DISPLAY_METADATA", b""))
    light = found.get("CONTENT_LIGHT_LEVEL", b"")
    names = dict.fromkeys(name for kind, name in _NOT_WRITTEN.items() if kind in found)
    return Hdr(
        primaries, luminance, _LIGHT.unpack(light[: _LIGHT.size]) if len(light) >= _LIGHT.size else (), (*names,)
    )


def _mastering(data: bytes) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
    if len(data) < _MASTERING.size:
        return (), ()
    *numbers, has_primaries, has_luminance = _MASTERING.unpack(data[: _MASTERING.size])
    values = tuple(Fraction(a, b or 1) for a, b in zip(numbers[::2], numbers[1::2], strict=True))
    return values[:8] if has_primaries else (), values[8:] if has_luminance else ()
