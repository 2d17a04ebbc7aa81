"""What a run over an archive will do, settled before it begins: what is done already, what may be written where."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath, PurePosixPath
from typing import Generic, NamedTuple

from graycolor import __version__
from graycolor.errors import GraycolorError, InputError, OutputError, UsageError
from graycolor.files import FOR_PHOTOGRAPHS, ExistsError, Job, Plan, Refusal
from graycolor.files.find import listed
from graycolor.files.plan import told_apart
from graycolor.files.regular import sha256_of
from graycolor.names import json_text
from graycolor.stores.address import place_of
from graycolor.stores.destination import Destination, Place, destination_at
from graycolor.stores.journal import Journal, Made, State
from graycolor.stores.medium import Medium, Options
from graycolor.stores.sources import Wanted, as_path


class Errand(NamedTuple, Generic[Options]):
    """A picture or a film to fetch, color and bring to its place.

    Attributes:
        job: source and target, each a path or an address.
        made: of what the result is made.
        size: bytes of the source.
        options: of this one; what they say of overwriting is settled.
        settings: what a person said of this one alone, for the log.
    """

    job: Job
    made: Made
    size: int
    options: Options
    settings: Mapping[str, object] | None = None


class Settled(NamedTuple, Generic[Options]):
    """What will be done.

    Attributes:
        plan: of the run, as any command has one.
        errands: of its jobs.
        journal: takes up what becomes of them.
        finished: those of its jobs that are known to be done.
        strangers: how many results are left alone though they were made of something else, as that was asked for.
    """

    plan: Plan
    errands: Mapping[Job, Errand[Options]]
    journal: Journal
    finished: Sequence[Job]
    strangers: int


def settle(
    medium: Medium[Options],
    wanted: Sequence[Wanted[Options]],
    out: str,
    options: Options,
    weights: str,
    *,
    refused: Sequence[Refusal] = (),
    read: Iterable[Path] = (),
    looking: bool = False,
) -> Settled[Options]:
    """Settle where each result goes and whether it is there already.

    Args:
        medium: what is colored.
        wanted: the pictures or films.
        out: a folder or its address; for a single one a file too.
        options: of all that have none of their own.
        weights: fingerprint of the weights.
        refused: what cannot be done already.
        read: further files that the run reads.
        looking: nothing is made or written, not even folders and the journal.

    Raises:
        UsageError: several would go into one file.
        InputError, OutputError: the journal cannot be read or written.
    """
    root, output = _root_of(out, len(wanted), medium.kind.written)
    destination = destination_at(root, [*_all_read(medium, wanted), *read])
    journal = Journal(destination)
    settling = _Settling(medium, destination, journal, weights, looking)
    jobs = told_apart([settling.job(each, output or each.output, each.options or options) for each in wanted])
    settling.claim(list(zip(jobs, wanted, strict=True)), options)
    for job, each in zip(jobs, wanted, strict=True):
        settling.decide(job, each, each.options or options, is_own=each.options is not None)
    if not looking:
        journal.plan(settling.planned)
    plan = Plan(tuple(settling.errands), (*refused, *settling.refusals.values()), tuple(settling.skipped))
    return Settled(plan, settling.errands, journal, settling.finished, settling.strangers)


def _all_read(medium: Medium[Options], wanted: Sequence[Wanted[Options]]) -> Iterator[Place]:
    """The sources, and what is read for those that have options of their own."""
    for each in wanted:
        yield each.source
        if each.options is not None:
            yield from medium.read(each.options)


def _root_of(out: str, count: int, written: Collection[str]) -> tuple[Place, str]:
    """The place of all results, and the name of the only one where it was said."""
    root = place_of(out)
    is_folder = out.endswith("/") or not root.suffix or (isinstance(root, Path) and root.is_dir())
    if is_folder or root.suffix.lower() not in written:
        return root, ""
    if count > 1:
        raise UsageError(f"{out} is one file, but there are {count} inputs; give a folder with -o.")
    return root.parent, root.name


class _Settling(Generic[Options]):
    """The decisions on one after the other."""

    def __init__(
        self, medium: Medium[Options], destination: Destination, journal: Journal, weights: str, looking: bool
    ) -> None:
        self._medium, self._destination, self._journal = medium, destination, journal
        self._weights, self._looking = weights, looking
        self._shared: dict[int, tuple[Options, str]] = {}
        self.errands: dict[Job, Errand[Options]] = {}
        self.planned: list[tuple[Made, State]] = []
        self.refusals: dict[Job, Refusal] = {}
        self.skipped: list[Job] = []
        self.finished: list[Job] = []
        self.strangers = 0

    def job(self, wanted: Wanted[Options], output: str, options: Options) -> Job:
        """Where a result goes, under the name that was said, or its usual one."""
        name = wanted.folder / (output or self._medium.name(as_path(wanted.source), options))
        return Job(as_path(wanted.source), as_path(self._destination.place(str(name))))

    def claim(self, jobs: Sequence[tuple[Job, Wanted[Options]]], options: Options) -> None:
        """Claim all that will be written, before the first folder is made."""
        for job, wanted in jobs:
            try:
                self._claim(job, wanted.options or options)
            except GraycolorError as error:
                self.refusals[job] = Refusal(job.source, error)

    def _claim(self, job: Job, options: Options) -> None:
        if job.target.suffix.lower() not in self._medium.kind.written:
            able = listed(self._medium.kind.written)
            raise OutputError(
                f"graycolor writes no {job.target.suffix or 'files without a suffix'}, as {job.target} would be; "
                f"choose one of {able}."
            )
        for place in (*self._medium.results(options, job.target), *self._medium.companions(options, job)):
            self._destination.claim(place, f"a result of {job.source}")

    def decide(self, job: Job, wanted: Wanted[Options], options: Options, *, is_own: bool) -> None:
        """Skip one, take it up, or refuse it."""
        if job in self.refusals:
            return
        try:
            shared, options = options, self._medium.own(options, job.source)
            said = self._told(shared) if options is shared else self._said(options)
            made = Made(self._name(job), wanted.content, self._fingerprint(said, job.target))
            there = self._destination.state(self._medium.results(options, job.target))
            if self._is_done(job, made, there, options):
                self.skipped.append(job)
                return
            began = self._journal.began(made, there)
            overwrite = self._may_overwrite(job, options, began=began)
            if not self._looking:
                self._destination.check(job.target)
        except GraycolorError as error:
            self.refusals[job] = Refusal(job.source, error)
            return
        settings = self._medium.told(options) if is_own else None
        options = self._medium.settled(options, overwrite=overwrite)
        self.errands[job] = Errand(job, made, wanted.size, options, settings)
        # What a stopped run of the same kind has left is the run's own, and no other content that lies there.
        self.planned.append((made, State() if began else there))

    def _name(self, job: Job) -> str:
        root = self._destination.place("")
        return PurePosixPath(*job.target.parts[len(root.parts) :]).as_posix()

    def _told(self, options: Options) -> str:
        """`_said`, worked out once for all that share their options."""
        if id(options) not in self._shared:
            self._shared[id(options)] = options, self._said(options)
        return self._shared[id(options)][1]

    def _said(self, options: Options) -> str:
        return json_text(self._medium.deciding(options) | {"version": __version__})

    def _fingerprint(self, said: str, target: PurePath) -> str:
        """The fingerprint of everything that a result depends on besides its source."""
        text = f"{said} {self._weights} {target.suffix.lower()}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def _is_done(self, job: Job, made: Made, there: State, options: Options) -> bool:
        if self._journal.recognizes(made, there, lambda: hash_of(job.source)):
            self.finished.append(job)
            return True
        is_stranger = there.whole and options.skip_existing
        self.strangers += is_stranger
        return is_stranger

    def _may_overwrite(self, job: Job, options: Options, *, began: bool) -> bool:
        """Whether what is there may be replaced: as that was said, or because a stopped run has left it.

        Where nothing is there, what comes in the meantime is another's.
        """
        if options.overwrite:
            return True
        there = [place for place in self._medium.results(options, job.target) if self._destination.is_there(place)]
        if there and not began:
            raise ExistsError(
                f"{there[0]} is already there and was not made of this input with these settings; use "
                f"{FOR_PHOTOGRAPHS.of_existing()}.",
                there[0],
            )
        left = [place for place in self._medium.companions(options, job) if self._destination.is_there(place)]
        for place in () if began else left:
            if not self._destination.is_ours(place):
                raise ExistsError(f"{place} is already there and was not made by graycolor; move it away.", place)
        return bool(there or left)


def hash_of(source: Place) -> str:
    """SHA-256 of a file; nothing where it would have to be downloaded, or cannot be read."""
    if not isinstance(source, Path):
        return ""
    try:
        return sha256_of(source)
    except (InputError, OSError):
        return ""
