"""One run of `graycolor colorize`: what was said becomes options and a plan; outcomes are told as they come."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from graycolor.cli.console import report, say, tracked
from graycolor.cli.photo_table import Tally, print_table
from graycolor.colorizer import Colorizer
from graycolor.errors import GraycolorError, UsageError
from graycolor.files import STDIO, Plan, find_inputs, named, named_folders, plan
from graycolor.guidance.hints import Hint, read_hints
from graycolor.jobs.outcome import Outcome
from graycolor.jobs.page import SIDE, Page
from graycolor.jobs.photo_options import PhotoOptions, options_of
from graycolor.jobs.photos import color_photos
from graycolor.jobs.runlog import RunLog
from graycolor.jobs.sidecar import read_sidecar, settings_of
from graycolor.network.engine import Engine, available_cores
from graycolor.network.weights import fingerprint
from graycolor.pictures.formats import format_of_suffix
from graycolor.pictures.mark import Mark


@dataclass(frozen=True)
class Telling:
    """How a run is told, and when it stops."""

    as_json: bool = False
    quiet: bool = False
    show: bool = False
    fail_fast: bool = False
    log: Path | None = None
    page: Path | None = None


def said_options(
    context: typer.Context, settings: dict[str, Any], hints: Sequence[str], file: Path | None, saved: Path | None,
    weights: Path | None, **run: Any,
) -> PhotoOptions:  # fmt: skip
    """Options of the flags, over those of a settings file.

    Args:
        context: knows which flags stood on the command line: they win over the file.
        settings: the flags' values, under their parameters' names.
        hints, file: colors that were placed, besides those in the settings file; a folder has one file a picture.
        saved: the settings file.
        weights: of the run, None for the embedded ones.
        run: see `graycolor.jobs.photo_options.options_of`.
    """
    placed = tuple(map(Hint.parse, hints))
    folder = file if file is not None and file.is_dir() else None
    if file is not None and folder is None:
        placed += read_hints(file)
    merged = {_NAMES.get(name, name): value for name, value in settings.items()}
    prints = _fingerprint(weights)
    if saved is not None:
        sidecar = read_sidecar(saved)
        given = {_NAMES.get(name, name) for name in settings if _is_given(context, name)}
        merged |= {name: value for name, value in sidecar.settings.items() if name not in given}
        placed = (*sidecar.settings["hints"], *placed)
        if difference := sidecar.differences(prints):
            say(f"{saved}: {difference}")
    mark = Mark(_version(), prints) if prints else None
    return options_of(merged | {"hints": placed}, mark, hints_folder=folder, **run)


_PREVIEW_SIDE = 480
"""Longest side of the pictures that a preview is made of."""
_NAMES = {"output_format": "format", "input_kind": "input"}
"""Parameters whose flags are words of Python's."""


def _is_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source("no_mark" if name == "mark" else name)
    return source is not None and source.name == "COMMANDLINE"


def _version() -> str:
    from graycolor import __version__

    return __version__


def _fingerprint(weights: Path | None) -> str:
    """Of the weights; empty where they cannot be read and the engine will say so."""
    try:
        return fingerprint(weights)
    except GraycolorError:
        return ""


def planned(
    inputs: Sequence[str], out: str | None, options: PhotoOptions, *, recursive: bool, make_folders: bool = True
) -> Plan:
    """Inputs found and results named, under the suffix of the format asked for."""
    names = [name for name in inputs if name != str(STDIO)]
    sources, missing = find_inputs(names, recursive=recursive)
    if len(names) < len(inputs):
        sources.append(STDIO)
    suffix = _suffix(options.format)
    found = plan(
        sources, out, overwrite=options.overwrite, skip_existing=options.skip_existing, results=options.results,
        roots=named_folders(names), result_name=lambda source: named(source, suffix or source.suffix),
        make_folders=make_folders,
    )  # fmt: skip
    return Plan(found.jobs, (*missing, *found.refusals), found.skipped)


def _suffix(output_format: str) -> str:
    """The suffix of a format, or nothing; what cannot be written is refused here."""
    suffix = "." + output_format.lower().removeprefix(".") if output_format else ""
    if suffix:
        format_of_suffix(suffix)
    return suffix


def check_pipe(found: Plan, options: PhotoOptions, telling: Telling) -> None:
    """Refuse what cannot go together with a result on standard output."""
    if not any(job.target == STDIO for job in found.jobs):
        return
    if telling.as_json or options.confidence or options.save_settings or options.variants > 1:
        raise UsageError(
            "Standard output takes the picture alone; give a file with -o for --json, --confidence, --save-settings "
            "or --variants."
        )
    if sys.stdout.isatty():
        raise UsageError("Standard output is a terminal; send it to a file or a program, or name a file with -o.")


