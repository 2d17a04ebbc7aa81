"""Photographs, one or a hundred thousand: decoding, network and encoding overlap, memory stays flat.

On a CPU every thread takes a picture through network and encoding by itself, which costs less than several threads at
one network; a GPU is fed from one place. Other threads put results in place, so that waiting for a disk keeps nobody
from coloring. A file that fails is an outcome like any other; the rest is done.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from graycolor.colorizer import Colorizer
from graycolor.errors import GraycolorError, OutputError, UsageError, reason_of
from graycolor.files import STDIO, Job, made_folders, sweep
from graycolor.guidance.guidance import Guidance
from graycolor.jobs.frames import color_frames
from graycolor.jobs.guide import guidance_for
from graycolor.jobs.outcome import Outcome, Stages
from graycolor.jobs.photo_options import LEFT_ALONE, PhotoOptions
from graycolor.jobs.results import Files, finish, format_for, put_in_place, views_of
from graycolor.network.chroma import Forecast
from graycolor.network.engine import available_cores
from graycolor.pictures.door import bytes_of_stream
from graycolor.pictures.frames import Frames, decode_source, read_source
from graycolor.pictures.picture import Picture

__all__ = ["Outcome", "PhotoOptions", "color_photo", "color_photos"]

_AHEAD = 1
"""Pictures decoded, and pictures waiting to be encoded, beyond one a thread: few, for memory's sake."""


@dataclass(frozen=True, eq=False)
class _Painter:
    """What colors every picture of a run: the network, what guides it, what the user said."""

    colorizer: Colorizer
    guidance: Guidance | None
    options: PhotoOptions
    weights: str

    @classmethod
    def around(cls, colorizer: Colorizer, options: PhotoOptions) -> _Painter:
        """The painter of one run; its reference is read here."""
        weights = colorizer.weights_hash[:16] if options.save_settings else ""
        return cls(colorizer, guidance_for(options, colorizer), options, weights)

    def of(self, source: Path) -> _Painter:
        """What colors one picture: with its own hints."""
        options = self.options.of(source)
        if options is self.options:
            return self
        guidance = replace(self.guidance or Guidance(variants=options.variants, seed=options.seed), hints=options.hints)
        return replace(self, options=options, guidance=guidance)

    def forecasts(self, picture: Picture) -> list[Forecast]:
        """One for every variant."""
        settings = self.options.settings
        # Hints count the picture's own pixels.
        half = self.colorizer.min_half_side(settings) if self.guidance is None else None
        return self.colorizer.forecasts(picture.upright(half), settings, self.guidance)


@dataclass(frozen=True, eq=False)
class ReadJob:
    """A file that was read, was not to be colored, or could not be read."""

    job: Job
    picture: Picture | Frames | None
    seconds: float
    left_alone: str = ""
    kind: str = "gray"
    error: GraycolorError | None = None


@dataclass(frozen=True, eq=False)
class _Colored:
    """A file's outcome, and what is still to be put in place for it."""

    outcome: Outcome
    files: Files = ()
    painter: _Painter | None = None


def color_photo(job: Job, colorizer: Colorizer, options: PhotoOptions) -> Outcome:
    """Read, color and write one photograph.

    Raises:
        GraycolorError: it cannot be read, colored or written; nothing was left half-written.
    """
    painter, read = _Painter.around(colorizer, options), read_job(job, options)
    outcome = _placed(_done(_colored_here(read, painter)))
    if outcome.error is not None:
        raise outcome.error
    return outcome


