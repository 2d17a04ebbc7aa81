"""What was done in a place before: a few small files beside the results, from which a run knows what it may skip.

A result appears whole or not at all, so it is enough to know beforehand of what it was to be made. Before anything
begins, a run writes down of every result: the content of its source, the settings it is made with, and what lay in its
place. Whatever lies there later, and is not that, was made of this content with these settings; so a run can be
killed at any moment, and nothing has to be written while pictures are done. At the end, and now and then, sizes and
hashes of sources are added, by which a copied file is known again.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from graycolor.errors import BusyError, ExistsError, GraycolorError
from graycolor.names import json_text, spelled

if TYPE_CHECKING:
    from graycolor.stores.destination import Destination
    from graycolor.stores.lines import Line

FOLDER = ".graycolor"
"""Where journals lie, in the place of the results."""
_LINES = 1000
"""Lines of a file of the journal; 200 kB or so, written anew when some are added."""
_SECONDS = 10.0
"""Between two writings while pictures are done."""


class State(NamedTuple):
    """The files of one result as they lie there: bytes, and what tells their content; -1 and "" for a missing one."""

    sizes: tuple[int, ...] = ()
    signs: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether all of them are there."""
        return bool(self.signs) and all(self.signs)


class Made(NamedTuple):
    """What a result is made of.

    Attributes:
        name: of the result, below the place of all results.
        content: what tells the content of its source from another.
        settings: fingerprint of the settings and the weights.
    """

    name: str
    content: str
    settings: str


class _Known(NamedTuple):
    """What the journal says of a result."""

    content: str
    settings: str
    before: tuple[str, ...]
    sizes: tuple[int, ...] = ()
    sha256: str = ""


class Journal:
    """The journal of one place.

    Args:
        destination: the place; what earlier runs wrote is read at once.
    """

    def __init__(self, destination: Destination) -> None:
        self._destination = destination
        self._known: dict[str, _Known] = {}
        self._earlier: dict[str, _Known] = {}
        self._run = f"{time.time_ns():020d}-{os.urandom(4).hex()}"
        self._part, self._lines, self._written = 0, list[str](), time.monotonic()
        for data in destination.parts():
            self._read(data)

    def recognizes(self, made: Made, there: State, sha256: Callable[[], str]) -> bool:
        """Whether what is there was made of this content with these settings.

        Args:
            made: what would be made now.
            there: the files that lie in its place.
            sha256: of the source, asked for where nothing else can tell; empty where that would cost a download.
        """
        known = self._known.get(spelled(made.name))
        if known is None or not there.whole or known.settings != made.settings:
            return False
        if any(now == before for now, before in zip(there.signs, known.before, strict=False)):
            return False
        if known.sizes and known.sizes != there.sizes:
            return False
        return known.content == made.content or bool(known.sha256 and known.sha256 == sha256())

    def began(self, made: Made, there: State) -> bool:
        """Whether an earlier run has begun to make a result of this content with these settings, and did not say that
        it failed, so that what is there of it is its own; what has changed since a run was done with it is not."""
        known = self._known.get(spelled(made.name))
        if known is None or (known.content, known.settings) != made[1:] or any(known.before):
            return False
        return all(now in (-1, then) for now, then in zip(there.sizes, known.sizes, strict=False))

    def plan(self, planned: Sequence[tuple[Made, State]]) -> None:
        """Write down what will be made, and what lies there now."""
        for made, before in planned:
            known = _Known(made.content, made.settings, before.signs)
            self._add(made.name, {"content": known.content, "settings": known.settings, "before": list(known.before)})
            self._known[spelled(made.name)] = known
        self.write()

    def done(self, made: Made, sizes: Sequence[int], sha256: str) -> None:
        """Take up that a result is there."""
        self._add(made.name, {"sizes": list(sizes), "sha256": sha256})
        self._write_now_and_then()

    def failed(self, made: Made, error: BaseException) -> None:
        """Take up that whatever lies there is not the result that was planned.

        Where another run was quicker, this one has put nothing there, and what that one says of it holds.
        """
        untouched = isinstance(error, ExistsError | BusyError)
        entry: dict[str, object] = {"failed": True}
        self._add(made.name, entry | {"untouched": True} if untouched else entry)
        self._write_now_and_then()

    def write(self) -> None:
        """Write what was taken up since."""
        if self._lines:
            data = "".join(self._lines).encode()
            self._destination.write(f"{FOLDER}/{self._run}-{self._part:06d}.jsonl", data)
        self._written = time.monotonic()

    def _write_now_and_then(self) -> None:
        if time.monotonic() - self._written > _SECONDS:
            self.write()

    def _add(self, name: str, entry: dict[str, object]) -> None:
        if len(self._lines) >= _LINES:
            self.write()
            self._part, self._lines = self._part + 1, []
        self._lines.append(json_text({"result": spelled(name)} | entry) + "\n")

    def _read(self, data: bytes) -> None:
        """Take over a file of an earlier run; what is no line of a journal is nothing that anybody did."""
        from msgspec import DecodeError
        from msgspec.json import Decoder

        from graycolor.stores.lines import Line

        decoder = Decoder(Line)
        for text in data.splitlines():
            try:
                self._take(decoder.decode(text))
            except DecodeError:
                continue

    def _take(self, line: Line) -> None:
        known = self._known.get(line.result)
        if line.settings:
            self._keep_done(line.result)
            self._known[line.result] = _Known(line.content, line.settings, line.before)
        elif line.failed:
            self._known.pop(line.result, None)
            if line.untouched and line.result in self._earlier:
                self._known[line.result] = self._earlier[line.result]
        elif known is not None:
            self._known[line.result] = known._replace(sizes=line.sizes, sha256=line.sha256)

    def _keep_done(self, result: str) -> None:
        """Keep what a run was done with, should the next one not touch it."""
        known = self._known.get(result)
        if known is not None and known.sizes:
            self._earlier[result] = known
        else:
            self._earlier.pop(result, None)


class Notes:
    """What becomes of results, for their journal; where it cannot be written, that is said once and costs none."""

    def __init__(self, journal: Journal) -> None:
        self._journal, self._said = journal, False

    def done(self, made: Made, sizes: Sequence[int], sha256: str) -> None:
        """See `Journal.done`."""
        self._try(lambda: self._journal.done(made, sizes, sha256))

    def failed(self, made: Made, error: BaseException) -> None:
        """See `Journal.failed`."""
        self._try(lambda: self._journal.failed(made, error))

    def write(self) -> None:
        """See `Journal.write`."""
        self._try(self._journal.write)

    def _try(self, write: Callable[[], None]) -> None:
        try:
            write()
        except GraycolorError as error:
            if not self._said:
                logging.getLogger("graycolor").warning(f"{error} Without it, results may not be known again.")
            self._said = True


@contextmanager
def noting(journal: Journal) -> Iterator[Notes]:
    """What takes notes, which are written at the end of the block."""
    notes = Notes(journal)
    try:
        yield notes
    finally:
        notes.write()
