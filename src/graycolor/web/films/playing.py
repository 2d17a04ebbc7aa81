"""What browsers can play, and a copy for them of what they cannot: H.264 and AAC in MP4."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av

from graycolor.film.source.probe import Film, opened_film, probe

_CONTAINERS = (".mp4", ".m4v", ".webm")
_PICTURES = {
    "h264": ("yuv420p", "yuvj420p"),
    "av1": ("yuv420p", "yuv420p10le"),
    "vp9": ("yuv420p",),
    "vp8": ("yuv420p",),
}
_SOUNDS = ("aac", "mp3", "opus", "vorbis", "flac")
_COPIED_SOUNDS = ("aac", "mp3")
"""Sounds that an MP4 can hold and every browser plays from one."""
_LONGEST = 1280
"""Longer side of pictures that are encoded for watching alone."""
_ENCODER = {"crf": "20", "preset": "veryfast"}


def plays_in_browsers(path: Path) -> bool:
    """Whether Chromium, Firefox and Safari play a film as it is, with its first sound."""
    with opened_film(path) as container:
        video, sounds = container.streams.video[0].codec_context, container.streams.audio
        known = video is not None and video.pix_fmt in _PICTURES.get(video.codec.canonical_name, ())
        heard = not sounds or _codec(sounds[0]) in _SOUNDS
    return path.suffix.lower() in _CONTAINERS and known and heard


def playing_copy(source: Path, target: Path, each: Callable[[], None]) -> None:
    """Write the pictures and the first sound of a film for browsers; what they play is copied, not encoded anew.

    Args:
        source: a film of ours.
        target: an `.mp4`.
        each: called for every packet; what it raises ends the work.
    """
    film = probe(source)
    with (
        opened_film(source) as container,
        av.open(str(target), "w", format="mp4", container_options={"movflags": "faststart"}) as out,
    ):
        video, sound = container.streams[film.index], next(iter(container.streams.audio), None)
        ways = {video.index: _pictures(out, video, film)}
        if sound is not None and sound.codec_context is not None:
            ways[sound.index] = _sounds(out, sound)
        for packet in container.demux([container.streams[index] for index in ways]):
            each()
            for made in ways[packet.stream.index](packet):
                out.mux(made)


Way = Callable[[Any], list[Any]]
"""A packet to packets for the copy; the empty packet at the end flushes."""


def _codec(stream: Any) -> str:
    return str(stream.codec_context.codec.canonical_name) if stream.codec_context is not None else ""


def _copied(out: Any, stream: Any) -> Way:
    made = out.add_stream_from_template(stream, opaque=True)

    def copied(packet: Any) -> list[Any]:
        if not packet.size:
            return []
        packet.stream = made
        return [packet]

    return copied


def _pictures(out: Any, video: Any, film: Film) -> Way:
    if _codec(video) == "h264" and film.pixels in _PICTURES["h264"]:
        return _copied(out, video)
    factor = min(1.0, _LONGEST / max(film.width, film.height))
    width, height = (max(2, round(length * factor / 2) * 2) for length in (film.width, film.height))
    made = out.add_stream("libx264", rate=film.rate, options=_ENCODER)
    made.width, made.height, made.pix_fmt = width, height, "yuv420p"
    made.codec_context.time_base = film.time_base
    made.codec_context.sample_aspect_ratio = film.sar
    if film.display_matrix:
        made.set_display_matrix(film.display_matrix)

    def encoded(packet: Any) -> list[Any]:
        packets = []
        for frame in packet.decode():
            shown = frame.reformat(width, height, "yuv420p")
            shown.pict_type = 0
            packets += made.encode(shown)
        return packets + ([] if packet.size else made.encode(None))

    return encoded


def _sounds(out: Any, sound: Any) -> Way:
    if _codec(sound) in _COPIED_SOUNDS:
        return _copied(out, sound)
    made = out.add_stream("aac", rate=48000)
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=48000)

    def encoded(packet: Any) -> list[Any]:
        frames = [each for frame in packet.decode() for each in resampler.resample(frame)]
        packets = [each for frame in frames for each in made.encode(frame)]
        if packet.size:
            return packets
        rest = [each for frame in resampler.resample(None) for each in made.encode(frame)]
        return [*packets, *rest, *made.encode(None)]

    return encoded
