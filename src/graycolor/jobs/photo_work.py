"""What is done with one photograph: it is read, seen by the network, finished, and put in place.

A file that fails is an outcome like any other, so nothing here raises on account of a file. The network's part is a
step of its own: on a GPU it is fed from one thread, and any other may do the rest.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from graycolor.colorizer import Colorizer
from graycolor.errors import GraycolorError, OutputError, UsageError, reason_of
from graycolor.files import STDIO, Job
from graycolor.files.atomic import FULL
from graycolor.jobs.frames import color_frames
from graycolor.jobs.outcome import Outcome, Stages
from graycolor.jobs.photo_options import LEFT_ALONE, PhotoOptions
from graycolor.jobs.results import Files, finish, format_for, put_in_place, views_of
from graycolor.network.chroma import Forecast
from graycolor.network.engine import available_cores
from graycolor.pictures.door import bytes_of_stream
from graycolor.pictures.frames import Frames, decode_source, read_source
from graycolor.pictures.picture import Picture

if TYPE_CHECKING:
    from graycolor.guidance.guidance import Guidance
    from graycolor.pdf.document import Document

PDF = ".pdf"
_NO_MAP = "It holds several pictures, for which no map of confidence is made."


class Painter(NamedTuple):
    """What colors every picture of a run: the network, what guides it, what the user said."""

    colorizer: Colorizer
    guidance: Guidance | None
    options: PhotoOptions
    weights: str

    @classmethod
    def around(cls, colorizer: Colorizer, options: PhotoOptions) -> Painter:
        """The painter of one run; its reference is read here."""
        weights = colorizer.weights_hash[:16] if options.save_settings else ""
        if not options.is_guided:
            return cls(colorizer, None, options, weights)
        from graycolor.jobs.guide import guidance_for

        return cls(colorizer, guidance_for(options, colorizer), options, weights)

    def of(self, source: Path) -> Painter:
        """What colors one picture: with its own hints."""
        options = self.options.of(source)
        if options is self.options:
            return self
        from graycolor.guidance.guidance import Guidance

        guidance = replace(self.guidance or Guidance(variants=options.variants, seed=options.seed), hints=options.hints)
        return self._replace(options=options, guidance=guidance)

    def forecasts(self, picture: Picture) -> list[Forecast]:
        """One for every variant."""
        settings = self.options.settings
        # Hints count the picture's own pixels.
        half = self.colorizer.min_half_side(settings) if self.guidance is None else None
        return self.colorizer.forecasts(picture.upright(half), settings, self.guidance)


class ReadJob(NamedTuple):
    """A file that was read, was not to be colored, or could not be read."""

    job: Job
    picture: Picture | Frames | Document | None
    seconds: float
    left_alone: str = ""
    kind: str = "gray"
    error: GraycolorError | None = None


class Colored(NamedTuple):
    """A file's outcome, and what is still to be put in place for it."""

    outcome: Outcome
    files: Files = ()
    painter: Painter | None = None


def read_job(job: Job, options: PhotoOptions) -> ReadJob:
    """The picture or pictures, if they are of a kind that is to be colored."""
    started = time.perf_counter()
    try:
        if job.source.suffix.lower() == PDF:
            return ReadJob(job, _document(job, options), time.perf_counter() - started)
        source = _source(job, options.max_pixels)
        first = next(iter(source)) if isinstance(source, Frames) else source
        if isinstance(source, Frames):
            source.durations.clear()
        left_alone = _left_alone(job, first, options)
        return ReadJob(job, None if left_alone else source, time.perf_counter() - started, left_alone, first.kind)
    except Exception as error:
        return ReadJob(job, None, time.perf_counter() - started, error=as_ours(error, job.source))


def _document(job: Job, options: PhotoOptions) -> Document:
    """A PDF; imported only for one."""
    from graycolor.pdf.document import Document

    if job.target.suffix.lower() != PDF:
        raise OutputError(f"The pages of {job.source} become a PDF; give it a name that ends with {PDF}.")
    return Document(job.source, options.max_pixels)


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


def colored(read: ReadJob, painter: Painter) -> Colored:
    """All that is left to do with a file but to put it in place."""
    return seen_by_network(read, painter)()


def seen_by_network(read: ReadJob, painter: Painter) -> Callable[[], Colored]:
    """Let the network see a picture; what comes back does the rest, in whichever thread."""
    if read.picture is None:
        return partial(_left_out, read)
    started = time.perf_counter()
    try:
        painter = painter.of(read.job.source)
        if isinstance(read.picture, Frames):
            done = _finished_frames(read.job, read.picture, painter, read.seconds)
            return lambda: done
        if not isinstance(read.picture, Picture):
            colored_pages = _finished_document(read.job, read.picture, painter, read.seconds)
            return lambda: colored_pages
        forecasts = painter.forecasts(read.picture)
    except Exception as error:
        return partial(_failed, read.job, error, stages=Stages(read.seconds))
    stages = Stages(read.seconds, time.perf_counter() - started)
    return partial(_finished_picture, read.job, read.picture, forecasts, painter, stages=stages)


def _doubts(options: PhotoOptions, size: tuple[int, int]) -> Sequence[str]:
    """What is to be asked about hints; they are imported only where there are some."""
    if not options.hints:
        return ()
    from graycolor.guidance.hints import doubts_about

    return doubts_about(options.hints, size)


