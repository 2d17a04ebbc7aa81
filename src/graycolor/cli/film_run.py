"""One run of `graycolor video`: films are planned, then colored one after another, and told as they are done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from graycolor.cli.console import report, say, tell, tell_json
from graycolor.cli.film_progress import film_progress
from graycolor.cli.refusals import report_refusals
from graycolor.errors import GraycolorError, OutputError, UsageError
from graycolor.files import FOR_FILMS, Plan, Refusal
from graycolor.files.disk import size_told
from graycolor.jobs.outcome import refused
from graycolor.names import readable

if TYPE_CHECKING:
    from graycolor.colorizer import Colorizer
    from graycolor.jobs.film_coloring import Progress
    from graycolor.jobs.film_estimate import Estimate
    from graycolor.jobs.film_page import FilmPage
    from graycolor.jobs.film_plan import FilmOptions, FilmPlan
    from graycolor.jobs.films import FilmOutcome
    from graycolor.jobs.runlog import RunLog
    from graycolor.stores.film_errand import FilmErrand


class FilmRun:
    """The films of one run.

    Attributes:
        failed: films that were not colored, and a log or a page that could not be kept.
        again: how to go on with a run that was stopped.
    """

    def __init__(self, *, as_json: bool, quiet: bool, dry_run: bool) -> None:
        self._as_json, self._quiet, self._dry_run = as_json, quiet, dry_run
        self.again = "run the same command again with --skip-existing to go on"
        self.failed = 0
        self._log: RunLog | None = None
        self._page: FilmPage | None = None
        self._done = 0
        self._begun: FilmPlan | None = None

    @property
    def kept(self) -> str:
        """A sentence for somebody who stops the run: what is kept, and how to go on."""
        from graycolor.film.output.leftovers import is_finished
        from graycolor.film.output.segments import frames_left_by_earlier_run

        plan = self._begun
        if plan is not None and is_finished(plan.job.target):
            return f"{readable(plan.job.source.name)} is finished; {self.again}."
        if plan is not None and (kept := frames_left_by_earlier_run(plan.job.target)):
            what = f"The beginning of {readable(plan.job.source.name)}, {kept} of about {plan.frames} frames,"
            return f"{what} is kept; run the same command again to go on."
        if self._done:
            return f"What is finished is kept; {self.again}."
        if plan is None:
            return "Nothing was begun."
        return (
            "Nothing was finished yet (the first piece ends after about four seconds of film); the same command begins "
            "anew."
        )

    @contextmanager
    def told(
        self, log: Path | None, page: Path | None, options: FilmOptions, weights: Path | None, *, skipped: int
    ) -> Iterator[None]:
        """Keep a log and a page of what becomes of the films, where they are asked for and something is done."""
        with ExitStack() as stack:
            if not self._dry_run:
                if page is not None:
                    self._page = _page(page, options, weights, skipped)
                if log is not None:
                    self._log = stack.enter_context(_log(log, options, weights))
            yield
            if self._page is not None:
                self._keep(self._page.write)
        self.failed += self._log is not None and not self._log.whole

    def planned(self, found: Plan, options: FilmOptions) -> list[FilmPlan]:
        """What will be done with each film, with its notes said; those that cannot be done are reported."""
        from graycolor.jobs.film_plan import plan_film

        self.refuse(found)
        plans = []
        for job in found.jobs:
            with self.failures(job.source):
                plans.append(plan_film(job, options))
                self.say(job.source, plans[-1].notes)
        return plans

    def refuse(self, found: Plan) -> None:
        """Report what cannot be done, and say how much is done already."""
        report_refusals(found.refusals, FOR_FILMS)
        for refusal in found.refusals:
            self._refuse(refusal)
        if found.skipped and not self._quiet:
            say(f"{_count(len(found.skipped), 'film')} skipped, done already.")

    def carry_out(self, plans: Sequence[FilmPlan], colorizer: Colorizer, options: FilmOptions) -> None:
        """Color the films one after another, or estimate what they will take."""
        from graycolor.jobs.film_estimate import estimate
        from graycolor.jobs.films import color_film

        for plan in plans:
            with self.failures(plan.job.source):
                if self._dry_run:
                    self._show_estimate(estimate(plan, colorizer, options))
                    continue
                with self.at_work(plan) as tell_progress:
                    outcome = color_film(plan, colorizer, options, tell_progress)
                self.show(outcome)

    @contextmanager
    def at_work(self, plan: FilmPlan) -> Iterator[Callable[[Progress], None]]:
        """The block within which one film is colored; what comes shows its progress."""
        self._begun = plan
        with film_progress(plan.job.source.name, quiet=self._quiet) as tell_progress:
            yield tell_progress
        self._begun, self._done = None, self._done + 1

    def carry_out_on_ray(
        self,
        plans: Sequence[FilmPlan],
        options: FilmOptions,
        weights: Path | None,
        device: str,
        *,
        address: str | None,
        workers: int | None,
    ) -> None:
        """Color the films on a Ray cluster; see `graycolor.cluster.films.color_films`."""
        from graycolor.cluster.films import color_films
        from graycolor.network.weights import fingerprint

        fingerprint(weights)  # so that weights that are not there are refused here
        name = plans[0].job.source.name if len(plans) == 1 else _count(len(plans), "film")
        with film_progress(name, quiet=self._quiet) as tell_progress:
            outcomes = color_films(
                plans,
                options,
                weights=weights.absolute() if weights else None,
                device=device,
                address=address,
                workers=workers,
                progress=tell_progress,
            )
            with closing(outcomes):
                for plan in plans:
                    self._begun = plan
                    outcome = next(outcomes)  # where there is no cluster, there is none for the other films either
                    with self.failures(plan.job.source):
                        if isinstance(outcome, GraycolorError):
                            raise outcome
                        self._begun, self._done = None, self._done + 1
                        self.show(outcome)

    @contextmanager
    def failures(self, source: Path, failed: Callable[[Refusal], None] | None = None) -> Iterator[None]:
        """A film that fails is told, and costs no other.

        Settings that cannot work end the run, unless somebody takes up which films have `failed`: each of these may
        have settings of its own.
        """
        try:
            yield
        except GraycolorError as error:
            if failed is None and isinstance(error, UsageError):
                raise
            report(error)
            self._refuse(refusal := Refusal(source, error))
            if failed is not None:
                failed(refusal)

    def _refuse(self, refusal: Refusal) -> None:
        self.failed += 1
        self._note(refused(refusal))
        if self._page is not None:
            self._page.refuse(refusal)
        if self._as_json:
            tell_json(refused(refusal))

    def _note(self, entry: dict[str, Any], own: Mapping[str, Any] = MappingProxyType({})) -> None:
        """Take an entry up in the log, where there is one; what it lacks at the end counts as a failure there."""
        try:
            if self._log is not None:
                self._log.add(entry, own)
        except OutputError as error:
            report(error)

    def _keep(self, write: Callable[..., None], *what: Any) -> None:
        """Do something for the page; what it cannot take is said, and costs no film."""
        try:
            write(*what)
        except GraycolorError as error:
            self.failed += 1
            report(error)

    def say(self, source: Path, notes: Sequence[str]) -> None:
        """Say notes, each beginning with the film's name: in a batch nobody knows otherwise whose they are."""
        for note in () if self._quiet else notes:
            named = note.startswith((str(source), source.name))
            say(note if named else f"{source.name}: {note}")

    def show(self, outcome: FilmOutcome, errand: FilmErrand | None = None, result: Path | None = None) -> None:
        """Tell what became of a film: of an archive with what it was to be done, and where the result lies now."""
        from graycolor.jobs.film_entries import outcome_entry

        self.say(outcome.plan.job.source, outcome.notes)
        own = errand.settings if errand is not None else None
        self._note(outcome_entry(outcome), {} if own is None else {"settings": own})
        if self._page is not None:
            self._keep(self._page.add, outcome, errand.options if errand is not None else None, result)
        if self._as_json:
            tell_json(outcome_entry(outcome))
        elif not self._quiet:
            tell(_outcome_line(outcome))

    def _show_estimate(self, estimate: Estimate) -> None:
        from graycolor.jobs.film_entries import estimate_entry

        if self._as_json:
            tell_json(estimate_entry(estimate))
            return
        for line in _estimate_lines(estimate):
            tell(line)


