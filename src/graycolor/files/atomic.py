"""Writes files aside and renames them, so that nothing is ever half there."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from graycolor.errors import ExistsError, GraycolorError, OutputError, reason_of
from graycolor.files.lock import LETS_GO_FIRST, lock

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_PREFIX, _SUFFIX = ".graycolor-", ".part"


def write_atomic(path: Path, data: bytes, *, overwrite: bool) -> None:
    """Write `data` to `path`, whole or not at all; see `atomic_file`."""
    with atomic_file(path, overwrite=overwrite) as place:
        place.write_bytes(data)


@contextlib.contextmanager
def atomic_file(path: Path, *, overwrite: bool) -> Iterator[Path]:
    """An empty file beside `path` to write to; it takes its place when the block ends well, and else disappears.

    It must be written and not replaced by another: what is locked, and made safe on the disk, is this file.

    Without `overwrite` a file that has appeared at `path` in the meantime is left alone; where it is the same to the
    last byte, say because a process died after it had put it there and its work was done again, all is well.

    Raises:
        ExistsError: something is there.
        OutputError: it cannot be written (disk full, no permission); nothing is left behind.
    """
    place, handle = None, -1
    with written(path):
        try:
            place, handle = _claimed_part(path.parent)
            yield place
            os.fsync(handle)
            if LETS_GO_FIRST:
                handle = _closed(handle)
            _move(place, path, overwrite)
        finally:
            if place is not None:
                _closed(handle)
                place.unlink(missing_ok=True)


def _closed(handle: int) -> int:
    """Close a handle, unless it was before; what stands for a closed one comes back."""
    if handle >= 0:
        os.close(handle)
    return -1


def _claimed_part(folder: Path) -> tuple[Path, int]:
    """A new file to write to, and the open handle whose lock says that somebody is at it."""
    while True:
        place = folder / f"{_PREFIX}{os.urandom(8).hex()}{_SUFFIX}"
        handle = os.open(place, _NEW, 0o666)  # with the permissions of any new file: the result will have them
        lock(handle, wait=True)
        if place.exists():
            return place, handle
        os.close(handle)  # swept away between its making and its lock


def sweep(folder: Path) -> None:
    """Remove what killed runs have left half-written in a folder; what a living one is writing stays."""
    for part in [entry for entry in os.scandir(folder) if entry.name.startswith(_PREFIX)]:
        if part.name.endswith(_SUFFIX):
            with contextlib.suppress(OSError):
                _remove_unless_locked(part.path)


def _remove_unless_locked(path: str) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        if lock(handle, unknown=False):  # without locks nobody knows whether somebody is at it
            handle = _closed(handle) if LETS_GO_FIRST else handle
            Path(path).unlink()
    finally:
        _closed(handle)


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
        raise ExistsError(f"{path} is already there and is left alone; move it away and run again.", path) from error
    except OSError as error:
        advice = "free some space, or choose" if error.errno in FULL else "choose"
        raise OutputError(f"{path} cannot be written ({reason_of(error)}); {advice} another place.") from error


def _move(aside: Path, path: Path, overwrite: bool) -> None:
    if overwrite:
        aside.replace(path)
        return
    try:
        _move_to_free_name(aside, path)
    except FileExistsError:
        from filecmp import cmp

        if not cmp(aside, path, shallow=False):
            raise


def _move_to_free_name(aside: Path, path: Path) -> None:
    try:
        os.link(aside, path)  # unlike a rename, a link never replaces what is there
    except FileExistsError:
        raise
    except (AttributeError, OSError):  # a Python for a system without links, or such a file system
        _move_without_links(aside, path)


def _move_without_links(aside: Path, path: Path) -> None:
    """For file systems that have no links: claim the name with an empty file, which the rename then replaces."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    try:
        aside.replace(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
