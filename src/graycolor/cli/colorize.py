"""`graycolor colorize`: photographs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from graycolor.cli.console import report, reported_errors, results, say, tracked
from graycolor.cli.options import (
    Compare,
    Device,
    Format,
    InputKind,
    Inputs,
    Json,
    Keep,
    KeepTimes,
    NoMark,
    Output,
    Overwrite,
    Quality,
    Quiet,
    Saturation,
    Size,
    StripMetadata,
    Threads,
    Weights,
)

if TYPE_CHECKING:
    from concurrent.futures import Future

    from graycolor.files import Plan, Refusal
    from graycolor.jobs.photos import Outcome, PhotoOptions
    from graycolor.network.engine import Engine
    from graycolor.pictures.mark import Mark

_LONGEST_TABLE = 40
"""Rows of the closing table; a batch of thousands ends with its sums."""
EPILOG = "Example:  graycolor colorize scans/ -o colored/   (results beside the originals without -o)"


def colorize(
    inputs: Inputs,
    out: Output = None,
    overwrite: Overwrite = False,
    saturation: Saturation = 1.0,
    size: Size = None,
    compare: Compare = False,
    output_format: Format = None,
    quality: Quality = None,
    keep: Keep = "luma",
    input_kind: InputKind = "auto",
    no_mark: NoMark = False,
    strip_metadata: StripMetadata = False,
    keep_times: KeepTimes = False,
    weights: Weights = None,
    device: Device = "auto",
    threads: Threads = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Color photographs, each kept in its format, size and depth, with all metadata."""
    with reported_errors("Files already done are complete; run the same command with --overwrite to do all again."):
        engine = _opening(weights, device, threads)
        from graycolor.colorizer import ColorizeSettings
        from graycolor.files import find_inputs
        from graycolor.jobs.photos import PhotoOptions
        from graycolor.pictures.colored import WriteOptions

        mark = None if no_mark else _mark(weights)
        options = PhotoOptions(
            ColorizeSettings(saturation=saturation, size=size), overwrite, compare,
            WriteOptions(keep, quality, mark, strip_metadata), input_kind, keep_times,
        )  # fmt: skip
        sources, missing = find_inputs(inputs)
        planned = _planned(sources, out, output_format, overwrite=overwrite)
        refusals = [*missing, *planned.refusals]
        for refusal in refusals:
            report(refusal.error)
        outcomes = _color(planned, engine, options, threads, as_json=as_json, quiet=quiet)
        failed = _finish(outcomes, refusals, as_json=as_json, quiet=quiet)
    raise typer.Exit(1 if failed else 0)


def _opening(weights: Path | None, device: str, threads: int | None) -> Future[Engine]:
    """The network, being opened in a thread of its own while the other libraries are imported."""
    from concurrent.futures import ThreadPoolExecutor

    from graycolor.network.engine import open_engine

    return ThreadPoolExecutor(1).submit(open_engine, weights, device, threads)


def _mark(weights: Path | None) -> Mark | None:
    """Who will have guessed the colors; nobody, where the weights cannot be read and the engine will say so."""
    from graycolor import __version__
    from graycolor.network.weights import fingerprint
    from graycolor.pictures.mark import Mark

    try:
        return Mark(__version__, fingerprint(weights))
    except OSError:
        return None


def _planned(sources: Sequence[Path], out: str | None, output_format: str | None, *, overwrite: bool) -> Plan:
    """Where results go, under the suffix of the format asked for."""
    from graycolor.files import named, plan
    from graycolor.pictures.formats import format_of_suffix

    if output_format is None:
        return plan(sources, out, overwrite=overwrite)
    suffix = "." + output_format.lower().removeprefix(".")
    format_of_suffix(suffix)
    return plan(sources, out, overwrite=overwrite, result_name=lambda source: named(source, suffix))


def _color(
    planned: Plan, engine: Future[Engine], options: PhotoOptions, threads: int | None, *, as_json: bool, quiet: bool
) -> list[Outcome]:
    """Color what is planned, with progress; errors and JSON lines come out as the files are done."""
    from graycolor.colorizer import Colorizer
    from graycolor.jobs.photos import color_photos
    from graycolor.network.engine import available_cores

    pool = threads or available_cores()
    outcomes = color_photos(planned.jobs, lambda: Colorizer.around(engine.result()), options, threads=pool)
    done = []
    for outcome in tracked(outcomes if planned.jobs else (), len(planned.jobs), "coloring", quiet=quiet):
        if outcome.error:
            report(outcome.error)
        elif not quiet:
            _tell(outcome)
        if as_json:
            typer.echo(json.dumps(_as_dict(outcome)))
        done.append(outcome)
    return done


def _tell(outcome: Outcome) -> None:
    """What the user should know of a picture that went well."""
    if outcome.kind == "tinted":
        say(f"{outcome.job.source} is tinted; its tint is replaced.")
    for note in outcome.notes:
        say(f"{outcome.job.target}: {note}")


def _finish(outcomes: Sequence[Outcome], refusals: Sequence[Refusal], *, as_json: bool, quiet: bool) -> bool:
    """The closing table, or the refused files' JSON lines; returns whether anything failed."""
    if as_json:
        for refusal in refusals:
            typer.echo(json.dumps({"input": str(refusal.source), "output": None, "error": str(refusal.error)}))
    elif not quiet:
        _print_table(outcomes, refusals)
    return bool(refusals) or any(outcome.error for outcome in outcomes)


def _as_dict(outcome: Outcome) -> dict[str, object]:
    return {
        "input": str(outcome.job.source),
        "output": None if outcome.error else str(outcome.job.target),
        "width": outcome.width,
        "height": outcome.height,
        "seconds": round(outcome.seconds, 3),
        "confidence": round(outcome.confidence, 3),
        "was_color": outcome.was_color,
        "kind": outcome.kind,
        "kept": outcome.kept,
        "notes": list(outcome.notes),
        "error": str(outcome.error) if outcome.error else None,
    }


def _print_table(outcomes: Sequence[Outcome], refusals: Sequence[Refusal]) -> None:
    from rich.table import Table

    done = [outcome for outcome in outcomes if not outcome.error]
    if not done:
        return
    table = Table(box=None, pad_edge=False)
    for heading, align in (
        ("result", "left"),
        ("pixels", "right"),
        ("seconds", "right"),
        ("sure of it", "right"),
    ):
        table.add_column(heading, justify=align)  # type: ignore[arg-type]
    for outcome in done[:_LONGEST_TABLE]:
        size, sure = f"{outcome.width} x {outcome.height}", f"{outcome.confidence:.0%}"
        table.add_row(str(outcome.job.target), size, f"{outcome.seconds:.2f}", sure)
    console = results()
    console.print(table)
    failed = len(outcomes) - len(done) + len(refusals)
    if len(done) > 1 or failed:
        seconds = sum(outcome.seconds for outcome in done)
        console.print(f"{len(done)} colored in {seconds:.1f} s of work" + (f", {failed} failed" if failed else ""))
