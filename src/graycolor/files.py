"""The only room that knows folders: finds inputs, names outputs, writes so that nothing is ever half there.

An output is written aside in its own folder and renamed when complete; whatever interrupts that leaves either
the old state or the new one. Whether an output may be written is settled before the first file is colored.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from graycolor.errors import GraycolorError, InputError, MissingInputError, OutputError, UsageError

PICTURE_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".png", ".apng", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".avif", ".jp2", ".ppm",
     ".pnm", ".heic", ".heif"}
)  # fmt: skip
"""What results are written as."""
_NEIGHBORS = {".pgm": ".ppm", ".pbm": ".ppm", ".pfm": ".tif", ".j2k": ".jp2", ".j2c": ".jp2", ".jpx": ".jp2"}
"""Suffixes that are read but hold no color, or no metadata: what their results get instead."""
OWN_MARK = "-color"
"""What our outputs' stems end with; folders are searched without them."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True)
class Kind:
    """A kind of files: what to call them, the suffixes looked for in folders, and those that can be written."""

    word: str
    found: frozenset[str]
    written: frozenset[str]

    def __str__(self) -> str:
        return f"{self.word} to color ({_listed(self.found)})"


PICTURES = Kind("pictures", PICTURE_SUFFIXES | _NEIGHBORS.keys(), PICTURE_SUFFIXES)


@dataclass(frozen=True)
class Job:
    """One file to color: where it is and where the result goes."""

    source: Path
    target: Path


@dataclass(frozen=True)
class Refusal:
    """An input that will not be done, and why."""

    source: Path
    error: GraycolorError


@dataclass(frozen=True)
class Plan:
    """What a command will do, settled before it begins."""

    jobs: tuple[Job, ...]
    refusals: tuple[Refusal, ...]


def find_inputs(
    names: Iterable[str | Path], *, recursive: bool = False, kind: Kind = PICTURES
) -> tuple[list[Path], list[Refusal]]:
    """Files of a kind named by files, folders (their own ones, sorted, without our results) and glob patterns.

    With `recursive` the folders within folders are searched too. A name that leads nowhere becomes a refusal; the
    others are still found.
    """
    found: list[Path] = []
    refusals: list[Refusal] = []
    for name in names:
        try:
            found += _pictures_of(Path(name), recursive, kind)
        except GraycolorError as error:
            refusals.append(Refusal(Path(name), error))
        except (OSError, ValueError) as error:  # no permission, a name too long or with a zero in it
            reason = _reason(error) if isinstance(error, OSError) else str(error)
            unreadable = InputError(f"{name} cannot be read ({reason}); check its name and permissions.")
            refusals.append(Refusal(Path(name), unreadable))
    first: dict[Path, Path] = {}
    for path in found:
        first.setdefault(path.absolute(), path)
    return list(first.values()), refusals


def _pictures_of(path: Path, recursive: bool, kind: Kind) -> list[Path]:
    if path.is_dir():
        return _pictures_in(path, recursive, kind)
    if os.path.lexists(path):
        return [path]
    matches = sorted(Path(match) for match in glob.glob(str(path)))  # noqa: PTH207 - takes absolute patterns
    pictures = [file for match in matches for file in _pictures_at(match, recursive, kind)]
    if matches and not pictures:
        raise InputError(f"Nothing that {path} matches is among the {kind}; check the pattern.")
    if not pictures:
        raise MissingInputError(f"There is no file {path}; check the name.")
    return pictures


def _pictures_in(folder: Path, recursive: bool, kind: Kind) -> list[Path]:
    pictures = _pictures_at(folder, recursive, kind)
    if not pictures:
        raise InputError(f"The folder {folder} holds no {kind}; name another.")
    return pictures


def _pictures_at(path: Path, recursive: bool, kind: Kind) -> list[Path]:
    """The file itself or the folder's files, where they are of the kind and not our results."""
    if path.is_dir():
        files = sorted(path.rglob("*") if recursive else path.iterdir())
        return [file for file in files if _is_source(file, kind)]
    return [path] if _is_source(path, kind) else []


def _listed(suffixes: frozenset[str]) -> str:
    return ", ".join(sorted(suffix[1:] for suffix in suffixes))


def _is_source(file: Path, kind: Kind) -> bool:
    return file.suffix.lower() in kind.found and not file.stem.endswith(OWN_MARK) and file.is_file()


def _own_name(source: Path) -> str:
    return named(source, source.suffix)


def named(source: Path, suffix: str) -> str:
    """The name of a source's result with a suffix, or with the nearest one that holds color."""
    return f"{source.stem}{OWN_MARK}{_NEIGHBORS.get(suffix.lower(), suffix)}"


