"""What goes on while nobody waits: thumbnails, those that somebody sees first; and results of what is done.

One of each is with the studio at a time, so that nobody who comes later waits behind thousands.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from itertools import chain
from typing import TYPE_CHECKING, Any

from graycolor.colorizer import Colorizer
from graycolor.errors import GraycolorError
from graycolor.jobs.photo_work import as_ours
from graycolor.web.photo import Photo
from graycolor.web.shoebox.entry import UNMARKED, Entry
from graycolor.web.shoebox.making import check_can_be_done, make_result
from graycolor.web.states import WAITING
from graycolor.web.studio import LATER, Studio
from graycolor.web.wishes import History

if TYPE_CHECKING:
    from graycolor.web.shoebox.box import Box


class Tasks:
    """The work behind one wall.

    Args:
        box: the folder.
        studio: does it.
        weights: fingerprint of the studio's weights.
    """

    def __init__(self, box: Box, studio: Studio, weights: str) -> None:
        self._box, self._studio, self._weights = box, studio, weights
        self._seen: Sequence[Entry] = ()
        self._order: deque[Entry] = deque()
        self._tried: set[str] = set()
        self._to_make: deque[Entry] = deque()
        self._changing = threading.RLock()
        self._glancing = self._making = self._closed = False

    def close(self) -> None:
        """Begin nothing more."""
        self._closed = True

    def go_on(self) -> None:
        """Look at all photographs that nobody has looked at: what has no mark yet comes first."""
        waiting = [entry for entry in self._box.entries() if entry.state == WAITING]
        with self._changing:
            self._order = deque(sorted(waiting, key=lambda entry: entry.mark != UNMARKED))
        self._next_glance()

    def want(self, entries: Sequence[Entry]) -> None:
        """Look at these first."""
        self._seen = entries
        self._next_glance()

    def make(self, entry: Entry) -> None:
        """Make the result of a photograph when its turn comes."""
        with self._changing:
            if entry.is_making:
                return
            entry.is_making = True
            self._to_make.append(entry)
        self._box.changed(entry)
        self._next_result()

    def _next_glance(self) -> None:
        with self._changing:
            entry = None if self._glancing or self._closed else self._waiting()
            self._glancing = self._glancing or entry is not None
        if entry is None:
            return
        photo = Photo(entry.job.source, entry.job.source.name, History(entry.wishes))
        photo.glance(self._studio).add_done_callback(lambda future: self._glanced(future, entry, photo))

    def _waiting(self) -> Entry | None:
        """The next to look at."""
        seen = (each for each in self._seen if not each.pictured and each.id not in self._tried)
        in_order = (each for each in self._taken_in_order() if each.state == WAITING)
        found = next((each for each in chain(seen, in_order) if self._box.is_fit(each)), None)
        self._tried |= {found.id} if found else set()
        return found

    def _taken_in_order(self) -> Iterator[Entry]:
        while self._order:
            yield self._order.popleft()

    def _glanced(self, future: Future[None], entry: Entry, photo: Photo) -> None:
        self._glancing = False
        if future.cancelled():
            return
        self._box.glanced(entry, photo)
        self._next_glance()

    def _next_result(self) -> None:
        with self._changing:
            if self._making or self._closed or not self._to_make:
                return
            self._making, entry = True, self._to_make.popleft()
        made = self._studio.submit(LATER, lambda colorizer: self._result(entry, colorizer))
        made.add_done_callback(self._made)

    def _result(self, entry: Entry, colorizer: Colorizer) -> None:
        try:
            if entry.is_asked:
                check_can_be_done(entry)  # it may have been looked at meanwhile
            if entry.wants_result:
                make_result(entry, colorizer, self._weights, lambda: self._box.keep_now(entry))
        except GraycolorError as error:
            self._box.marking.refused(entry, error)
        except Exception as error:
            self._box.marking.refused(entry, as_ours(error, entry.job.source))
        entry.is_making = False
        self._box.changed(entry)

    def _made(self, future: Future[Any]) -> None:
        self._making = False
        if not future.cancelled():
            self._next_result()