def _left_out(read: ReadJob) -> Colored:
    """A file that could not be read, or is not to be colored."""
    stages = Stages(read.seconds)
    return Colored(Outcome(read.job, read.error, read.left_alone, stages=stages, kind=read.kind))


def _failed(job: Job, error: Exception, *, size: tuple[int, int] = (0, 0), stages: Stages) -> Colored:
    width, height = size
    return Colored(Outcome(job, as_ours(error, job.source), width=width, height=height, stages=stages))


def _finished_picture(
    job: Job, picture: Picture, forecasts: list[Forecast], painter: Painter, *, stages: Stages
) -> Colored:
    started, options = time.perf_counter(), painter.options
    try:
        done = finish(job, picture, forecasts, options)
        views = views_of(picture, forecasts, options.side) if options.side else None
    except Exception as error:
        return _failed(job, error, size=picture.size, stages=stages)
    width, height = picture.size
    outcome = Outcome(
        job,
        width=width,
        height=height,
        stages=stages._replace(write=time.perf_counter() - started),
        confidence=float(forecasts[0].confidence.mean()),
        was_color=picture.was_color,
        kind=picture.kind,
        kept=done.kept,
        notes=(*done.notes, *_doubts(options, (width, height))),
        results=tuple(path for path, _ in done.files),
        views=views,
        look=options.settings.look_name,
    )
    return Colored(outcome, done.files, painter)


def _finished_frames(job: Job, frames: Frames, painter: Painter, seconds: float) -> Colored:
    """All pages or frames of a file, colored."""
    started, options = time.perf_counter(), painter.options
    if options.compare or options.variants > 1:
        flag = "--compare" if options.compare else "--variants"
        raise UsageError(f"{job.source} holds {len(frames)} pictures; leave out {flag}, or split it.")
    threads = available_cores() if painter.colorizer.device == "cpu" else 1
    image_format = format_for(job, frames.format, options)
    done = color_frames(frames, lambda each: painter.forecasts(each)[0], image_format, options.write, threads=threads)
    result, notes = done.result, done.result.notes
    notes += (_NO_MAP,) if options.confidence else ()
    views = views_of(next(iter(frames)), [done.first], options.side) if options.side else None
    width, height = done.size
    outcome = Outcome(
        job,
        width=width,
        height=height,
        stages=Stages(seconds, time.perf_counter() - started),
        confidence=done.confidence,
        was_color=done.was_color,
        kind=done.kind,
        kept=result.kept,
        notes=notes,
        results=(job.target,),
        views=views,
        look=options.settings.look_name,
    )
    return Colored(outcome, ((job.target, result.data),), painter)


def _finished_document(job: Job, document: Document, painter: Painter, seconds: float) -> Colored:
    """All pages of a PDF, colored."""
    from graycolor.jobs.documents import color_pages, kept_by

    started, options = time.perf_counter(), painter.options
    threads = available_cores() if painter.colorizer.device == "cpu" else 1
    try:
        pages = color_pages(document, lambda each: painter.forecasts(each)[0], options, threads=threads)
    except BaseException:
        document.close()
        raise
    stages = Stages(seconds, time.perf_counter() - started)
    if pages.first is None:
        document.close()
        why = "has colors of its own" if pages.left_alone else "shows no picture on any page"
        return Colored(Outcome(job, left_alone=f"{job.source} {why} and is left alone.", stages=stages))
    picture, forecast = pages.first
    outcome = Outcome(
        job,
        width=pages.size[0],
        height=pages.size[1],
        stages=stages,
        confidence=pages.confidence,
        was_color=pages.was_color,
        kind=pages.kind,
        kept=kept_by(pages),
        notes=(*pages.notes, *((_NO_MAP,) if options.confidence else ())),
        results=(job.target,),
        views=views_of(picture, [forecast], options.side) if options.side else None,
        look=options.settings.look_name,
    )
    return Colored(outcome, ((job.target, document),), painter)


def placed(work: Colored) -> Outcome:
    """The outcome, once the files are in their places."""
    outcome, painter, started = work.outcome, work.painter, time.perf_counter()
    if painter is None:
        return outcome
    try:
        put_in_place(outcome.job, work.files, painter.options, painter.weights)
    except Exception as error:
        size = outcome.width, outcome.height
        return _failed(outcome.job, error, size=size, stages=outcome.stages).outcome
    write = outcome.stages.write + time.perf_counter() - started
    return outcome._replace(stages=outcome.stages._replace(write=write))


def as_ours(error: Exception, source: Path) -> GraycolorError:
    """Errors of our own, with the file's name; anything else as one sentence, with the original attached."""
    if isinstance(error, GraycolorError):
        named = source.name in str(error)
        return error if named else type(error)(f"{source}: {error}")
    if isinstance(error, MemoryError):
        ours = GraycolorError(f"{source} does not fit into memory; shrink it, or use a larger machine.")
    elif isinstance(error, OSError):
        advice = "free some space and run again" if error.errno in FULL else "choose another place for the result"
        ours = OutputError(f"{source} could not be finished ({reason_of(error)}); {advice}.")
    else:
        ours = GraycolorError(
            f"{source} failed in a way nobody foresaw ({type(error).__name__}: {error}); "
            "set GRAYCOLOR_DEBUG=1 to see where, and please report it."
        )
    ours.__cause__ = error
    return ours
