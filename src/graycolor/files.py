"""The only room that knows folders: finds inputs, names outputs, and writes so that nothing is ever half there.

An output is written aside in its own folder and renamed when complete; whatever interrupts that leaves either the old
state or the new one. Whether an output may be written is settled for all files before the first is colored.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from graycolor.errors import GraycolorError, InputError, MissingInputError, OutputError

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".jpe", ".png", ".webp", ".tif", ".tiff", ".bmp"})
OWN_MARK = "-color"
"""What our outputs' stems end with; folders are searched without them."""


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


def find_inputs(names: Iterable[str | Path]) -> tuple[list[Path], list[Refusal]]:
    """Pictures named by files, folders (their own pictures, sorted, without our results) and glob patterns.

    A name that leads nowhere becomes a refusal; the others are still found.
    """
    found: list[Path] = []
    refusals: list[Refusal] = []
    for name in names:
        try:
            found += _pictures_of(Path(name))
        except GraycolorError as error:
            refusals.append(Refusal(Path(name), error))
    return list(dict.fromkeys(found)), refusals


def _pictures_of(path: Path) -> list[Path]:
    if path.is_dir():
        return _pictures_in(path)
    if path.exists():
        return [path]
    matches = sorted(Path(match) for match in glob.glob(str(path)))  # noqa: PTH207 - takes absolute patterns as well
    if not matches:
        raise MissingInputError(f"There is no file {path}; check the name.")
    return [picture for match in matches for picture in (_pictures_in(match) if match.is_dir() else [match])]


def _pictures_in(folder: Path) -> list[Path]:
    pictures = [file for file in sorted(folder.iterdir()) if _is_source(file)]
    if not pictures:
        kinds = ", ".join(sorted(suffix[1:] for suffix in PICTURE_SUFFIXES))
        raise InputError(f"The folder {folder} holds no pictures to color ({kinds}).")
    return pictures


def _is_source(file: Path) -> bool:
    return file.suffix.lower() in PICTURE_SUFFIXES and not file.stem.endswith(OWN_MARK) and file.is_file()


def plan(sources: Sequence[Path], out: Path | None, *, overwrite: bool) -> Plan:
    """Settle where each source's result goes.

    Without `out` it goes beside the source as `<stem>-color<suffix>`. `out` is a folder where it exists as one, ends
    with a slash, has no suffix, or several sources share it; else a file. Refused, each with its sentence: two sources
    with one result, a result that is a source, one that exists (unless `overwrite`), a folder that cannot be written.
    """
    folder = out is not None and (len(sources) > 1 or _is_folder(out))
    jobs = [Job(source, _target(source, out, folder)) for source in sources]
    claimed: dict[Path, Path] = {}
    identities = {_identity(source) for source in sources}
    accepted: list[Job] = []
    refusals: list[Refusal] = []
    for job in jobs:
        try:
            _check_target(job, claimed, identities, overwrite)
        except GraycolorError as error:
            refusals.append(Refusal(job.source, error))
        else:
            accepted.append(job)
    return Plan(tuple(accepted), tuple(refusals))


def _is_folder(out: Path) -> bool:
    return out.is_dir() or not out.suffix


def _target(source: Path, out: Path | None, folder: bool) -> Path:
    name = f"{source.stem}{OWN_MARK}{source.suffix}"
    if out is None:
        return source.with_name(name)
    return out / name if folder else out


def _identity(path: Path) -> object:
    """What makes two names one file: device and inode where it exists (links, letter case), else the full path."""
    try:
        stat = path.stat()
    except OSError:
        return path.resolve()
    return (stat.st_dev, stat.st_ino)


def _check_target(job: Job, claimed: dict[Path, Path], sources: set[object], overwrite: bool) -> None:
    target = job.target
    if _identity(target) in sources:
        raise OutputError(f"{target} is itself an input; choose another place for the result with -o.")
    other = claimed.setdefault(target.resolve(), job.source)
    if other is not job.source:
        raise OutputError(f"{job.source} and {other} would both become {target}; color them one by one with -o.")
    if target.is_dir():
        raise OutputError(f"{target} is a folder; choose another name with -o.")
    if target.exists() and not overwrite:
        raise OutputError(f"{target} is already there; say --overwrite to replace it, or -o to put it elsewhere.")
    _check_folder(target.parent)


def _check_folder(folder: Path) -> None:
    """That `folder` can be written; it is made where it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {folder} cannot be made ({_reason(error)}); choose another with -o.") from error
    if not os.access(folder, os.W_OK):
        raise OutputError(f"The folder {folder} cannot be written to; choose another with -o.")


def write_aside(path: Path, data: bytes, *, overwrite: bool) -> None:
    """Write `data` to `path`, whole or not at all.

    Without `overwrite` a file that has appeared at `path` in the meantime is left alone.

    Raises:
        OutputError: it cannot be written (disk full, no permission, already there); nothing is left behind.
    """
    aside: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=".graycolor-", suffix=".part", dir=path.parent)
        aside = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.chmod(0o666 & ~_umask())
        _move(aside, path, overwrite)
    except FileExistsError as error:
        raise OutputError(f"{path} is already there; say --overwrite to replace it.") from error
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({_reason(error)}).") from error
    finally:
        if aside is not None:
            aside.unlink(missing_ok=True)


def _move(aside: Path, path: Path, overwrite: bool) -> None:
    if overwrite:
        aside.replace(path)
        return
    try:
        os.link(aside, path)  # unlike a rename, a link never replaces what is there
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        aside.replace(path)


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
