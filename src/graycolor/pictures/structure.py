"""What a file is built of, counted before any decoder sees it: frames, scans, chunks, boxes.

Decoders take each part in turn, however many a file has, and a part costs a few bytes. The walks here cost next to
nothing: they jump from part to part, and stop where a bound is passed. Damage ends a walk; the decoder will name it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice

from graycolor import bounds
from graycolor.errors import BoundError, InputError
from graycolor.pictures.jpeg.markers import START_OF_FRAME
from graycolor.pictures.metadata.jp2_boxes import boxes
from graycolor.pictures.pages import pages

GIF_FRAME, GIF_CONTROL = 0x2C, 0xF9
_SCAN, _END, _COMMENT = 0xDA, 0xD9, 0xFE
_SEQUENTIAL = frozenset({0xC0, 0xC1})
_PNG_PIXELS = frozenset({b"IDAT", b"fdAT", b"fcTL"})


def check_structure(data: bytes, image_format: str, name: str) -> None:
    """Refuse a file of more parts than any picture has.

    Raises:
        InputError: it holds more scans, segments, chunks, boxes, pages or frames than `graycolor.bounds` allow, or an
            animation claims frames that are not there.
    """
    for parts, most, word, advice in _COUNTED.get(image_format, ()):
        if sum(1 for _ in islice(parts(data), most + 1)) > most:
            raise BoundError(f"{name} holds more than {most:,} {word}, which is all that graycolor takes; {advice}.")
    if image_format == "PNG":
        _check_claim(data, name)


def _check_claim(data: bytes, name: str) -> None:
    claimed = next((int.from_bytes(data[at : at + 4], "big") for kind, at in png_chunks(data) if kind == b"acTL"), 0)
    there = sum(1 for kind, _ in png_chunks(data) if kind == b"fcTL") if claimed else 0
    if claimed > there:
        raise InputError(f"{name} claims {claimed:,} frames and holds {there:,}; copy it again from its source.")


def png_chunks(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Kind of each chunk and where its contents begin."""
    at = 8
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        yield kind, at + 8
        at += 12 + length


def _png_extras(data: bytes) -> Iterable[object]:
    return (kind for kind, _ in png_chunks(data) if kind not in _PNG_PIXELS)


def _png_frames(data: bytes) -> Iterable[object]:
    return (kind for kind, _ in png_chunks(data) if kind == b"fcTL")


def gif_blocks(data: bytes) -> Iterator[tuple[int, int, int]]:
    """What each block of a GIF is, where it begins and where it ends: a frame, or an extension's label (GIF89a)."""
    at = 13 + color_table(data[10]) if len(data) > 10 else len(data)
    while at + 1 < len(data) and data[at] != 0x3B:
        start = at
        if data[at] == GIF_FRAME and at + 10 < len(data):
            at = _behind_blocks(data, at + 11 + color_table(data[at + 9]))
            yield GIF_FRAME, start, at
        elif data[at] == 0x21:
            at = _behind_blocks(data, at + 2)
            yield data[start + 1], start, at
        else:
            at += 1  # as Pillow does, which looks for the next one


def _gif_frames(data: bytes) -> Iterable[object]:
    return (start for kind, start, _ in gif_blocks(data) if kind == GIF_FRAME)


def _gif_comments(data: bytes) -> Iterator[int]:
    """The blocks of 255 bytes that comments stand in: Pillow copies all before with each."""
    for kind, start, end in gif_blocks(data):
        if kind == _COMMENT:
            yield from range(start, end, 256)


def color_table(flags: int) -> int:
    """Bytes of the color table of a GIF that goes with such flags."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _behind_blocks(data: bytes, at: int) -> int:
    while at < len(data) and data[at]:
        at += 1 + data[at]
    return at + 1


def _tiff_pages(data: bytes) -> Iterator[int]:
    with suppress(struct.error):
        yield from pages(data)


def _jp2_boxes(data: bytes) -> Iterator[bytes]:
    for kind, content in boxes(data):
        yield kind
        if kind == b"jp2h":
            yield from (inner for inner, _ in boxes(content))


def _jpeg_scans(data: bytes) -> Iterable[object]:
    """Starts of scans. Within coded data 0xFF stands before a zero or a restart, so few others are met."""
    at = data.find(b"\xff\xda")
    while at >= 0:
        yield at
        at = data.find(b"\xff\xda", at + 2)


def _jpeg_scans_exactly(data: bytes) -> Iterable[object]:
    """Metadata may hold the two bytes by chance, so that segments are gone through only where there are many."""
    if _is_one_scan(data) or sum(1 for _ in islice(_jpeg_scans(data), bounds.JPEG_SCANS + 1)) <= bounds.JPEG_SCANS:
        return ()
    return (at for at, marker in _jpeg_segments(data, to_first_scan=False) if marker == _SCAN)


def _is_one_scan(data: bytes) -> bool:
    """Whether decoders take no scan but the first: it is sequential, and has all components of its frame."""
    frame = scan = -1
    for at, marker in _jpeg_segments(data, to_first_scan=True):
        if marker in START_OF_FRAME:
            frame = data[at + 9] if marker in _SEQUENTIAL and frame == -1 and at + 9 < len(data) else 0
        scan = data[at + 4] if marker == _SCAN and at + 4 < len(data) else scan
    return 0 < frame == scan


def _jpeg_header(data: bytes) -> Iterable[object]:
    return _jpeg_segments(data, to_first_scan=True)


def _jpeg_segments(data: bytes, *, to_first_scan: bool) -> Iterator[tuple[int, int]]:
    """Place and marker of each segment; between scans the next 0xFF that is neither stuffed nor a restart counts."""
    at = 2
    while 0 <= (at := data.find(b"\xff", at)) < len(data) - 3:
        marker = data[at + 1]
        if marker in (0x00, 0x01, 0xFF) or 0xD0 <= marker <= 0xD8:
            at += 1 if marker == 0xFF else 2
            continue
        if marker == _END:
            return
        yield at, marker
        if marker == _SCAN and to_first_scan:
            return
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")


_Counted = tuple[Callable[[bytes], Iterable[object]], int, str, str]
_SPLIT = "split it, or make a film of it for graycolor video"
_PLAIN = "save it anew with another program"
_MANY_FRAMES, _MANY_PAGES = (bounds.FRAMES, "frames", _SPLIT), (bounds.FRAMES, "pages", "split it")
_JPEG = (
    (_jpeg_header, bounds.JPEG_SEGMENTS, "segments before its picture", _PLAIN),
    (_jpeg_scans_exactly, bounds.JPEG_SCANS, "scans", _PLAIN),
)
_COUNTED: dict[str, tuple[_Counted, ...]] = {
    "JPEG": _JPEG,
    "PNG": ((_png_extras, bounds.PNG_CHUNKS, "chunks besides its pixels", _PLAIN), (_png_frames, *_MANY_FRAMES)),
    "GIF": ((_gif_frames, *_MANY_FRAMES), (_gif_comments, bounds.GIF_COMMENTS, "blocks of comments", _PLAIN)),
    "TIFF": ((_tiff_pages, *_MANY_PAGES),),
    "JPEG2000": ((_jp2_boxes, bounds.JP2_BOXES, "boxes", _PLAIN),),
}
