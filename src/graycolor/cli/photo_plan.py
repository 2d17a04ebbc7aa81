"""What was said to `graycolor colorize`, as options and a plan of everything that the run will write."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from graycolor.cli.console import report, say, tell, tell_json
from graycolor.cli.refusals import report_refusals
from graycolor.errors import GraycolorError, UsageError
from graycolor.files import (
    FOR_PHOTOGRAPHS,
    PICTURE_SUFFIXES,
    STDIO,
    Claims,
    Plan,
    find_inputs,
    named,
    named_folders,
    plan,
)
from graycolor.jobs.photo_options import PhotoOptions, options_of
from graycolor.jobs.results import is_ours
from graycolor.jobs.runlog import check_log
from graycolor.names import told
from graycolor.network.engine import available_cores
from graycolor.network.weights import fingerprint
from graycolor.pictures.formats import format_of_suffix, suffix_of
from graycolor.pictures.metadata.mark import Mark

if TYPE_CHECKING:
    from graycolor.guidance.hints import Hint
    from graycolor.jobs.dry_run import Foreseen


class Telling(NamedTuple):
    """How a run is told, and when it stops; `each` names every result when it is there, before the table.

    `again` lists failures at the end once more: what was said of them is far above in a run over an archive.
    """

    as_json: bool = False
    quiet: bool = False
    show: bool = False
    fail_fast: bool = False
    log: Path | None = None
    page: Path | None = None
    each: bool = False
    again: bool = False


def said_options(
    context: typer.Context,
    settings: dict[str, Any],
    *,
    hints: Sequence[str],
    file: Path | None,
    saved: Path | None,
    weights: Path | None,
    **run: Any,
) -> PhotoOptions:
    """Options of the flags, over those of a settings file.

    Args:
        context: knows which flags stood on the command line: they win over the file.
        settings: the flags' values, under their parameters' names.
        hints, file: colors that were placed, besides those in the settings file; a folder has one file a picture.
        saved: the settings file.
        weights: of the run, None for the embedded ones.
        run: see `graycolor.jobs.photo_options.options_of`.
    """
    folder = file if file is not None and file.is_dir() else None
    placed = _placed(hints, None if folder else file)
    merged = {_NAMES.get(name, name): value for name, value in settings.items()}
    prints = _fingerprint(weights)
    if saved is not None:
        from graycolor.jobs.sidecar import read_sidecar

        sidecar = read_sidecar(saved)
        given = {_NAMES.get(name, name) for name in settings if _is_given(context, name)}
        merged |= {name: value for name, value in sidecar.settings.items() if name not in given}
        placed = (*sidecar.settings["hints"], *placed)
        if difference := sidecar.differences(prints):
            say(f"{saved}: {difference}")
    mark = Mark(_version(), prints) if prints else None
    return options_of(merged | {"hints": placed}, mark, hints_folder=folder, **run)


def _placed(hints: Sequence[str], file: Path | None) -> tuple[Hint, ...]:
    if not hints and file is None:
        return ()
    from graycolor.guidance.hints import Hint, read_hints

    return (*map(Hint.parse, hints), *(read_hints(file) if file is not None else ()))


_NAMES = {"output_format": "format", "input_kind": "input"}
"""Parameters whose flags are words of Python's."""


def _is_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source("no_mark" if name == "mark" else name)
    return source is not None and source.name == "COMMANDLINE"


def _version() -> str:
    from graycolor import __version__

    return __version__


def _fingerprint(weights: Path | None) -> str:
    """Fingerprint of the weights; empty where they cannot be read, which the engine will say."""
    try:
        return fingerprint(weights)
    except GraycolorError:
        return ""