def color_photos(
    jobs: Sequence[Job], open_colorizer: Callable[[], Colorizer], options: PhotoOptions, *, threads: int = 2
) -> Generator[Outcome, None, None]:
    """Color photographs in order; one outcome a file, as they are done.

    `open_colorizer` is called while the first pictures are already being decoded. Closing the iterator early stops
    after the files in hand; none is left half-written. What a killed run has left half-written is swept away.
    """
    for folder in made_folders(jobs):
        with suppress(OSError):
            sweep(folder)
    ahead = threads + _AHEAD
    with (
        ThreadPoolExecutor(threads, "graycolor-placing") as placing,
        ThreadPoolExecutor(threads, "graycolor-photos") as pool,
    ):
        reading: deque[Future[ReadJob]] = deque()
        coloring: deque[Future[_Colored]] = deque()
        writing: deque[Future[Outcome]] = deque()
        remaining = iter(jobs)
        try:
            _read_ahead(pool, reading, remaining, options, ahead)
            painter = _Painter.around(open_colorizer(), options)
            while reading:
                read = reading.popleft().result()
                _read_ahead(pool, reading, remaining, options, ahead)
                coloring.append(_colored(pool, read, painter))
                writing.append(placing.submit(_placed, coloring[-1]))
                if len(coloring) >= ahead:
                    wait([coloring.popleft()])
                # More may wait for the disk than for a color: these are encoded files, without their pictures.
                while writing and (len(writing) >= ahead + threads or writing[0].done()):
                    yield writing.popleft().result()
            while writing:
                yield writing.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _read_ahead(
    pool: ThreadPoolExecutor,
    reading: deque[Future[ReadJob]],
    remaining: Iterator[Job],
    options: PhotoOptions,
    ahead: int,
) -> None:
    while len(reading) < ahead:
        job = next(remaining, None)
        if job is None:
            return
        reading.append(pool.submit(read_job, job, options))


def read_job(job: Job, options: PhotoOptions) -> ReadJob:
    """The picture or pictures, if they are of a kind that is to be colored."""
    started = time.perf_counter()
    try:
        source = _source(job, options.max_pixels)
        first = next(iter(source)) if isinstance(source, Frames) else source
        if isinstance(source, Frames):
            source.durations.clear()
        left_alone = _left_alone(job, first, options)
        return ReadJob(job, None if left_alone else source, time.perf_counter() - started, left_alone, first.kind)
    except Exception as error:
        return ReadJob(job, None, time.perf_counter() - started, error=as_ours(error, job.source))


def _source(job: Job, max_pixels: int) -> Picture | Frames:
    if job.source != STDIO:
        return read_source(job.source, max_pixels=max_pixels)
    name = "What came by standard input"
    return decode_source(bytes_of_stream(sys.stdin.buffer, name, max_pixels), name, max_pixels=max_pixels)


def _left_alone(job: Job, picture: Picture, options: PhotoOptions) -> str:
    if picture.kind not in LEFT_ALONE[options.kind]:
        return ""
    has = {"tinted": "a tint", "faded": "faded colors"}.get(picture.kind, "colors")
    return f"{job.source} has {has} of its own and is left alone; use --input gray to color it by its light."


def _colored(pool: ThreadPoolExecutor, read: ReadJob, painter: _Painter) -> Future[_Colored]:
    """All by the pool, or on a GPU the network here and the rest by the pool."""
    if painter.colorizer.device == "cpu":
        return pool.submit(_colored_here, read, painter)
    if not isinstance(read.picture, Picture):
        return _done(_colored_here(read, painter))
    started = time.perf_counter()
    try:
        painter = painter.of(read.job.source)
        forecasts = painter.forecasts(read.picture)
    except Exception as error:
        return _done(_failed(read, error))
    stages = Stages(read.seconds, time.perf_counter() - started)
    return pool.submit(_finish_or_fail, read.job, read.picture, forecasts, painter, stages)


def _done(colored: _Colored) -> Future[_Colored]:
    future: Future[_Colored] = Future()
    future.set_result(colored)
    return future


def _failed(read: ReadJob, error: Exception) -> _Colored:
    return _Colored(Outcome(read.job, as_ours(error, read.job.source), stages=Stages(read.seconds)))


