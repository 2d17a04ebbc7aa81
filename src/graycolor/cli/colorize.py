"""`graycolor colorize`: photographs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from graycolor.cli.console import report, reported_errors, results, tracked
from graycolor.cli.options import (
    Compare,
    Device,
    Inputs,
    Json,
    Output,
    Overwrite,
    Quiet,
    Saturation,
    Size,
    Threads,
    Weights,
)

if TYPE_CHECKING:
    from graycolor.files import Refusal
    from graycolor.jobs.photos import Outcome, PhotoOptions

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
    weights: Weights = None,
    device: Device = "auto",
    threads: Threads = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Color photographs: JPEG, PNG, WebP, TIFF and BMP, each kept in its format, size and depth."""
    with reported_errors("Files already done are complete; run the same command with --overwrite to do all again."):
        from graycolor.colorizer import ColorizeSettings
        from graycolor.jobs.photos import PhotoOptions

        options = PhotoOptions(ColorizeSettings(saturation=saturation, size=size), overwrite, compare)
        failed = _run(inputs, out, options, (weights, device, threads), as_json=as_json, quiet=quiet)
    raise typer.Exit(1 if failed else 0)


def _run(
    inputs: Sequence[str], out: str | None, options: PhotoOptions,
    network: tuple[Path | None, str, int | None], *, as_json: bool, quiet: bool,
) -> bool:  # fmt: skip
    """Plan, color, report; returns whether anything failed."""
    from graycolor.colorizer import Colorizer
    from graycolor.files import find_inputs, plan
    from graycolor.jobs.photos import color_photos
    from graycolor.network.engine import available_cores

    sources, missing = find_inputs(inputs)
    planned = plan(sources, out, overwrite=options.overwrite)
    refusals = [*missing, *planned.refusals]
    for refusal in refusals:
        report(refusal.error)
    weights, device, threads = network
    pool = threads or available_cores()
    outcomes = color_photos(
        planned.jobs, lambda: Colorizer(weights, device=device, threads=threads), options, threads=pool
    )
    done = []
    for outcome in tracked(outcomes if planned.jobs else (), len(planned.jobs), "coloring", quiet=quiet):
        if outcome.error:
            report(outcome.error)
        if as_json:
            typer.echo(json.dumps(_as_dict(outcome)))
        done.append(outcome)
    if as_json:
        for refusal in refusals:
            typer.echo(json.dumps({"input": str(refusal.source), "output": None, "error": str(refusal.error)}))
    elif not quiet:
        _print_table(done, refusals)
    return bool(refusals) or any(outcome.error for outcome in done)


def _as_dict(outcome: Outcome) -> dict[str, object]:
    return {
        "input": str(outcome.job.source),
        "output": None if outcome.error else str(outcome.job.target),
        "width": outcome.width,
        "height": outcome.height,
        "seconds": round(outcome.seconds, 3),
        "confidence": round(outcome.confidence, 3),
        "was_color": outcome.was_color,
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
