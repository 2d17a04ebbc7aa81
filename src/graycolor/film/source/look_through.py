"""A look through the key frames of the part that is wanted: what changes on the way, and what only some frames have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import av
import av.error

from graycolor.film.source.probe import Film, opened_film
from graycolor.film.source.read import INDEXED, Span

_APART = Fraction(1, 2)
"""Seconds between the frames that are looked at where every frame is a key frame."""
_MANY = 8
"""Key frames in a row that only films have where every frame is one."""
_CAPTIONS = "A53_CC"

_NOT_WRITTEN = {
    "S12M_TIMECODE": "the timecodes in its frames",
    "AFD": "the active format description",
    "SPHERICAL": "the projection of its sphere",
    "STEREO3D": "the packing of its two views",
    "ICC_PROFILE": "its color profile",
}
"""What frames can carry beside their pictures and the results do not, in words."""


@dataclass(frozen=True)
class Run:
    """Frames that are alike in size, pixel format and pixel shape.

    Attributes:
        start: pts of the first.
        frame: the first.
        sar: width of a pixel over its height.
    """

    start: int
    frame: Any
    sar: Fraction

    @property
    def kind(self) -> tuple[int, int, str]:
        """What one encoding cannot change."""
        return self.frame.width, self.frame.height, self.frame.format.name


@dataclass
class Looked:
    """What was seen.

    Attributes:
        runs: of frames alike, in order; the first holds the first frame of the part.
        progressive, top, bottom: how many frames were progressive, or interlaced with that field first.
        captions: frames have closed captions in them.
        not_written: in words, what else frames carry that no result will.
    """

    runs: list[Run] = field(default_factory=list)
    progressive: int = 0
    top: int = 0
    bottom: int = 0
    captions: bool = False
    not_written: set[str] = field(default_factory=set)

    @property
    def fields(self) -> str:
        """`tt` or `bb`, the order of most interlaced frames; empty where none is interlaced."""
        return ("tt" if self.top >= self.bottom else "bb") if self.top or self.bottom else ""

    @property
    def mixed(self) -> bool:
        """Whether frames differ in how they are interlaced."""
        return sum(1 for count in (self.progressive, self.top, self.bottom) if count) > 1


def look_through(film: Film, span: Span) -> Looked:
    """Look at the key frames of a part, and at the one before it; damage is passed over."""
    looked = Looked()
    for frame, sar in _key_frames(film, span):
        pts = film.start if frame.pts is None else frame.pts
        run = Run(pts, frame, sar)
        if span.first is not None and pts <= span.first:
            looked = Looked()
        if not looked.runs or (looked.runs[-1].kind, looked.runs[-1].sar) != (run.kind, run.sar):
            looked.runs.append(run)
        _count(looked, frame)
    return looked


def _count(looked: Looked, frame: Any) -> None:
    carried = {each.type.name for each in frame.side_data}
    looked.captions |= _CAPTIONS in carried
    looked.not_written |= {_NOT_WRITTEN[kind] for kind in carried & _NOT_WRITTEN.keys()}
    if not frame.interlaced_frame:
        looked.progressive += 1
    elif _top_first(frame):
        looked.top += 1
    else:
        looked.bottom += 1


def _key_frames(film: Film, span: Span) -> Iterator[tuple[Any, Fraction]]:
    with opened_film(film.path) as container:
        video = container.streams[film.index]
        if span.first is not None and any(name in film.container for name in INDEXED):
            container.seek(span.first, stream=video)
        for packet in _key_packets(container, video, span.end):
            for frame in _decoded(video.codec_context, packet):
                yield frame, Fraction(video.codec_context.sample_aspect_ratio or film.sar) or film.sar


def _decoded(context: Any, packet: Any) -> list[Any]:
    """The frame of a packet by itself, so that times that begin anew put nothing into another order."""
    try:
        return [*context.decode(packet), *context.decode(None)]
    except (av.error.FFmpegError, OSError):
        return []
    finally:
        context.flush_buffers()


def _key_packets(container: Any, video: Any, end: int | None) -> Iterator[Any]:
    """Packets of key frames, thinned out where all frames are."""
    apart, last, in_a_row = _APART / video.time_base, None, 0
    try:
        for packet in container.demux(video):
            time = packet.dts if packet.pts is None else packet.pts
            if end is not None and time is not None and time >= end:
                return
            near = in_a_row > _MANY and None not in (time, last) and time < last + apart
            in_a_row = in_a_row + 1 if packet.is_keyframe else 0
            if packet.is_keyframe and packet.size and not near:
                last = time
                yield packet
    except (av.error.FFmpegError, OSError):
        return


def _top_first(frame: Any) -> bool:
    """Whether the upper field of an interlaced frame comes first; only filters are told."""
    graph = av.filter.Graph()
    begin = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format.name, time_base=frame.time_base or Fraction(1, 25)
    )
    only_top, end = graph.add("select", "eq(interlace_type,TOPFIRST)"), graph.add("buffersink")
    begin.link_to(only_top)
    only_top.link_to(end)
    graph.configure()
    graph.push(frame)
    graph.push(None)
    try:
        return graph.pull() is not None
    except (av.error.BlockingIOError, av.error.EOFError):
        return False
