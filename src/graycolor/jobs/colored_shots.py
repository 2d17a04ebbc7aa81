"""The shots of a film that was colored: how sure the network was of each, and a frame of the result to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.errors import OutputError
from graycolor.film.output.segments import Segment, ShotPart
from graycolor.film.source.probe import Film, opened_film, probe
from graycolor.jobs.outcome import is_doubtful

_QUALITY = 82
_AROUND = 3
"""Pixels around a place whose mean is its color."""


@dataclass(frozen=True)
class ColoredShot:
    """One shot of a result.

    Attributes:
        begin: when it begins, in seconds from the film's first frame.
        seconds: how long it is.
        frames: how many frames it has.
        confidence: mean over the key frames, 0 where the network was guessing, 1 where it was certain; None where no
            frame shows anything.
        still: when the frame that stands for it is shown, in seconds from the film's first frame.
        place: x and y, in percent of that frame, where the network was least sure.
    """

    begin: Fraction
    seconds: float
    frames: int
    confidence: float | None
    still: Fraction
    place: tuple[float, float]

    @property
    def doubtful(self) -> bool:
        """Whether the network was guessing so much that a person should look."""
        return self.confidence is not None and is_doubtful(self.confidence)


class ShotViews(NamedTuple):
    """A frame of a shot: width and height, before and after as JPEGs, and its color (`#rrggbb`) at the shot's place."""

    size: tuple[int, int]
    before: bytes
    after: bytes
    color: str


def shots_in(film: Film, segments: Sequence[Segment]) -> tuple[ColoredShot, ...]:
    """The shots of a film whose segments are finished."""
    shots: list[list[ShotPart]] = []
    for part in (part for segment in segments for part in segment.shots):
        if part.begins or not shots:
            shots.append([])
        shots[-1].append(part)
    ends = [*(parts[0].first for parts in shots[1:]), segments[-1].last + _tick(film)] if segments else []
    return tuple(_colored(film, parts, end) for parts, end in zip(shots, ends, strict=True))


def _tick(film: Film) -> int:
    return max(1, round(1 / (film.rate * film.time_base)))


def _colored(film: Film, parts: Sequence[ShotPart], end: int) -> ColoredShot:
    def seconds(pts: int) -> Fraction:
        return (pts - film.start) * film.time_base

    first, keys = parts[0].first, sum(part.keys for part in parts)
    stills = [(part.still, part.place) for part in parts if part.still is not None] or [(first, parts[0].place)]
    still, place = min(stills, key=lambda each: abs(each[0] - (first + end) / 2))
    confidence = sum(part.sure for part in parts) / keys if keys else None
    frames, length = sum(part.frames for part in parts), float((end - first) * film.time_base)
    return ColoredShot(seconds(first), length, frames, confidence, seconds(still), place)


def views_of_shots(result: Path, shots: Sequence[ColoredShot], first: Fraction, side: int) -> Iterator[ShotViews]:
    """The frames that stand for shots, before and after, from the film that was written.

    Args:
        result: the film in color.
        shots: those to be shown.
        first: when the result's first frame is shown in the source, in seconds from the source's first frame.
        side: longer side of the pictures, at most.

    Raises:
        GraycolorError: the result cannot be read.
    """
    film = probe(result)
    with opened_film(result) as container:
        video = container.streams[film.index]
        video.thread_type = "AUTO"
        for shot in shots:
            frame = _frame_at(container, video, film, shot.still - first)
            yield _views(frame, film, side, shot.place)


def _frame_at(container: Any, video: Any, film: Film, seconds: Fraction) -> Any:
    wanted = film.start + round(seconds / film.time_base)
    container.seek(wanted, stream=video)
    near, found = wanted - _tick(film) // 2, None
    for found in container.decode(video):
        if found.pts is not None and found.pts >= near:
            break
    if found is None:
        raise OutputError(f"{film.path} has no frame to show; make the page again with --overwrite.")
    return found


def _views(frame: Any, film: Film, side: int, place: tuple[float, float]) -> ShotViews:
    """A frame in color and its gray, upright and with square pixels."""
    width, height = film.width * float(film.sar), float(film.height)
    factor = min(1.0, side / max(width, height))
    size = max(2, round(width * factor)), max(2, round(height * factor))
    after = np.ascontiguousarray(
        np.rot90(frame.reformat(*size, format="bgr24").to_ndarray(), film.quarter_turns), np.uint8
    )
    before = np.asarray(cv2.cvtColor(after, cv2.COLOR_BGR2GRAY), np.uint8)
    return ShotViews(before.shape[::-1], _jpeg(before), _jpeg(after), _color_at(after, place))


def _color_at(bgr: NDArray[np.uint8], place: tuple[float, float]) -> str:
    """The mean color around a place."""
    height, width = bgr.shape[:2]
    x, y = min(int(place[0] * width / 100), width - 1), min(int(place[1] * height / 100), height - 1)
    around = bgr[max(0, y - _AROUND) : y + _AROUND + 1, max(0, x - _AROUND) : x + _AROUND + 1]
    blue, green, red = np.rint(around.reshape(-1, 3).mean(axis=0)).astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"


def _jpeg(pixels: NDArray[np.uint8]) -> bytes:
    return bytes(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1])