def _colored_here(read: ReadJob, painter: _Painter) -> _Colored:
    """All that is left to do with a file but to put it in place, in this thread."""
    if read.picture is None:
        stages = Stages(read.seconds)
        return _Colored(Outcome(read.job, read.error, read.left_alone, stages=stages, kind=read.kind))
    started = time.perf_counter()
    try:
        painter = painter.of(read.job.source)
        if isinstance(read.picture, Frames):
            return _finish_frames(read.job, read.picture, painter, read.seconds)
        forecasts = painter.forecasts(read.picture)
    except Exception as error:
        return _failed(read, error)
    stages = Stages(read.seconds, time.perf_counter() - started)
    return _finish_or_fail(read.job, read.picture, forecasts, painter, stages)


def _placed(work: Future[_Colored]) -> Outcome:
    """The outcome, once the files are in their places."""
    colored = work.result()
    outcome, painter, started = colored.outcome, colored.painter, time.perf_counter()
    if painter is None:
        return outcome
    try:
        put_in_place(outcome.job, colored.files, painter.options, painter.weights)
    except Exception as error:
        failed = as_ours(error, outcome.job.source)
        return Outcome(outcome.job, failed, "", outcome.width, outcome.height, outcome.stages)
    write = outcome.stages.write + time.perf_counter() - started
    return replace(outcome, stages=outcome.stages._replace(write=write))


def _finish_or_fail(
    job: Job, picture: Picture, forecasts: list[Forecast], painter: _Painter, stages: Stages
) -> _Colored:
    started, options = time.perf_counter(), painter.options
    try:
        done = finish(job, picture, forecasts, options)
        views = views_of(picture, forecasts, options.side) if options.side else None
    except Exception as error:
        return _Colored(Outcome(job, as_ours(error, job.source), "", *picture.size, stages))
    stages = stages._replace(write=time.perf_counter() - started)
    outcome = Outcome(
        job,
        None,
        "",
        *picture.size,
        stages,
        float(forecasts[0].confidence.mean()),
        picture.was_color,
        picture.kind,
        done.kept,
        done.notes,
        tuple(path for path, _ in done.files),
        views,
        options.settings.look_name,
    )
    return _Colored(outcome, done.files, painter)


def _finish_frames(job: Job, frames: Frames, painter: _Painter, seconds: float) -> _Colored:
    """All pages or frames of a file, colored."""
    started, options = time.perf_counter(), painter.options
    if options.compare or options.variants > 1:
        flag = "--compare" if options.compare else "--variants"
        raise UsageError(f"{job.source} holds {len(frames)} pictures; leave out {flag}, or split it.")
    threads = available_cores() if painter.colorizer.device == "cpu" else 1
    image_format = format_for(job, frames.format, options)
    done = color_frames(frames, lambda each: painter.forecasts(each)[0], image_format, options.write, threads=threads)
    result, notes = done.result, done.result.notes
    if options.confidence:
        notes += ("It holds several pictures, for which no map of confidence is made.",)
    views = views_of(next(iter(frames)), [done.first], options.side) if options.side else None
    stages = Stages(seconds, time.perf_counter() - started)
    outcome = Outcome(
        job,
        None,
        "",
        *done.size,
        stages,
        done.confidence,
        done.was_color,
        done.kind,
        result.kept,
        notes,
        (job.target,),
        views,
        options.settings.look_name,
    )
    return _Colored(outcome, ((job.target, result.data),), painter)


def as_ours(error: Exception, source: Path) -> GraycolorError:
    """Errors of our own, with the file's name; anything else as one sentence, with the original attached."""
    if isinstance(error, GraycolorError):
        named = source.name in str(error)
        return error if named else type(error)(f"{source}: {error}")
    if isinstance(error, MemoryError):
        ours = GraycolorError(f"{source} does not fit into memory; shrink it, or use a larger machine.")
    elif isinstance(error, OSError):
        ours = OutputError(f"{source} could not be finished ({reason_of(error)}); free some space and run again.")
    else:
        ours = GraycolorError(
            f"{source} failed in a way nobody foresaw ({type(error).__name__}: {error}); "
            "set GRAYCOLOR_DEBUG=1 to see where, and please report it."
        )
    ours.__cause__ = error
    return ours
