"""A run over an archive, be it of photographs or of films: what was said of it, and what will be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from graycolor.cli.configured import look_named
from graycolor.cli.console import say, tell, tell_json
from graycolor.cli.photo_plan import Telling
from graycolor.cli.refusals import report_refusals
from graycolor.errors import UsageError
from graycolor.files import FOR_PHOTOGRAPHS, STDIO, Claims
from graycolor.jobs.outcome import refused
from graycolor.names import told
from graycolor.network.weights import fingerprint
from graycolor.stores.address import is_stored
from graycolor.stores.manifest import read_manifest
from graycolor.stores.medium import Medium, Options
from graycolor.stores.settle import Settled, settle
from graycolor.stores.sources import Wanted, find_wanted


class Places(NamedTuple):
    """What was said of inputs and results.

    Attributes:
        inputs: names and addresses; none where there is a manifest.
        manifest: the table that names the inputs.
        out: where results go.
        recursive: folders within folders are searched too.
        read: further files that the run reads.
    """

    inputs: Sequence[str]
    manifest: Path | None
    out: str | None
    recursive: bool = False
    read: Sequence[Path | None] = ()


def settled(
    medium: Medium[Options],
    places: Places,
    options: Options,
    weights: Path | None,
    *,
    claim: Callable[[Claims], None],
    check: Callable[[str, Sequence[Wanted[Options]]], None] = lambda _out, _wanted: None,
    note: Callable[[str], None] | None = None,
    looking: bool = False,
) -> Settled[Options]:
    """What will be done.

    Args:
        medium: what is colored.
        places: what was said of inputs and results.
        options: of all that have none of their own.
        weights: of the network.
        claim: claims what the run writes beside its results.
        check: refuses what the results' place or the sources do not have.
        note: is told what is passed over.
        looking: only say what would be done.

    Raises:
        UsageError: something was asked for that archives do not have.
        InputError, OutputError: the manifest or the journal cannot be read or written.
    """
    out = _checked_out(places)
    if places.manifest is not None:
        wanted, refused = read_manifest(medium, places.manifest, options, look_named)
    else:
        wanted, refused = find_wanted(places.inputs, medium.kind, recursive=places.recursive, note=note)
    check(out, wanted)
    own = [*medium.read(options), *filter(None, (*places.read, places.manifest))]
    claim(Claims([*own, *(each.source for each in wanted if isinstance(each.source, Path))]))
    found = settle(medium, wanted, out, options, fingerprint(weights), refused=refused, read=own, looking=looking)
    if found.strangers:
        say(_strangers_told(found.strangers))
    return found


def _strangers_told(count: int) -> str:
    if count == 1:
        return (
            "1 result is there that was not made of its input with these settings; it is left alone, and --overwrite "
            "replaces it."
        )
    return (
        f"{count} results are there that were not made of these inputs with these settings; they are left alone, and "
        "--overwrite replaces them."
    )


def _checked_out(places: Places) -> str:
    """Where results go, once it is known that this is a place."""
    if not places.out:
        raise UsageError("Say with -o where the results go: a folder, or the address of one.")
    if str(STDIO) in (*places.inputs, places.out):
        raise UsageError("Standard input and output have no place in an archive; name files or addresses.")
    return places.out


def check_files(files: Mapping[str, object]) -> None:
    """Refuse addresses where files of this machine are meant, by the options that name them.

    Raises:
        UsageError: one is an address.
    """
    for flag, path in files.items():
        if isinstance(path, Path) and is_stored(str(path).replace(":/", "://", 1)):
            raise UsageError(f"{flag} takes a file of this machine; copy it from or to the store yourself.")


def print_plan(medium: Medium[Options], found: Settled[Options], telling: Telling) -> int:
    """What would be done, by the names alone: nothing is fetched for it; returns the exit code."""
    plan = found.plan
    report_refusals(plan.refusals, FOR_PHOTOGRAPHS)
    for refusal in plan.refusals if telling.as_json else ():
        tell_json(refused(refusal) | {"dry_run": True})
    for job, errand in found.errands.items():
        results = medium.results(errand.options, job.target)
        if telling.as_json:
            outputs = [told(result) for result in results]
            tell_json({"input": told(job.source), "output": outputs[0], "outputs": outputs, "dry_run": True})
        elif not telling.quiet:
            tell(f"{job.source} -> {', '.join(map(str, results))}")
    if not (telling.as_json or telling.quiet):
        skipped = f", {len(plan.skipped)} skipped, done already" if plan.skipped else ""
        undone = f", {len(plan.refusals)} cannot be done" if plan.refusals else ""
        say(
            f"{len(plan.jobs)} would be colored{skipped}{undone}; nothing was done, and no {medium.noun} was looked "
            "into."
        )
    return int(bool(plan.refusals))
