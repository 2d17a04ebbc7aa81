"""Where the results of a run lie: a folder of this machine, or one in a store. Both are asked in the same words."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from graycolor.errors import GraycolorError, InputError, MissingInputError, OutputError
from graycolor.files import FOR_PHOTOGRAPHS, Claims, write_atomic
from graycolor.files.atomic import written
from graycolor.files.plan import check_folder
from graycolor.files.regular import read_regular
from graycolor.jobs.results import HEAD, is_ours, says_ours
from graycolor.stores import store
from graycolor.stores.address import Address
from graycolor.stores.journal import FOLDER, State

Place = Path | Address

_MOST = 16_000_000
"""Bytes of a file of the journal."""


class Destination(Protocol):
    """A place for results; names are relative, with slashes."""

    def place(self, name: str) -> Place:
        """Where a name lies."""

    def state(self, places: Iterable[Place]) -> State:
        """What lies there."""

    def is_there(self, place: Place) -> bool:
        """Whether anything lies there."""

    def is_ours(self, place: Place) -> bool:
        """Whether what goes with a result was made by graycolor."""

    def claim(self, place: Place, purpose: str) -> None:
        """Claim a place; refused where the run reads it, or writes it for another purpose."""

    def check(self, place: Place) -> None:
        """See that files can be put where a result goes; a folder is made where it is missing."""

    def parts(self) -> Iterator[bytes]:
        """The files of the journal, oldest first."""

    def write(self, name: str, data: bytes) -> None:
        """Write a file of the journal."""


class Folder:
    """A folder of this machine.

    Args:
        root: its path.
        read: files that the run reads.
    """

    def __init__(self, root: Path, read: Iterable[Path]) -> None:
        self._root, self._claims, self._checked = root, Claims(read), set[Path]()

    def place(self, name: str) -> Path:
        return self._root / name

    def state(self, places: Iterable[Place]) -> State:
        found = [_stat(place) for place in places]
        sizes = tuple(stat.st_size if stat else -1 for stat in found)
        return State(sizes, tuple(f"{stat.st_size}-{stat.st_mtime_ns}" if stat else "" for stat in found))

    def is_there(self, place: Place) -> bool:
        return os.path.lexists(place)

    def is_ours(self, place: Place) -> bool:
        return is_ours(Path(place))

    def claim(self, place: Place, purpose: str) -> None:
        self._claims.claim(Path(place), purpose, FOR_PHOTOGRAPHS.elsewhere("another place for the result"))

    def check(self, place: Place) -> None:
        folder = Path(place).parent
        if folder not in self._checked:
            check_folder(folder, FOR_PHOTOGRAPHS)
            self._checked.add(folder)

    def parts(self) -> Iterator[bytes]:
        with suppress(OSError):
            for path in sorted((self._root / FOLDER).glob("*.jsonl")):
                with suppress(GraycolorError):
                    yield read_regular(path, "journal", most=_MOST)

    def write(self, name: str, data: bytes) -> None:
        path = self._root / name
        with written(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, data, overwrite=True)


class Bucket:
    """A folder in a store; what lies in each folder below it is listed once.

    Args:
        root: its address.
        read: places that the run reads.
    """

    def __init__(self, root: Address, read: Iterable[Place]) -> None:
        self._root, self._read = root, frozenset(read)
        self._claimed: dict[Place, str] = {}
        self._listed: dict[Address, dict[str, store.Entry]] = {}

    def place(self, name: str) -> Address:
        return self._root / name

    def state(self, places: Iterable[Place]) -> State:
        found = [self._entry(place) for place in places]
        sizes = tuple(entry.size if entry else -1 for entry in found)
        return State(sizes, tuple(entry.sign if entry else "" for entry in found))

    def is_there(self, place: Place) -> bool:
        return self._entry(place) is not None

    def is_ours(self, place: Place) -> bool:
        with suppress(InputError):
            return says_ours(store.head(_address(place), HEAD))
        return False

    def claim(self, place: Place, purpose: str) -> None:
        another = FOR_PHOTOGRAPHS.elsewhere("another place for the result")
        if place in self._read:
            raise OutputError(f"{place} is itself an input and cannot become {purpose}; {another}.")
        other = self._claimed.setdefault(place, purpose)
        if other != purpose:
            raise OutputError(f"{place} cannot be both {other} and {purpose}; {another}.")

    def check(self, place: Place) -> None:
        """Nothing: stores know no folders, and what may be written there is known when it is."""

    def parts(self) -> Iterator[bytes]:
        for entry in self._below(self._root / FOLDER).values():
            if entry.address.suffix == ".jsonl" and entry.size <= _MOST:
                yield store.read(entry.address)

    def write(self, name: str, data: bytes) -> None:
        store.write(data, self._root / name)

    def _entry(self, place: Place) -> store.Entry | None:
        address = _address(place)
        return self._below(address.parent).get(address.name)

    def _below(self, folder: Address) -> dict[str, store.Entry]:
        if folder not in self._listed:
            try:
                self._listed[folder] = {entry.address.name: entry for entry in store.entries(folder)}
            except MissingInputError:
                self._listed[folder] = {}
        return self._listed[folder]


def _stat(place: Place) -> os.stat_result | None:
    """What is known of a file; of an empty one nothing, as a killed run may leave it where a disk knows no links."""
    try:
        stat = os.stat(place)  # noqa: PTH116 - a Place is no Path for the checker of types
    except OSError:
        return None
    return stat if stat.st_size else None


def _address(place: Place) -> Address:
    return place if isinstance(place, Address) else Address(place)


def destination_at(root: Place, read: Iterable[Place]) -> Destination:
    """The destination at a path or an address; `read` is what the run reads."""
    if isinstance(root, Address):
        return Bucket(root, read)
    return Folder(root, [place for place in read if isinstance(place, Path)])
