"""`graycolor colorize` over an archive: inputs by a manifest, or inputs and results by addresses in a store."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from functools import cache
from pathlib import Path
from typing import cast

from graycolor.cli.archive import Places, check_files, print_plan, settled
from graycolor.cli.console import say
from graycolor.cli.photo_plan import Telling, all_read, claim_records, say_passed_over
from graycolor.cli.photo_run import carry_out
from graycolor.colorizer import Colorizer
from graycolor.errors import UsageError
from graycolor.files import Job
from graycolor.jobs.outcome import Outcome
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.network.engine import Engine, available_cores
from graycolor.stores.address import Address, place_of
from graycolor.stores.carry import color_errands
from graycolor.stores.photographs import PHOTOGRAPHS
from graycolor.stores.settle import Settled
from graycolor.stores.sources import Wanted

Found = Settled[PhotoOptions]
Carry = Callable[[Found, Sequence[Job]], Generator[Outcome, None, None]]
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
    check_files({"--log": telling.log, "--report": telling.page, "--reference": options.reference})
    found = settled(
        PHOTOGRAPHS,
        places._replace(read=[*all_read(options, places.read)]),
        options,
        weights,
        claim=lambda claims: claim_records(claims, telling),
        check=lambda out, wanted: _check(out, wanted, places, options, telling),
        note=None if telling.quiet or telling.as_json else say,
        looking=looking,
    )
    if looking:
        return print_plan(PHOTOGRAPHS, found, telling)
    told = telling._replace(again=True)
    return carry_out(found.plan, lambda jobs: carry(found, jobs), options, told).exit_code


def _check(
    out: str, wanted: Sequence[Wanted[PhotoOptions]], places: Places, options: PhotoOptions, telling: Telling
) -> None:
    say_passed_over(places.inputs, telling, recursive=places.recursive)
    if options.keep_times and any(isinstance(each, Address) for each in (place_of(out), *(w.source for w in wanted))):
        raise UsageError("Objects of a store have no times that could be kept or set; leave out --keep-times.")


def here(engine: Callable[[], Engine] | None, threads: int | None) -> Carry:
    """Pictures are fetched, colored on this machine, and brought to their places."""

    def carry(found: Found, jobs: Sequence[Job]) -> Generator[Outcome, None, None]:
        errands = [found.errands[job] for job in jobs]
        colorizer = cache(lambda: Colorizer.around(cast("Callable[[], Engine]", engine)()))
        return color_errands(errands, found.journal, colorizer, threads=threads or available_cores())

    return carry


def on_ray(weights: Path | None, device: str, *, address: str | None, workers: int | None) -> Carry:
    """The same on the machines of a Ray cluster."""
    from graycolor.stores.on_ray import color_errands_on_ray

    known = weights.absolute() if weights else None

    def carry(found: Found, jobs: Sequence[Job]) -> Generator[Outcome, None, None]:
        errands = [found.errands[job] for job in jobs]
        return color_errands_on_ray(
            errands, found.journal, weights=known, device=device, address=address, workers=workers
        )

    return carry
