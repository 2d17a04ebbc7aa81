"""A sequence of numbered files as a film: what its frames are, and the frames one after the other.

A frame's time is its number, so that a frame which is missing leaves a gap and all others stay where they are. Its
luma is the gray of its picture: sRGB's codes, all of them used, or the narrower codes that a film's codec wants.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from graycolor.color.yuv import BT601, BT709, Coding
from graycolor.errors import GraycolorError, InputError
from graycolor.film.source.frame_file import AUTO, FrameFile, read_frame
from graycolor.film.source.hdr import Hdr
from graycolor.film.source.numbering import NumberedFiles
from graycolor.film.source.pixel_format import Conversion, PixelFormat
from graycolor.film.source.planes import plane_of
from graycolor.film.source.probe import Film, Track, opened_film, tracks_of
from graycolor.film.source.rates import rate_of
from graycolor.names import readable
from graycolor.pictures.picture import Picture
from graycolor.types import AnyCodes, Codes

USUAL_RATE = Fraction(24)
"""Frames a second where nobody says."""
SEQUENCE = "sequence"
"""Stands where films have the name of their container."""
_LOOKS = 4
"""Frames that are looked at for colors."""
_IN_COLOR = ("faded", "color")
_SRGB, _UNSAID, _FULL, _LIMITED = (1, 13), 1, 2, 1
"""FFmpeg's numbers: primaries and transfer of sRGB, the matrix of BT.709, and the two ranges."""
_NAMED = 8
"""Damaged frames that a sentence names one by one."""


def probe_sequence(
    files: NumberedFiles, rate: Fraction | None = None, sound: Path | None = None, transfer: str = AUTO
) -> Film:
    """Look into the frames of a sequence.

    Args:
        files: the frames.
        rate: frames a second; None for what the headers say, else `USUAL_RATE`.
        sound: a file whose sound goes with them.
        transfer: what the codes of scans stand for; see `read_frame`.

    Raises:
        InputError: no frame can be decoded, or `sound` holds none.
    """
    first, looked = _looked_at(files, transfer)
    rate, bits = rate or told_rate(first) or USUAL_RATE, first.bits
    height, width = first.picture.upright().shape
    was_color, alpha = any(each.was_color for each in looked), first.picture.alpha
    return Film(
        path=files.pattern,
        container=SEQUENCE,
        index=-1,
        codec=first.picture.format.lower(),
        width=width,
        height=height,
        pixels=_pixels(bits, was_color),
        conversion=Conversion(_gray(bits), needed=False, exact=not was_color, drops_alpha=alpha is not None),
        coding=Coding(BT709 if height >= 720 else BT601, bits, full=True),
        tags=(*_SRGB, 1 if height >= 720 else 6, _FULL),
        sar=_shape_of_pixels(first.picture),
        display_matrix=(),
        quarter_turns=0,
        fields="",
        hdr=Hdr(),
        time_base=1 / rate,
        rate=rate,
        frames=len(files.numbers),
        seconds=float((files.numbers[-1] - files.numbers[0] + 1) / rate),
        start=0,
        tracks=() if sound is None else _sounds(sound),
        chapters=0,
        timecode="" if first.scan is None else first.scan.header.timecode,
        colored=any(each.kind in _IN_COLOR for each in looked),
        files=files,
        sound=sound,
        transfer=transfer,
    )


def told_rate(frame: FrameFile) -> Fraction | None:
    """Frames a second, as a scan's header says."""
    said = None if frame.scan is None else frame.scan.header.rate
    return None if said is None else rate_of(f"{said:.3f}")


def in_codes(film: Film, bits: int, *, full: bool) -> Film:
    """A sequence whose luma has codes of `bits`, all of them used or with room below black and above white."""
    gray = replace(film.conversion, pixel_format=_gray(bits))
    tags = (*film.tags[:3], _FULL if full else _LIMITED)
    return replace(film, conversion=gray, coding=Coding(film.coding.matrix, bits, full), tags=tags)


