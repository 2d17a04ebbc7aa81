"""What was said of a photograph, in the settings file beside its result, as `--save-settings` writes it.

The page's own part stands in it under a name of its own, which the command does not heed: so the file serves both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from graycolor import __version__
from graycolor.bounds import HINT_FILE_BYTES
from graycolor.errors import GraycolorError, InputError
from graycolor.files import write_atomic
from graycolor.files.regular import read_regular, sha256_of
from graycolor.jobs.photo_options import PhotoOptions, sidecar_of
from graycolor.jobs.sidecar import read_sidecar, sidecar
from graycolor.names import json_text
from graycolor.pictures.metadata.mark import Mark
from graycolor.web.shoebox.entry import MARKS, UNMARKED, Entry
from graycolor.web.wishes import Wishes

_OWN = "shoebox"
_OTHER_FORMAT = frozenset({"format"})
"""The result's suffix is settled by its place, which is the photograph's own."""
_KEPT_HASHES = 24
"""Results of ours that are known again: the last, what was being written, those before, with all their variants."""
_AT_ONCE = 5.0
"""Seconds within which the command puts a result and its settings in their places."""


def read_work(entry: Entry) -> None:
    """Take up what an earlier day, or the command, has said of a photograph; nothing where it said nothing.

    Raises:
        GraycolorError: there is a settings file, but it cannot be read; it must not be written over.
    """
    path = sidecar_of(entry.job.target)
    if path.is_symlink():
        raise InputError(f"{path.name} is a link, which is not followed; put the file itself there.")
    if not path.exists():
        return
    saved = read_sidecar(path).settings
    own = _own_part(path)
    settings = {name: value for name, value in saved.items() if name not in _OTHER_FORMAT}
    chosen = _number(own.get("chosen"), settings.get("variants", 1) - 1)
    entry.wishes = Wishes(settings, chosen)
    entry.mark = own["mark"] if own.get("mark") in MARKS else UNMARKED
    entry.made = str(own.get("made", ""))
    entry.ours = tuple(str(each) for each in own.get("ours", ()))
    if not own:
        entry.inherited = _put_there_by_the_command(entry, path)
        entry.made = entry.wishes.key if entry.inherited else ""


def _own_part(path: Path) -> Mapping[str, Any]:
    own = json.loads(read_regular(path, "settings file", most=HINT_FILE_BYTES)).get(_OWN, {})
    return own if isinstance(own, dict) and isinstance(own.get("ours", []), list) else {}


def _number(said: object, most: int) -> int:
    return said if isinstance(said, int) and 0 <= said <= most else 0


def _put_there_by_the_command(entry: Entry, path: Path) -> tuple[Path, ...]:
    """The command's results, if all of them were put there with these settings and not changed since."""
    results = tuple(options_of_entry(entry.wishes, "").results(entry.job.target))
    try:
        written = path.stat().st_mtime + _AT_ONCE
        return results if all(result.stat().st_mtime <= written for result in results) else ()
    except OSError:
        return ()


def adopt(entry: Entry) -> None:
    """Know the command's results again, before its settings file is written over."""
    if entry.inherited:
        with suppress(GraycolorError):
            entry.ours = tuple(sha256_of(result) for result in entry.inherited)
        entry.inherited = ()


def options_of_entry(wishes: Wishes, weights: str) -> PhotoOptions:
    """The options by which the command would make the result."""
    return wishes.options(Mark(__version__, weights))


def write_work(entry: Entry, weights: str) -> None:
    """Keep what was said of a photograph beside its result; nothing where nothing was said.

    Args:
        entry: the photograph.
        weights: fingerprint of the weights that color it.

    Raises:
        GraycolorError: it cannot be written, or the photograph is gone.
    """
    adopt(entry)
    path = sidecar_of(entry.job.target)
    if (entry.kept or entry.is_untouched) and not path.exists():
        return
    content = json.loads(sidecar(entry.job, options_of_entry(entry.wishes, weights), weights))
    content[_OWN] = {
        "mark": UNMARKED if entry.kept else entry.mark,  # these settings did not make what was kept
        "chosen": entry.wishes.chosen,
        "made": entry.made,
        "ours": list(entry.ours[:_KEPT_HASHES]),
    }
    write_atomic(path, (json_text(content, indent=2) + "\n").encode(), overwrite=True)
