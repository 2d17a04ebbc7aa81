"""What a film file holds: its tracks, and everything about its pictures that the result has to keep."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np

from graycolor.color.yuv import BT601, BT709, BT2020, FCC, SMPTE240, Coding, Matrix
from graycolor.errors import InputError, MissingInputError, reason_of
from graycolor.files.foreign import no_film
from graycolor.files.regular import check_regular
from graycolor.film.source.hdr import Hdr, hdr_of
from graycolor.film.source.numbering import NumberedFiles
from graycolor.film.source.own_colors import is_colored
from graycolor.film.source.pixel_format import Conversion, conversion

ATTACHED_PICTURE = 0x400
"""FFmpeg's disposition of a cover picture, which looks like a video track and is none."""
_DISPLAY_MATRIX = "DISPLAYMATRIX"
_MATRICES = {1: BT709, 4: FCC, 5: BT601, 6: BT601, 7: SMPTE240, 9: BT2020, 10: BT2020}
_CODES = {BT601: 6, BT709: 1, BT2020: 9, SMPTE240: 7, FCC: 4}
_FIELDS = {2: "tt", 3: "bb", 4: "tb", 5: "bt"}
_CLOCK = re.compile(r"(\d+):(\d\d):(\d\d\.\d+)")


@dataclass(frozen=True)
class Track:
    """Any track but the one that is colored: it is copied, not understood.

    Attributes:
        index: of the stream in the file.
        kind: `audio`, `subtitle`, `attachment`, `data` or `video` (a second one, a cover).
        codec: FFmpeg's name; empty where it has none.
        title: language and title, for messages.
    """

    index: int
    kind: str
    codec: str
    title: str


@dataclass(frozen=True)
class Film:
    """One film, as it is stored.

    Attributes:
        path: the file.
        container: FFmpeg's name of the format.
        index: of the colored stream.
        codec: of the colored stream.
        width, height: as stored, before `quarter_turns`.
        pixels: the decoder's pixel format.
        conversion: to planar luma.
        coding: matrix, bits and range of the luma codes.
        tags: primaries, transfer, matrix and range as FFmpeg's numbers, to be written to the result.
        sar: width of a pixel over its height.
        display_matrix: nine numbers that players turn the picture by, or empty.
        quarter_turns: counterclockwise, that bring it upright.
        fields: `tt` or `bb` and the like for interlaced pictures, else empty.
        hdr: what it says of its range of light.
        time_base: seconds a tick.
        rate: frames a second, roughly; the pts are what counts.
        frames: about how many, 0 where nobody knows.
        seconds: of the whole film, 0 where nobody knows.
        start: pts of the first frame.
        tracks: the others.
        chapters: how many.
        timecode: of the first frame, such as `01:00:00:00`, or empty.
        colored: its frames have colors of their own.
        files: the frames of a sequence; None for a film in one file.
        sound: the file that a sequence's sound is in.
        transfer: what the user says of the codes of a sequence of scans; see `graycolor.film.source.frame_file`.
    """

    path: Path
    container: str
    index: int
    codec: str
    width: int
    height: int
    pixels: str
    conversion: Conversion
    coding: Coding
    tags: tuple[int, int, int, int]
    sar: Fraction
    display_matrix: tuple[int, ...]
    quarter_turns: int
    fields: str
    hdr: Hdr
    time_base: Fraction
    rate: Fraction
    frames: int
    seconds: float
    start: int
    tracks: tuple[Track, ...]
    chapters: int
    timecode: str
    colored: bool
    files: NumberedFiles | None = None
    sound: Path | None = None
    transfer: str = "auto"

    @property
    def beside(self) -> Path | None:
        """The file that the other tracks are in."""
        return self.path if self.files is None else self.sound


def probe(path: Path) -> Film:
    """Look into a film.

    Raises:
        MissingInputError, InputError: it is not there, no film, has no pictures, or none that can be decoded.
    """
    if other := no_film(path):
        raise InputError(f"{path} {other}.")
    with opened_film(path) as container:
        video = _video_of(container, path)
        first = _first_frame(container, video, path)
        colored = is_colored(container, video, first)
        return _described(path, container, video, first, colored)


def opened_film(path: Path, noun: str = "film") -> Any:
    """`av.open` for reading, with its errors in our words; a pipe or a device is not waited for."""
    check_regular(path, noun)
    try:
        return av.open(str(path), metadata_errors="replace")
    except FileNotFoundError:
        raise MissingInputError(f"There is no file {path}; check the name.") from None
    except (av.error.InvalidDataError, av.error.EOFError, ValueError):
        raise InputError(f"{path} is no {noun} that can be read, or a damaged one; check that it plays.") from None
    except (av.error.FFmpegError, OSError) as error:
        raise InputError(f"{path} cannot be read ({reason_of(error)}); check its name and permissions.") from error


def _video_of(container: Any, path: Path) -> Any:
    videos = [each for each in container.streams.video if not int(each.disposition) & ATTACHED_PICTURE]
    if not videos and container.streams.audio:
        raise InputError(f"{path} holds sound but no pictures; there is nothing to color.")
    if not videos or videos[0].codec_context is None:
        raise InputError(f"{path} holds no pictures that can be decoded; there is nothing to color.")
    return max(videos, key=lambda each: each.codec_context.width * each.codec_context.height)


