"""Results of the folder's photographs, where the command would write them; what is not ours is never replaced."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from graycolor.colorizer import Colorizer
from graycolor.errors import GraycolorError, InputError, OutputError
from graycolor.files.regular import sha256_of
from graycolor.jobs.photo_work import Painter, colored, read_job
from graycolor.jobs.results import put_in_place
from graycolor.web.shoebox.entry import Entry
from graycolor.web.shoebox.work import adopt, options_of_entry


def make_result(entry: Entry, colorizer: Colorizer, weights: str, keep: Callable[[], None]) -> None:
    """Make the result of a photograph as the command makes it.

    Whatever ends the process: the settings file beside knows every result that may lie there.

    Args:
        entry: the photograph.
        colorizer: the network.
        weights: its fingerprint.
        keep: writes the settings file.

    Raises:
        GraycolorError: it cannot be made, or something that is not ours lies in its place.
    """
    wishes = entry.wishes
    options = replace(options_of_entry(wishes, weights), overwrite=True)
    check_no_link(entry.job.source)
    adopt(entry)
    work = colored(read_job(entry.job, options), Painter.around(colorizer, options))
    if work.outcome.error is not None:
        raise work.outcome.error
    _check_places([path for path, _ in work.files], entry.ours)
    entry.ours = (*(hashlib.sha256(data).hexdigest() for _, data in work.files if isinstance(data, bytes)), *entry.ours)
    keep()
    if work.files:
        put_in_place(entry.job, work.files, options, weights)
    entry.made = wishes.key
    keep()


def _check_places(places: Sequence[Path], ours: Sequence[str]) -> None:
    for path in places:
        if os.path.lexists(path) and not _is_one_of(path, ours):
            raise OutputError(f"{path.name} is already there and was not made here; move it away, then mark it again.")


def _is_one_of(path: Path, ours: Sequence[str]) -> bool:
    try:
        return not path.is_symlink() and sha256_of(path) in ours
    except GraycolorError:
        return False


def check_no_link(source: Path) -> None:
    """Refuse a photograph that is a link, which could lead out of the folder.

    Raises:
        InputError: it is one.
    """
    if source.is_symlink():
        raise InputError(f"{source.name} is a link, which is not followed; put the photograph itself there.")
