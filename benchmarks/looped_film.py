"""A long film of looped clips with a click and a white square each second, so that it is seen whether it is in step."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

RATE, SOUND_RATE = 25, 48000
SIZE = (720, 576)
MARK = 48
"""Pixels of the square that shows with each click."""


def build(clips: Path, minutes: float, place: Path) -> None:
    """Loop the clips into a film of PAL pictures with a click and a white square in the first frame of each second."""
    once = place.with_name("once.mov")
    seconds = encode_once(clips, once, round(minutes * 60))
    with av.open(str(once)) as source, av.open(str(place), "w") as out:
        streams = {each.index: out.add_stream_from_template(each) for each in source.streams}
        parts = [
            (bytes(packet), packet.stream.index, packet.pts, packet.dts, packet.is_keyframe, packet.time_base)
            for packet in source.demux()
            if packet.dts is not None and packet.pts is not None
        ]
        for turn in range(-(-round(minutes * 60) // seconds)):
            for data, index, pts, dts, key, base in parts:
                later = round(turn * seconds / base)
                packet = av.Packet(data)
                packet.pts, packet.dts, packet.time_base = pts + later, dts + later, base
                packet.is_keyframe, packet.stream = key, streams[index]
                out.mux(packet)
    once.unlink()


def encode_once(clips: Path, place: Path, most: int) -> int:
    """Encode all clips once; how many whole seconds that are, at most `most`."""
    total = sum(count(path) for path in films(clips))
    seconds = min(total // RATE, most)
    with av.open(str(place), "w") as out:
        video = out.add_stream("libx264", rate=RATE, options={"preset": "veryfast", "crf": "20"})
        video.width, video.height, video.pix_fmt = *SIZE, "yuv420p"
        video.codec_context.sample_aspect_ratio = Fraction(16, 15)
        sound = out.add_stream("pcm_s16le", rate=SOUND_RATE, layout="mono")
        pictures = looped(clips)
        for second in range(seconds):
            out.mux(sound.encode(clicking(second)))
            for number in range(RATE):
                luma = next(pictures)
                luma[:MARK, :MARK] = 235 if number == 0 else 16
                frame = av.VideoFrame.from_ndarray(luma, format="gray8").reformat(format="yuv420p")
                frame.pts, frame.time_base = second * RATE + number, Fraction(1, RATE)
                out.mux(video.encode(frame))
        out.mux(video.encode())
        out.mux(sound.encode())
    return seconds


def clicking(second: int) -> Any:
    """A second of sound (mono, 16 bits) that begins with a click of five milliseconds."""
    samples = np.zeros((1, SOUND_RATE), np.int16)
    samples[0, : SOUND_RATE // 200] = 20000
    frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, second * SOUND_RATE, Fraction(1, SOUND_RATE)
    return frame


def looped(clips: Path) -> Iterator[Any]:
    """The luma of all frames of all clips, again and again, as PAL pictures."""
    for path in chain.from_iterable(repeat(films(clips))):
        with av.open(str(path)) as film:
            for frame in film.decode(video=0):
                yield cv2.resize(frame.to_ndarray(format="gray"), SIZE, interpolation=cv2.INTER_AREA)


def films(clips: Path) -> list[Path]:
    """The films in a folder."""
    return sorted(path for path in clips.iterdir() if path.suffix in (".mp4", ".mkv", ".mov"))


def count(film: Path) -> int:
    """Pictures in a film."""
    with av.open(str(film)) as container:
        return sum(packet.size > 0 for packet in container.demux(container.streams.video[0]))


def steps(film: Path, last: float) -> list[float]:
    """By how many seconds each click comes after its square, in the last seconds of a film."""
    squares: list[float] = []
    times: list[Any] = []
    loud: list[Any] = []
    frame: Any
    with av.open(str(film)) as container:
        end = (container.duration or 0) / av.time_base
        container.seek(round(max(0.0, end - last) * av.time_base))
        for packet in container.demux(container.streams.video[0], container.streams.audio[0]):
            for frame in packet.decode():
                if isinstance(frame, av.AudioFrame):
                    times.append((frame.time or 0) + np.arange(frame.samples) / SOUND_RATE)
                    loud.append(np.abs(frame.to_ndarray()[0]) > 10000)
                elif frame.to_ndarray(format="gray")[4 : MARK - 4, 4 : MARK - 4].mean() > 150:
                    squares.append(frame.time)
    heard = np.concatenate(loud)
    clicks = np.concatenate(times)[1:][heard[1:] & ~heard[:-1]]
    return [float(click - square) for square in squares for click in clicks if abs(click - square) < 0.5]
