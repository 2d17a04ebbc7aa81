"""Names outputs: where each source's result goes, settled before the first is made."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

from graycolor.errors import ExistsError, GraycolorError, OutputError, UsageError, reason_of
from graycolor.files.advice import FOR_PHOTOGRAPHS, Advice
from graycolor.files.claims import Claims
from graycolor.files.find import NEIGHBORS, OWN_MARK, PICTURES, Kind, Refusal, listed

STDIO = Path("-")
"""Stands for standard input as a source, for standard output as a result."""


class Job(NamedTuple):
    """One file to color: where it is and where the result goes.

    Attributes:
        source: the file.
        target: the result.
        whole_name: what goes with the result is named after its whole name, because another result has its stem.
    """

    source: Path
    target: Path
    whole_name: bool = False

    def beside(self, ending: str) -> Path:
        """A file that goes with the result."""
        return self.target.with_name((self.target.name if self.whole_name else self.target.stem) + ending)


def _nothing(_: Job) -> Sequence[Path]:
    return ()


def _foreign(_: Path) -> bool:
    return False


class Plan(NamedTuple):
    """What a command will do, settled before it begins.

    Attributes:
        jobs: what is to be done.
        refusals: what will not be done, and why.
        skipped: what is done already.
    """

    jobs: tuple[Job, ...]
    refusals: tuple[Refusal, ...]
    skipped: tuple[Job, ...] = ()


def _own_name(source: Path) -> str:
    return named(source, source.suffix)


def named(source: Path, suffix: str) -> str:
    """The name of a source's result with a suffix, or with the nearest one that holds color."""
    return f"{source.stem}{OWN_MARK}{NEIGHBORS.get(suffix.lower(), suffix)}"


def numbered(target: Path, count: int) -> tuple[Path, ...]:
    """Where `count` variants of one result go: `<stem>-1<suffix>` and so on; one keeps the name as it is."""
    if count == 1:
        return (target,)
    return tuple(target.with_name(f"{target.stem}-{number}{target.suffix}") for number in range(1, count + 1))


class _Rules(NamedTuple):
    """What `plan` was asked for."""

    overwrite: bool
    skip_existing: bool
    make_folders: bool
    kind: Kind
    results: Callable[[Path], Sequence[Path]]
    companions: Callable[[Job], Sequence[Path]]
    is_ours: Callable[[Path], bool]
    advice: Advice


def plan(
    sources: Sequence[Path],
    out: str | Path | None,
    *,
    overwrite: bool,
    skip_existing: bool = False,
    kind: Kind = PICTURES,
    result_name: Callable[[Path], str] = _own_name,
    results: Callable[[Path], Sequence[Path]] = lambda target: (target,),
    companions: Callable[[Job], Sequence[Path]] = _nothing,
    is_ours: Callable[[Path], bool] = _foreign,
    roots: Collection[Path] = (),
    make_folders: bool = True,
    claims: Claims | None = None,
    advice: Advice = FOR_PHOTOGRAPHS,
) -> Plan:
    """Settle where each source's result goes.

    Without `out` it goes beside the source as `<stem>-color<suffix>` (or `result_name`). `out` is a folder if it exists
    as one, ends with a slash (as a str), has no suffix, or several sources share it; else a file. Folders are made
    (unless not `make_folders`).
    Within an `out` folder, sources from below one of `roots` lie as they do there. `results` are the files that a
    target will become, `companions` those that go with them; with `skip_existing`, sources that have all results are
    skipped, and companions that a stopped run has left (`is_ours`) may be replaced.
    Refused, each with its sentence: two sources with one result, whatever the run reads or has claimed already
    (`claims`), a file that exists (unless `overwrite`), one of no kind that graycolor writes, a folder that cannot be
    made or written.
    `-` (`STDIO`) is standard input or output, and stands alone.

    Raises:
        UsageError: several sources would go into one file, or `-` is not alone.
    """
    claims = claims or Claims(sources)
    rules = _Rules(
        overwrite=overwrite,
        skip_existing=skip_existing,
        make_folders=make_folders,
        kind=kind,
        results=results,
        companions=companions,
        is_ours=is_ours,
        advice=advice,
    )
    if kind is PICTURES and (STDIO in sources or str(out) == str(STDIO)):  # films need to be sought through
        return _piped(sources, out, claims, rules)
    folder = out is not None and _is_folder(out, len(sources), kind)
    place = None if out is None else Path(out)
    jobs = []
    for source in sources:
        below = folder_below(source, roots) if folder else Path()
        jobs.append(Job(source, _target(source, place, folder, below / result_name(source))))
    return _checked(told_apart(jobs), claims, rules)


def told_apart(jobs: Sequence[Job]) -> list[Job]:
    """Jobs whose results have names that differ in their suffixes alone get whole names for what goes with them."""
    stems = [(job.target.parent, job.target.stem.casefold()) for job in jobs]
    count = Counter(stems)
    return [job._replace(whole_name=True) if count[stem] > 1 else job for job, stem in zip(jobs, stems, strict=True)]