def carry_out(
    found: Plan, engine: Future[Engine], options: PhotoOptions, telling: Telling, threads: int | None
) -> Tally:
    """Color what is planned, told as it is done; the tally at the end."""
    tally = Tally(skipped=len(found.skipped))
    piped = any(job.target == STDIO for job in found.jobs)
    with ExitStack() as stack:
        log, page = _records(stack, options, telling, options.write.mark)
        for refusal in found.refusals:
            report(refusal.error)
            for record in (tally, log, page):
                if record is not None:
                    record.refuse(refusal)
        stop = telling.fail_fast and bool(found.refusals)
        jobs = () if stop else found.jobs
        tally.not_begun = len(found.jobs) - len(jobs)
        outcomes = color_photos(
            jobs, lambda: Colorizer.around(engine.result()), options, threads=threads or available_cores()
        )
        _tell_all(stack.enter_context(closing(outcomes)) if jobs else iter(()), len(jobs), tally, log, page, telling)
    if telling.as_json:
        for refusal in found.refusals:
            _print({"input": str(refusal.source), "output": None, "error": str(refusal.error)})
    elif not (telling.quiet or piped):
        print_table(tally)
    return tally


def _records(
    stack: ExitStack, options: PhotoOptions, telling: Telling, mark: Mark | None
) -> tuple[RunLog | None, Page | None]:
    """The run's log and page, opened; the page is written when the run ends, however it ends."""
    log = page = None
    settings = settings_of(options) if telling.log or telling.page else {}
    if telling.page is not None:
        page = Page(telling.page, settings, overwrite=options.overwrite)
        stack.callback(page.write)
    if telling.log is not None:
        log = stack.enter_context(RunLog(telling.log, settings, mark.weights if mark else ""))
    return log, page


def _tell_all(
    outcomes: Iterator[Outcome], total: int, tally: Tally, log: RunLog | None, page: Page | None, telling: Telling
) -> None:
    for number, outcome in enumerate(tracked(outcomes, total, "coloring", quiet=telling.quiet), 1):
        _tell(outcome, telling)
        tally.add(outcome)
        if log is not None:
            log.write(outcome)
        if page is not None:
            page.add(outcome)
        if outcome.error is not None and telling.fail_fast:
            tally.not_begun = total - number
            say(f"Stopped at the first failure; {tally.not_begun} not begun.")
            return


def _tell(outcome: Outcome, telling: Telling) -> None:
    """An error, a note, a preview, a line of JSON."""
    if outcome.error is not None:
        report(outcome.error)
    elif not telling.quiet:
        _say_notes(outcome)
    if telling.show and outcome.views is not None:
        from graycolor.cli.preview import show, way_here

        if way := way_here():
            show(outcome.views, way)
    if telling.as_json:
        _print(outcome.as_dict())


def _say_notes(outcome: Outcome) -> None:
    """What the user should know of a picture that went well."""
    if outcome.left_alone:
        say(outcome.left_alone)
    elif outcome.kind == "tinted":
        say(f"{outcome.job.source} is tinted; its tint is replaced.")
    for note in outcome.notes:
        say(f"{outcome.job.target}: {note}")


def _print(entry: dict[str, Any]) -> None:
    typer.echo(json.dumps(entry))


def side_of_views(telling: Telling) -> int:
    """Longest side of the small pictures that outcomes must carry."""
    if telling.page is not None:
        return SIDE
    if not telling.show:
        return 0
    from graycolor.cli.preview import way_here

    if not way_here():
        say("There is no terminal here that shows pictures; --compare and --report do.")
        return 0
    return _PREVIEW_SIDE


def print_plan(found: Plan, options: PhotoOptions, telling: Telling) -> int:
    """What would be done; returns the exit code."""
    for refusal in found.refusals:
        report(refusal.error)
    for job in found.jobs:
        outputs = [str(result) for result in options.results(job.target)]
        if telling.as_json:
            _print({"input": str(job.source), "output": outputs[0], "outputs": outputs, "dry_run": True})
        elif not telling.quiet:
            typer.echo(f"{job.source} -> {', '.join(outputs)}")
    if not (telling.as_json or telling.quiet):
        skipped = f", {len(found.skipped)} skipped, done already" if found.skipped else ""
        failed = f", {len(found.refusals)} cannot be done" if found.refusals else ""
        say(f"{len(found.jobs)} would be colored{skipped}{failed}; nothing was done.")
    return 1 if found.refusals else 0
