"""The folder on the wall: its photographs, what was said of them, and the work that goes on behind."""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from weakref import WeakValueDictionary

from graycolor.bounds import UPLOAD_BYTES
from graycolor.errors import GraycolorError
from graycolor.files import sweep
from graycolor.files.regular import read_regular
from graycolor.web.photo import Photo
from graycolor.web.shoebox.entry import DONE, Entry
from graycolor.web.shoebox.folder import HIDDEN, keep_reference, lock_folder, read_folder
from graycolor.web.shoebox.glances import recall, remember
from graycolor.web.shoebox.kept import recall_kept, remember_kept
from graycolor.web.shoebox.making import check_no_link
from graycolor.web.shoebox.marking import Marking
from graycolor.web.shoebox.tasks import Tasks
from graycolor.web.shoebox.work import write_work
from graycolor.web.states import FAILED, WAITING
from graycolor.web.studio import Studio
from graycolor.web.wishes import History, Wishes

_IN_HAND = 6
"""Photographs whose looks are remembered after another one was opened."""
_EVERY = 30.0
"""Seconds between two writings of what was seen, for the case that the process is killed."""


class Box:
    """A folder of photographs.

    Args:
        folder: where they lie.
        studio: colors them.
        weights: fingerprint of the studio's weights.
        thumbnails: a temporary folder, for small pictures; thousands of them would not fit into memory.
        recursive: whether the folders within belong to it.

    Attributes:
        version: grows with every change that the wall shows.
        edition: grows when photographs have come or gone.
        sentence: what is wrong with the folder as a whole.

    Raises:
        OutputError: another graycolor has the folder.
    """

    def __init__(
        self, folder: Path, studio: Studio, weights: str, thumbnails: Path, *, recursive: bool = False
    ) -> None:
        self.folder, self.recursive = folder, recursive
        self._lock_handle = lock_folder(folder)
        self._studio, self._weights, self._thumbnails = studio, weights, thumbnails
        thumbnails.mkdir()
        self.version, self.edition, self.sentence = 0, 0, "Looking through the folder …"
        self._entries: dict[str, Entry] = {}
        self._photos: WeakValueDictionary[str, Photo] = WeakValueDictionary()
        self._shown: dict[str, int] = {}
        self._in_hand: OrderedDict[str, Photo] = OrderedDict()
        self._changing, self._writing = threading.Lock(), threading.Lock()
        self._keeper = ThreadPoolExecutor(1, "graycolor-keeping")
        self._tasks = Tasks(self, studio, weights)
        self.marking = Marking(self, self._tasks)
        self._remembered = time.monotonic()
        self._reader = threading.Thread(target=self._read, name="graycolor-folder", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        """Find the photographs, and what was said of them."""
        with suppress(OSError):
            sweep(self.folder)
        known = {entry.job.source: entry for entry in self.entries() if not entry.is_locked}
        try:
            entries, self.sentence = read_folder(self.folder, known, recursive=self.recursive)
        except GraycolorError as error:
            self.sentence = self.told(error)
            return
        recall(entries, self.folder / HIDDEN, self._weights)
        recall_kept([entry for entry in entries if entry.job.source not in known], self.folder / HIDDEN)
        for entry in entries:
            if entry.job.source not in known:
                self.changed(entry)
        if [entry.id for entry in entries] != list(self._entries):
            self._entries = {entry.id: entry for entry in entries}
            self.edition += 1
        for entry in entries:
            self.marking.settle(entry)
        self._tasks.go_on()

    def read_again(self) -> None:
        """Find what has come and what has gone."""
        if not self._reader.is_alive():
            self._reader = threading.Thread(target=self._read, name="graycolor-folder", daemon=True)
            self._reader.start()

    def close(self) -> None:
        """Stop; everything that was said is written."""
        self._tasks.close()
        self._keeper.submit(self._remember)
        self._keeper.shutdown()
        self._reader.join(1)
        if self._lock_handle >= 0:
            os.close(self._lock_handle)
            self._lock_handle = -1

    def kept(self) -> list[str]:
        """What somebody who stops should know."""
        unmade = [entry for entry in self._entries.values() if entry.wants_result]
        told = [f"All that you said of {self.folder} is kept there."]
        if goes_on := sum(entry.mark == DONE for entry in unmade):
            many = "1 result is" if goes_on == 1 else f"{goes_on} results are"
            told.append(f"{many} still to be written; that goes on when you open the folder again.")
        if asked := len(unmade) - goes_on:
            many = "1 result was" if asked == 1 else f"{asked} results were"
            told.append(f"{many} not written any more; mark the photographs as done again.")
        return told

    # What the wall shows

    def entries(self) -> list[Entry]:
        """All photographs, in the order of their names."""
        return list(self._entries.values())

    def entry(self, key: str) -> Entry | None:
        """The photograph of that id."""
        return self._entries.get(key)

    def changes(self, since: int) -> list[Entry]:
        """What has changed since a version."""
        for key, photo in list(self._photos.items()):
            self._take_over(key, photo)
        return [entry for entry in self.entries() if entry.version > since]

    def _take_over(self, key: str, photo: Photo) -> None:
        """Let the wall show a photograph that somebody has in hand as it looks there."""
        entry = self._entries.get(key)
        if entry is None or entry.is_locked or photo.state == WAITING or self._shown.get(key) == photo.version:
            return
        self._shown[key] = photo.version
        entry.state, entry.sentence, entry.confidence = photo.state, photo.sentence, photo.confidence
        self.keep_thumbnail(entry, photo.thumbnail)
        self.changed(entry)

    def is_fit(self, entry: Entry) -> bool:
        """Whether a photograph may be looked at; where it has become a link, it says so."""
        try:
            check_no_link(entry.job.source)
        except GraycolorError as error:
            entry.state, entry.sentence = FAILED, str(error)
            self.changed(entry)
        return entry.state != FAILED

    def glanced(self, entry: Entry, photo: Photo) -> None:
        """Take up what a glance at a photograph has shown."""
        if not entry.pictured:
            with suppress(GraycolorError):
                self.keep_thumbnail(entry, photo.thumbnail)
            entry.state, entry.sentence, entry.confidence = photo.state, photo.sentence, photo.confidence
        self.changed(entry)
        if time.monotonic() - self._remembered > _EVERY:
            self._remembered = time.monotonic()
            with suppress(RuntimeError):  # it is closed
                self._keeper.submit(self._remember)

    def _remember(self) -> None:
        remember(self.entries(), self.folder / HIDDEN, self._weights)

    def thumbnail(self, entry: Entry) -> bytes:
        """A small JPEG; none where it is not made yet."""
        if not entry.pictured:
            return b""
        return read_regular(self._thumbnails / entry.id, "thumbnail", most=UPLOAD_BYTES)

    def keep_thumbnail(self, entry: Entry, data: bytes) -> None:
        """Keep a small JPEG for the wall; whoever fetches it meanwhile gets a whole one, which browsers keep."""
        if data:
            with suppress(OSError):
                new = self._thumbnails / f"{entry.id}-{threading.get_ident()}"
                new.write_bytes(data)
                new.replace(self._thumbnails / entry.id)
                entry.pictured = True

    def changed(self, entry: Entry) -> None:
        """Let the wall show an entry anew."""
        with self._changing:
            self.version += 1
            entry.version = self.version

    def want(self, keys: Iterable[str]) -> None:
        """Look at these sooner than at others: somebody sees their places."""
        self._tasks.want([entry for key in keys if (entry := self._entries.get(key))])

    def told(self, error: Exception) -> str:
        """A sentence for a visitor, who knows the photographs by their names within the folder."""
        return str(error).replace(f"{self.folder}{os.sep}", "")

    # One photograph in hand

    def photo(self, key: str) -> Photo | None:
        """A photograph that was opened."""
        return self._photos.get(key)

    def open(self, entry: Entry) -> Photo:
        """Take a photograph in hand."""
        photo = self._photos.get(entry.id) or self._taken(entry)
        self._in_hand[entry.id] = photo
        self._in_hand.move_to_end(entry.id)
        while len(self._in_hand) > _IN_HAND:
            self._in_hand.popitem(last=False)
        return photo

    def _taken(self, entry: Entry) -> Photo:
        name = entry.job.source.name
        photo = Photo(entry.job.source, name, id=entry.id)
        photo.history = History(entry.wishes, lambda: self._said(entry, photo))
        self._photos[entry.id] = photo
        if entry.is_locked or not self.is_fit(entry):
            photo.state, photo.sentence = FAILED, entry.sentence
        else:
            photo.begin(self._studio)
        return photo

    def _said(self, entry: Entry, photo: Photo) -> None:
        entry.wishes = photo.history.now
        self.marking.said(entry)
        self.keep(entry)

    def taken(self, wishes: Wishes) -> Wishes:
        """Wishes that hold tomorrow too: a photograph to follow that a visitor brought is kept with the folder.

        Raises:
            GraycolorError: it cannot be kept.
        """
        settings = {name: value for name, value in wishes.settings.items() if name != "format"}
        if isinstance(reference := settings.get("reference"), Path):
            settings["reference"] = keep_reference(reference, self.folder)
        return Wishes(settings, wishes.chosen)

    def keep(self, entry: Entry) -> None:
        """Write what was said of a photograph beside it, soon; not in this thread, since disks are slow."""
        self.changed(entry)
        if not entry.is_locked:
            with suppress(RuntimeError):  # it is closed
                self._keeper.submit(self._keep, entry)

    def keep_list(self, entry: Entry) -> None:
        """Write down which older results stay, soon; `entry` is told what goes wrong."""

        def write() -> None:
            try:
                remember_kept(self.entries(), self.folder / HIDDEN)
            except GraycolorError as error:
                entry.trouble = self.told(error)
                self.changed(entry)

        with suppress(RuntimeError):  # it is closed
            self._keeper.submit(write)

    def _keep(self, entry: Entry) -> None:
        try:
            self.keep_now(entry)
        except GraycolorError as error:
            entry.trouble = self.told(error)
            self.changed(entry)

    def keep_now(self, entry: Entry) -> None:
        """Write what was said of a photograph beside it.

        Raises:
            GraycolorError: it cannot be written.
        """
        with self._writing:
            write_work(entry, self._weights)
