"""The finished film: encoded pictures and every other track of the source, packets copied as they are."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import av
import av.error

from graycolor.errors import UsageError
from graycolor.film.output.containers import Packing
from graycolor.film.output.encode import Encoding, configure, encoder_options
from graycolor.film.output.file_tags import marked_tags, picture_tags, tag_options
from graycolor.film.output.matroska_chapters import add_chapters
from graycolor.film.output.matroska_shape import can_hold_shape, make_room, needs_shape, write_shape
from graycolor.film.output.packets import PicturePacket
from graycolor.film.output.timecode import timecode_after
from graycolor.film.output.track_copy import (
    Way,
    add_copy,
    add_repacked,
    add_text,
    is_cover,
    open_result,
    repacked,
    text_packets,
)
from graycolor.film.source.beside import opened_beside
from graycolor.film.source.probe import Film, opened_film

Timed = Iterator[tuple[PicturePacket, int]]
"""Encoded pictures in decoding order, each with its dts."""


class Part(NamedTuple):
    """The seconds of the source that are in the result, and whether they begin anew at 0."""

    start: Fraction | None
    end: Fraction | None


def write_film(
    path: Path,
    film: Film,
    pictures: Timed,
    *,
    encoding: Encoding,
    packing: Packing,
    part: Part,
    mark: str = "",
) -> list[str]:
    """Write `pictures` (packets with their dts) and the kept tracks to `path`; returns notes on damage.

    `mark` is the sentence that goes into the file's tags, beside those of the source.

    Raises:
        OSError: it cannot be written.
    """
    with ExitStack() as stack:
        source = stack.enter_context(opened_beside(film))
        tags = marked_tags(source.metadata, mark)
        result = stack.enter_context(_begun(path, packing, tags))
        result.metadata.update(tags)
        video, copies = _prepared(source, result, film, encoding=encoding, packing=packing, part=part)
        merge = _Merge(result, video, film.time_base, pictures, part.start or Fraction(0))
        notes = merge.run(source, copies, packing.ways, part)
        chapters = _shifted_chapters(source.chapters(), part)
    if needs_shape(film, encoding.codec, packing.muxer) and can_hold_shape(film):
        write_shape(path, film)
    if chapters and packing.foreign:
        add_chapters(path, chapters)
    return notes


def writable(film: Film, encoding: Encoding, packing: Packing) -> Film:
    """The film as it can be written, tried by beginning a result; without its timecode where that is in the way.

    Raises:
        UsageError: the container refuses it.
    """
    if _begins(film, encoding, packing):
        return film
    plain = replace(film, timecode="")
    if film.timecode and _begins(plain, encoding, packing):
        return plain
    raise UsageError(
        f"{packing.muxer} refuses {film.path.name} with {encoding.codec}; choose another codec, or name a result that "
        "ends with .mkv."
    )


def _begins(film: Film, encoding: Encoding, packing: Packing) -> bool:
    with tempfile.TemporaryDirectory(prefix="graycolor-") as folder, opened_beside(film) as source:
        try:
            tags = marked_tags(source.metadata, "")
            with _begun(Path(folder) / "trial", packing, tags) as result:
                result.metadata.update(tags)
                _prepared(source, result, film, encoding=encoding, packing=packing, part=Part(None, None))
                result.start_encoding()
        except (ValueError, av.error.FFmpegError):
            return False
    return True


def _prepared(
    source: Any, result: Any, film: Film, *, encoding: Encoding, packing: Packing, part: Part
) -> tuple[Any, dict[int, Any]]:
    """Everything of the result that comes before its packets; returns the stream of the pictures, and the copies."""
    video, copies = _streams(source, result, film, encoding, packing)
    if film.timecode:
        video.metadata["timecode"] = _timecode(film, part)
    if chapters := _shifted_chapters(source.chapters(), part):
        result.set_chapters(chapters)
    return video, copies


def _begun(path: Path, packing: Packing, tags: dict[str, str]) -> Any:
    return open_result(path, packing.muxer, foreign=packing.foreign, options=tag_options(tags, packing.muxer))


def _streams(source: Any, result: Any, film: Film, encoding: Encoding, packing: Packing) -> tuple[Any, dict[int, Any]]:
    """The result's streams, in the source's order; the pictures of a sequence come before its sound."""
    copies: dict[int, Any] = {}
    video = _video_stream(result, None, film, encoding, packing.muxer) if film.files is not None else None
    for stream in source.streams:
        if stream.index == film.index:
            video = _video_stream(result, stream, film, encoding, packing.muxer)
        elif stream.index not in packing.ways:
            continue
        elif is_cover(stream) and packing.muxer == "matroska":
            _attach_cover(result, stream, film)
        elif packing.ways[stream.index] is Way.REPACKED:
            copies[stream.index] = add_repacked(result, stream)
        elif packing.ways[stream.index] is Way.TEXT:
            copies[stream.index] = add_text(result, stream)
        else:
            copies[stream.index] = add_copy(result, stream)
    return video, copies


def _attach_cover(result: Any, stream: Any, film: Film) -> None:
    """A cover picture the way Matroska has it; as a stream it would become a second film."""
    kind = "png" if stream.codec_context.name == "png" else "jpeg"
    name = stream.metadata.get("filename", f"cover.{kind.replace('e', '')}")
    with opened_film(film.path) as source:
        data = next(bytes(packet) for packet in source.demux(source.streams[stream.index]) if packet.size)
    result.add_attachment(name, stream.metadata.get("mimetype", f"image/{kind}"), data)


def _video_stream(result: Any, stream: Any, film: Film, encoding: Encoding, muxer: str) -> Any:
    video = result.add_stream(encoding.encoder, rate=film.rate, options=encoder_options(encoding))
    configure(video.codec_context, film, encoding)
    video.time_base = film.time_base
    if encoding.codec == "hevc" and muxer in ("mp4", "mov"):
        video.codec_context.codec_tag = "hvc1"  # Apple's players know no other
    if stream is None:
        return video
    if reel := next((each.metadata["reel_name"] for each in stream.container.streams if _has_reel(each)), ""):
        video.metadata["reel_name"] = reel
    if film.display_matrix:
        video.set_display_matrix(film.display_matrix)
    elif needs_shape(film, encoding.codec, muxer) and can_hold_shape(film):
        make_room(video)
    video.metadata.update(picture_tags(stream.metadata))
    video.disposition = stream.disposition
    return video


def _has_reel(stream: Any) -> bool:
    """Whether a track (of timecodes, which is made anew) names the reel."""
    return stream.type == "data" and "reel_name" in stream.metadata


class _Merge:
    """Muxes pictures and copied packets in the order of their times, so that the muxer has nothing to hold back."""

    def __init__(
        self,
        result: Any,
        video: Any,
        time_base: Fraction,
        pictures: Timed,
        start: Fraction,
    ) -> None:
        self._result, self._video, self._time_base = result, video, time_base
        self._pictures, self._shift = pictures, round(start / time_base)
        self._next = next(pictures, None)

    def run(self, source: Any, copies: dict[int, Any], ways: dict[int, Way], part: Part) -> list[str]:
        notes: list[str] = []
        try:
            for packet in self._wanted(source, copies, part):
                self._pictures_until(packet.dts * packet.time_base + (part.start or 0))
                self._copy(packet, copies[packet.stream.index], ways[packet.stream.index])
        except av.error.InvalidDataError:
            notes.append("The other tracks are damaged; they are copied up to the damage.")
        self._pictures_until(None)
        return notes

    def _copy(self, packet: Any, copy: Any, way: Way) -> None:
        if way in (Way.REPACKED, Way.TEXT):
            made = repacked(packet, copy) if way is Way.REPACKED else text_packets(packet, copy)
            self._result.mux(list(made))
            return
        packet.stream = copy
        self._result.mux(packet)

    def _wanted(self, source: Any, copies: dict[int, Any], part: Part) -> Iterator[Any]:
        """Packets of the copied streams within the part, shifted to begin at 0."""
        streams = [source.streams[index] for index in copies if source.streams[index].type != "attachment"]
        if not streams:
            return
        if part.start:
            source.seek(int(part.start * av.time_base))
        for packet in source.demux(streams):
            if is_cover(packet.stream) and packet.size:
                packet.pts = packet.dts = 0
                yield packet
                continue
            if packet.dts is None:
                continue  # the end of a stream
            if _within(packet, part):
                _shift(packet, part.start)
                yield packet
            elif part.end is not None and packet.dts * packet.time_base > part.end + 10:
                return

    def _pictures_until(self, time: Fraction | None) -> None:
        while self._next is not None:
            picture, dts = self._next
            if time is not None and dts * self._time_base > time:
                return
            packet = av.Packet(picture.data)
            packet.pts, packet.dts, packet.duration = picture.pts - self._shift, dts - self._shift, picture.duration
            packet.time_base, packet.is_keyframe, packet.stream = self._time_base, picture.key, self._video
            self._result.mux(packet)
            self._next = next(self._pictures, None)


def _within(packet: Any, part: Part) -> bool:
    time = (packet.dts if packet.pts is None else packet.pts) * packet.time_base
    return (part.start is None or time >= part.start) and (part.end is None or time < part.end)


def _shift(packet: Any, start: Fraction | None) -> None:
    if start:
        ticks = round(start / packet.time_base)
        packet.dts -= ticks
        packet.pts = None if packet.pts is None else packet.pts - ticks


def _timecode(film: Film, part: Part) -> str:
    earlier = Fraction(0) if part.start is None else part.start - film.start * film.time_base
    return timecode_after(film.timecode, round(earlier * film.rate), film.rate)


def _shifted_chapters(chapters: list[Any], part: Part) -> list[Any]:
    """Chapters that reach into the part, cut to it."""
    if part.start is None and part.end is None:
        return chapters
    shifted = []
    for chapter in chapters:
        base, start = Fraction(chapter["time_base"]), part.start or Fraction(0)
        first, last = round(start / base), None if part.end is None else round(part.end / base)
        begin = max(chapter["start"], first)
        end = chapter["end"] if last is None else min(chapter["end"], last)
        if begin < end:
            shifted.append({**chapter, "start": begin - first, "end": end - first})
    return shifted
