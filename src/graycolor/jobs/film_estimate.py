"""What a film will take, reckoned from its first frames."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from graycolor.colorizer import Colorizer
from graycolor.files import Job
from graycolor.film.output.encode_frame import FrameSettings
from graycolor.film.output.segments import usable_segments
from graycolor.jobs.film_coloring import Progress
from graycolor.jobs.film_identity import identity_of
from graycolor.jobs.film_plan import FilmOptions, FilmPlan
from graycolor.jobs.film_shots import shots_counted
from graycolor.jobs.films import color_film

_TRIAL = 48
"""Frames that an estimate is made from."""


@dataclass(frozen=True)
class Estimate:
    """What a film will take, judged by its first frames.

    Attributes:
        plan: of the film.
        shots: in it.
        seconds: of work that is left.
        size, scratch: bytes of the result, and beside it until it is finished.
        done: frames that an earlier run has finished, which this one would go on with.
    """

    plan: FilmPlan
    shots: int
    seconds: float
    size: int
    scratch: int
    done: int = 0


def estimate(
    plan: FilmPlan,
    colorizer: Colorizer,
    options: FilmOptions,
    *,
    shots: int | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Estimate:
    """Color the first frames of the part into a folder that disappears, and reckon from there.

    Shots are counted unless the caller knows about how many there are; `progress` is called for those first frames.

    Raises:
        GraycolorError: the film cannot be colored.
    """
    identity = identity_of(plan, colorizer, options)
    finished = usable_segments(plan.job.target, identity, resume=options.resume, discard=options.discard)
    done = sum(segment.frames for segment in finished)
    count = min(_TRIAL, plan.frames or _TRIAL)
    with tempfile.TemporaryDirectory(prefix="graycolor-") as folder:
        job = Job(plan.job.source, Path(folder) / plan.job.target.name)
        trial = replace(plan, job=job, packing=replace(plan.packing, ways={}), frames=count)
        trial = replace(trial, span=replace(plan.span, frames=count), frames_out=_aside(plan.frames_out, job.target))
        outcome = color_film(trial, colorizer, options, progress)
    frames, of_one = max(plan.frames, outcome.frames), 1 / outcome.frames
    pictures = round(outcome.size * of_one * frames)
    seconds = outcome.seconds * of_one * max(0, frames - done)
    beside = pictures if plan.frames_out is None else 0
    return Estimate(plan, shots_counted(plan) if shots is None else shots, seconds, pictures, beside, done)


def _aside(frames: FrameSettings | None, pattern: Path) -> FrameSettings | None:
    return None if frames is None else replace(frames, pattern=pattern)
