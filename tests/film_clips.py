"""Films made by PyAV for the tests: moving drawn scenes with any tracks around them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

SRT = "1\n00:00:00,100 --> 00:00:00,500\nA dog.\n\n2\n00:00:00,600 --> 00:00:01,000\nA cat.\n"
CHAPTERS = [
    {"id": 1, "start": 0, "end": 240, "time_base": Fraction(1, 1000), "metadata": {"title": "Dog"}},
    {"id": 2, "start": 240, "end": 480, "time_base": Fraction(1, 1000), "metadata": {"title": "Cat"}},
]


@dataclass
class Clip:
    """What a clip is made of; `sounds` are titles of audio tracks, `times` the pts of the frames in `time_base`."""

    codec: str = "libx264"
    pixels: str = "yuv420p"
    size: tuple[int, int] = (96, 64)
    frames: int = 12
    time_base: Fraction = Fraction(1, 12800)
    times: list[int] = field(default_factory=list)
    rate: int = 25
    sounds: tuple[str, ...] = ()
    sound_codec: str = "aac"
    subtitles: bool = False
    attachment: bool = False
    chapters: bool = False
    options: dict[str, str] = field(default_factory=dict)
    sar: Fraction | None = None
    rotation: int = 0
    color: tuple[int, int, int, int] | None = None  # primaries, transfer, matrix, range
    colored: bool = False
    container: str | None = None
    seed: int = 0
    timecode: str = ""
    reel: str = ""
    tags: dict[str, str] = field(default_factory=dict)  # of the file

    def pts(self) -> list[int]:
        step = round(1 / (self.rate * self.time_base))
        return self.times or [number * step for number in range(self.frames)]


def make(path: Path, clip: Clip) -> Path:
    movflags = {"movflags": "use_metadata_tags"} if path.suffix in (".mov", ".mp4") and clip.tags else {}
    with av.open(str(path), "w", format=clip.container, container_options=movflags) as out:
        out.metadata.update(clip.tags)
        video = _video(out, clip)
        sounds = [_sound(out, clip, title) for title in clip.sounds]
        words = _words(out, path.with_suffix(".srt")) if clip.subtitles else None
        if clip.attachment:
            out.add_attachment("font.ttf", "application/x-truetype-font", b"not really a font")
        if clip.chapters:
            out.set_chapters(CHAPTERS)
        out.metadata["title"] = "Old film"
        for frame in frames(clip):
            out.mux(video.encode(frame))
        out.mux(video.encode())
        for number, sound in enumerate(sounds):
            _play(out, sound, number)
        if words is not None:
            _show(out, *words)
    return path


def _words(out, path):
    path.write_text(SRT)
    source = av.open(str(path))
    text = out.add_stream_from_template(source.streams.subtitles[0])
    text.metadata["language"] = "fre"
    return source, text


def _show(out, source, text):
    for packet in source.demux():
        if packet.dts is not None:
            packet.stream = text
            out.mux(packet)
    source.close()


def _video(out, clip):
    video = out.add_stream(clip.codec, rate=clip.rate, options=clip.options)
    video.width, video.height = clip.size
    video.pix_fmt = clip.pixels
    video.codec_context.time_base = video.time_base = clip.time_base
    if clip.timecode:
        video.metadata["timecode"] = clip.timecode
    if clip.reel:
        video.metadata["reel_name"] = clip.reel
    if clip.sar:
        video.codec_context.sample_aspect_ratio = clip.sar
    if clip.color:
        context = video.codec_context
        context.color_primaries, context.color_trc, context.colorspace, context.color_range = clip.color
    if clip.rotation:
        video.set_display_rotation(clip.rotation)
    return video


def _sound(out, clip, title):
    sound = out.add_stream(clip.sound_codec, rate=48000)
    sound.bit_rate = 128000
    sound.metadata["language"] = title
    sound.metadata["title"] = f"Sound {title}"
    return sound


def _play(out, sound, number):
    rng = np.random.default_rng(number)
    context = sound.codec_context
    for start in range(0, 24000, 960):
        noise = rng.normal(0, 0.1, (2, 960)).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(noise, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48000, start, Fraction(1, 48000)
        out.mux(sound.encode(_as(frame, context)))
    out.mux(sound.encode())


def _as(frame, context):
    if context.format.name == "fltp":
        return frame
    return av.AudioResampler(format=context.format.name, layout="stereo", rate=48000).resample(frame)[0]


def frames(clip: Clip):
    """A light disk that wanders over a shaded ground; colored ones have strong colors."""
    width, height = clip.size
    rng = np.random.default_rng(clip.seed)
    ground = np.linspace(40, 200, width)[None] * np.ones((height, 1)) + rng.normal(0, 2, (height, width))
    for number, pts in enumerate(clip.pts()):
        picture = np.clip(ground, 0, 255).astype(np.uint8)
        cv2.circle(picture, (10 + 3 * number, height // 2), height // 5, 235, -1)
        rgb = cv2.merge([picture] * 3)
        if clip.colored:
            rgb[: height // 2, :, 2] //= 4
            rgb[height // 2 :, :, 0] //= 4
        frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
        if clip.pixels != "rgb24":
            frame = frame.reformat(format=clip.pixels)
        frame.pts, frame.time_base = pts, clip.time_base
        yield frame


def packets(path: Path) -> dict[int, list[tuple]]:
    """Time and digest of every packet of every track but the pictures."""
    found: dict[int, list[tuple]] = {}
    with av.open(str(path)) as film:
        others = [each for each in film.streams if each.type in ("audio", "subtitle")]
        for packet in film.demux(others) if others else ():
            if packet.dts is not None:
                digest = hashlib.sha256(bytes(packet)).hexdigest()
                found.setdefault(packet.stream.index, []).append((packet.pts * packet.time_base, digest))
    return found


def decoded(path: Path) -> list[tuple[Fraction, str, np.ndarray]]:
    """Seconds, pixel format and luma of every frame."""
    with av.open(str(path)) as film:
        return [(each.pts * each.time_base, each.format.name, luma(each)) for each in film.decode(video=0)]


def luma(frame) -> np.ndarray:
    return plane(frame, 0)


def plane(frame, number) -> np.ndarray:
    part = frame.planes[number]
    dtype = np.dtype(np.uint8 if frame.format.components[0].bits == 8 else np.uint16)
    rows = np.frombuffer(part, dtype).reshape(part.height, part.line_size // dtype.itemsize)
    return rows[:, : part.width].copy()


def streams(path: Path) -> list[tuple]:
    """Kind, language, title and disposition of every track, pictures among them."""
    with av.open(str(path)) as film:
        return [
            (each.type, each.metadata.get("language"), each.metadata.get("title"), int(each.disposition))
            for each in film.streams
            if each.type != "data"
        ]


def chapters(path: Path) -> list[tuple]:
    with av.open(str(path)) as film:
        return [
            (each["start"] * Fraction(each["time_base"]), each["end"] * Fraction(each["time_base"]), each["metadata"])
            for each in film.chapters()
        ]


def panned(picture: np.ndarray, count: int, step: int = 2, size: tuple[int, int] = (96, 144)) -> list[np.ndarray]:
    """A window (height, width) that wanders over a still picture: a shot of a moving camera."""
    height, width = size
    room = picture.shape[1] - width
    lefts = [abs((step * number + room) % (2 * room) - room) for number in range(count)]
    return [np.ascontiguousarray(picture[:height, left : left + width]) for left in lefts]


def dissolved(one: list[np.ndarray], other: list[np.ndarray]) -> list[np.ndarray]:
    """The frames of one shot going over into those of another, as many of each."""
    shares = np.linspace(0, 1, len(one) + 2)[1:-1]
    return [
        np.rint(a * (1 - share) + b * share).astype(np.uint8) for a, b, share in zip(one, other, shares, strict=True)
    ]


def faded(shot: list[np.ndarray]) -> list[np.ndarray]:
    """A shot that goes to black."""
    return [
        np.rint(frame * share).astype(np.uint8) for frame, share in zip(shot, np.linspace(1, 0, len(shot)), strict=True)
    ]


def make_shots(path: Path, lengths: list[int], rate: int = 4, *, seed: int = 0, codec: str = "libx264") -> Path:
    """A gray film of shots, each so many frames long: a camera that wanders over another drawn picture."""
    with av.open(str(path), "w") as out:
        video = out.add_stream(codec, rate=rate, options={"g": "12"})
        video.width, video.height, video.pix_fmt = 144, 96, "yuv420p"
        for number, length in enumerate(lengths):
            rng = np.random.default_rng((seed, number))
            picture = cv2.resize(rng.integers(0, 256, (8, 20), np.uint8), (320, 96), interpolation=cv2.INTER_CUBIC)
            for gray in panned(picture, length):
                out.mux(video.encode(av.VideoFrame.from_ndarray(cv2.merge([gray] * 3), format="rgb24")))
        out.mux(video.encode())
    return path
