"""What is wanted of an archive, before anything is done: where each lies, what tells its content, how it is colored."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Generic, NamedTuple

from graycolor.errors import GraycolorError, InputError, MissingInputError, reason_of
from graycolor.files import FOR_PHOTOGRAPHS, Kind, Refusal, find_inputs, named_folders
from graycolor.files.find import is_source_name
from graycolor.files.passed_over import beside_pictures
from graycolor.files.plan import folder_below
from graycolor.stores import store
from graycolor.stores.address import Address, place_of
from graycolor.stores.destination import Place
from graycolor.stores.medium import Options


class Wanted(NamedTuple, Generic[Options]):
    """A picture or a film to color.

    Attributes:
        source: where it lies.
        content: what tells its content from another: of a file its size and time, of an object what its store says.
        size: bytes.
        folder: where its result goes, below the place of all results.
        options: how it is colored; None for as all are.
        output: name of its result below `folder`; empty for one after its own name.
    """

    source: Place
    content: str
    size: int
    folder: PurePosixPath = PurePosixPath()
    options: Options | None = None
    output: str = ""


def find_wanted(
    names: Sequence[str], kind: Kind, *, recursive: bool = False, note: Callable[[str], None] | None = None
) -> tuple[list[Wanted], list[Refusal]]:
    """What names lead to: files, folders, patterns, and addresses of objects and of folders in stores.

    Args:
        names: see above.
        kind: what is looked for in folders.
        recursive: folders within folders are searched too.
        note: is told what in the folders of stores is passed over, of pictures.

    Raises:
        UsageError: an address is of no kind that is known.
        MissingPackageError: what reads such a store is not installed.
    """
    found: list[Wanted] = []
    refusals: list[Refusal] = []
    for name in names:
        place = place_of(name)
        try:
            if isinstance(place, Address):
                found += _at(place, kind, refusals, recursive, note)
            else:
                found += _of_files(str(place), kind, refusals, recursive)
        except GraycolorError as error:
            refusals.append(Refusal(as_path(place), error))
    return list({each.source: each for each in found}.values()), refusals


def content_of(source: Place) -> str:
    """What tells the content of a source as it is now.

    Raises:
        InputError: it is gone, or cannot be looked at.
    """
    if isinstance(source, Address):
        entry = store.entry_at(source)
        if entry is None:
            raise MissingInputError(f"There is nothing at {source} any more; run the same command again.")
        return entry.sign
    try:
        stat = os.stat(source)  # noqa: PTH116 - what `Arrivals` and journals compare, too
    except OSError as error:
        raise InputError(f"{source} cannot be read ({reason_of(error)}); check its name and permissions.") from error
    return f"{stat.st_size}-{stat.st_mtime_ns}"


def check_unchanged(source: Place, content: str) -> None:
    """Refuse a source whose content is not that of before any more.

    Raises:
        InputError: see above.
    """
    if content_of(source) != content:
        raise InputError(f"{source} has changed since the run began; run the same command again.")


def of_file(path: Path, **more: object) -> Wanted:
    """A file that is wanted; `more` are fields of `Wanted`."""
    content = content_of(path)
    return Wanted(path, content, int(content.partition("-")[0]), **more)  # type: ignore[arg-type]


def _of_files(name: str, kind: Kind, refusals: list[Refusal], recursive: bool) -> Iterator[Wanted]:
    paths, refused = find_inputs([name], recursive=recursive, kind=kind)
    refusals += refused
    roots = named_folders([name])
    for path in paths:
        yield of_file(path, folder=PurePosixPath(folder_below(path, roots).as_posix()))


def _at(
    address: Address, kind: Kind, refusals: list[Refusal], recursive: bool, note: Callable[[str], None] | None
) -> list[Wanted]:
    entry = store.entry_at(address)
    if entry is not None:
        return [Wanted(address, entry.sign, entry.size)]
    aside = store.Aside()
    listed = list(store.entries(address, aside, recursive=recursive))
    for name in aside.odd:
        problem = InputError(f"{name} has empty or dotted parts in its name, which no folder can hold; rename it.")
        refusals.append(Refusal(Path(name), problem))
    wanted = [
        Wanted(each.address, each.sign, each.size, each.address.parent.below(address))
        for each in listed
        if is_source_name(each.address, kind.found)
    ]
    if not (wanted or aside.odd):
        deeper = "" if recursive else f"; add {FOR_PHOTOGRAPHS.recursive} to search the folders in it"
        raise InputError(f"There are no {kind} at {address}{deeper or '; name another'}.")
    if note is not None:
        _note_passed_over(address, listed, aside.folders, note)
    return wanted


def _note_passed_over(
    address: Address, listed: Sequence[store.Entry], folders: Sequence[str], note: Callable[[str], None]
) -> None:
    files: dict[Address, list[str]] = {address: []}
    for entry in listed:
        files.setdefault(entry.address.parent, []).append(entry.address.name)
    for folder, names in files.items():
        shown = [name for name in folders if folder == address and not name.startswith(".")]
        if said := beside_pictures(shown, names):
            note(f"{folder}: passed over {said}.")


def as_path(place: Place) -> Path:
    """A place as jobs and outcomes hold it: they name it, ask for its stem and suffix, and leave its file to others."""
    return place  # type: ignore[return-value]