def _first_frame(container: Any, video: Any, path: Path) -> Any:
    try:
        for packet in container.demux(video):
            try:
                for frame in packet.decode():
                    return frame
            except av.error.InvalidDataError:
                continue
    except (av.error.FFmpegError, OSError) as error:
        raise InputError(f"{path} is damaged: none of its pictures can be decoded.") from error
    raise InputError(f"{path} has not a single picture that can be decoded; there is nothing to color.")


def _described(path: Path, container: Any, video: Any, frame: Any, colored: bool) -> Film:
    seconds, rate = _seconds(container, video), _rate(video)
    return Film(
        path=path,
        container=container.format.name,
        index=video.index,
        codec=video.codec_context.codec.canonical_name,
        **_pictures(frame, Fraction(video.sample_aspect_ratio or 1) or Fraction(1)),
        fields=_fields(video, frame),
        time_base=video.time_base,
        rate=rate,
        frames=video.frames or round(seconds * rate),
        seconds=seconds,
        start=frame.pts or 0,
        tracks=tracks_of(container, video),
        chapters=len(container.chapters()),
        timecode=_timecode(container, video),
        colored=colored,
    )


def _rate(video: Any) -> Fraction:
    """Frames a second; raw streams give ticks a second for an average."""
    average, base = Fraction(video.average_rate or 0), Fraction(video.guessed_rate or video.base_rate or 0)
    return average if average and (not base or average <= 2 * base) else base or Fraction(25)


def described_by(film: Film, frame: Any, sar: Fraction) -> Film:
    """The film with the pictures of one of its frames: those of a part that begins with it."""
    return replace(film, **_pictures(frame, sar))


def _pictures(frame: Any, sar: Fraction) -> dict[str, Any]:
    """All that a frame says of how its pictures are stored."""
    made = conversion(frame.format.name, max((part.bits for part in frame.format.components), default=8))
    coding = _coding(frame, made)
    return {
        "width": frame.width,
        "height": frame.height,
        "pixels": frame.format.name,
        "conversion": made,
        "coding": coding,
        "tags": _tags(frame, coding),
        "sar": sar,
        "display_matrix": _display_matrix(frame),
        "quarter_turns": round(frame.rotation / 90) % 4,
        "hdr": hdr_of(frame),
    }


def _coding(frame: Any, made: Conversion) -> Coding:
    matrix = _MATRICES.get(int(frame.colorspace)) or (BT709 if frame.height >= 720 else BT601)
    if not made.exact:
        return Coding(_of_height(frame.height), made.pixel_format.bits, full=False)
    unsaid_full = frame.format.name.startswith(("yuvj", "gray", "ya", "mono"))
    full = int(frame.color_range) == 2 or (int(frame.color_range) == 0 and unsaid_full)
    return Coding(matrix, made.pixel_format.bits, full)


def _of_height(height: int) -> Matrix:
    return BT709 if height >= 720 else BT601


def _tags(frame: Any, coding: Coding) -> tuple[int, int, int, int]:
    """Primaries and transfer as they were; matrix and range as they are used, since colors now depend on them."""
    said = int(frame.colorspace)
    matrix = said if said in _MATRICES and _MATRICES[said] == coding.matrix else _CODES[coding.matrix]
    return int(frame.color_primaries), int(frame.color_trc), matrix, 2 if coding.full else 1


def _display_matrix(frame: Any) -> tuple[int, ...]:
    for each in frame.side_data:
        if each.type.name == _DISPLAY_MATRIX:
            return tuple(np.frombuffer(bytes(each), np.int32)[:9].tolist())
    return ()


def _fields(video: Any, frame: Any) -> str:
    if not frame.interlaced_frame:
        return ""
    return _FIELDS.get(int(video.codec_context.field_order), "tt")


def _seconds(container: Any, video: Any) -> float:
    if video.duration:
        return float(video.duration * video.time_base)
    if match := _CLOCK.match(video.metadata.get("DURATION", "")):  # where Matroska says how long this track is
        hours, minutes, seconds = match.groups()
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    return container.duration / av.time_base if container.duration else 0.0


def tracks_of(container: Any, video: Any) -> tuple[Track, ...]:
    """All tracks but `video` and those of timecodes and of a mov's chapter titles, which are kept by themselves."""
    others = [each for each in container.streams if video is None or each.index != video.index]
    return tuple(_track(each) for each in others if not _is_timecode(each) and not _is_of_chapters(each, container))


def _is_timecode(stream: Any) -> bool:
    return stream.type == "data" and stream.codec_context is None and bool(_said_timecode(stream.metadata))


def _said_timecode(metadata: dict[str, str]) -> str:
    return metadata.get("timecode") or metadata.get("TIMECODE") or ""  # as Matroska gives it back


def _is_of_chapters(stream: Any, container: Any) -> bool:
    unknown = stream.type == "data" and stream.codec_context is None and "mov" in container.format.name
    return unknown and 0 < stream.frames == len(container.chapters())


def _timecode(container: Any, video: Any) -> str:
    """The timecode of the first frame, wherever the container has it."""
    places = [video, container, *(each for each in container.streams if _is_timecode(each))]
    return next((said for each in places if (said := _said_timecode(each.metadata))), "")


def _track(stream: Any) -> Track:
    codec = stream.codec_context.codec.canonical_name if stream.codec_context else getattr(stream, "name", None) or ""
    words = [stream.metadata.get("language", ""), stream.metadata.get("title", ""), stream.metadata.get("filename", "")]
    title = " ".join(word for word in words if word and word != "und")
    return Track(stream.index, stream.type, codec, title)
