"""The container that a result goes into, and the tracks that it can hold, as the muxers themselves say."""

from __future__ import annotations

from dataclasses import dataclass

from graycolor.errors import UsageError
from graycolor.film.output.track_copy import Way, way_of
from graycolor.film.source.beside import opened_beside
from graycolor.film.source.probe import Film, Track

MUXERS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska", ".webm": "webm"}
"""Suffixes of the films that graycolor writes."""
_HOLDS = {
    "mp4": ("h264", "hevc", "av1"),
    "mov": ("h264", "hevc", "prores", "dnxhr"),
    "matroska": ("h264", "hevc", "av1", "ffv1", "prores"),
    "webm": ("av1",),
}
_SHOWN_IN = {".gif": ".mp4"}
"""For suffixes that are read and not written: what is written instead, where it is not Matroska."""
ANY_TRACK = ".mkv"
"""The container that holds nearly everything."""


@dataclass(frozen=True)
class LeftOutTrack:
    """A track that the container cannot hold, and the suffix of one that can; empty where there is none."""

    track: Track
    suffix: str


@dataclass(frozen=True)
class Packing:
    """What happens to the other tracks.

    Attributes:
        muxer: FFmpeg's name of the result's format.
        ways: of the source's streams that are kept, by their index.
        left_out: the others.
    """

    muxer: str
    ways: dict[int, Way]
    left_out: tuple[LeftOutTrack, ...] = ()

    @property
    def foreign(self) -> bool:
        """Whether some track is one that only the muxer itself knows to hold."""
        return Way.FOREIGN in self.ways.values()


def usual_codec(suffix: str) -> str:
    """What a container holds, where the user does not say."""
    return _HOLDS[MUXERS[suffix]][0]


def result_suffix(source: str, codec: str | None) -> str:
    """The suffix of a result whose name the user leaves to us: the source's if it can hold the codec."""
    suffix = source.lower()
    if suffix not in MUXERS:
        suffix = _SHOWN_IN.get(suffix, ANY_TRACK)
    if codec is None or codec in _HOLDS[MUXERS[suffix]]:
        return suffix
    return next(each for each in (ANY_TRACK, *MUXERS) if codec in _HOLDS[MUXERS[each]])


def check_codec(suffix: str, codec: str) -> None:
    """Raise a UsageError where the container of `suffix` cannot hold `codec`."""
    if codec not in _HOLDS[MUXERS[suffix]]:
        able = [each for each, muxer in MUXERS.items() if codec in _HOLDS[muxer]]
        raise UsageError(f"{suffix} cannot hold {codec}; name a result that ends with {' or '.join(able)}.")


def packing(film: Film, suffix: str, codec: str) -> Packing:
    """Try every track on the muxer; `codec` is that of the pictures."""
    muxer = MUXERS[suffix]
    able = [each for each in (ANY_TRACK, ".mov", ".mp4") if codec in _HOLDS[MUXERS[each]] and each != suffix]
    with opened_beside(film) as source:

        def way(track: Track, muxer: str) -> Way | None:
            return way_of(source.streams[track.index], track, muxer)

        ways = {track.index: found for track in film.tracks if (found := way(track, muxer))}
        left_out = [
            LeftOutTrack(track, next((each for each in able if way(track, MUXERS[each])), ""))
            for track in film.tracks
            if track.index not in ways
        ]
    return Packing(muxer, ways, tuple(left_out))
