"""The light of an EXR: linear, of half or single floats, decoded by FFmpeg, and whether all of it is there.

FFmpeg's decoder shows blocks that it cannot decode as black, and says nothing. So every block must lie within the
file. Those of ZIP and PXR24 are zlib's streams, whose checksums are looked at; those of other kinds have none, and one
that came out black is damaged where it takes more bytes than black does.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from graycolor.errors import InputError
from graycolor.film.source.exr import ExrHeader

_ZLIB = (2, 3, 5)
"""ZIPS, ZIP and PXR24."""
_LINES = {0: 1, 1: 1, 2: 1, 3: 16, 4: 32, 5: 16, 6: 32, 7: 32, 8: 32, 9: 256}
"""Lines of a block by the kind of compression: none, RLE, ZIPS, ZIP, PIZ, PXR24, B44, B44A, DWAA, DWAB."""
_BLACK = 64
"""Black takes less than one byte in so many, and so many more."""


class _Block(NamedTuple):
    """Where a block's bytes are, its first line from the top of the window, and how many lines it has."""

    begin: int
    end: int
    line: int
    lines: int


def read_light(data: bytes, header: ExrHeader, name: str) -> tuple[NDArray[np.floating], NDArray[np.floating] | None]:
    """Light (H,W) or (H,W,3), half or single floats as the file has them, and transparency (H,W).

    Raises:
        InputError: it cannot be decoded.
    """
    try:
        decoder: Any = av.CodecContext.create("exr", "r")
        frame = [*decoder.decode(av.Packet(data)), *decoder.decode(None)][0]
        if not frame.format.name.startswith(("grayf", "gbrpf", "gbrapf", "yaf")):
            raise ValueError(frame.format.name)
        planes = [_plane(plane, np.float16 if "f16" in frame.format.name else np.float32) for plane in frame.planes]
    except (av.error.FFmpegError, ValueError, IndexError, MemoryError) as error:
        raise InputError(
            f"{name} is damaged or packed in a way that is not read; save it anew with ZIP compression."
        ) from error
    if (frame.width, frame.height) != header.size:
        raise InputError(f"{name} is damaged: its light is not what its header says; copy it again from its source.")
    _check_whole(data, header, planes, name)
    if len(planes) < 3:
        return planes[0], planes[1] if len(planes) > 1 else None
    green, blue, red, *alpha = planes
    return np.dstack([red, green, blue]), alpha[0] if alpha else None


def _check_whole(data: bytes, header: ExrHeader, planes: list[NDArray[np.floating]], name: str) -> None:
    """Refuse a file of which something is missing or damaged; `planes` (H,W) are what FFmpeg made of it.

    Raises:
        InputError: a block is not there, or is damaged.
    """
    kind = (header.value(b"compression", b"compression", 1) or b"\0")[0]
    blocks = list(_tiles(data, header) if header.tiles else _lines(data, header, kind))
    whole = bool(blocks) and all(block is not None and _is_sound(data, block, header, kind) for block in blocks)
    if whole and kind not in _ZLIB and not header.tiles and header.window == header.display:
        whole = not any(block is not None and _is_lost(block, header, planes) for block in blocks)
    if not whole:
        raise InputError(f"{name} is damaged or cut off and cannot be decoded; copy it again from its source.")


def _lines(data: bytes, header: ExrHeader, kind: int) -> Iterator[_Block | None]:
    """The blocks of scan lines; None for one that does not lie within the file."""
    height, lines = header.window[3] - header.window[1] + 1, _LINES.get(kind, 1)
    for number in range(-(-height // lines)):
        at = _offset(data, header, number)
        size = _size(data, at + 4)
        first = number * lines
        yield _Block(at + 8, at + 8 + size, first, min(lines, height - first)) if at + 8 + size <= len(data) else None


def _tiles(data: bytes, header: ExrHeader) -> Iterator[_Block | None]:
    """The blocks of tiles of the largest level."""
    left, top, right, bottom = header.window
    across, down = header.tiles or (1, 1)
    for number in range(-(-(right - left + 1) // across) * -(-(bottom - top + 1) // down)):
        at = _offset(data, header, number)
        size = _size(data, at + 16)
        yield _Block(at + 20, at + 20 + size, 0, 0) if at + 20 + size <= len(data) else None


def _offset(data: bytes, header: ExrHeader, number: int) -> int:
    """Where a block begins; beyond the end where nothing says so."""
    at = header.end + 8 * number
    offset = struct.unpack_from("<Q", data, at)[0] if at + 8 <= len(data) else 0
    return int(offset) if header.end < offset < len(data) else len(data)


def _size(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<I", data, at)[0]) if at + 4 <= len(data) else len(data)


def _is_sound(data: bytes, block: _Block, header: ExrHeader, kind: int) -> bool:
    """Whether a block's checksum is right, where it has one; what would not become smaller is stored as it is."""
    if kind not in _ZLIB or block.end - block.begin >= _unpacked(block, header):
        return True
    stream = zlib.decompressobj()
    try:
        stream.decompress(data[block.begin : block.end], 1 << 28)
    except zlib.error:
        return False
    return stream.eof


def _unpacked(block: _Block, header: ExrHeader) -> int:
    """Bytes of a block before it was packed; without bound for tiles, whose streams are always looked at."""
    width = header.window[2] - header.window[0] + 1
    if header.tiles:
        return 1 << 62
    return block.lines * width * sum(2 if kind == 1 else 4 for kind in header.channels.values())


def _is_lost(block: _Block, header: ExrHeader, planes: list[NDArray[np.floating]]) -> bool:
    if block.end - block.begin <= _unpacked(block, header) // _BLACK + _BLACK:
        return False
    return not any(plane[block.line : block.line + block.lines].any() for plane in planes)


def _plane(plane: Any, dtype: Any) -> NDArray[np.floating]:
    rows = np.frombuffer(plane, dtype).reshape(plane.height, -1)
    return rows[:, : plane.width].copy()
