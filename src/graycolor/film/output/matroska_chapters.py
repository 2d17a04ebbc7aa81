"""Chapters put into a finished Matroska film, for the one way of writing it on which FFmpeg hands none on.

The element that FFmpeg itself writes for them is appended, and the film's table of contents (SeekHead), which has room
left behind it, gets a line for it.
"""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any, BinaryIO

import av

from graycolor.errors import OutputError
from graycolor.film.output.ebml import Element, elements, put

_SEGMENT, _SEEK_HEAD, _VOID, _CRC, _CHAPTERS = 0x18538067, 0x114D9B74, 0xEC, 0xBF, 0x1043A770


def add_chapters(path: Path, chapters: list[Any]) -> None:
    """Put `chapters` (as PyAV has them) into a film that has none.

    Raises:
        OutputError: the film is not built as FFmpeg builds it.
    """
    with path.open("r+b") as file:
        segment = next(each for each in elements(file, 0, path.stat().st_size) if each.id == _SEGMENT)
        inside = elements(file, segment.content, segment.end)
        index, room = next(inside), next(inside)
        if index.id != _SEEK_HEAD or room.id != _VOID or segment.content - segment.begin != 12:
            raise OutputError(f"{path} has no room for its chapters; this is a fault of graycolor, please report it.")
        place = segment.end - segment.content
        file.seek(segment.end)
        file.write(_written(chapters))
        size = file.tell() - segment.content
        put(file, segment.begin + 4, struct.pack(">Q", size | 1 << 56))
        put(file, index.begin, _with_line(file, index, room, place))


def _with_line(file: BinaryIO, index: Element, room: Element, place: int) -> bytes:
    """The table of contents with a line for the chapters at `place`, as long as it and the room behind it were."""
    file.seek(index.content)
    lines = file.read(index.end - index.content)
    if lines[0] == _CRC:
        lines = lines[6:]
    lines += b"\x4d\xbb\x92\x53\xab\x84" + struct.pack(">I", _CHAPTERS) + b"\x53\xac\x88" + struct.pack(">Q", place)
    body = b"\xbf\x84" + struct.pack("<I", zlib.crc32(lines)) + lines
    table = struct.pack(">IQ", _SEEK_HEAD, len(body) | 1 << 56) + body
    rest = room.end - index.begin - len(table)
    return table + b"\xec" + struct.pack(">Q", (rest - 9) | 1 << 56) + bytes(rest - 9)


def _written(chapters: list[Any]) -> bytes:
    """The element that Matroska's muxer makes of chapters."""
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as film:
        film.add_stream("mpeg4", rate=25, width=16, height=16)
        film.set_chapters(chapters)
        film.start_encoding()
    end = len(file.getvalue())
    segment = next(each for each in elements(file, 0, end) if each.id == _SEGMENT)
    found = next(each for each in elements(file, segment.content, segment.end) if each.id == _CHAPTERS)
    return file.getvalue()[found.begin : found.end]
