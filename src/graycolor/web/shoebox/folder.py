"""The folder itself: whose it is, the photographs in it, and what is kept in it beside them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from graycolor.bounds import FOLDER_FILES, UPLOAD_BYTES
from graycolor.errors import BoundError, GraycolorError, InputError, MissingInputError, OutputError
from graycolor.files import Job, find_inputs, plan, write_atomic
from graycolor.files.lock import LETS_GO_FIRST, lock
from graycolor.files.regular import read_regular
from graycolor.web.shoebox.entry import Entry
from graycolor.web.shoebox.work import read_work
from graycolor.web.states import FAILED

HIDDEN = ".graycolor"
"""Folder within the folder for photographs to follow, hidden so that nobody takes them for ones to color; and for what
was seen."""


def check_folder(folder: Path) -> Path:
    """The folder, as a whole path.

    Raises:
        MissingInputError: there is none. InputError: it is no folder. OutputError: nothing can be written there.
    """
    if not folder.exists():
        raise MissingInputError(f"There is no folder {folder}; check its name.")
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder; name the folder that it lies in.")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise OutputError(f"The folder {folder} cannot be written to, where your work would be kept; copy it first.")
    return folder.resolve()


def lock_folder(folder: Path) -> int:
    """A handle whose lock says that this process works in the folder; -1 where folders cannot be locked.

    Raises:
        OutputError: another process does.
    """
    if LETS_GO_FIRST:
        return -1
    handle = os.open(folder, os.O_RDONLY)
    if not lock(handle):
        os.close(handle)
        raise OutputError(f"Another graycolor web has the folder {folder} open; stop that one first.")
    return handle


def read_folder(folder: Path, known: Mapping[Path, Entry], *, recursive: bool) -> tuple[list[Entry], str]:
    """The photographs of a folder in the order of their names, and what a person should know about it.

    Args:
        folder: where to look.
        known: those that are known already, by their places.
        recursive: whether to look into the folders within.

    Raises:
        GraycolorError: there are none, or too many.
    """
    found, refusals = find_inputs([folder], recursive=recursive)
    if refusals:
        raise refusals[0].error
    if len(found) > FOLDER_FILES:
        raise BoundError(
            f"The folder holds {len(found):,} photographs, more than the {FOLDER_FILES:,} that a wall takes."
        )
    sources = [path for path in found if not path.is_symlink()]
    planned = plan(sources, None, overwrite=True)
    entries = {job.source: known.get(job.source) or _entry(job, folder) for job in planned.jobs}
    for refusal in planned.refusals:
        entries[refusal.source] = _refused(Job(refusal.source, refusal.source), folder, refusal.error)
    told = [_told_of_links(len(found) - len(sources)), "" if recursive else _told_of_folders(folder)]
    return [entries[source] for source in sources], " ".join(filter(None, told))


def _told_of_folders(folder: Path) -> str:
    """A sentence on folders that were not looked into; hidden ones are other programs' own."""
    with os.scandir(folder) as found:
        names = [each.name for each in found if each.is_dir(follow_symlinks=False) and not each.name.startswith(".")]
    if not names:
        return ""
    one = len(names) == 1
    told = f"The folder {names[0]} in it was" if one else f"{len(names):,} folders in it were"
    their = "its" if one else "their"
    return f"{told} not looked into; start graycolor web with --recursive to see {their} photographs too."


def _told_of_links(links: int) -> str:
    if not links:
        return ""
    one = links == 1
    left_out = f"{links} link{'' if one else 's'} in the folder {'is' if one else 'are'} left out"
    return f"{left_out}, since links are not followed; put the photograph{'' if one else 's'} there instead."


def _entry(job: Job, folder: Path) -> Entry:
    entry = Entry(job, str(job.source.relative_to(folder)))
    try:
        read_work(entry)
    except (GraycolorError, ValueError, TypeError) as error:
        return _refused(job, folder, error)
    return entry


def _refused(job: Job, folder: Path, error: Exception) -> Entry:
    told = str(error).replace(f"{folder}{os.sep}", "")
    return Entry(job, str(job.source.relative_to(folder)), state=FAILED, sentence=told, is_locked=True)


def keep_reference(reference: Path, folder: Path) -> Path:
    """A photograph to follow, in the folder, where it is as long as what follows it.

    Raises:
        GraycolorError: it cannot be read, or not be kept.
    """
    if reference.is_relative_to(folder):
        return reference
    data = read_regular(reference, most=UPLOAD_BYTES)
    kept = folder / HIDDEN / hashlib.sha256(data).hexdigest()[:12] / reference.name
    for parent in (kept.parent.parent, kept.parent):
        if parent.is_symlink():
            raise OutputError(f"{parent.name} in the folder is a link, which is not followed; remove it.")
        try:
            parent.mkdir(exist_ok=True)
        except OSError as error:
            raise OutputError(f"{parent} cannot be made; check the folder's permissions.") from error
    write_atomic(kept, data, overwrite=True)
    return kept
