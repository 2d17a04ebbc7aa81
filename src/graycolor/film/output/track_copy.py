"""How a track of the source gets into the result: its packets as they are, PCM in another layout of bytes, or the plain
text of subtitles; the muxers themselves are asked."""

from __future__ import annotations

import io
import os
import re
import tempfile
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import av
import av.error

from graycolor.film.output.file_tags import titled
from graycolor.film.source.probe import ATTACHED_PICTURE, Track

_MUXERS_OWN = frozenset({"DURATION", "encoder", "ENCODER"})
"""Tags that a muxer writes by itself."""
_REPACKED = {"u8": "pcm_u8", "s16": "pcm_s16le", "s32": "pcm_s24le", "flt": "pcm_f32le", "dbl": "pcm_f64le"}
"""Samples as decoders give them, and the plain PCM that holds them; DVDs and Blu-ray discs have 24 bits at most."""
_TIMED_TEXT = "mov_text"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_ANY_SRT = b"1\n00:00:00,000 --> 00:00:01,000\n-\n"
_DISC_PCM = ("pcm_dvd", "pcm_bluray")


class Way(Enum):
    """How a track is written.

    `COPIED` packets go through PyAV's check of codecs, `FOREIGN` ones around it: Matroska holds codecs of Windows in
    frames of their own (ACM, VFW), which its muxer writes and its list of codecs does not have. `REPACKED` samples
    stay the same and are laid out anew. `TEXT` is the plain text of subtitles (SRT), without their styles.
    """

    COPIED = "copied"
    FOREIGN = "foreign"
    REPACKED = "repacked"
    TEXT = "text"


def way_of(stream: Any, track: Track, muxer: str) -> Way | None:
    """How `muxer` takes a track; None where it does not."""
    if track.kind == "attachment" or is_cover(stream):
        return Way.COPIED if _takes_extra(stream, track, muxer) else None
    if _opens(stream, muxer, Way.COPIED):
        return Way.COPIED
    if muxer == "matroska" and track.kind != "data" and _opens(stream, muxer, Way.FOREIGN):
        return Way.FOREIGN
    if track.codec in _DISC_PCM and repacked_codec(stream) is not None and _opens(stream, muxer, Way.REPACKED):
        return Way.REPACKED
    return Way.TEXT if muxer == "matroska" and track.codec == _TIMED_TEXT else None


def _takes_extra(stream: Any, track: Track, muxer: str) -> bool:
    """Attachments and covers by rule: some muxers take these and write a file that cannot be opened."""
    if track.kind == "attachment":
        return muxer == "matroska"
    return muxer == "matroska" or (muxer == "mp4" and _opens(stream, muxer, Way.COPIED))


def _opens(stream: Any, muxer: str, way: Way) -> bool:
    """Whether a film with this one track can be begun and, if it is of data, read again."""
    with tempfile.TemporaryDirectory(prefix="graycolor-") as folder:
        path = Path(folder) / "trial"
        try:
            with open_result(path, muxer, foreign=way is Way.FOREIGN) as trial:
                add_repacked(trial, stream) if way is Way.REPACKED else add_copy(trial, stream)
                trial.start_encoding()
            return stream.type != "data" or _holds_a_track(path)
        except (ValueError, av.error.FFmpegError, OSError):
            return False


def _holds_a_track(path: Path) -> bool:
    with av.open(str(path)) as trial:
        return bool(trial.streams)


def open_result(path: Path, muxer: str, *, foreign: bool, options: dict[str, str] | None = None) -> Any:
    """A film to be written; `foreign` passes over PyAV's own list of the codecs that Matroska holds.

    FFmpeg's `tee` hands all but chapters (see `add_chapters`) on to the muxer as it is, which decides by itself.
    """
    if foreign:
        escaped = re.sub(r"([\\'|\[\]\s])", r"\\\1", os.fspath(path))
        return av.open(f"[f={muxer}]file:{escaped}", "w", format="tee")
    return av.open(os.fspath(path), "w", format=muxer, container_options=options)


def add_copy(container: Any, stream: Any) -> Any:
    """A stream in `container` for packets copied from `stream`, with its metadata and disposition."""
    return _described(container.add_stream_from_template(stream, opaque=True), stream)


def add_repacked(container: Any, stream: Any) -> Any:
    """A stream in `container` for the samples of `stream` as plain PCM."""
    made = container.add_stream(repacked_codec(stream), rate=stream.codec_context.sample_rate)
    made.codec_context.layout = stream.codec_context.layout
    return _described(made, stream)


def add_text(container: Any, stream: Any) -> Any:
    """A stream in `container` for the plain text of the subtitles in `stream`."""
    with av.open(io.BytesIO(_ANY_SRT), format="srt") as template:
        return _described(container.add_stream_from_template(template.streams[0], opaque=True), stream)


def text_packets(packet: Any, made: Any) -> Iterator[Any]:
    """The packet of SRT that one of mov_text (3GPP TS 26.245, 5.17) becomes; none where nothing is shown.

    A sample is the length of its text in two bytes, the text, and boxes with its styles.
    """
    data = bytes(packet)
    stored = data[2 : 2 + int.from_bytes(data[:2], "big")]
    text = (
        stored.decode("utf-16" if stored[:2] in _UTF16 else "utf-8", "replace")
        .replace("\r\n", "\n")
        .replace("\r", "\n")
    )
    if text.strip():
        shown = av.Packet(text.encode())
        shown.pts, shown.dts, shown.duration = packet.pts, packet.dts, packet.duration
        shown.time_base, shown.stream = packet.time_base, made
        yield shown


def repacked_codec(stream: Any) -> str | None:
    """The plain PCM that holds a PCM track's samples without loss."""
    return _REPACKED.get(stream.codec_context.format.packed.name) if stream.codec_context.format else None


def _described(copy: Any, stream: Any) -> Any:
    copy.metadata.update({key: value for key, value in titled(stream.metadata).items() if key not in _MUXERS_OWN})
    copy.disposition = stream.disposition
    return copy


def is_cover(stream: Any) -> bool:
    """Whether a stream is a single picture that goes with the film."""
    return bool(int(stream.disposition) & ATTACHED_PICTURE)


def repacked(packet: Any, made: Any) -> Iterator[Any]:
    """The packets of plain PCM that a packet of PCM becomes."""
    for frame in packet.decode():
        yield from made.encode(frame)
