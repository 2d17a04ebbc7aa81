"""Room for pictures on their way: one folder a run on this machine, which goes with the run, or with the next one.

A run that was killed leaves its folder. The lock on a file in it went with the run, so whoever comes next can tell, and
takes the folder away.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from graycolor.errors import OutputError, reason_of
from graycolor.files.lock import LETS_GO_FIRST, lock

_PREFIX, _LOCK = "graycolor-stores-", "lock"


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


def sweep(folder: Path) -> None:
    """Take away what killed runs of this user have left among the temporary files."""
    with suppress(OSError), os.scandir(folder) as found:
        for entry in [entry for entry in found if entry.name.startswith(_PREFIX)]:
            with suppress(OSError):
                _sweep_one(Path(entry.path))


def _sweep_one(folder: Path) -> None:
    stat = folder.lstat()
    if folder.is_symlink() or (hasattr(os, "getuid") and stat.st_uid != os.getuid()):
        return
    handle = os.open(folder / _LOCK, os.O_RDWR)
    try:
        is_left = not LETS_GO_FIRST and lock(handle, unknown=False)
    finally:
        os.close(handle)
    if is_left or (LETS_GO_FIRST and _removed(folder / _LOCK)):
        shutil.rmtree(folder, ignore_errors=True)


def _removed(path: Path) -> bool:
    """Windows removes no file that a living process has open."""
    try:
        path.unlink()
    except OSError:
        return False
    return True
