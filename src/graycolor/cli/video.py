"""`graycolor video`: films."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from graycolor.cli.configured import look_named
from graycolor.cli.console import report, reported_errors, say, tell, tell_json
from graycolor.cli.film_options import (
    Codec,
    DryRun,
    Duration,
    Films,
    Frames,
    Hints,
    KeyEvery,
    Lossless,
    Preset,
    Preview,
    Quality,
    References,
    Resume,
    Shown,
    Size,
    Smoothing,
    Source,
    Start,
)
from graycolor.cli.film_progress import film_progress
from graycolor.cli.inputs import said_inputs
from graycolor.cli.options import (
    Denoise,
    Device,
    FilesFrom,
    Json,
    Look,
    Output,
    Overwrite,
    Quiet,
    Saturation,
    Temperature,
    Threads,
    Weights,
)
from graycolor.errors import GraycolorError, UsageError
from graycolor.names import readable, told

if TYPE_CHECKING:
    from graycolor.colorizer import Colorizer
    from graycolor.files import Job
    from graycolor.jobs.film_plan import FilmOptions, FilmPlan
    from graycolor.jobs.films import Estimate, FilmOutcome, Progress

EPILOG = (
    "Example:  graycolor video old_film.mp4   "
    "(look first with --preview 10s or --dry-run; to continue a stopped run, type the same command again)"
)


def video(
    context: typer.Context,
    inputs: Films = None,
    files_from: FilesFrom = None,
    out: Output = None,
    overwrite: Overwrite = False,
    resume: Resume = True,
    codec: Codec = None,
    quality: Quality = None,
    preset: Preset = None,
    lossless: Lossless = False,
    preview: Preview = None,
    start: Start = None,
    duration: Duration = None,
    frames: Frames = None,
    snapshot: Shown = None,
    dry_run: DryRun = False,
    source: Source = "auto",
    hints: Hints = None,
    references: References = None,
    smoothing: Smoothing = 0.5,
    key_every: KeyEvery = 4,
    saturation: Saturation = 1.0,
    temperature: Temperature = None,
    size: Size = None,
    denoise: Denoise = False,
    look: Look = "natural",
    weights: Weights = None,
    device: Device = "auto",
    threads: Threads = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Color films. Sound, subtitles, chapters and times stay as they are, and so does the gray of every frame."""
    kept = _Kept()
    with reported_errors(kept.sentence):
        from graycolor.colorizer import ColorizeSettings
        from graycolor.film.job.user_hints import FilmHint, FilmReference
        from graycolor.film.output.encode import EncodeSettings
        from graycolor.film.steadiness.steady import SteadySettings
        from graycolor.jobs.film_plan import FilmOptions

        options = FilmOptions(
            ColorizeSettings(saturation, temperature, size, denoise, look_named(look)),
            SteadySettings(key_every, smoothing=smoothing),
            encode=EncodeSettings(codec, quality, preset, lossless, threads),
            overwrite=overwrite,
            resume=resume,
            source=source,
            start=_seconds(start),
            duration=_seconds(duration),
            preview=_seconds(preview),
            frames=frames,
            hints=tuple(map(FilmHint.parse, hints or ())),
            references=tuple(map(FilmReference.parse, references or ())),
            snapshot=snapshot,
        )
        films = said_inputs(context, "FILMS", inputs, files_from or ())
        planned, failed = _plans(films, out, options, weights, as_json=as_json, quiet=quiet)
        if planned:
            from graycolor.colorizer import Colorizer

            colorizer = Colorizer(weights, device=device, threads=threads)
            failed += _do(planned, colorizer, options, kept, dry_run=dry_run, as_json=as_json, quiet=quiet)
    raise typer.Exit(1 if failed else 0)


def _plans(
    inputs: Sequence[str], out: str | None, options: FilmOptions, weights: Path | None, *, as_json: bool, quiet: bool
) -> tuple[list[FilmPlan], int]:
    """What will be done with each film, with its notes said; those that cannot be done are reported."""
    from graycolor.cli.refusals import report_refusals
    from graycolor.files import FOR_FILMS
    from graycolor.jobs.film_plan import find_films, plan_film

    plan = find_films(inputs, out, options, weights=weights)
    plans, failed = [], len(plan.refusals)
    report_refusals(plan.refusals, FOR_FILMS)
    for refusal in plan.refusals if as_json else ():
        _print_failure(refusal.error, refusal.source)
    for job in plan.jobs:
        try:
            plans.append(plan_film(job, options))
        except UsageError:
            raise
        except GraycolorError as error:
            failed += _failed(error, job.source, as_json)
            continue
        _say(plans[-1].notes, quiet)
    return plans, failed


