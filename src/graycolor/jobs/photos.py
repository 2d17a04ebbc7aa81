"""Photographs, one or a hundred thousand: decoding, network and encoding overlap, memory stays flat.

A file that fails is an outcome like any other; the rest is done.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graycolor.colorizer import Colorizer, ColorizeSettings
from graycolor.errors import GraycolorError, InputError, UsageError
from graycolor.files import Job, copy_times, write_aside
from graycolor.jobs.frames import color_frames
from graycolor.network.engine import Forecast
from graycolor.pictures.colored import LIGHTNESS, Result, WriteOptions, colors, encode_colored, with_own_metadata
from graycolor.pictures.formats import format_of_suffix
from graycolor.pictures.frames import Frames, read_source
from graycolor.pictures.picture import Codes, Picture
from graycolor.pictures.write import encode_picture

_AHEAD = 3
"""Pictures decoded or waiting to be encoded at a time: enough to keep the network busy, few enough for memory."""

_LEFT_ALONE = {"gray": (), "auto": ("faded", "color"), "color": ("tinted", "faded", "color")}
"""Kinds of pictures that are not colored, by what the user says of the inputs."""


@dataclass(frozen=True)
class PhotoOptions:
    """What to do with each photograph.

    Attributes:
        settings: of the colors.
        overwrite: replace a result that is already there.
        compare: write before and after side by side instead of the result alone.
        write: how results are written.
        kind: what inputs are taken for: `gray` colors all of them by their light alone, `color` leaves every picture
            that has colors of its own alone, `auto` does that but takes tints (sepia, cyanotype) for gray.
        keep_times: give results the modification time of their sources.
    """

    settings: ColorizeSettings = field(default_factory=ColorizeSettings)
    overwrite: bool = False
    compare: bool = False
    write: WriteOptions = field(default_factory=WriteOptions)
    kind: str = "gray"
    keep_times: bool = False

    def __post_init__(self) -> None:
        if self.kind not in _LEFT_ALONE:
            raise UsageError(f"Inputs are taken as auto, gray or color, not {self.kind!r}; choose one with --input.")


@dataclass(frozen=True)
class Outcome:
    """What became of one file.

    Attributes:
        job: the file and its result's place.
        error: why it failed, or None.
        width, height: of the picture, 0 where it could not be read.
        seconds: of work on it, all stages added.
        confidence: mean over the picture, 0 where the network was guessing, 1 where it was certain.
        was_color: the source had colors, which the result replaced.
        kind: what the source looks like: `gray`, `tinted`, `faded` or `color`.
        kept: which light is the source's own, `luma` or `lightness`.
        notes: a sentence each for what the result could not keep.
    """

    job: Job
    error: GraycolorError | None = None
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    confidence: float = 0.0
    was_color: bool = False
    kind: str = "gray"
    kept: str = ""
    notes: tuple[str, ...] = ()


def color_photo(job: Job, colorizer: Colorizer, options: PhotoOptions) -> Outcome:
    """Read, color and write one photograph.

    Raises:
        GraycolorError: it cannot be read, colored or written; nothing was left half-written.
    """
    started = time.perf_counter()
    picture = _read_wanted(job, options)
    if isinstance(picture, Frames):
        return _finish_frames(job, picture, colorizer, options, time.perf_counter() - started)
    forecast = colorizer.forecast(picture.upright(), options.settings)
    return _finish(job, picture, forecast, options, time.perf_counter() - started)


def color_photos(
    jobs: Sequence[Job], open_colorizer: Callable[[], Colorizer], options: PhotoOptions, *, threads: int = 2
) -> Iterator[Outcome]:
    """Color photographs in order; one outcome a file, as they are done.

    `open_colorizer` is called while the first pictures are already being decoded. Closing the iterator early stops
    after the files in hand; none is left half-written.
    """
    with ThreadPoolExecutor(threads, "graycolor-photos") as pool:
        reading: deque[Future[_Read]] = deque()
        writing: deque[Future[Outcome]] = deque()
        remaining = iter(jobs)
        try:
            _read_ahead(pool, reading, remaining, options)
            colorizer = open_colorizer()
            while reading:
                read = reading.popleft().result()
                _read_ahead(pool, reading, remaining, options)
                writing.append(_colored(pool, read, colorizer, options))
                while writing and (len(writing) >= _AHEAD or writing[0].done()):
                    yield writing.popleft().result()
            while writing:
                yield writing.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, eq=False)
class _Read:
    job: Job
    picture: Picture | Frames | None
    error: GraycolorError | None
    seconds: float


def _read_ahead(
    pool: ThreadPoolExecutor, reading: deque[Future[_Read]], remaining: Iterator[Job], options: PhotoOptions
) -> None:
    while len(reading) < _AHEAD:
        job = next(remaining, None)
        if job is None:
            return
        reading.append(pool.submit(_read, job, options))


def _read(job: Job, options: PhotoOptions) -> _Read:
    started = time.perf_counter()
    try:
        return _Read(job, _read_wanted(job, options), None, time.perf_counter() - started)
    except Exception as error:
        return _Read(job, None, _as_ours(error, job.source), time.perf_counter() - started)


def _colored(pool: ThreadPoolExecutor, read: _Read, colorizer: Colorizer, options: PhotoOptions) -> Future[Outcome]:
    """Run the network here and hand the rest to the pool."""
    started = time.perf_counter()
    if read.picture is None:
        return _done(Outcome(read.job, read.error, seconds=read.seconds))
    try:
        if isinstance(read.picture, Frames):
            return _done(_finish_frames(read.job, read.picture, colorizer, options, read.seconds))
        forecast = colorizer.forecast(read.picture.upright(), options.settings)
    except Exception as error:
        return _done(Outcome(read.job, _as_ours(error, read.job.source), seconds=read.seconds))
    seconds = read.seconds + time.perf_counter() - started
    return pool.submit(_finish_or_fail, read.job, read.picture, forecast, options, seconds)


def _done(outcome: Outcome) -> Future[Outcome]:
    future: Future[Outcome] = Future()
    future.set_result(outcome)
    return future


def _finish_or_fail(job: Job, picture: Picture, forecast: Forecast, options: PhotoOptions, seconds: float) -> Outcome:
    try:
        return _finish(job, picture, forecast, options, seconds)
    except Exception as error:
        return Outcome(job, _as_ours(error, job.source), *picture.size, seconds)


def _read_wanted(job: Job, options: PhotoOptions) -> Picture | Frames:
    """The picture or pictures, if they are of a kind that is to be colored."""
    source = read_source(job.source)
    first = next(iter(source)) if isinstance(source, Frames) else source
    if isinstance(source, Frames):
        source.durations.clear()
    if first.kind in _LEFT_ALONE[options.kind]:
        has = {"tinted": "a tint", "faded": "faded colors"}.get(first.kind, "colors")
        raise InputError(f"{job.source} has {has} of its own; use --input gray to color it by its light alone.")
    return source


def _finish_frames(job: Job, frames: Frames, colorizer: Colorizer, options: PhotoOptions, seconds: float) -> Outcome:
    """All pages or frames of a file, colored and put in place; here, because the network takes turns with the rest."""
    started = time.perf_counter()
    if options.compare:
        raise UsageError(f"{job.source} holds {len(frames)} pictures; leave out --compare, or split it.")
    done = color_frames(
        frames, lambda picture: colorizer.forecast(picture.upright(), options.settings),
        format_of_suffix(job.target.suffix), options.write,
    )  # fmt: skip
    _put_in_place(job, done.result.data, options)
    seconds += time.perf_counter() - started
    result = done.result
    return Outcome(
        job, None, *done.size, seconds, done.confidence, done.was_color, done.kind, result.kept, result.notes
    )


def _put_in_place(job: Job, data: bytes, options: PhotoOptions) -> None:
    write_aside(job.target, data, overwrite=options.overwrite)
    if options.keep_times:
        copy_times(job.source, job.target)


def _finish(job: Job, picture: Picture, forecast: Forecast, options: PhotoOptions, seconds: float) -> Outcome:
    """Chroma to full size, joined with the untouched gray, encoded and put in place."""
    started = time.perf_counter()
    result = _encoded(picture, picture.as_stored(forecast.fine()), format_of_suffix(job.target.suffix), options)
    _put_in_place(job, result.data, options)
    seconds += time.perf_counter() - started
    return Outcome(
        job, None, *picture.size, seconds, float(forecast.confidence.mean()), picture.was_color, picture.kind,
        result.kept, result.notes,
    )  # fmt: skip


def _encoded(picture: Picture, ab: NDArray[np.float32], image_format: str, options: PhotoOptions) -> Result:
    if not options.compare:
        return encode_colored(picture, ab, image_format, options.write)
    rgb = colors(picture, ab, image_format)
    doubled, both = _side_by_side(with_own_metadata(picture, options.write), rgb)
    return Result(encode_picture(both, doubled, image_format, options.write.quality), LIGHTNESS)


def _side_by_side(picture: Picture, rgb: Codes) -> tuple[Picture, Codes]:
    """Before and after in one picture, side by side as a person sees them."""
    from dataclasses import replace

    axis = 0 if picture.metadata.orientation >= 5 else 1
    before = _neutral(picture.gray, rgb.dtype)
    alpha = None if picture.alpha is None else np.concatenate([picture.alpha] * 2, axis=axis)
    doubled = replace(picture, gray=np.concatenate([picture.gray] * 2, axis=axis), alpha=alpha)
    return doubled, np.concatenate([before, rgb], axis=axis)


def _neutral(gray: Codes, dtype: np.dtype) -> NDArray:
    if gray.dtype != dtype:
        gray = np.rint(gray / 257).astype(np.uint8) if dtype == np.uint8 else gray.astype(np.uint16) * 257
    return np.repeat(gray[..., None], 3, axis=2)


def _as_ours(error: Exception, source: Path) -> GraycolorError:
    """Errors of our own, with the file's name; anything else as one sentence, with the original attached."""
    if isinstance(error, GraycolorError):
        named = source.name in str(error)
        return error if named else type(error)(f"{source}: {error}")
    if isinstance(error, MemoryError):
        ours = GraycolorError(f"{source} does not fit into memory; shrink it, or use a larger machine.")
    else:
        ours = GraycolorError(
            f"{source} failed in a way nobody foresaw ({type(error).__name__}: {error}); "
            "set GRAYCOLOR_DEBUG=1 to see where, and please report it."
        )
    ours.__cause__ = error
    return ours
