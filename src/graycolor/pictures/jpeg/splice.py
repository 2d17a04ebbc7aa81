"""Color for a JPEG whose luma is left alone: chroma scans are spliced into the source's own stream.

A JPEG may hold each component in a scan of its own (ITU-T T.81, 4.8.1), and a scan of one component has one block per
unit whatever the sampling factors: just as in a gray file. So the luma scans of the source stay byte for byte, the
frame is told of two more components, and the scans of two gray JPEGs become Cb and Cr. Coefficients, quantisation
table and progression of the luma are the source's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from graycolor.pictures.jpeg.header import FURTHER_PICTURES
from graycolor.pictures.jpeg.markers import (
    APP0,
    APP14,
    COM,
    DHT,
    DNL,
    DQT,
    SOF_BASELINE,
    SOF_EXTENDED,
    SOF_PROGRESSIVE,
    SOS,
    Component,
    Frame,
    Jpeg,
    MarkerSegment,
    UnknownShapeError,
    frame_of,
    is_frame,
    put_together,
    restart_interval,
    tables_of,
    take_apart,
)
from graycolor.pictures.jpeg.tables import chroma_table_for, row_by_row
from graycolor.pictures.jpeg.unlocked import jpeg_bytes
from graycolor.types import Codes8

_USUAL_SAMPLING = (2, 2)
_USUAL_DC = bytes([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
"""Counts of T.81's table K.3 of code lengths."""
_LUMA, _BLUE, _RED = 1, 2, 3
_CHROMA_CODES = 1
"""Number of the chroma scans' Huffman tables; the source's own luma codes keep theirs."""
_TRANSFORM = 11
"""Where an Adobe segment says how three components are to be taken: 0 is RGB, 1 is YCbCr."""


class InterleavedError(UnknownShapeError):
    """Luma and chroma share scans: the luma's bits cannot be cut out."""


