"""The objects of a store: listed, fetched, and put whole or not at all.

A store shows an object when its last byte is there: what is put in parts is finished last. Nothing is replaced unasked:
the store itself refuses to (a precondition of the request), so that two runs cannot overwrite one another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from graycolor.errors import ExistsError, MissingInputError, OutputError, UsageError
from graycolor.stores.address import Address, checked_address
from graycolor.stores.patience import reading, writing

_SIGNS = ("ETag", "etag", "md5Hash", "md5", "crc32c")
"""Where stores say what tells one content from another."""
_PIECE = 16_000_000
"""Bytes of an object that are compared at a time."""
_TIMES = ("LastModified", "updated", "mtime", "created")


class Entry(NamedTuple):
    """An object: where it is, its bytes, and a text that is another one when its content is."""

    address: Address
    size: int
    sign: str


class Aside:
    """What a listing leaves out.

    Attributes:
        odd: keys that no path can be, such as `a//b` and `a/../b`.
        folders: those that were not searched.
    """

    def __init__(self) -> None:
        self.odd: list[str] = []
        self.folders: list[str] = []


def entries(folder: Address, aside: Aside | None = None, *, recursive: bool = False) -> Iterator[Entry]:
    """The objects below an address, by name, without hidden ones; with `recursive` those of the folders within too.

    Args:
        folder: where to look.
        aside: takes up what is left out.
        recursive: see above.

    Raises:
        MissingInputError, InputError: nothing is there, or it cannot be read.
    """
    aside = aside or Aside()
    listed = reading(lambda: _system(folder.scheme).ls(_key(folder), detail=True), folder)
    for info in sorted(listed, key=lambda info: str(info["name"])):
        address, is_folder = _address(folder.scheme, info), info["type"] == "directory"
        if is_folder and not recursive:
            aside.folders.append(str(info["name"]).rstrip("/").rpartition("/")[2])
        elif address is None or (is_folder and address == folder):
            aside.odd.append(f"{folder.scheme}://{str(info['name']).removeprefix('/')}")
        elif address == folder or address.name.startswith("."):
            continue  # an empty object that stands for the folder, or what is hidden
        elif is_folder:
            yield from entries(address, aside, recursive=True)
        else:
            yield Entry(address, int(info["size"] or 0), _sign(info))


def entry_at(address: Address) -> Entry | None:
    """The object at an address; None where there is none, or a folder."""
    try:
        info = reading(lambda: _system(address.scheme).info(_key(address)), address)
    except MissingInputError:
        return None
    return None if info["type"] == "directory" else Entry(address, int(info["size"] or 0), _sign(info))


def fetch(address: Address, place: Path) -> None:
    """Copy an object to a file.

    Raises:
        MissingInputError, InputError: it is not there, or cannot be read.
    """
    reading(lambda: _system(address.scheme).get_file(_key(address), str(place)), address)


def head(address: Address, length: int) -> bytes:
    """The first bytes of an object."""
    return _bytes(address, 0, length)


def _bytes(address: Address, start: int, end: int) -> bytes:
    return bytes(reading(lambda: _system(address.scheme).cat_file(_key(address), start=start, end=end), address))


def read(address: Address) -> bytes:
    """An object, whole."""
    return bytes(reading(lambda: _system(address.scheme).cat_file(_key(address)), address))


def put(place: Path, address: Address, *, overwrite: bool) -> None:
    """Copy a file to an address, whole or not at all.

    Raises:
        ExistsError: something is there and `overwrite` is off.
        OutputError: it cannot be written.
    """
    mode, system = "overwrite" if overwrite else "create", _system(address.scheme)
    if address.scheme == "memory":  # its own way copies into an object that is seen already
        action = lambda: system.pipe_file(_key(address), place.read_bytes(), mode=mode)  # noqa: E731
    else:
        action = lambda: system.put_file(str(place), _key(address), mode=mode)  # noqa: E731
    try:
        writing(action, address)
    except FileExistsError as error:
        if not _is_copy(address, place):  # an answer may have been lost, and the object be there by the try before
            raise ExistsError(
                f"{address} is already there and is left alone; run again with --overwrite.", address
            ) from error


def write(data: bytes, address: Address) -> None:
    """Put bytes at an address, in place of what is there."""
    writing(lambda: _system(address.scheme).pipe_file(_key(address), data), address)


def remove(address: Address) -> None:
    """Take an object away, if it is there."""
    with suppress(OutputError):
        writing(lambda: _system(address.scheme).rm_file(_key(address)), address)


def _is_copy(address: Address, place: Path) -> bool:
    there = entry_at(address)
    return there is not None and there.size == place.stat().st_size and _is_same(address, place)


def _is_same(address: Address, place: Path) -> bool:
    """Whether an object of a file's size holds the file; piece by piece, as films do not fit into memory."""
    with place.open("rb") as file:
        starts = range(0, place.stat().st_size, _PIECE)
        return all(_bytes(address, start, start + _PIECE) == file.read(_PIECE) for start in starts)


@cache
def _system(scheme: str) -> Any:
    """The library that speaks to a store; it keeps no listings, which others may change."""
    import fsspec

    # Tries are counted in one place: see `patience`.
    few = {"config_kwargs": {"retries": {"max_attempts": 1}}} if scheme == "s3" else {}
    system = fsspec.filesystem(scheme, use_listings_cache=False, **few)
    if hasattr(system, "retries"):
        system.retries = 1
    return system


def _key(address: Address) -> str:
    return "/".join(address.parts[1:]) if address.scheme != "memory" else "/" + "/".join(address.parts[1:])


def _address(scheme: str, info: Mapping[str, Any]) -> Address | None:
    """The address of what was listed; None where no path can be it."""
    try:
        return checked_address(f"{scheme}://{str(info['name']).strip('/')}")
    except UsageError:
        return None


def _sign(info: Mapping[str, Any]) -> str:
    found = next((str(info[name]).strip('"') for name in _SIGNS if info.get(name)), "")
    if not found:
        time = next((info[name] for name in _TIMES if info.get(name)), "")
        found = str(time.timestamp() if hasattr(time, "timestamp") else time)
    return f"{info['size']}-{found}"
