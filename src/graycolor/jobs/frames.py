"""Files of several pictures, colored page by page or frame by frame."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import NamedTuple

import numpy as np

from graycolor.guidance.heard import little_heard
from graycolor.network.chroma import Forecast
from graycolor.pictures.encode_result import LIGHTNESS, Result, WriteOptions, colors, lightness_kept, with_own_metadata
from graycolor.pictures.frames import Frames, encode_frames
from graycolor.pictures.picture import Codes, Picture
from graycolor.pictures.unsupported import unsupported

ForecastOf = Callable[[Picture], Forecast]

_REMEMBERED = 32
"""Forecasts that are kept, a megabyte or two each."""


@dataclass
class _Seen:
    """What is told of all frames together."""

    width: int = 0
    height: int = 0
    confidences: list[float] = field(default_factory=list)
    heard: list[float] = field(default_factory=list)
    was_color: bool = False
    kind: str = "gray"
    kept: str = LIGHTNESS
    notes: dict[str, None] = field(default_factory=dict)
    first: list[Forecast] = field(default_factory=list)


class ColoredFrames(NamedTuple):
    """A file of colored frames, and what is told of it: size, kind and forecast of the first, mean confidence."""

    result: Result
    size: tuple[int, int]
    confidence: float
    was_color: bool
    kind: str
    first: Forecast


def color_frames(
    frames: Frames, forecast: ForecastOf, image_format: str, options: WriteOptions, *, threads: int = 1
) -> ColoredFrames:
    """Color every frame, `threads` of them at a time; `forecast` is called with each that is not like one before.

    Raises:
        GraycolorError: a frame cannot be read, colored or written.
    """
    seen = _Seen()
    with ThreadPoolExecutor(threads, "graycolor-frames") as pool:
        colored = _colored(
            frames,
            _Remembered(forecast),
            image_format=image_format,
            options=options,
            seen=seen,
            pool=pool,
            threads=threads,
        )
        data = encode_frames(colored, frames, image_format, options.quality)
    confidence = sum(seen.confidences) / len(seen.confidences)
    heard = sum(seen.heard) / len(seen.heard) if seen.heard else None
    result = Result(data, seen.kept, (*seen.notes, *little_heard(heard)))
    return ColoredFrames(
        result=result,
        size=(seen.width, seen.height),
        confidence=confidence,
        was_color=seen.was_color,
        kind=seen.kind,
        first=seen.first[0],
    )


class _Remembered:
    """Forecasts of the last frames: animations stand still, and come back to where they were."""

    def __init__(self, forecast: ForecastOf) -> None:
        self._forecast, self._known = forecast, OrderedDict[bytes, Future[Forecast]]()
        self._lock = Lock()

    def __call__(self, picture: Picture) -> Forecast:
        from hashlib import blake2b  # a single picture needs none

        gray = picture.gray
        state = f"{gray.shape}{gray.dtype}{picture.metadata.orientation}".encode()
        key = blake2b(np.ascontiguousarray(gray).data, key=state).digest()
        with self._lock:
            mine = key not in self._known
            future = self._known.setdefault(key, Future())
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        if mine:
            try:
                future.set_result(self._forecast(picture))
            except BaseException as error:
                future.set_exception(error)
        return future.result()


_Done = tuple[Picture, Forecast | None, Codes]


def _colored(
    frames: Frames,
    forecast: ForecastOf,
    *,
    image_format: str,
    options: WriteOptions,
    seen: _Seen,
    pool: ThreadPoolExecutor,
    threads: int,
) -> Iterator[tuple[Codes, Picture]]:
    """Frames in order; they are decoded here, one after the other, while others are colored.

    A smaller copy of the page before it gets that one's colors, and a mask stays gray.
    """

    def color(picture: Picture, whole: Picture) -> _Done:
        if picture.stays_gray:
            return picture, None, picture.gray
        guess = forecast(whole)
        return picture, guess, colors(picture, whole.as_stored(guess.fine()), image_format)

    waiting: deque[Future[_Done]] = deque()
    last: Picture | None = None
    for picture in frames:
        is_copy = last is not None and picture.is_copy_of(last)
        last = last if is_copy or picture.stays_gray else picture
        waiting.append(pool.submit(color, picture, last if is_copy and last is not None else picture))
        if len(waiting) > threads:
            yield _told(*waiting.popleft().result(), image_format=image_format, options=options, seen=seen)
    while waiting:
        yield _told(*waiting.popleft().result(), image_format=image_format, options=options, seen=seen)


def _told(
    picture: Picture, guess: Forecast | None, rgb: Codes, *, image_format: str, options: WriteOptions, seen: _Seen
) -> tuple[Codes, Picture]:
    """What a frame adds to what is told of all, and the frame to be written."""
    if guess is None:
        return rgb, replace(picture, metadata=picture.metadata.stripped()) if options.strip_metadata else picture
    if not seen.first:
        seen.first.append(guess)
        (seen.width, seen.height), seen.kind = picture.size, picture.kind
        seen.kept = lightness_kept(picture, image_format, options.quality)
    seen.was_color |= picture.was_color
    if not options.strip_metadata:
        seen.notes |= dict.fromkeys(unsupported(picture, image_format))
    seen.confidences.append(float(guess.confidence.mean()))
    if guess.heard is not None:
        seen.heard.append(guess.heard)
    return rgb, with_own_metadata(picture, options)
