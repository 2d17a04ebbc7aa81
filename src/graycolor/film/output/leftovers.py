"""What a run leaves beside a film's result when it is ended between putting that in its place and clearing up."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from graycolor.errors import OutputError
from graycolor.files.lock import LETS_GO_FIRST, locked_file
from graycolor.film.output.segments import LOCK, parts_folder


def is_finished(target: Path) -> bool:
    """Whether a result is there that is newer than all its parts: it was joined from them, and they are done with."""
    return bool(_parts(target)) and _is_newer(target)


def clear_parts(target: Path) -> None:
    """Remove the parts of a result that is known to be done; those of a run after it, or at work, stay."""
    folder = parts_folder(target)
    if not folder.is_dir() or not _is_newer(target):
        return
    with suppress(OSError, OutputError), locked_file(folder / LOCK, "Another run is at work."):
        if not LETS_GO_FIRST:
            shutil.rmtree(folder, ignore_errors=True)
    if LETS_GO_FIRST:  # where nothing is removed that a run at work has open
        shutil.rmtree(folder, ignore_errors=True)


def _is_newer(target: Path) -> bool:
    try:
        made = target.stat().st_mtime_ns
        return all(path.stat().st_mtime_ns <= made for path in _parts(target))
    except OSError:
        return False


def _parts(target: Path) -> list[Path]:
    try:
        return [path for path in parts_folder(target).iterdir() if path.name != LOCK]
    except OSError:
        return []
