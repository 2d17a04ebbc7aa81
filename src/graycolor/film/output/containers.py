"""Which container the result goes into, and which tracks it can hold; asked of the muxers themselves beforehand."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import av
import av.error

from graycolor.errors import UsageError
from graycolor.film.source.probe import ATTACHED_PICTURE, Film, Track, opened

MUXERS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska", ".webm": "webm"}
"""Suffixes of the films that graycolor writes."""
_HOLDS = {
    "mp4": ("h264", "hevc", "av1"), "mov": ("h264", "hevc", "prores"),
    "matroska": ("h264", "hevc", "av1", "ffv1", "prores"), "webm": ("av1",),
}  # fmt: skip
_SHOWN_IN = {".gif": ".mp4"}
"""For suffixes that are read and not written: what is written instead, where it is not Matroska."""
ANY_TRACK = ".mkv"
"""The container that holds nearly everything."""


@dataclass(frozen=True)
class Packing:
    """What happens to the other tracks.

    Attributes:
        muxer: FFmpeg's name of the result's format.
        kept: indices of the source's streams that are copied.
        left_out: the others.
    """

    muxer: str
    kept: tuple[int, ...]
    left_out: tuple[Track, ...]


def usual_codec(suffix: str) -> str:
    """What a container holds, where the user does not say."""
    return _HOLDS[MUXERS[suffix]][0]


def result_suffix(source: str, codec: str | None) -> str:
    """The suffix of a result whose name the user leaves to us: the source's if it can hold the codec."""
    suffix = source.lower()
    if suffix not in MUXERS:
        suffix = _SHOWN_IN.get(suffix, ANY_TRACK)
    return suffix if codec is None or codec in _HOLDS[MUXERS[suffix]] else ANY_TRACK


def check_codec(suffix: str, codec: str) -> None:
    """Raise a UsageError where the container of `suffix` cannot hold `codec`."""
    if codec not in _HOLDS[MUXERS[suffix]]:
        able = [each for each, muxer in MUXERS.items() if codec in _HOLDS[muxer]]
        raise UsageError(f"{suffix} cannot hold {codec}; name a result that ends with {' or '.join(able)}.")


def packing(film: Film, suffix: str) -> Packing:
    """Try every track on the muxer."""
    muxer = MUXERS[suffix]
    with opened(film.path) as source:
        kept = [track for track in film.tracks if _fits(source.streams[track.index], track, muxer)]
    left_out = tuple(track for track in film.tracks if track not in kept)
    return Packing(muxer, tuple(track.index for track in kept), left_out)


def _fits(stream: Any, track: Track, muxer: str) -> bool:
    if track.kind == "data" or (track.kind == "attachment" and muxer != "matroska"):
        return False  # some muxers take these and write a file that cannot be opened
    if is_cover(stream):
        return muxer in ("matroska", "mp4")
    try:
        with av.open(io.BytesIO(), "w", format=muxer) as trial:
            add_copy(trial, stream)
            if track.kind != "attachment":
                trial.start_encoding()
    except (ValueError, av.error.FFmpegError):
        return False
    return True


def add_copy(container: Any, stream: Any) -> Any:
    """A stream in `container` for packets copied from `stream`, with its metadata and disposition."""
    copy = container.add_stream_from_template(stream, opaque=True)
    copy.metadata.update({key: value for key, value in stream.metadata.items() if key not in _MUXERS_OWN})
    copy.disposition = stream.disposition
    return copy


def is_cover(stream: Any) -> bool:
    """Whether a stream is a single picture that goes with the film."""
    return bool(int(stream.disposition) & ATTACHED_PICTURE)


_MUXERS_OWN = frozenset({"DURATION", "encoder", "ENCODER"})
"""Tags that a muxer writes by itself."""
