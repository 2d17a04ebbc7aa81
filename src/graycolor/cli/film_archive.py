"""`graycolor video` over an archive: films by a manifest, or films and results by addresses in a store."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from graycolor.cli.archive import Places, check_files, print_plan, settled
from graycolor.cli.film_run import FilmRun
from graycolor.cli.photo_plan import Telling
from graycolor.cli.photo_table import Tally, print_table
from graycolor.colorizer import Colorizer
from graycolor.errors import UsageError
from graycolor.film.source.frame_file import AUTO
from graycolor.film.source.numbering import is_pattern
from graycolor.jobs.film_plan import FilmOptions, plan_film
from graycolor.jobs.film_records import claim_records
from graycolor.stores.film_errand import FilmErrand, fetched, placing, told_outcome
from graycolor.stores.films import FILMS, no_frames
from graycolor.stores.journal import noting
from graycolor.stores.settle import Settled, hash_of


def color_archive(
    places: Places,
    options: FilmOptions,
    telling: Telling,
    weights: Path | None,
    run: FilmRun,
    open_colorizer: Callable[[], Colorizer],
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
        open_colorizer: opens the network, where there is something to do.
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
        _color_all(found, run, cache(open_colorizer), tally)
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


def _color_all(found: Settled[FilmOptions], run: FilmRun, colorizer: Callable[[], Colorizer], tally: Tally) -> None:
    run.refuse(found.plan)
    for refusal in found.plan.refusals:
        tally.refuse(refusal)
    with noting(found.journal) as notes:
        for errand in found.errands.values():
            with run.failures(errand.job.source, tally.refuse):
                try:
                    size, seconds = _color(errand, run, colorizer)
                except Exception:
                    notes.failed(errand.made)
                    raise
                notes.done(errand.made, (size,), hash_of(errand.job.source))
                tally.count(seconds)


def _color(errand: FilmErrand, run: FilmRun, colorizer: Callable[[], Colorizer]) -> tuple[int, float]:
    """Fetch, color and bring one film; bytes of its result, and seconds of work."""
    with fetched(errand) as here:
        plan = plan_film(here, errand.options)
        run.say(here.source, plan.notes)
        outcome = run.color(plan, colorizer(), errand.options, placing(errand, here))
        run.show(told_outcome(outcome, errand, here), errand, here.target)
    return outcome.size, outcome.seconds