def _page(path: Path, options: FilmOptions, weights: Path | None, skipped: int) -> FilmPage:
    from graycolor.jobs.film_page import FilmPage

    return FilmPage(path, options, weights, skipped)


def _log(path: Path, options: FilmOptions, weights: Path | None) -> RunLog:
    from graycolor.jobs.film_entries import settings_entry
    from graycolor.jobs.runlog import RunLog
    from graycolor.network.weights import fingerprint

    return RunLog(path, settings_entry(options), fingerprint(weights))


def _outcome_line(outcome: FilmOutcome) -> str:
    doubtful = sum(shot.doubtful for shot in outcome.shots)
    of_shots = f", {doubtful} of {_count(len(outcome.shots), 'shot')} doubtful" if doubtful else ""
    frames, size = _count(outcome.frames, "frame"), size_told(outcome.size)
    return f"{outcome.plan.job.target}  {frames}, {size}, {outcome.seconds:.1f} s{of_shots}"


def _estimate_lines(estimate: Estimate) -> Iterator[str]:
    film, encoding, job = estimate.plan.film, estimate.plan.encoding, estimate.plan.job
    frames, shots = _count(estimate.plan.frames, "frame"), _count(estimate.shots, "shot")
    tracks = _count(len(estimate.plan.packing.ways), "other track")
    yield f"{job.source} -> {job.target}"
    yield (
        f"  {film.width} x {film.height}, {float(film.rate):.5g} frames/s, {film.codec} {film.pixels}"
        f" -> {encoding.codec} {encoding.pixel_format.name}; {tracks} copied"
    )
    if estimate.done:
        yield f"  {estimate.done} of about {frames} {'is' if estimate.done == 1 else 'are'} done already"
    yield (
        f"  about {frames} in {shots}, {_duration(estimate.seconds)}, {size_told(estimate.size)},"
        f" and {size_told(estimate.scratch)} beside it until it is finished"
    )


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"
