"""`graycolor colorize`: photographs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from graycolor.bounds import PIXELS
from graycolor.cli.configured import look_named
from graycolor.cli.console import reported_errors
from graycolor.cli.engines import is_ray
from graycolor.cli.heap import share_one_heap
from graycolor.cli.inputs import said_places
from graycolor.cli.options import (
    Address,
    Compare,
    Confidence,
    Denoise,
    Device,
    DryRun,
    FailFast,
    FilesFrom,
    Format,
    Hints,
    HintsFile,
    InputKind,
    Inputs,
    Interleaved,
    Json,
    Keep,
    KeepTimes,
    Log,
    Look,
    ManifestFile,
    MaxPixels,
    NoMark,
    Output,
    Overwrite,
    Palette,
    Quality,
    Quiet,
    Recursive,
    Reference,
    Report,
    Saturation,
    SaveSettings,
    Seed,
    Settings,
    Show,
    Size,
    SkipExisting,
    StripMetadata,
    Temperature,
    Threads,
    Variants,
    Watch,
    Weights,
    Where,
    Workers,
)
from graycolor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graycolor.network.engine import Engine

EPILOG = (
    "Example:  graycolor colorize scans/ --recursive -o colored/ --skip-existing --report look.html   "
    "(results beside the originals without -o; - is standard input or output)"
)
_OF_PATTERNS = frozenset("*?[")


def colorize(
    context: typer.Context,
    inputs: Inputs = None,
    files_from: FilesFrom = None,
    manifest: ManifestFile = None,
    out: Output = None,
    overwrite: Overwrite = False,
    skip_existing: SkipExisting = False,
    recursive: Recursive = False,
    watch: Watch = False,
    saturation: Saturation = 1.0,
    temperature: Temperature = None,
    size: Size = None,
    denoise: Denoise = False,
    look: Look = "natural",
    palette: Palette = None,
    hint: Hints = None,
    hints: HintsFile = None,
    reference: Reference = None,
    variants: Variants = 1,
    seed: Seed = 0,
    confidence: Confidence = False,
    compare: Compare = False,
    report: Report = None,
    show: Show = False,
    save_settings: SaveSettings = False,
    settings: Settings = None,
    output_format: Format = None,
    quality: Quality = None,
    keep: Keep = "luma",
    interleaved: Interleaved = False,
    input_kind: InputKind = "auto",
    max_pixels: MaxPixels = PIXELS,
    no_mark: NoMark = False,
    strip_metadata: StripMetadata = False,
    keep_times: KeepTimes = False,
    weights: Weights = None,
    device: Device = "auto",
    threads: Threads = None,
    where: Where = "local",
    address: Address = None,
    workers: Workers = None,
    dry_run: DryRun = False,
    fail_fast: FailFast = False,
    log: Log = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Color photographs, each kept in its format, size and depth, with all metadata."""
    with reported_errors("Files already done are complete; run the same command with --skip-existing to go on."):
        from graycolor.network.engine import check_threads

        check_threads(threads)
        inputs, out, is_archive = said_places(context, "INPUTS", inputs, files_from or (), manifest, out)
        if is_archive and watch:
            raise UsageError("--watch waits for files in folders of this machine; leave it out, or name a folder.")
        if watch:
            from graycolor.cli.photo_watch import check_watch

            check_watch(inputs, out, dry_run=dry_run)
        on_ray = _is_on_ray(where, address, workers, (*inputs, out), watch=watch)
        alone = not is_archive and _is_one_file(inputs)
        engine = None if dry_run or on_ray else _opening(inputs, weights, device, threads if alone else 1)
        from graycolor.cli import photo_plan as plan
        from graycolor.cli import photo_run as run

        telling = plan.Telling(as_json=as_json, quiet=quiet, show=show, fail_fast=fail_fast, log=log, page=report)
        said = {
            "saturation": saturation,
            "temperature": temperature,
            "size": size,
            "denoise": denoise,
            "look": look_named(look),
            "reference": reference,
            "variants": variants,
            "seed": seed,
            "confidence": confidence,
            "compare": compare,
            "output_format": output_format,
            "quality": quality,
            "keep": keep,
            "interleaved": interleaved,
            "input_kind": input_kind,
            "mark": not no_mark,
            "strip_metadata": strip_metadata,
            "keep_times": keep_times,
        }
        plan.check_format(context, output_format, out)
        options = plan.said_options(
            context,
            said,
            hints=hint or (),
            file=hints,
            saved=settings,
            weights=weights,
            overwrite=overwrite,
            skip_existing=skip_existing or (watch and not overwrite),
            save_settings=save_settings,
            side=run.side_of_views(telling),
            max_pixels=max_pixels,
        )
        read = (hints, weights)
        if watch and engine is not None:
            from graycolor.cli.photo_watch import arriving

            tally = arriving(inputs, out, options, telling, engine, threads, recursive=recursive, read=read)
            raise typer.Exit(int(bool(tally.failed or tally.there) or tally.untold))
        if is_archive:
            from graycolor.cli import archive_run
            from graycolor.cli.archive import Places

            places = Places(inputs, manifest, out, recursive=recursive, read=read)
            if engine is None and not dry_run:
                carry = archive_run.on_ray(weights, device, address=address, workers=workers)
            else:
                carry = archive_run.here(engine, threads)
            raise typer.Exit(archive_run.color_archive(places, options, telling, weights, carry, looking=dry_run))
        found = plan.planned(
            inputs, out, options, telling, recursive=recursive, read=read, saved=settings, make_folders=not dry_run
        )
        plan.check_pipe(found, options, telling)
        plan.say_passed_over(inputs, telling, recursive=recursive)
        if dry_run:
            raise typer.Exit(plan.print_plan(found, options, telling))
        if engine is None:
            color = run.on_ray(options, weights, device, address=address, workers=workers)
        else:
            color = run.here(engine, options, threads)
        tally = run.carry_out(found, color, options, telling)
    raise typer.Exit(tally.exit_code)


def _is_one_file(inputs: list[str]) -> bool:
    """Whether the network may have all cores: of several pictures, each takes a core of its own."""
    return len(inputs) == 1 and not Path(inputs[0]).is_dir()


def _is_on_ray(
    where: str, address: str | None, workers: int | None, names: Sequence[str | None], *, watch: bool
) -> bool:
    """Whether a cluster colors; what it cannot do is refused."""
    if not is_ray(where, address, workers):
        return False
    if watch:
        raise UsageError("--watch colors on this machine; leave out --engine ray.")
    if "-" in names:
        raise UsageError("Standard input and output are on this machine alone; name files, or leave out --engine ray.")
    return True


def _opening(inputs: list[str], weights: Path | None, device: str, threads: int | None) -> Callable[[], Engine]:
    """The network, being opened in a thread of its own while the other libraries are imported.

    Where nothing is there that could be colored it is not opened: a misspelt name is refused without a wait for torch.
    """
    from concurrent.futures import ThreadPoolExecutor
    from functools import partial

    from graycolor.network.engine import open_engine

    share_one_heap()
    opened = partial(open_engine, weights, device, threads)
    return ThreadPoolExecutor(1).submit(opened).result if any(map(_may_be_there, inputs)) else opened


def _may_be_there(name: str) -> bool:
    return name == "-" or not _OF_PATTERNS.isdisjoint(name) or os.path.lexists(name)
