"""Names outputs: where each source's result goes, settled before the first is made."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from graycolor.errors import GraycolorError, OutputError, UsageError
from graycolor.files.find import NEIGHBORS, OWN_MARK, PICTURES, Kind, Refusal, listed, reason_of

STDIO = Path("-")
"""Stands for standard input as a source, for standard output as a result."""


@dataclass(frozen=True)
class Job:
    """One file to color: where it is and where the result goes."""

    source: Path
    target: Path


@dataclass(frozen=True)
class Plan:
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


def beside(target: Path, ending: str) -> Path:
    """A file that goes with a result: `<stem><ending>` beside it."""
    return target.with_name(target.stem + ending)


@dataclass(frozen=True)
class _Rules:
    """What `plan` was asked for."""

    overwrite: bool
    skip_existing: bool
    make_folders: bool
    kind: Kind
    results: Callable[[Path], Sequence[Path]]


def plan(
    sources: Sequence[Path], out: str | Path | None, *, overwrite: bool, skip_existing: bool = False,
    kind: Kind = PICTURES, result_name: Callable[[Path], str] = _own_name,
    results: Callable[[Path], Sequence[Path]] = lambda target: (target,), roots: Collection[Path] = (),
    make_folders: bool = True,
) -> Plan:  # fmt: skip
    """Settle where each source's result goes.

    Without `out` it goes beside the source as `<stem>-color<suffix>` (or `result_name`). `out` is a folder if it exists
    as one, ends with a slash (as a str), has no suffix, or several sources share it; else a file. Folders are made
    (unless not `make_folders`).
    Within an `out` folder, sources from below one of `roots` lie as they do there. `results` are the files that a
    target will become; with `skip_existing`, sources that have all of them are skipped.
    Refused, each with its sentence: two sources with one result, a result that is a source, one that exists
    (unless `overwrite`), one of no kind that graycolor writes, a folder that cannot be made or written.
    `-` (`STDIO`) is standard input or output, and stands alone.

    Raises:
        UsageError: several sources would go into one file, or `-` is not alone.
    """
    if kind is PICTURES and (STDIO in sources or str(out) == str(STDIO)):  # films need to be sought through
        return _piped(sources, out)
    folder = out is not None and _is_folder(out, len(sources), kind)
    place = None if out is None else Path(out)
    rules = _Rules(overwrite, skip_existing, make_folders, kind, results)
    jobs = []
    for source in sources:
        below = _below(source, roots) if folder else Path()
        jobs.append(Job(source, _target(source, place, folder, below / result_name(source))))
    return _checked(jobs, rules)


def _checked(jobs: Sequence[Job], rules: _Rules) -> Plan:
    claims = _Claims(jobs)
    check_folder = cache(_check_folder)
    accepted: list[Job] = []
    skipped: list[Job] = []
    refusals: list[Refusal] = []
    for job in jobs:
        try:
            done = _check_target(job, claims, rules)
            if rules.make_folders:
                check_folder(job.target.parent)
        except GraycolorError as error:
            refusals.append(Refusal(job.source, error))
        except OSError as error:
            unusable = OutputError(f"{job.target} cannot be written ({reason_of(error)}); name another with -o.")
            refusals.append(Refusal(job.source, unusable))
        else:
            (skipped if done else accepted).append(job)
    return Plan(tuple(accepted), tuple(refusals), tuple(skipped))


def _piped(sources: Sequence[Path], out: str | Path | None) -> Plan:
    """Standard input or output, or both."""
    if len(sources) > 1:
        raise UsageError("- stands for one picture on standard input or output; name no others beside it.")
    target = STDIO if out is None else Path(out)
    if target != STDIO and (target.is_dir() or str(out).endswith(("/", os.sep)) or not target.suffix):
        raise UsageError(f"What comes by standard input has no name; give its result one instead of the folder {out}.")
    return Plan(tuple(Job(source, target) for source in sources), ())


def _below(source: Path, roots: Collection[Path]) -> Path:
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


class _Claims:
    """Who gets which result; no two sources the same one, and none a source."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._real_folder = cache(os.path.realpath)  # a batch has few folders and many files
        self._claimed: dict[str, Path] = {}
        self._sources = {self._identity(job.source) for job in jobs}

    def claim(self, source: Path, result: Path) -> None:
        """Refuse a result that another source has, that is a source, or that is a folder."""
        if self._identity(result) in self._sources:
            raise OutputError(f"{result} is itself an input; choose another place for the result with -o.")
        other = self._claimed.setdefault(os.path.normcase(self._real(result)), source)
        if other is not source:
            raise OutputError(f"{source} and {other} would both become {result}; color one of them with -o.")
        if result.is_dir():
            raise OutputError(f"{result} is a folder; choose another name with -o.")

    def _identity(self, path: Path) -> object:
        """What makes two names one file: device and inode where it exists (links, letter case), else the path."""
        try:
            stat = path.stat()
        except OSError:
            return self._real(path)
        return (stat.st_dev, stat.st_ino)

    def _real(self, path: Path) -> str:
        if path.is_symlink():
            return os.path.realpath(path)
        return os.path.join(self._real_folder(path.parent), path.name)  # noqa: PTH118 - ten times as fast


def _check_target(job: Job, claims: _Claims, rules: _Rules) -> bool:
    """Refuse what must not be written; returns whether it is done already."""
    target, kind = job.target, rules.kind
    if target.suffix.lower() not in kind.written:
        wanted, able = target.suffix or "files without a suffix", listed(kind.written)
        raise OutputError(f"graycolor writes no {wanted}, as {target} would be; choose one of {able} with -o.")
    results = rules.results(target)
    for result in results:
        claims.claim(job.source, result)
    there = [result for result in results if os.path.lexists(result)]
    if there and rules.skip_existing:
        return len(there) == len(results) and all(map(is_whole, results))
    if there and not rules.overwrite:
        raise OutputError(
            f"{there[0]} is already there; use --overwrite to replace it, --skip-existing to leave it, "
            "or -o for another place."
        )
    return False


def is_whole(result: Path) -> bool:
    """Whether a result is there; an empty file is what a killed run may leave where a disk knows no links."""
    return os.path.lexists(result) and not (result.is_file() and result.stat().st_size == 0)


def _check_folder(folder: Path) -> None:
    """That `folder` can be written; it is made where it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = reason_of(error)
        raise OutputError(f"The folder {folder} cannot be made ({reason}); choose another with -o.") from error
    if not os.access(folder, os.W_OK):
        raise OutputError(f"The folder {folder} cannot be written to; choose another with -o.")


def made_folders(jobs: Sequence[Job]) -> Iterator[Path]:
    """The folders that results go to, each once."""
    return iter(dict.fromkeys(job.target.parent for job in jobs if job.target != STDIO))