class LumaSource(NamedTuple):
    """A JPEG taken apart, whose luma scans can be kept.

    Attributes:
        frame: as the source has it.
        header: APPn and comment segments, in their order.
        luma: everything else that the luma needs, its scans included, in order and without other components'.
        behind: bytes behind the end of the picture.
        sampling: pixels across and down that share a chroma sample: the source's, or 2 and 2 where it had none.
    """

    frame: Frame
    header: tuple[MarkerSegment, ...]
    luma: tuple[MarkerSegment, ...]
    behind: bytes
    sampling: tuple[int, int]

    @property
    def chroma_shape(self) -> tuple[int, int]:
        """Height and width of the chroma planes that `spliced` wants."""
        across, down = self.sampling
        return -(-self.frame.height // down), -(-self.frame.width // across)


def luma_source(jpeg: Jpeg) -> LumaSource:
    """Take a JPEG apart for `spliced`.

    Raises:
        InterleavedError: its luma shares scans with its chroma.
        UnknownShapeError: its luma cannot be kept as it is; the message says why.
    """
    segments, behind = jpeg.parts
    frame = frame_of(segments)
    _check(frame, segments)
    header = tuple(s for s in segments if is_header(s))
    if any(s.body.startswith(FURTHER_PICTURES) for s in header):
        behind = b""  # their index will be gone
    luma = tuple(_luma_only([s for s in segments if not is_header(s)], frame))
    luma_table(luma, frame)
    return LumaSource(frame, header, luma, behind, sampling_of(frame))


def luma_table(segments: Sequence[MarkerSegment], frame: Frame) -> tuple[int, ...]:
    """The luma's quantisation table, 64 values in zigzag order."""
    table = tables_of(segments).get(frame.components[0].table)
    if table is None:
        raise UnknownShapeError("it lacks a quantisation table")
    return table


def sampling_of(frame: Frame) -> tuple[int, int]:
    """How many pixels across and down share a chroma sample."""
    if len(frame.components) == 1:
        return _USUAL_SAMPLING
    luma, blue = frame.components[:2]
    return luma.across // blue.across, luma.down // blue.down


def has_usual_codes(segments: Iterable[MarkerSegment]) -> bool:
    """Whether the Huffman codes are T.81's examples, which cost no second pass over the coefficients."""
    return any(segment.marker == DHT and _USUAL_DC in segment.body for segment in segments)


def is_header(segment: MarkerSegment) -> bool:
    """Whether a segment describes the picture and is not needed to decode it."""
    return APP0 <= segment.marker <= 0xEF or segment.marker == COM


def _check(frame: Frame, segments: Sequence[MarkerSegment]) -> None:
    if frame.marker not in (SOF_BASELINE, SOF_EXTENDED, SOF_PROGRESSIVE):
        raise UnknownShapeError("it is coded arithmetically, losslessly or in layers")
    if frame.precision != 8:
        raise UnknownShapeError(f"it has {frame.precision} bits")
    if frame.height == 0 or any(segment.marker == DNL for segment in segments):
        raise UnknownShapeError("it tells its height at its end")
    if len(frame.components) not in (1, 3):
        raise UnknownShapeError(f"it has {len(frame.components)} components")
    if len(frame.components) == 3:
        _check_color(frame, segments)


def _check_color(frame: Frame, segments: Sequence[MarkerSegment]) -> None:
    luma, blue, red = frame.components
    adobe = [s.body for s in segments if s.marker == APP14 and s.body.startswith(b"Adobe")]
    if any(len(body) > _TRANSFORM and body[_TRANSFORM] == 0 for body in adobe) or luma.number == ord("R"):
        raise UnknownShapeError("its components are red, green and blue")
    same = (blue.across, blue.down) == (red.across, red.down)
    if not same or not blue.across or not blue.down or luma.across % blue.across or luma.down % blue.down:
        raise UnknownShapeError("its components have unusual sizes")


def _luma_only(segments: Iterable[MarkerSegment], frame: Frame) -> Iterator[MarkerSegment]:
    """The segments without the scans of chroma; the luma's get the number 1."""
    own = frame.components[0].number
    for segment in segments:
        if segment.marker != SOS:
            yield segment
            continue
        numbers = segment.body[1 : 1 + 2 * segment.body[0] : 2]
        if own in numbers and len(numbers) > 1:
            raise InterleavedError("its luma and chroma are interleaved")
        if own in numbers:
            yield segment._replace(body=bytes([1, _LUMA]) + segment.body[2:])


def headed(jpeg: bytes, header: Sequence[MarkerSegment], behind: bytes) -> bytes:
    """A freshly encoded color JPEG with the APPn and comment segments of a result, and what lay behind its source."""
    segments, _ = take_apart(jpeg)
    return put_together([*_marked_as_ycc(header), *(each for each in segments if not is_header(each))], behind)


def spliced(
    source: LumaSource,
    blue: Codes8,
    red: Codes8,
    header: Sequence[MarkerSegment],
    *,
    quality: int | None = None,
    table: Sequence[int] | None = None,
) -> bytes:
    """The source with chroma: luma coefficients, luma table and progression as they were.

    Args:
        source: from `luma_source`.
        blue, red: Cb and Cr codes of `source.chroma_shape`.
        header: the APPn and comment segments of the result.
        quality: 1..100 of the chroma; as coarse or fine as the source's luma unless given.
        table: the chroma's quantisation table in zigzag order, instead.
    """
    taken = tables_of(source.luma)
    free = next((number for number in range(4) if number not in taken), None)
    if free is None:
        raise UnknownShapeError("it uses every quantisation table there is")
    table = table or chroma_table_for(luma_table(source.luma, source.frame), quality)
    planes = [_scans(plane, number, table, source) for plane, number in ((blue, _BLUE), (red, _RED))]
    frame = _color_frame(source.frame, source.sampling, free).to_segment()
    body = [_with_table(segment, frame, free, table) for segment in source.luma]
    parts = [*_marked_as_ycc(header), *(part for parts in body for part in parts), *_without_repeats(planes)]
    return put_together(parts, source.behind)


def _color_frame(frame: Frame, sampling: tuple[int, int], free: int) -> Frame:
    luma = Component(_LUMA, *sampling, frame.components[0].table)
    return frame._replace(components=(luma, Component(_BLUE, 1, 1, free), Component(_RED, 1, 1, free)))


def _with_table(segment: MarkerSegment, frame: MarkerSegment, free: int, table: Sequence[int]) -> list[MarkerSegment]:
    """The frame becomes a color frame, with the chroma table before it."""
    return [MarkerSegment(DQT, bytes([free, *table])), frame] if is_frame(segment) else [segment]


def _marked_as_ycc(header: Iterable[MarkerSegment]) -> list[MarkerSegment]:
    """Photoshop's grays say 'no transform'; with three components that would mean RGB."""
    return [
        s._replace(body=s.body[:_TRANSFORM] + b"\1" + s.body[_TRANSFORM + 1 :])
        if s.marker == APP14 and s.body.startswith(b"Adobe") and len(s.body) > _TRANSFORM
        else s
        for s in header
    ]


def _scans(plane: Codes8, number: int, table: Sequence[int], source: LumaSource) -> list[MarkerSegment]:
    """Code tables and scans of one chroma plane, under its component's number."""
    from PIL import Image

    jpeg = jpeg_bytes(
        Image.fromarray(plane),
        qtables=[row_by_row(table)],
        progressive=source.frame.progressive,
        optimize=not has_usual_codes(source.luma),
        restart_marker_blocks=restart_interval(source.luma),
    )
    segments, _ = take_apart(jpeg)
    return [_renumbered(segment, number) for segment in segments if segment.marker in (DHT, SOS)]


def _renumbered(segment: MarkerSegment, number: int) -> MarkerSegment:
    if segment.marker == SOS:
        return segment._replace(body=bytes([1, number, _CHROMA_CODES * 0x11]) + segment.body[3:])
    body, at = bytearray(segment.body), 0
    while at < len(body):
        symbols = sum(body[at + 1 : at + 17])
        body[at] = body[at] & 0xF0 | _CHROMA_CODES
        at += 17 + symbols
    return segment._replace(body=bytes(body))


def _without_repeats(planes: Iterable[Iterable[MarkerSegment]]) -> Iterable[MarkerSegment]:
    """Both planes' segments; code tables that are in force already are not written again."""
    in_force: dict[int, MarkerSegment] = {}
    for segment in (segment for plane in planes for segment in plane):
        if segment.marker == DHT:
            if in_force.get(segment.body[0]) == segment:
                continue
            in_force[segment.body[0]] = segment
        yield segment