def planned(
    inputs: Sequence[str],
    out: str | None,
    options: PhotoOptions,
    telling: Telling,
    *,
    recursive: bool,
    read: Iterable[Path | None] = (),
    saved: Path | None = None,
    make_folders: bool = True,
    roots: Collection[Path] | None = None,
    claims: Claims | None = None,
) -> Plan:
    """Inputs found and results named, under the suffix of the format asked for; all that will be written is claimed.

    Args:
        read: further files that the run reads.
        saved: the settings file, which the settings of the result may replace: so a picture is worked on step by step.
        roots: folders whose trees results mirror; None for those among the inputs.
        claims: of the rounds before, where the inputs come in several.
    """
    names = [name for name in inputs if name != str(STDIO)]
    sources, missing = find_inputs(names, recursive=recursive)
    claims = claims or Claims()
    claims.protect([*sources, *all_read(options, read)])
    if len(names) < len(inputs):
        sources.append(STDIO)
    suffix = suffix_of(options.format)
    found = plan(
        sources,
        out,
        overwrite=options.overwrite,
        skip_existing=options.skip_existing,
        results=options.results,
        companions=options.companions,
        is_ours=is_ours,
        roots=named_folders(names) if roots is None else roots,
        claims=claims,
        result_name=lambda source: named(source, suffix or source.suffix),
        make_folders=make_folders,
    )
    claims.protect([saved] if saved else [])
    claim_records(claims, telling)
    return Plan(found.jobs, (*missing, *found.refusals), found.skipped)


def all_read(options: PhotoOptions, others: Iterable[Path | None]) -> Iterator[Path]:
    """All files that a run reads beside its pictures."""
    if options.hints_folder is not None:
        yield from options.hints_folder.iterdir()
    yield from (path for path in (options.reference, *others) if isinstance(path, Path))


def claim_records(claims: Claims, telling: Telling) -> None:
    """The log and the page get places of their own, or the run does not begin."""
    if telling.page is not None:
        from graycolor.jobs.page_file import PHOTO_PAGE, check_page

        claims.claim(telling.page, "the page of this run", "choose another name with --report", UsageError)
        check_page(telling.page, PHOTO_PAGE)
    if telling.log is not None:
        claims.claim(telling.log, "the log of this run", "choose another name with --log", UsageError)
        check_log(telling.log)


def check_format(context: typer.Context, output_format: str | None, out: str | None) -> None:
    """Refuse a format that was said beside a file of another one."""
    if not output_format or not _is_given(context, "output_format"):
        return
    suffix = "" if not out or out.endswith(("/", os.sep)) or Path(out).is_dir() else Path(out).suffix.lower()
    if suffix in PICTURE_SUFFIXES and format_of_suffix(suffix) != format_of_suffix(suffix_of(output_format)):
        raise UsageError(f"--format {output_format} and -o {out} say two formats; leave out --format, or change -o.")


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


def say_passed_over(names: Sequence[str], telling: Telling, *, recursive: bool) -> None:
    """What the folders named hold that is not colored."""
    if telling.as_json or telling.quiet or not any(map(os.path.isdir, names)):
        return
    from graycolor.files.passed_over import passed_over

    for sentence in passed_over(names, recursive=recursive):
        say(sentence)


def print_plan(found: Plan, options: PhotoOptions, telling: Telling) -> int:
    """What would be done, after a look into every file; returns the exit code."""
    from graycolor.jobs.dry_run import foresee

    report_refusals(found.refusals, FOR_PHOTOGRAPHS)
    failed, alone = len(found.refusals), 0
    for each in foresee(found.jobs, options, threads=available_cores()):
        _tell_foreseen(each, options, telling)
        failed, alone = failed + (each.error is not None), alone + bool(each.left_alone)
    colored = len(found.jobs) + len(found.refusals) - failed - alone
    if not (telling.as_json or telling.quiet):
        skipped = f", {len(found.skipped)} skipped, done already" if found.skipped else ""
        left = f", {alone} left alone" if alone else ""
        refused = f", {failed} cannot be done" if failed else ""
        say(f"{colored} would be colored{skipped}{left}{refused}; nothing was done.")
    return int(bool(failed) or (bool(alone) and not (colored or found.skipped)))


def _tell_foreseen(each: Foreseen, options: PhotoOptions, telling: Telling) -> None:
    """One file: where its results would go, or why there would be none; and what they would not keep."""
    job, results = each.job, options.results(each.job.target)
    if each.error is not None:
        report(each.error)
    if telling.as_json:
        outputs = [told(result) for result in results] if each.error is None and not each.left_alone else []
        tell_json(
            {
                "input": told(job.source),
                "output": outputs[0] if outputs else None,
                "outputs": outputs,
                "dry_run": True,
                "notes": each.notes,
                "left_alone": each.left_alone or None,
                "error": None if each.error is None else str(each.error),
            }
        )
    elif each.left_alone:
        say(each.left_alone)
    elif each.error is None and not telling.quiet:
        tell(f"{job.source} -> {', '.join(map(str, results))}")
        for note in each.notes:
            say(f"{job.target}: {note}")
