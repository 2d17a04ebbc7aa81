"""What a run over an archive will do, settled before it begins: what is done already, what may be written where."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePath, PurePosixPath
from typing import NamedTuple

from graycolor import __version__
from graycolor.errors import GraycolorError, InputError, OutputError, UsageError
from graycolor.files import FOR_PHOTOGRAPHS, PICTURES, ExistsError, Job, Plan, Refusal, named
from graycolor.files.find import listed
from graycolor.files.plan import told_apart
from graycolor.files.regular import sha256_of
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.jobs.sidecar import settings_of
from graycolor.names import json_text
from graycolor.stores.address import place_of
from graycolor.stores.destination import Destination, Place, destination_at
from graycolor.stores.journal import Journal, Made, State
from graycolor.stores.sources import Wanted, as_path


class Errand(NamedTuple):
    """A picture to fetch, color and bring to its place.

    Attributes:
        job: source and target, each a path or an address.
        made: of what the result is made.
        size: bytes of the source.
        options: of this picture; what they say of overwriting is settled.
        settings: what a person said of this picture alone, for the log.
    """

    job: Job
    made: Made
    size: int
    options: PhotoOptions
    settings: Mapping[str, object] | None = None


class Settled(NamedTuple):
    """What will be done.

    Attributes:
        plan: of the run, as any command has one.
        errands: of its jobs.
        journal: takes up what becomes of them.
        strangers: how many results are left alone though they were made of something else, as that was asked for.
    """

    plan: Plan
    errands: Mapping[Job, Errand]
    journal: Journal
    strangers: int


def settle(
    wanted: Sequence[Wanted],
    out: str,
    options: PhotoOptions,
    weights: str,
    *,
    refused: Sequence[Refusal] = (),
    read: Iterable[Path] = (),
    suffix: str = "",
    looking: bool = False,
) -> Settled:
    """Settle where each result goes and whether it is there already.

    Args:
        wanted: the pictures.
        out: a folder or its address; for a single picture a file too.
        options: of all pictures that have none of their own.
        weights: fingerprint of the weights.
        refused: what cannot be done already.
        read: further files that the run reads.
        suffix: of results, where a format was said.
        looking: nothing is made or written, not even folders and the journal.

    Raises:
        UsageError: several pictures would go into one file.
        InputError, OutputError: the journal cannot be read or written.
    """
    root, output = _root_of(out, len(wanted))
    destination = destination_at(root, [*_all_read(wanted), *read])
    journal = Journal(destination)
    settling = _Settling(destination, journal, weights, looking)
    jobs = told_apart([_job(each, destination, output, suffix) for each in wanted])
    settling.claim(list(zip(jobs, wanted, strict=True)), options)
    for job, each in zip(jobs, wanted, strict=True):
        settling.decide(job, each, each.options or options, is_own=each.options is not None)
    if not looking:
        journal.plan(settling.planned)
    plan = Plan(tuple(settling.errands), (*refused, *settling.refusals.values()), tuple(settling.skipped))
    return Settled(plan, settling.errands, journal, settling.strangers)


def _all_read(wanted: Sequence[Wanted]) -> Iterator[Place]:
    """The pictures, and the references that some of them have of their own."""
    for each in wanted:
        yield each.source
        if each.options is not None and isinstance(each.options.reference, Path):
            yield each.options.reference


def _root_of(out: str, count: int) -> tuple[Place, str]:
    """The place of all results, and the name of the only one where it was said."""
    root = place_of(out)
    is_folder = out.endswith("/") or not root.suffix or (isinstance(root, Path) and root.is_dir())
    if is_folder or root.suffix.lower() not in PICTURES.written:
        return root, ""
    if count > 1:
        raise UsageError(f"{out} is one file, but there are {count} inputs; give a folder with -o.")
    return root.parent, root.name


def _job(wanted: Wanted, destination: Destination, output: str, suffix: str) -> Job:
    name = wanted.folder / (output or wanted.output or named(as_path(wanted.source), suffix or wanted.source.suffix))
    return Job(as_path(wanted.source), as_path(destination.place(str(name))))


class _Settling:
    """The decisions on one picture after the other."""

    def __init__(self, destination: Destination, journal: Journal, weights: str, looking: bool) -> None:
        self._destination, self._journal, self._weights, self._looking = destination, journal, weights, looking
        self._shared: dict[int, tuple[PhotoOptions, str]] = {}
        self.errands: dict[Job, Errand] = {}
        self.planned: list[tuple[Made, State]] = []
        self.refusals: dict[Job, Refusal] = {}
        self.skipped: list[Job] = []
        self.strangers = 0

    def claim(self, jobs: Sequence[tuple[Job, Wanted]], options: PhotoOptions) -> None:
        """Claim all that will be written, before the first folder is made."""
        for job, wanted in jobs:
            try:
                self._claim(job, wanted.options or options)
            except GraycolorError as error:
                self.refusals[job] = Refusal(job.source, error)

    def _claim(self, job: Job, options: PhotoOptions) -> None:
        if job.target.suffix.lower() not in PICTURES.written:
            able = listed(PICTURES.written)
            raise OutputError(
                f"graycolor writes no {job.target.suffix or 'files without a suffix'}, as {job.target} would be; "
                f"choose one of {able}."
            )
        for place in (*options.results(job.target), *options.companions(job)):
            self._destination.claim(place, f"a result of {job.source}")

    def decide(self, job: Job, wanted: Wanted, options: PhotoOptions, *, is_own: bool) -> None:
        """Skip a picture, take it up, or refuse it."""
        if job in self.refusals:
            return
        try:
            shared, options = options, options.of(job.source)
            said = self._told(shared) if options is shared else _said(options)
            made = Made(self._name(job), wanted.content, self._fingerprint(said, job.target))
            there = self._destination.state(options.results(job.target))
            if self._is_done(job, made, there, options):
                self.skipped.append(job)
                return
            overwrite = self._may_overwrite(job, made, options)
            if not self._looking:
                self._destination.check(job.target)
        except GraycolorError as error:
            self.refusals[job] = Refusal(job.source, error)
            return
        settings = settings_of(options) if is_own else None
        options = replace(options, overwrite=overwrite, skip_existing=False, hints_folder=None)
        self.errands[job] = Errand(job, made, wanted.size, options, settings)
        # What a stopped run of the same kind has left is the run's own, and no other content that lies there.
        self.planned.append((made, State() if self._journal.began(made) else there))

    def _name(self, job: Job) -> str:
        root = self._destination.place("")
        return PurePosixPath(*job.target.parts[len(root.parts) :]).as_posix()

    def _told(self, options: PhotoOptions) -> str:
        """`_said`, worked out once for all pictures that share their options."""
        if id(options) not in self._shared:
            self._shared[id(options)] = options, _said(options)
        return self._shared[id(options)][1]

    def _fingerprint(self, said: str, target: PurePath) -> str:
        """The fingerprint of everything that a result depends on besides its source."""
        text = f"{said} {self._weights} {target.suffix.lower()}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def _is_done(self, job: Job, made: Made, there: State, options: PhotoOptions) -> bool:
        if self._journal.recognizes(made, there, lambda: hash_of(job.source)):
            return True
        is_stranger = there.whole and options.skip_existing
        self.strangers += is_stranger
        return is_stranger

    def _may_overwrite(self, job: Job, made: Made, options: PhotoOptions) -> bool:
        """Whether what is there may be replaced: as that was said, or because a stopped run has left it."""
        if options.overwrite or self._journal.began(made):
            return True
        there = [place for place in options.results(job.target) if self._destination.is_there(place)]
        if there:
            raise ExistsError(
                f"{there[0]} is already there and was not made of this input with these settings; use "
                f"{FOR_PHOTOGRAPHS.of_existing()}."
            )
        left = [place for place in options.companions(job) if self._destination.is_there(place)]
        for place in left:
            if not self._destination.is_ours(place):
                raise ExistsError(f"{place} is already there and was not made by graycolor; move it away.")
        return bool(left)


def _said(options: PhotoOptions) -> str:
    return json_text(settings_of(options) | {"save_settings": options.save_settings, "version": __version__})


def hash_of(source: Place) -> str:
    """SHA-256 of a file; nothing where it would have to be downloaded, or cannot be read."""
    if not isinstance(source, Path):
        return ""
    try:
        return sha256_of(source)
    except (InputError, OSError):
        return ""
