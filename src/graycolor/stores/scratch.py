"""Room for what is on its way: for pictures one folder a run on this machine, which goes with the run, or the next one.

A run that was killed leaves its folder. The lock on a file in it went with the run, so whoever comes next can tell, and
takes the folder away. What has begun with a film is of more use: its folder stays until the film is finished, or
nobody has come back to it for a month.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISDIR
from typing import BinaryIO

from graycolor.errors import OutputError, reason_of
from graycolor.files.lock import LETS_GO_FIRST, lock, locked_file

_PREFIX, _ROOM, _LOCK = "graycolor-stores-", "graycolor-film-", "lock"
_MONTH = 30 * 24 * 3600.0
"""Seconds after which nobody is expected to go on with a film."""


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder of one's own among the temporary ones, gone at the end of the block; what killed runs left goes too.

    Raises:
        OutputError: there is no room for one.
    """
    sweep(Path(tempfile.gettempdir()))
    try:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        where = tempfile.gettempdir()
        raise OutputError(
            f"{where} takes no temporary files ({reason_of(error)}); free some space, or set TMPDIR."
        ) from error
    try:
        lock(handle, wait=True)
        yield folder
    finally:
        os.close(handle)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def places(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Two empty folders, for a picture and for its results, gone at the end of the block."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="picture-", ignore_cleanup_errors=True) as place:
        source, target = Path(place, "in"), Path(place, "out")
        source.mkdir()
        target.mkdir()
        yield source, target


@contextmanager
def room_of(name: str, is_of_use: Callable[[], bool]) -> Iterator[Path]:
    """A folder among the temporary ones that is the same for the same name, for what a next run goes on with.

    Args:
        name: of what it is for.
        is_of_use: asked at the end of the block; where it says no, the folder goes.

    Raises:
        OutputError: it cannot be made, or another run is at work in it.
    """
    folder = Path(tempfile.gettempdir(), f"{_ROOM}{_own()}-{hashlib.sha256(os.fsencode(name)).hexdigest()[:24]}")
    held = _held(folder)
    try:
        yield folder
    finally:
        is_left = is_of_use()
        if is_left or LETS_GO_FIRST:
            held.close()
        if not is_left:
            shutil.rmtree(folder, ignore_errors=True)
            held.close()


def _held(folder: Path) -> BinaryIO:
    """The lock of a folder that is this user's alone: its name can be foreseen, and others may have taken it."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        stat = folder.lstat()
        if not S_ISDIR(stat.st_mode) or (hasattr(os, "getuid") and stat.st_uid != os.getuid()):
            raise OutputError(f"{folder} is somebody else's; set TMPDIR to a folder of your own.")
        return locked_file(folder / _LOCK, f"Another run is at work in {folder}; wait for it, or end it.")
    except OutputError:
        raise
    except OSError as error:
        raise OutputError(f"{folder} cannot be made ({reason_of(error)}); free some space, or set TMPDIR.") from error


def _own() -> str:
    return f"{os.getuid()}" if hasattr(os, "getuid") else "own"


def sweep(folder: Path) -> None:
    """Take away what killed runs of this user have left among the temporary files; of films what is a month old."""
    with suppress(OSError), os.scandir(folder) as found:
        for entry in [entry for entry in found if entry.name.startswith((_PREFIX, _ROOM))]:
            with suppress(OSError):
                _sweep_one(Path(entry.path), _MONTH if entry.name.startswith(_ROOM) else 0.0)


def _sweep_one(folder: Path, age: float) -> None:
    """Take a folder away that is of this user, in no hand, and of at least that age in seconds."""
    stat = folder.lstat()
    if folder.is_symlink() or (hasattr(os, "getuid") and stat.st_uid != os.getuid()):
        return
    handle = os.open(folder / _LOCK, os.O_RDWR)
    try:
        is_old = time.time() - _newest(folder) >= age
        if is_old and not LETS_GO_FIRST and lock(handle, unknown=False):
            shutil.rmtree(folder, ignore_errors=True)  # while nobody else can take it up
    finally:
        os.close(handle)
    if is_old and LETS_GO_FIRST and _removed(folder / _LOCK):
        shutil.rmtree(folder, ignore_errors=True)


def _newest(folder: Path) -> float:
    """When something in a folder was last written, in seconds; of links their own time counts."""
    return max(path.lstat().st_mtime for path in (folder, *folder.rglob("*")))


def _removed(path: Path) -> bool:
    """Windows removes no file that a living process has open."""
    try:
        path.unlink()
    except OSError:
        return False
    return True
