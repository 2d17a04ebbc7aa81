"""The shape of pixels in Matroska, which has it as the size that a film is shown at.

FFmpeg's muxer takes it from a place that PyAV does not reach, so for encoders that have no words for it in their own
stream it would be lost. A turn of the picture, which does reach the muxer, has its element kept as long as what is
wanted, and that is written over it.
"""

from __future__ import annotations

import math
import struct
import zlib
from pathlib import Path
from typing import BinaryIO

import av

from graycolor.errors import OutputError
from graycolor.film.output.ebml import Element, elements, put
from graycolor.film.source.probe import Film

_SEGMENT, _TRACKS, _CRC, _ENTRY, _VIDEO, _UNIT, _PROJECTION = 0x18538067, 0x1654AE6B, 0xBF, 0xAE, 0xE0, 0x54B2, 0x7670
_SILENT = ("ffv1", "av1", "prores")
"""Codecs whose streams do not say what shape their pixels have."""
_LENGTH = 14
_LARGEST = 0xFFFF


def needs_shape(film: Film, codec: str, muxer: str) -> bool:
    """Whether the shape of a film's pixels is lost unless it is written into the result by itself."""
    return film.sar != 1 and muxer in ("matroska", "webm") and codec in _SILENT


def can_hold_shape(film: Film) -> bool:
    """Whether there is room for it: a picture that is turned needs that for the turn."""
    return not film.display_matrix and max(_shown_size(film)) <= _LARGEST


def make_room(video: av.VideoStream) -> None:
    """Have the muxer write an element of the length that `write_shape` needs."""
    video.set_display_rotation(90)


def write_shape(path: Path, film: Film) -> None:
    """Write the size that the film is shown at over the room in a finished result.

    Raises:
        OutputError: the room is not there.
    """
    with path.open("r+b") as file:
        segment = _inner(file, Element(0, 0, 0, path.stat().st_size), _SEGMENT, path)
        tracks = _inner(file, segment, _TRACKS, path)
        video, room = _room(file, tracks, path)
        put(file, room.begin, _display(film))
        for unit in (each for each in elements(file, video.content, video.end) if each.id == _UNIT):
            put(file, unit.content, bytes(unit.end - unit.content))  # pixels; FFmpeg says that nobody knows
        first = next(elements(file, tracks.content, tracks.end))
        if first.id == _CRC:
            file.seek(first.end)
            put(file, first.content, struct.pack("<I", zlib.crc32(file.read(tracks.end - first.end))))


def _room(file: BinaryIO, tracks: Element, path: Path) -> tuple[Element, Element]:
    """The first turned picture in the result: the film's own, as others keep their places behind it."""
    for entry in elements(file, tracks.content, tracks.end):
        for video in elements(file, entry.content, entry.end) if entry.id == _ENTRY else ():
            for each in elements(file, video.content, video.end) if video.id == _VIDEO else ():
                if each.id == _PROJECTION and each.end - each.begin == _LENGTH:
                    return video, each
    raise _no_room(path)


def _inner(file: BinaryIO, outer: Element, wanted: int, path: Path) -> Element:
    found = next((each for each in elements(file, outer.content, outer.end) if each.id == wanted), None)
    if found is None:
        raise _no_room(path)
    return found


def _no_room(path: Path) -> OutputError:
    return OutputError(
        f"{path} has no room for the shape of its pixels; this is a fault of graycolor, please report it."
    )


def _display(film: Film) -> bytes:
    """DisplayWidth, DisplayHeight, and a filler."""
    width, height = _shown_size(film)
    return b"\x54\xb0\x82" + struct.pack(">H", width) + b"\x54\xba\x82" + struct.pack(">H", height) + b"\xec\x82\0\0"


def _shown_size(film: Film) -> tuple[int, int]:
    """Width and height in square pixels, as FFmpeg reckons them."""
    return math.floor(film.width * film.sar + 0.5), film.height