def plan(
    sources: Sequence[Path], out: str | Path | None, *, overwrite: bool, kind: Kind = PICTURES,
    result_name: Callable[[Path], str] = _own_name,
) -> Plan:  # fmt: skip
    """Settle where each source's result goes.

    Without `out` it goes beside the source as `<stem>-color<suffix>` (or `result_name`). `out` is a folder if it exists
    as one, ends with a slash (as a str), has no suffix, or several sources share it; else a file. Folders are made.
    Refused, each with its sentence: two sources with one result, a result that is a source, one that exists
    (unless `overwrite`), one of no kind that graycolor writes, a folder that cannot be made or written.

    Raises:
        UsageError: several sources would go into one file.
    """
    folder = out is not None and _is_folder(out, len(sources), kind)
    place = None if out is None else Path(out)
    jobs = [Job(source, _target(source, place, folder, result_name(source))) for source in sources]
    claimed: dict[str, Path] = {}
    identities = {_identity(source) for source in sources}
    accepted: list[Job] = []
    refusals: list[Refusal] = []
    for job in jobs:
        try:
            _check_target(job, claimed, identities, overwrite, kind)
            _check_folder(job.target.parent)
        except GraycolorError as error:
            refusals.append(Refusal(job.source, error))
        except OSError as error:
            unusable = OutputError(f"{job.target} cannot be written ({_reason(error)}); name another with -o.")
            refusals.append(Refusal(job.source, unusable))
        else:
            accepted.append(job)
    return Plan(tuple(accepted), tuple(refusals))


def _is_folder(out: str | Path, sources: int, kind: Kind) -> bool:
    path = Path(out)
    if path.is_dir() or str(out).endswith(("/", os.sep)) or not path.suffix:
        return True
    if sources > 1 and path.suffix.lower() in kind.written:
        raise UsageError(f"{out} is one file, but there are {sources} inputs; give a folder with -o.")
    return sources > 1


def _target(source: Path, out: Path | None, folder: bool, name: str) -> Path:
    if out is None:
        return source.with_name(name)
    return out / name if folder else out


def _identity(path: Path) -> object:
    """What makes two names one file: device and inode where it exists (links, letter case), else the path."""
    try:
        stat = path.stat()
    except OSError:
        return path.resolve()
    return (stat.st_dev, stat.st_ino)


def _check_target(job: Job, claimed: dict[str, Path], sources: set[object], overwrite: bool, kind: Kind) -> None:
    target = job.target
    if target.suffix.lower() not in kind.written:
        wanted, able = target.suffix or "files without a suffix", _listed(kind.written)
        raise OutputError(f"graycolor writes no {wanted}, as {target} would be; choose one of {able} with -o.")
    if _identity(target) in sources:
        raise OutputError(f"{target} is itself an input; choose another place for the result with -o.")
    other = claimed.setdefault(os.path.normcase(target.resolve()), job.source)
    if other is not job.source:
        raise OutputError(f"{job.source} and {other} would both become {target}; color one of them with -o.")
    if target.is_dir():
        raise OutputError(f"{target} is a folder; choose another name with -o.")
    if os.path.lexists(target) and not overwrite:
        raise OutputError(f"{target} is already there; use --overwrite to replace it, or -o for another place.")


def _check_folder(folder: Path) -> None:
    """That `folder` can be written; it is made where it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = _reason(error)
        raise OutputError(f"The folder {folder} cannot be made ({reason}); choose another with -o.") from error
    if not os.access(folder, os.W_OK):
        raise OutputError(f"The folder {folder} cannot be written to; choose another with -o.")


def write_aside(path: Path, data: bytes, *, overwrite: bool) -> None:
    """Write `data` to `path`, whole or not at all; see `aside`."""
    with aside(path, overwrite=overwrite) as place:
        place.write_bytes(data)


@contextlib.contextmanager
def aside(path: Path, *, overwrite: bool) -> Iterator[Path]:
    """An empty file beside `path` to write to; it takes its place when the block ends well, and else disappears.

    Without `overwrite` a file that has appeared at `path` in the meantime is left alone.

    Raises:
        OutputError: it cannot be written (disk full, no permission, already there); nothing is left behind.
    """
    place: Path | None = None
    with written(path):
        try:
            handle, name = tempfile.mkstemp(prefix=".graycolor-", suffix=".part", dir=path.parent)
            os.close(handle)
            place = Path(name)
            yield place
            with place.open("rb+") as file:
                os.fsync(file.fileno())
            place.chmod(0o666 & ~_umask())
            _move(place, path, overwrite)
        finally:
            if place is not None:
                place.unlink(missing_ok=True)


def copy_times(source: Path, target: Path) -> None:
    """Give `target` the access and modification times of `source`."""
    with written(target):
        times = source.stat()
        os.utime(target, ns=(times.st_atime_ns, times.st_mtime_ns))


@contextlib.contextmanager
def written(path: Path) -> Iterator[None]:
    """Turn the system's refusals to write `path`, or what goes with it, into an `OutputError`."""
    try:
        yield
    except GraycolorError:
        raise
    except FileExistsError as error:
        raise OutputError(f"{path} is already there; use --overwrite to replace it.") from error
    except OSError as error:
        advice = "free some space, or choose" if error.errno in _FULL else "choose"
        raise OutputError(f"{path} cannot be written ({_reason(error)}); {advice} another place.") from error


def _move(aside: Path, path: Path, overwrite: bool) -> None:
    if overwrite:
        aside.replace(path)
        return
    try:
        os.link(aside, path)  # unlike a rename, a link never replaces what is there
    except FileExistsError:
        raise
    except OSError:
        _move_without_links(aside, path)


def _move_without_links(aside: Path, path: Path) -> None:
    """For file systems that have no links: claim the name with an empty file, which the rename then replaces."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    try:
        aside.replace(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _umask() -> int:
    """The process's umask; the system has no way to ask without setting."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
            if line.startswith("Umask:"):
                return int(line.split()[1], 8)
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _reason(error: OSError) -> str:
    """The system's own words, in lower case, without number and path."""
    return (error.strerror or str(error)).lower()
