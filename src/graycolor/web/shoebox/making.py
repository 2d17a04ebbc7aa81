"""Results of the folder's photographs, where the command would write them; what is not ours is never replaced."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from graycolor.bounds import UPLOAD_BYTES
from graycolor.colorizer import Colorizer
from graycolor.errors import GraycolorError, InputError, OutputError
from graycolor.files.regular import read_regular, sha256_of
from graycolor.jobs.photo_work import Painter, colored, read_job
from graycolor.jobs.results import is_ours, put_in_place
from graycolor.pictures.metadata.mark import bears_mark
from graycolor.web.shoebox.entry import DONE, Entry
from graycolor.web.shoebox.work import adopt, options_of_entry
from graycolor.web.states import IN_COLOR


class FoundError(OutputError):
    """A result of graycolor's lies there already, and nobody said whether it may be replaced."""


def make_result(entry: Entry, colorizer: Colorizer, weights: str, keep: Callable[[], None]) -> None:
    """Make the result of a photograph as the command makes it.

    Whatever ends the process: the settings file beside knows every result that may lie there.

    Args:
        entry: the photograph.
        colorizer: the network.
        weights: its fingerprint.
        keep: writes the settings file.

    Raises:
        FoundError: graycolor once made what lies in its place, and it would be another.
        GraycolorError: it cannot be made, or something that is not ours lies in its place.
    """
    wishes = entry.wishes
    options = replace(options_of_entry(wishes, weights), overwrite=True)
    check_no_link(entry.job.source)
    adopt(entry)
    work = colored(read_job(entry.job, options), Painter.around(colorizer, options))
    if work.outcome.error is not None:
        raise work.outcome.error
    if work.outcome.left_alone:
        raise InputError(f"{entry.name} has colors of its own, so it is left alone and no result is written.")
    made = tuple(hashlib.sha256(data).hexdigest() for _, data in work.files if isinstance(data, bytes))
    places = [path for path, _ in work.files]
    _check_places(places, (*made, *entry.ours), may_replace=entry.may_replace)
    if not entry.wants_result:
        return  # somebody has taken the mark away meanwhile
    entry.ours = tuple(dict.fromkeys((*made, *entry.ours)))
    entry.mark = DONE
    keep()
    new = [
        (path, data)
        for path, data in work.files
        if not isinstance(data, bytes) or not _is_one_of(path, (hashlib.sha256(data).hexdigest(),))
    ]
    put_in_place(entry.job, new, options, weights)
    entry.made, entry.is_asked, entry.may_replace = wishes.key, False, False
    entry.news = f"Written: {', '.join(path.name for path in places)}, beside the photograph."
    keep()


def _check_places(places: Sequence[Path], ours: Sequence[str], *, may_replace: bool) -> None:
    for path in places:
        if not os.path.lexists(path) or _is_one_of(path, ours):
            continue
        if not is_graycolors(path):
            raise OutputError(
                f"{path.name} is already there, and nothing in it says that graycolor made it; move it away, "
                "then mark the photograph again."
            )
        if not may_replace:
            raise FoundError(
                f"{path.name} is already there: graycolor made it with other settings or in another version, "
                "or somebody has changed it since."
            )


def is_graycolors(path: Path) -> bool:
    """Whether graycolor made what lies there, as far as its own mark tells."""
    try:
        return not path.is_symlink() and (is_ours(path) or bears_mark(read_regular(path, most=UPLOAD_BYTES)))
    except GraycolorError:
        return False


def _is_one_of(path: Path, ours: Sequence[str]) -> bool:
    try:
        return not path.is_symlink() and sha256_of(path) in ours
    except GraycolorError:
        return False


def check_can_be_done(entry: Entry) -> None:
    """Refuse a photograph of which there can be no result.

    Raises:
        InputError: it is in color already, or cannot be read.
    """
    if entry.state == IN_COLOR:
        raise InputError(
            f"{entry.name} is in color already and is left alone, so there is nothing to write; "
            "open it to have it colored by its light."
        )
    if not entry.can_be_done:
        raise InputError(f"{entry.name} cannot be done, and nothing is written. {entry.sentence}")


def check_no_link(source: Path) -> None:
    """Refuse a photograph that is a link, which could lead out of the folder.

    Raises:
        InputError: it is one.
    """
    if source.is_symlink():
        raise InputError(f"{source.name} is a link, which is not followed; put the photograph itself there.")
