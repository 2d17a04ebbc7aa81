"""`graycolor video` over an archive: films by a manifest, or films and results by addresses in a store."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import cache
from pathlib import Path

from graycolor.cli.archive import Places, check_files, print_plan, settled
from graycolor.cli.film_run import FilmRun
from graycolor.cli.photo_plan import Telling
from graycolor.cli.photo_table import Tally, print_table
from graycolor.colorizer import Colorizer
from graycolor.errors import GraycolorError, UsageError
from graycolor.film.output.leftovers import clear_parts
from graycolor.film.source.frame_file import AUTO
from graycolor.film.source.numbering import is_pattern
from graycolor.jobs.film_plan import FilmOptions, FilmPlan, plan_film
from graycolor.jobs.film_records import claim_records
from graycolor.jobs.films import FilmOutcome, color_film
from graycolor.stores.film_errand import FilmErrand, bring, fetched, notes_of, placing, told_outcome
from graycolor.stores.films import FILMS, no_frames
from graycolor.stores.journal import noting
from graycolor.stores.scratch import sweep
from graycolor.stores.settle import Settled, hash_of

Carry = Callable[[FilmErrand, FilmPlan], FilmOutcome]
"""Colors a film that is on this machine and brings its result, wherever the coloring is done."""


def color_archive(
    places: Places,
    options: FilmOptions,
    telling: Telling,
    weights: Path | None,
    run: FilmRun,
    carrying: AbstractContextManager[Carry],
    *,
    looking: bool,
) -> int:
    """Color the films that a manifest or addresses name, one after the other, told as it is done; the exit code.

    Args:
        places: what was said of inputs and results.
        options: of all films that have none of their own.
        telling: how the run is told.
        weights: of the network.
        run: tells what becomes of the films.
        carrying: does the work, for the length of the block.
        looking: only say what would be done.

    Raises:
        UsageError: something was asked for that archives do not have.
        InputError, OutputError: the manifest or the journal cannot be read or written.
    """
    _refuse_unfit(places, options, telling)
    found = settled(
        FILMS,
        places._replace(read=(*places.read, weights)),
        options,
        weights,
        claim=lambda claims: claim_records(claims, options.snapshot, telling.log, telling.page),
        looking=looking,
    )
    if looking:
        return print_plan(FILMS, found, telling)
    run.again = "run the same command again to go on"
    tally = Tally(skipped=len(found.plan.skipped))
    with run.told(telling.log, telling.page, options, weights, skipped=tally.skipped):
        run.refuse(found.plan)
        for job in found.finished:
            if isinstance(job.target, Path):
                clear_parts(job.target)
        for refusal in found.plan.refusals:
            tally.refuse(refusal)
        if found.errands:
            with carrying as carry:
                _color_all(found, run, carry, tally)
    if not (telling.as_json or telling.quiet):
        print_table(tally, again=True)
    return int(bool(run.failed))


def _refuse_unfit(places: Places, options: FilmOptions, telling: Telling) -> None:
    """Refuse what archives of films do not have."""
    if frames := next(filter(is_pattern, filter(None, (*places.inputs, places.out))), None):
        raise UsageError(no_frames(frames))
    if (options.rate, options.sound, options.transfer) != (None, None, AUTO):
        raise UsageError("--rate, --sound and --transfer are of numbered frames; leave them out.")
    check_files({"--log": telling.log, "--report": telling.page, "--snapshot": options.snapshot})
    for each in options.references:
        check_files({"--reference": each.photo})


def _color_all(found: Settled[FilmOptions], run: FilmRun, carry: Carry, tally: Tally) -> None:
    sweep(Path(tempfile.gettempdir()))
    with noting(found.journal) as notes:
        for errand in found.errands.values():
            with run.failures(errand.job.source, tally.refuse):
                try:
                    size, seconds = _color(errand, run, carry)
                except Exception as error:
                    notes.failed(errand.made, error)
                    raise
                notes.done(errand.made, (size,), hash_of(errand.job.source))
                tally.count(seconds)


def _color(errand: FilmErrand, run: FilmRun, carry: Carry) -> tuple[int, float]:
    """Fetch, color and bring one film; bytes of its result, and seconds of work."""
    with fetched(errand) as here:
        plan = plan_film(here, errand.options)
        run.say(errand.job.source, notes_of(plan, errand, here))
        outcome = carry(errand, plan)
        run.show(told_outcome(outcome, errand, here), errand, here.target)
    return outcome.size, outcome.seconds


@contextmanager
def here(run: FilmRun, open_colorizer: Callable[[], Colorizer]) -> Iterator[Carry]:
    """Films are colored on this machine; the network is opened where there is something to do."""
    colorizer = cache(open_colorizer)

    def carry(errand: FilmErrand, plan: FilmPlan) -> FilmOutcome:
        with run.at_work(plan) as tell_progress:
            return color_film(plan, colorizer(), errand.options, tell_progress, placing=placing(errand, plan.job))

    yield carry


@contextmanager
def on_ray(
    run: FilmRun, weights: Path | None, device: str, *, address: str | None, workers: int | None
) -> Iterator[Carry]:
    """One film after the other is colored by all machines of a Ray cluster, and fetched and brought by this one."""
    from graycolor.cluster.films import color_films
    from graycolor.cluster.session import cluster

    known = weights.absolute() if weights else None

    def carry(errand: FilmErrand, plan: FilmPlan) -> FilmOutcome:
        with run.at_work(plan) as tell_progress:
            outcomes = color_films(
                [plan],
                errand.options,
                weights=known,
                device=device,
                address=address,
                workers=workers,
                progress=tell_progress,
                placed=lambda plan: bring(errand, plan.job),
                needed=[plan.job.source.parent, plan.job.target.parent],
            )
            with closing(outcomes):
                outcome = next(outcomes)
            if isinstance(outcome, GraycolorError):
                raise outcome
            return outcome

    with cluster(address, workers):  # one for all films
        yield carry
