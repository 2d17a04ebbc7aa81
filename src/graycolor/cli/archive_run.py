"""`graycolor colorize` over an archive: inputs by a manifest, or inputs and results by addresses in a store."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple, cast

from graycolor.cli.configured import look_named
from graycolor.cli.console import say, tell, tell_json
from graycolor.cli.photo_plan import Telling, all_read, claim_records, say_passed_over, suffix_of
from graycolor.cli.photo_run import carry_out
from graycolor.cli.refusals import report_refusals
from graycolor.colorizer import Colorizer
from graycolor.errors import UsageError
from graycolor.files import FOR_PHOTOGRAPHS, STDIO, Claims, Job
from graycolor.jobs.outcome import Outcome
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.names import told
from graycolor.network.engine import Engine, available_cores
from graycolor.network.weights import fingerprint
from graycolor.stores.address import Address, is_stored, place_of
from graycolor.stores.carry import color_errands
from graycolor.stores.manifest import read_manifest
from graycolor.stores.settle import Settled, settle
from graycolor.stores.sources import find_wanted


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


Carry = Callable[[Settled, Sequence[Job]], Generator[Outcome, None, None]]
"""Does the jobs of what was settled, wherever that is done."""


def color_archive(
    places: Places, options: PhotoOptions, telling: Telling, weights: Path | None, carry: Carry, *, looking: bool
) -> int:
    """Color what a manifest or addresses name, told as it is done; the exit code.

    Args:
        places: what was said of inputs and results.
        options: of all pictures that have none of their own.
        telling: how the run is told.
        weights: of the network.
        carry: does the work.
        looking: only say what would be done.

    Raises:
        UsageError: something was asked for that archives do not have.
        InputError, OutputError: the manifest or the journal cannot be read or written.
    """
    found = _settled(places, options, telling, weights, looking=looking)
    if looking:
        return print_plan(found, telling)
    told = telling._replace(again=True)
    return carry_out(found.plan, lambda jobs: carry(found, jobs), options, told).exit_code


def _settled(
    places: Places, options: PhotoOptions, telling: Telling, weights: Path | None, *, looking: bool
) -> Settled:
    out = _refuse_unfit(places, options, telling)
    if places.manifest is not None:
        wanted, refused = read_manifest(places.manifest, options, look_named)
    else:
        note = (lambda _: None) if telling.quiet or telling.as_json else say
        wanted, refused = find_wanted(places.inputs, recursive=places.recursive, note=note)
        say_passed_over(places.inputs, telling, recursive=places.recursive)
    if options.keep_times and any(isinstance(each, Address) for each in (place_of(out), *(w.source for w in wanted))):
        raise UsageError("Objects of a store have no times that could be kept or set; leave out --keep-times.")
    own = list(all_read(options, [*places.read, places.manifest]))
    claim_records(Claims([*own, *(each.source for each in wanted if isinstance(each.source, Path))]), telling)
    found = settle(
        wanted,
        out,
        options,
        fingerprint(weights),
        refused=refused,
        read=own,
        suffix=suffix_of(options.format),
        looking=looking,
    )
    if found.strangers:
        say(
            f"{found.strangers} results are there that were not made of these inputs with these settings; they are "
            "left alone, and --overwrite replaces them."
        )
    return found


def _refuse_unfit(places: Places, options: PhotoOptions, telling: Telling) -> str:
    """Refuse what archives do not have; where results go comes back."""
    if not places.out:
        raise UsageError("Say with -o where the results go: a folder, or the address of one.")
    if str(STDIO) in (*places.inputs, places.out):
        raise UsageError("Standard input and output have no place in an archive; name files or addresses.")
    for flag, path in (("--log", telling.log), ("--report", telling.page), ("--reference", options.reference)):
        if isinstance(path, Path) and is_stored(str(path).replace(":/", "://", 1)):
            raise UsageError(f"{flag} takes a file of this machine; copy it from or to the store yourself.")
    return places.out


def here(engine: Callable[[], Engine] | None, threads: int | None) -> Carry:
    """Pictures are fetched, colored on this machine, and brought to their places."""

    def carry(found: Settled, jobs: Sequence[Job]) -> Generator[Outcome, None, None]:
        errands = [found.errands[job] for job in jobs]
        colorizer = cache(lambda: Colorizer.around(cast("Callable[[], Engine]", engine)()))
        return color_errands(errands, found.journal, colorizer, threads=threads or available_cores())

    return carry


def on_ray(weights: Path | None, device: str, *, address: str | None, workers: int | None) -> Carry:
    """The same on the machines of a Ray cluster."""
    from graycolor.stores.on_ray import color_errands_on_ray

    known = weights.absolute() if weights else None

    def carry(found: Settled, jobs: Sequence[Job]) -> Generator[Outcome, None, None]:
        errands = [found.errands[job] for job in jobs]
        return color_errands_on_ray(
            errands, found.journal, weights=known, device=device, address=address, workers=workers
        )

    return carry


def print_plan(found: Settled, telling: Telling) -> int:
    """What would be done, by the names alone: pictures are not fetched for it; returns the exit code."""
    plan = found.plan
    report_refusals(plan.refusals, FOR_PHOTOGRAPHS)
    for job, errand in found.errands.items():
        results = errand.options.results(job.target)
        if telling.as_json:
            outputs = [told(result) for result in results]
            tell_json({"input": told(job.source), "output": outputs[0], "outputs": outputs, "dry_run": True})
        elif not telling.quiet:
            tell(f"{job.source} -> {', '.join(map(str, results))}")
    if not (telling.as_json or telling.quiet):
        skipped = f", {len(plan.skipped)} skipped, done already" if plan.skipped else ""
        refused = f", {len(plan.refusals)} cannot be done" if plan.refusals else ""
        say(f"{len(plan.jobs)} would be colored{skipped}{refused}; nothing was done, and no picture was looked into.")
    return int(bool(plan.refusals))