def _checked(jobs: Sequence[Job], claims: Claims, rules: _Rules) -> Plan:
    check = cache(check_folder)
    refusals: dict[Job, Refusal] = {}
    for job in jobs:  # all claims come before the first folder is made, which changes where names lead
        with _noted(refusals, job, rules.advice):
            _claim(job, claims, rules)
    accepted: list[Job] = []
    skipped: list[Job] = []
    for job in (job for job in jobs if job not in refusals):
        with _noted(refusals, job, rules.advice):
            done = _is_done(job, rules)
            if rules.make_folders:
                check(job.target.parent, rules.advice)
            (skipped if done else accepted).append(job)
    return Plan(tuple(accepted), tuple(refusals.values()), tuple(skipped))


@contextmanager
def _noted(refusals: dict[Job, Refusal], job: Job, advice: Advice) -> Iterator[None]:
    """Why a job cannot be done, noted instead of raised."""
    try:
        yield
    except GraycolorError as error:
        refusals[job] = Refusal(job.source, error)
    except OSError as error:
        reason, another = reason_of(error), advice.elsewhere("another place")
        unusable = OutputError(f"{job.target} cannot be written ({reason}); {another}.")
        refusals[job] = Refusal(job.source, unusable)


def _piped(sources: Sequence[Path], out: str | Path | None, claims: Claims, rules: _Rules) -> Plan:
    """Standard input or output, or both."""
    if len(sources) > 1:
        raise UsageError("- stands for one picture on standard input or output; name no others beside it.")
    target = STDIO if out is None else Path(out)
    jobs = [Job(source, target) for source in sources]
    if target == STDIO:
        return Plan(tuple(jobs), ())
    if target.is_dir() or str(out).endswith(("/", os.sep)) or not target.suffix:
        raise UsageError(f"What comes by standard input has no name; give its result one instead of the folder {out}.")
    return _checked(jobs, claims, rules)


def folder_below(source: Path, roots: Collection[Path]) -> Path:
    """The folder of a source, seen from the nearest root above it."""
    root = next((parent for parent in source.parents if parent in roots), source.parent)
    return source.parent.relative_to(root)


def _is_folder(out: str | Path, sources: int, kind: Kind) -> bool:
    path = Path(out)
    if path.is_dir() or str(out).endswith(("/", os.sep)) or not path.suffix:
        return True
    if sources > 1 and path.suffix.lower() in kind.written:
        raise UsageError(f"{out} is one file, but there are {sources} inputs; give a folder with -o.")
    return sources > 1


def _target(source: Path, out: Path | None, folder: bool, name: Path) -> Path:
    if out is None:
        return source.with_name(name.name)
    return out / name if folder else out


def _claim(job: Job, claims: Claims, rules: _Rules) -> None:
    """Claim all files that a job will write."""
    target, kind, another = job.target, rules.kind, rules.advice.elsewhere("another place for the result")
    if target.suffix.lower() not in kind.written:
        wanted, able = target.suffix or "files without a suffix", listed(kind.written)
        one = f"choose one of {able}" + (f" with {rules.advice.place}" if rules.advice.place else "")
        raise OutputError(f"graycolor writes no {wanted}, as {target} would be; {one}.")
    for file in (*rules.results(target), *rules.companions(job)):
        claims.claim(file, f"a result of {job.source}", another)
        if file.is_dir():
            raise OutputError(f"{file} is a folder; {another}.")


def _is_done(job: Job, rules: _Rules) -> bool:
    """Whether a job is done already; refuses to write over what is there, unless that was said."""
    results, companions = rules.results(job.target), rules.companions(job)
    there = [result for result in results if os.path.lexists(result)]
    if there and rules.skip_existing and len(there) == len(results) and all(map(is_whole, results)):
        return True
    if rules.overwrite:
        return False
    if not rules.skip_existing:
        there += [file for file in companions if os.path.lexists(file)]
        if there:
            raise ExistsError(f"{there[0]} is already there; use {rules.advice.of_existing()}.", there[0])
    for file in companions:
        if os.path.lexists(file) and not rules.is_ours(file):
            raise ExistsError(f"{file} is already there and was not made by graycolor; move it away.", file)
    return False


def is_whole(result: Path) -> bool:
    """Whether a result is there; an empty file is what a killed run may leave where a disk knows no links."""
    return os.path.lexists(result) and not (result.is_file() and result.stat().st_size == 0)


def check_folder(folder: Path, advice: Advice) -> None:
    """Check that `folder` can be written; it is made where it is missing.

    Raises:
        OutputError: it cannot be made, or written to.
    """
    another = advice.elsewhere("another")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {folder} cannot be made ({reason_of(error)}); {another}.") from error
    if not os.access(folder, os.W_OK):
        raise OutputError(f"The folder {folder} cannot be written to; {another}.")


def made_folders(jobs: Sequence[Job]) -> Iterator[Path]:
    """The folders that results go to, each once."""
    return iter(dict.fromkeys(job.target.parent for job in jobs if job.target != STDIO))
