"""One run of `graycolor colorize` as it was planned; outcomes are told as they come."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from graycolor.cli.console import report, say, tell_json, tracked
from graycolor.cli.photo_plan import Telling
from graycolor.cli.photo_table import Tally, print_table
from graycolor.cli.refusals import report_refusals
from graycolor.colorizer import Colorizer
from graycolor.errors import OutputError
from graycolor.files import FOR_PHOTOGRAPHS, STDIO, Job, Plan, Refusal
from graycolor.jobs.outcome import Outcome, refused
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.jobs.photos import color_photos
from graycolor.jobs.runlog import RunLog
from graycolor.network.engine import Engine, available_cores
from graycolor.network.weights import fingerprint

if TYPE_CHECKING:
    from graycolor.jobs.page import Page

_PREVIEW_SIDE = 480
"""Longest side of the pictures that a preview is made of."""


Color = Callable[[Sequence[Job]], Generator[Outcome, None, None]]
"""Colors photographs in order, wherever that is done."""


def here(engine: Callable[[], Engine], options: PhotoOptions, threads: int | None) -> Color:
    """Photographs are colored on this machine. `engine` is asked for where there is work."""
    colorizer = cache(lambda: Colorizer.around(engine()))
    return lambda jobs: color_photos(jobs, colorizer, options, threads=threads or available_cores())


def on_ray(
    options: PhotoOptions, weights: Path | None, device: str, *, address: str | None, workers: int | None
) -> Color:
    """Photographs are colored on a Ray cluster; see `graycolor.cluster.photos.color_photos`."""
    from graycolor.cluster import photos

    fingerprint(weights)  # so that weights that are not there are refused here
    known = weights.absolute() if weights else None
    return lambda jobs: photos.color_photos(
        jobs, options, weights=known, device=device, address=address, workers=workers
    )


def carry_out(found: Plan, color: Color, options: PhotoOptions, telling: Telling) -> Tally:
    """Color what is planned, told as it is done; the tally at the end."""
    tally = Tally()
    piped = any(job.target == STDIO for job in found.jobs)
    with Records(options, telling, tally) as records:
        color_planned(found, color, telling, tally, records)
    tell_end(tally, telling._replace(quiet=telling.quiet or piped))
    return tally


def color_planned(found: Plan, color: Color, telling: Telling, tally: Tally, records: Records) -> None:
    """Refuse and color what is planned; all of it is told and counted."""
    tally.skipped += len(found.skipped)
    records.skip(found.skipped)
    report_refusals(found.refusals, FOR_PHOTOGRAPHS)
    for refusal in found.refusals:
        tally.refuse(refusal)
        records.refuse(refusal)
    stop = telling.fail_fast and bool(found.refusals)
    jobs = () if stop else found.jobs
    tally.not_begun = len(found.jobs) - len(jobs)
    outcomes = color(jobs)
    with closing(outcomes):
        _tell_all(outcomes if jobs else iter(()), len(jobs), tally, records, telling)
    if telling.as_json:
        for refusal in found.refusals:
            tell_json(refused(refusal))


def tell_end(tally: Tally, telling: Telling) -> None:
    """The table of a run for people."""
    if not (telling.as_json or telling.quiet):
        print_table(tally, again=telling.again)


class Records:
    """The run's log and page. What they cannot take is said, and costs no picture; the page is written at the end."""

    def __init__(self, options: PhotoOptions, telling: Telling, tally: Tally) -> None:
        settings = _settings(options) if telling.log or telling.page else {}
        mark = options.write.mark
        self._tally, self._telling, self._results = tally, telling, options.results
        self._page = _page(telling.page, settings) if telling.page else None
        self._log = RunLog(telling.log, settings, mark.weights if mark else "") if telling.log else None

    def skip(self, jobs: Sequence[Job]) -> None:
        """Take up jobs whose results were there."""
        if self._page is not None:
            for job in jobs:
                self._page.there(self._results(job.target)[0])

    def refuse(self, refusal: Refusal) -> None:
        """Take up an input that was not begun."""
        if self._page is not None:
            self._page.refuse(refusal)
        if self._log is not None:
            self._try(self._log.refuse, refusal)

    def add(self, outcome: Outcome) -> None:
        """Take up what became of a file."""
        if self._page is not None:
            self._page.add(outcome)
        if self._log is not None:
            self._try(self._log.write, outcome)

    def _try(self, write: Callable[..., None], *what: Any) -> bool:
        try:
            write(*what)
        except OutputError as error:
            report(error)
            return False
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._log is not None:
            self._log.close()
            self._tally.untold |= not self._log.whole
        if self._page is not None:
            is_written = self._try(self._page.write)
            self._tally.untold |= not is_written
            if is_written and not self._telling.quiet:
                say(f"The page is {self._telling.page}; open it in a browser.")


def _settings(options: PhotoOptions) -> dict[str, Any]:
    from graycolor.jobs.sidecar import settings_of

    return settings_of(options)


def _page(path: Path, settings: dict[str, Any]) -> Page:
    from graycolor.jobs.page import Page

    return Page(path, settings)


def _tell_all(outcomes: Iterator[Outcome], total: int, tally: Tally, records: Records, telling: Telling) -> None:
    for number, outcome in enumerate(tracked(outcomes, total, "coloring", quiet=telling.quiet), 1):
        _tell(outcome, telling)
        tally.add(outcome)
        records.add(outcome)
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
        if telling.each and outcome.colored and not telling.as_json:
            say(f"{outcome.results[0]} is there.")
    if telling.show and outcome.views is not None:
        from graycolor.cli.preview import show, way_here

        if way := way_here():
            show(outcome.views, way)
    if telling.as_json:
        tell_json(outcome.as_dict())


def _say_notes(outcome: Outcome) -> None:
    """What the user should know of a picture that went well."""
    if outcome.left_alone:
        say(outcome.left_alone)
    elif outcome.kind == "tinted":
        say(f"{outcome.job.source} is tinted; its tint is replaced.")
    for note in outcome.notes:
        say(f"{outcome.job.target}: {note}")


def side_of_views(telling: Telling) -> int:
    """Longest side of the small pictures that outcomes must carry."""
    if telling.page is not None:
        from graycolor.jobs.page_file import SIDE

        return SIDE
    if not telling.show:
        return 0
    from graycolor.cli.preview import way_here

    if not way_here():
        say("There is no terminal here that shows pictures; --compare and --report do.")
        return 0
    return _PREVIEW_SIDE
