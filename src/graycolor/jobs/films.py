"""The whole way of one film.

Decoding, coloring and encoding overlap; memory holds the frames of some seconds, whatever the length. All that is
finished lies beside the result in segments, so that a run that was stopped goes on.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass

from graycolor.colorizer import Colorizer
from graycolor.errors import OutputError
from graycolor.files import written
from graycolor.film.output.frame_ledger import bytes_of_frames
from graycolor.film.output.segments import (
    frames_left_by_earlier_run,
    parts_folder,
)
from graycolor.film.source.frames import reader_of
from graycolor.jobs.colored_shots import ColoredShot, shots_in
from graycolor.jobs.film_coloring import Coloring, Progress
from graycolor.jobs.film_identity import scratch_of
from graycolor.jobs.film_plan import FilmOptions, FilmPlan
from graycolor.jobs.film_result import assemble, mark_of

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FilmOutcome:
    """What became of a film.

    Attributes:
        plan: what was done.
        frames: in the result.
        seconds: of work in this run.
        size: bytes.
        notes: on damage, as sentences.
        look: how the colors were treated.
        shots: in the result, one after the other.
    """

    plan: FilmPlan
    frames: int
    seconds: float
    size: int
    notes: tuple[str, ...]
    look: str = "natural"
    shots: tuple[ColoredShot, ...] = ()


def color_film(
    plan: FilmPlan,
    colorizer: Colorizer,
    options: FilmOptions,
    progress: Callable[[Progress], None] = lambda _: None,
    *,
    placing: AbstractContextManager[object] | None = None,
) -> FilmOutcome:
    """Color one film.

    Args:
        plan, options: what is to be done.
        colorizer: the network.
        progress: called after every frame.
        placing: a block within which the result is put in its place; where it fails, the next run joins the result
            anew from what is finished.

    Raises:
        GraycolorError: it cannot be colored or written; what is finished stays for the next run.
    """
    try:
        return _colored(plan, colorizer, options, progress, placing or nullcontext())
    except OutputError as error:
        kept = frames_left_by_earlier_run(plan.job.target)
        if not kept or str(parts_folder(plan.job.target)) in str(error):
            raise
        frames = "1 frame is" if kept == 1 else f"{kept} frames are"
        raise type(error)(f"{str(error).rstrip('.')}; {frames} kept, and the same command goes on there.") from error


def _colored(
    plan: FilmPlan,
    colorizer: Colorizer,
    options: FilmOptions,
    progress: Callable[[Progress], None],
    placing: AbstractContextManager[object],
) -> FilmOutcome:
    started = time.perf_counter()
    reader = reader_of(plan.film, plan.span.end, with_pictures=plan.frames_out is not None)
    notes: list[str] = []
    with written(plan.job.target), scratch_of(plan, colorizer, options) as scratch:
        if scratch.segments:
            _log.info("%s: going on after frame %d.", plan.job.source.name, scratch.frames)
        if not scratch.complete:
            with closing(
                Coloring(plan, colorizer, options, scratch=scratch, reader=reader, progress=progress)
            ) as coloring:
                deque(coloring.run(), maxlen=0)
                notes += coloring.notes
        frames, shots = scratch.frames, shots_in(plan.film, scratch.segments)
        with placing:
            notes += [*reader.notes, *assemble(plan, scratch, mark_of(colorizer, options), overwrite=options.overwrite)]
        size = bytes_of_frames(scratch) if plan.frames_out else plan.job.target.stat().st_size
        scratch.remove()
    seconds = time.perf_counter() - started
    return FilmOutcome(plan, frames, seconds, size, tuple(notes), options.settings.look_name, shots)
