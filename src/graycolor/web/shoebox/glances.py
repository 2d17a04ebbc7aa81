"""What was seen of photographs that have not changed since, so that the next day's wall begins in its order.

A convenience in the folder's hidden place: whatever is wrong with the file, all is looked at anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from graycolor.errors import GraycolorError
from graycolor.files import write_atomic
from graycolor.files.regular import read_regular
from graycolor.names import json_text
from graycolor.web.shoebox.entry import Entry
from graycolor.web.states import IN_COLOR, READY, WAITING

_NAME = "wall.json"
_FORMAT = 1
_MOST = 64_000_000


def remember(entries: Iterable[Entry], place: Path, weights: str) -> None:
    """Write down what was seen.

    Args:
        entries: the photographs.
        place: the hidden folder.
        weights: fingerprint of what has looked at them.
    """
    seen = {entry.name: _seen(entry) for entry in entries if entry.state in (READY, IN_COLOR)}
    content = {"format": _FORMAT, "weights": weights, "seen": seen}
    with suppress(GraycolorError, OSError):
        place.mkdir(exist_ok=True)
        if not place.is_symlink():
            write_atomic(place / _NAME, json_text(content).encode(), overwrite=True)


def recall(entries: Iterable[Entry], place: Path, weights: str) -> None:
    """Take up what was seen of those that have not changed."""
    known = _read(place / _NAME, weights)
    for entry in entries:
        then = known.get(entry.name)
        if entry.state == WAITING and isinstance(then, list) and len(then) == 4:
            with suppress(OSError, TypeError, ValueError):
                if then[:2] == [*_identity(entry)] and then[2] in (READY, IN_COLOR):
                    entry.confidence, entry.state = float(then[3]), str(then[2])


def _read(path: Path, weights: str) -> dict[str, Any]:
    if path.is_symlink() or path.parent.is_symlink() or not path.exists():
        return {}
    try:
        content = json.loads(read_regular(path, "list of photographs", most=_MOST))
        ours = content["format"] == _FORMAT and content["weights"] == weights
        return dict(content["seen"]) if ours else {}
    except (GraycolorError, OSError, ValueError, KeyError, TypeError):
        return {}


def _seen(entry: Entry) -> list[object]:
    with suppress(OSError):
        return [*_identity(entry), entry.state, round(entry.confidence, 4)]
    return []


def _identity(entry: Entry) -> tuple[str, str]:
    """What changes when the photograph changes, and when something else is said of it."""
    about = entry.job.source.stat()
    return f"{about.st_size} {about.st_mtime_ns}", entry.wishes.key
