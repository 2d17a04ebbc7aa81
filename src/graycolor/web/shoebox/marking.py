"""Marks: what a person says of a photograph as a whole; and what cannot be done, which is never marked as done."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from graycolor.errors import GraycolorError, InputError
from graycolor.jobs.photo_options import sidecar_of
from graycolor.web.shoebox.entry import DONE, MARKS, UNMARKED, Entry
from graycolor.web.shoebox.kept import identities, places_of
from graycolor.web.shoebox.making import FoundError, check_can_be_done, is_graycolors
from graycolor.web.shoebox.tasks import Tasks
from graycolor.web.states import READY

if TYPE_CHECKING:
    from graycolor.web.shoebox.box import Box

ASK, REPLACE, KEEP = "ask", "replace", "keep"
"""What becomes of results that graycolor once made, where others would take their places."""


class Marking:
    """The marks of one wall.

    Args:
        box: the folder.
        tasks: make the results.
    """

    def __init__(self, box: Box, tasks: Tasks) -> None:
        self._box, self._tasks = box, tasks

    def mark(self, entry: Entry, mark: str, *, replace: bool = False) -> None:
        """Mark a photograph; who marks it as done wants its result.

        Args:
            entry: the photograph.
            mark: one of `MARKS`.
            replace: whether its result may take the place of one that graycolor once made.

        Raises:
            InputError: it cannot be marked so; then nothing has changed.
        """
        if mark not in MARKS:
            return
        try:
            self._take(entry, mark, replace)
        finally:
            self._box.changed(entry)

    def _take(self, entry: Entry, mark: str, replace: bool) -> None:
        _check(entry, mark)
        entry.trouble, entry.offers, entry.may_replace = "", False, replace
        if mark == DONE:
            self._ask(entry)
        else:
            self._say(entry, mark)

    def _ask(self, entry: Entry) -> None:
        """Have a photograph done; the mark is there as soon as nothing stands in the way."""
        if entry.kept:
            return
        entry.is_asked, entry.news = True, ""
        there = [os.path.lexists(path) for path in places_of(entry)]
        if not all(there):
            entry.made = ""
        if entry.made == entry.wishes.key:
            entry.is_asked = False
            names = ", ".join(path.name for path in places_of(entry))
            entry.news = f"Written already: {names}, beside the photograph."
        if not entry.is_asked or (entry.state == READY and not is_taken(entry)):
            entry.mark = DONE
            self._box.keep(entry)
        self.settle(entry)

    def _say(self, entry: Entry, mark: str) -> None:
        was_kept, was_done = bool(entry.kept), entry.mark == DONE
        entry.news = _stays(entry) if was_done and mark != DONE else ""
        entry.mark, entry.is_asked, entry.kept = mark, False, ()
        self._box.keep(entry)
        if was_kept:
            self._box.keep_list(entry)

    def keep_old(self, entries: Sequence[Entry]) -> None:
        """Be content with the results that lie there: these photographs are done with them."""
        for entry in entries:
            entry.trouble, entry.offers, entry.is_asked, entry.may_replace = "", False, False, False
            entry.kept = identities(entry)
            entry.mark = DONE if entry.kept else UNMARKED
            there = ", ".join(path.name for path in places_of(entry) if path.exists())
            entry.news = (
                f"Kept: {there}, as it was." if entry.kept else "The result is gone; mark the photograph again."
            )
            self._box.keep(entry)
        if entries:
            self._box.keep_list(entries[0])

    def said(self, entry: Entry) -> None:
        """Something else was said of a photograph: an older result that was kept is not what is wanted now."""
        if entry.kept:
            entry.kept, entry.mark, entry.news = (), UNMARKED, ""
            self._box.keep_list(entry)

    def rest(self) -> list[Entry]:
        """All that are neither doubtful nor marked, and were not refused."""
        every = self._box.entries()
        unmarked = [e for e in every if e.mark == UNMARKED and not e.is_asked and not e.trouble]
        return [e for e in unmarked if e.state == READY and not e.doubtful]

    def mark_rest(self, found: str = ASK) -> None:
        """Mark the rest as done; `found` says what becomes of results that graycolor once made."""
        rest = self.rest()
        kept = [e for e in rest if found == KEEP and is_taken(e) and all(map(is_graycolors, places_of(e)))]
        self.keep_old(kept)
        for entry in rest:
            if not entry.kept:
                with suppress(InputError):  # it has changed since it was counted
                    self.mark(entry, DONE, replace=found == REPLACE)

    def settle(self, entry: Entry) -> None:
        """Have the result made, if one is wanted."""
        if entry.wants_result and not entry.trouble:
            self._tasks.make(entry)

    def refused(self, entry: Entry, error: GraycolorError) -> None:
        """A result could not be written: the photograph is not done, and says why."""
        entry.trouble, entry.offers = self._box.told(error), isinstance(error, FoundError)
        entry.is_asked = entry.may_replace = False
        if entry.mark == DONE:
            entry.mark = UNMARKED
            self._box.keep(entry)


def _check(entry: Entry, mark: str) -> None:
    if entry.is_locked:
        raise InputError(f"{entry.name} cannot be marked. {entry.sentence}")
    if mark == DONE:
        check_can_be_done(entry)


def is_taken(entry: Entry) -> bool:
    """Whether something lies in the place of a result that neither this page nor settings beside it know."""
    known = entry.ours or entry.inherited
    return not known and any(os.path.lexists(path) for path in places_of(entry))


def _stays(entry: Entry) -> str:
    """What lies there still, when a photograph is no longer done."""
    results = [path.name for path in places_of(entry) if path.exists()]
    if not results:
        return ""
    settings = sidecar_of(entry.job.target)
    files = [*results, *([settings.name] if settings.exists() else [])]
    them = "it" if len(files) == 1 else "them"
    return f"The result stays: {' and '.join(files)}; delete {them} in the folder if you do not want {them}."