class _Kept:
    """What lies finished of the film at hand, should the command be stopped."""

    def __init__(self) -> None:
        self._film = ""
        self._last: Progress | None = None

    def heard(self, film: str, tell: Callable[[Progress], None]) -> Callable[[Progress], None]:
        """`tell`, with every word to it remembered."""
        self._film, self._last = film, None

        def both(progress: Progress) -> None:
            self._last = progress
            tell(progress)

        return both

    def sentence(self) -> str:
        """What is kept, and how to go on."""
        last, what = self._last, "What is finished"
        if last is not None and last.kept:
            what = f"The beginning of {readable(self._film)}, {last.kept} of about {last.total} frames,"
        return f"{what} is kept; run the same command again to go on."


def _do(
    plans: Sequence[FilmPlan],
    colorizer: Colorizer,
    options: FilmOptions,
    kept: _Kept,
    *,
    dry_run: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Color the films one after another, or estimate them; returns how many failed."""
    from graycolor.jobs.films import color_film, estimate

    failed = 0
    for plan in plans:
        try:
            if dry_run:
                _show_estimate(estimate(plan, colorizer, options), as_json)
                continue
            with film_progress(plan.job.source.name, quiet=quiet) as progress:
                outcome = color_film(plan, colorizer, options, kept.heard(plan.job.source.name, progress))
        except UsageError:
            raise
        except GraycolorError as error:
            failed += _failed(error, plan.job.source, as_json)
            continue
        _show(outcome, as_json=as_json, quiet=quiet)
    return failed


def _say(notes: Sequence[str], quiet: bool) -> None:
    if not quiet:
        for note in notes:
            say(note)


def _failed(error: GraycolorError, source: Path, as_json: bool) -> int:
    report(error)
    if as_json:
        _print_failure(error, source)
    return 1


def _print_failure(error: GraycolorError, source: Path) -> None:
    tell_json({"input": told(source), "output": None, "error": str(error)})


def _show(outcome: FilmOutcome, *, as_json: bool, quiet: bool) -> None:
    _say(outcome.notes, quiet)
    job = outcome.plan.job
    if as_json:
        tell_json(
            _as_dict(job)
            | {
                "frames": outcome.frames,
                "seconds": round(outcome.seconds, 3),
                "bytes": outcome.size,
                "look": outcome.look,
                "notes": [*outcome.plan.notes, *outcome.notes],
            }
        )
    elif not quiet:
        megabytes = f"{outcome.size / 1e6:.1f} MB"
        tell(f"{job.target}  {outcome.frames} frames, {megabytes}, {outcome.seconds:.1f} s")


def _show_estimate(estimate: Estimate, as_json: bool) -> None:
    job = estimate.plan.job
    if as_json:
        tell_json(
            _as_dict(job)
            | {
                "frames": estimate.plan.frames,
                "shots": estimate.shots,
                "seconds": round(estimate.seconds, 1),
                "bytes": estimate.size,
                "scratch_bytes": estimate.scratch,
                "notes": list(estimate.plan.notes),
            }
        )
        return
    film, encoding = estimate.plan.film, estimate.plan.encoding
    frames, shots = _count(estimate.plan.frames, "frame"), _count(estimate.shots, "shot")
    tracks = _count(len(estimate.plan.packing.ways), "other track")
    tell(f"{job.source} -> {job.target}")
    tell(
        f"  {film.width} x {film.height}, {float(film.rate):.5g} frames/s, {film.codec} {film.pixels}"
        f" -> {encoding.codec} {encoding.pixel_format.name}; {tracks} copied"
    )
    tell(
        f"  about {frames} in {shots}, {_duration(estimate.seconds)}, {estimate.size / 1e6:.0f} MB,"
        f" and {estimate.scratch / 1e6:.0f} MB beside it until it is finished"
    )


def _as_dict(job: Job) -> dict[str, object]:
    return {"input": told(job.source), "output": told(job.target), "error": None}


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _seconds(text: str | None) -> float | None:
    from graycolor.film.job.user_hints import seconds_of

    return None if text is None else seconds_of(text)
