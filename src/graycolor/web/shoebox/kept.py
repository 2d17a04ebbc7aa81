"""Results that somebody chose to keep although other settings would make another one.

They stand in the folder's hidden place and not in a settings file beside the result, since no settings made it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from graycolor.errors import GraycolorError, OutputError, reason_of
from graycolor.files import write_atomic
from graycolor.files.regular import read_regular
from graycolor.names import json_text
from graycolor.web.shoebox.entry import DONE, Entry
from graycolor.web.shoebox.work import options_of_entry

_NAME = "kept.json"
_FORMAT = 1
_MOST = 64_000_000


def places_of(entry: Entry) -> tuple[Path, ...]:
    """Where the results of a photograph go."""
    return tuple(options_of_entry(entry.wishes, "").results(entry.job.target))


def identities(entry: Entry) -> tuple[str, ...]:
    """What changes when one of the results there changes; empty where none is there."""
    with suppress(OSError):
        stats = [path.stat() for path in places_of(entry) if path.exists()]
        return tuple(f"{about.st_size} {about.st_mtime_ns}" for about in stats)
    return ()


def remember_kept(entries: Iterable[Entry], place: Path) -> None:
    """Write down which results are kept.

    Args:
        entries: the photographs.
        place: the hidden folder.

    Raises:
        OutputError: it cannot be written.
    """
    kept = {entry.name: list(entry.kept) for entry in entries if entry.kept}
    if not kept and not (place / _NAME).exists():
        return
    try:
        place.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(f"{place} cannot be made ({reason_of(error)}); check the folder's permissions.") from error
    if place.is_symlink():
        raise OutputError(f"{place.name} in the folder is a link, which is not followed; remove it.")
    write_atomic(place / _NAME, json_text({"format": _FORMAT, "kept": kept}).encode(), overwrite=True)


def recall_kept(entries: Iterable[Entry], place: Path) -> None:
    """Take up which results are kept; one that has changed since is no longer what was chosen."""
    kept = _read(place / _NAME)
    for entry in entries:
        then = kept.get(entry.name)
        if isinstance(then, list) and then and not entry.is_locked and tuple(then) == identities(entry):
            entry.mark, entry.kept = DONE, tuple(then)


def _read(path: Path) -> dict[str, Any]:
    if path.is_symlink() or path.parent.is_symlink() or not path.exists():
        return {}
    try:
        content = json.loads(read_regular(path, "list of results", most=_MOST))
        return dict(content["kept"]) if content["format"] == _FORMAT else {}
    except (GraycolorError, OSError, ValueError, KeyError, TypeError):
        return {}