class SequenceReader:
    """Reads the frames of one sequence; in the place of `graycolor.film.source.read.FrameReader`.

    Args:
        film: whose frames are wanted.
        end: time that is not reached any more.
        with_pictures: frames bring along, as `opaque`, the `FrameFile` that they were made of; see `held`.

    Attributes:
        notes: what was wrong with the files, as sentences, once the frames are read.
    """

    def __init__(self, film: Film, end: int | None = None, *, with_pictures: bool = False) -> None:
        self._film, self._end, self._with_pictures = film, end, with_pictures
        self._damaged: list[str] = []
        self._stopped = False
        self.notes: list[str] = []

    def frames(self, first: int | None = None) -> Iterator[Any]:
        """Frames whose time is at least `first`; one that is damaged is passed over.

        Raises:
            InputError: a frame has another size than the first.
        """
        assert self._film.files is not None
        start = self._film.files.numbers[0]
        for number in self._film.files.numbers:
            time = number - start
            if self._stopped or (self._end is not None and time >= self._end):
                break
            if first is None or time >= first:
                yield from self._frame(self._film.files.file(number), time)
        if self._damaged:
            self.notes.append(_told_damage(self._damaged))

    def stop(self) -> None:
        """End the frames; any thread may say so."""
        self._stopped = True

    @property
    def finds(self) -> bool:
        """Whether a frame is found without those before it: always."""
        return True

    def _frame(self, file: Path, time: int) -> Iterator[Any]:
        try:
            read = read_frame(file, self._film.transfer)
        except GraycolorError:
            self._damaged.append(readable(file.name))
            return
        gray = read.picture.upright()
        if gray.shape != (self._film.height, self._film.width):
            raise InputError(
                f"{file} is {gray.shape[1]} x {gray.shape[0]} pixels and the first frame "
                f"{self._film.width} x {self._film.height}; color each size by itself."
            )
        frame = film_frame(self._film, gray, time)
        if self._with_pictures:
            frame.opaque = read
        yield frame


@dataclass(frozen=True)
class HeldFrame:
    """A frame that waits for its colors: its time and its file are all that is held of it."""

    pts: int
    opaque: FrameFile


def held(frame: Any) -> Any:
    """A frame without its plane where it brings along what that was made of, else the frame."""
    return HeldFrame(frame.pts, frame.opaque) if isinstance(frame.opaque, FrameFile) else frame


def bytes_held(frame: Any) -> int:
    """What a frame from `held` takes in memory."""
    return frame.opaque.nbytes if isinstance(frame, HeldFrame) else sum(plane.buffer_size for plane in frame.planes)


def film_frame(film: Film, gray: Codes, time: int) -> Any:
    """A frame of FFmpeg's with the luma of sRGB `gray` (H,W)."""
    frame = av.VideoFrame(film.width, film.height, film.conversion.pixel_format.name)
    plane_of(frame, 0, film.coding.bits)[:] = _luma(gray, film.coding)
    frame.pts, frame.time_base = time, film.time_base
    return frame


def _luma(gray: Codes, coding: Coding) -> AnyCodes:
    """Luma codes of sRGB gray of 8 or 16 bits."""
    if coding.full and coding.bits == gray.itemsize * 8:
        return gray
    top = np.iinfo(gray.dtype).max
    table = np.rint(coding.black + np.arange(top + 1) * (coding.span / top)).astype(coding.dtype)
    return np.asarray(cv2.LUT(gray, table[None]))


def _looked_at(files: NumberedFiles, transfer: str) -> tuple[FrameFile, list[Picture]]:
    """The first frame that can be decoded, and the pictures of some from the whole length, its own among them."""
    first = first_frame(files, transfer)
    step = max(1, len(files.numbers) // _LOOKS)
    others = [files.file(number) for number in files.numbers[step::step][: _LOOKS - 1]]
    return first, [first.picture, *(picture for file in others for picture in _perhaps(file, transfer))]


def first_frame(files: NumberedFiles, transfer: str = AUTO) -> FrameFile:
    """The first frame that can be decoded.

    Raises:
        InputError: there is none; the error is that of the first.
    """
    error: GraycolorError | None = None
    for file in files.files:
        try:
            return read_frame(file, transfer)
        except GraycolorError as failed:
            error = error or failed
    assert error is not None
    raise error


def _perhaps(file: Path, transfer: str) -> Iterator[Picture]:
    try:
        yield read_frame(file, transfer).picture
    except GraycolorError:
        return


def _gray(bits: int) -> PixelFormat:
    return PixelFormat("gray" if bits == 8 else f"gray{bits}le", bits, "")


def _pixels(bits: int, was_color: bool) -> str:
    if was_color:
        return "rgb24" if bits == 8 else f"rgb of {bits} bits"
    return _gray(bits).name


def _shape_of_pixels(picture: Picture) -> Fraction:
    """How wide a pixel is for its height, where the resolution says so."""
    across, down = picture.metadata.ratio or picture.metadata.dpi or (1, 1)
    return Fraction(down / across).limit_denominator(1000) if across > 0 and down > 0 else Fraction(1)


def _sounds(path: Path) -> tuple[Track, ...]:
    with opened_film(path, "sound file") as container:
        found = [each for each in tracks_of(container, None) if each.kind == "audio"]
    if not found:
        raise InputError(f"{path} holds no sound; name another file with --sound.")
    return tuple(found)


def _told_damage(names: Sequence[str]) -> str:
    listed = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
    return f"Frames that are damaged, and are left out: {listed}."
