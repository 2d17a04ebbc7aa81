"""What a folder holds beside the pictures that were found in it, so that nothing is left out without a word."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from graycolor.files.find import NEIGHBORS, OWN_NAME, PICTURE_SUFFIXES

_NAMED = 3
"""Files of a kind that are named."""
_OF_SYSTEMS = frozenset({"thumbs.db", "desktop.ini"})
"""What file managers leave in folders, beside their hidden files."""
_BESIDE_RESULTS = (".graycolor.json",)
_PICTURES = PICTURE_SUFFIXES | NEIGHBORS.keys()


def passed_over(names: Iterable[str | Path], *, recursive: bool = False) -> Iterator[str]:
    """A sentence for each folder among `names` (and, with `recursive`, below them) in which something was left out.

    Left out are folders, unless `recursive`; files that are no pictures; and pictures whose names are those of results,
    though there is nothing beside them that they could be results of. Hidden files are nobody's business.
    """
    for name in names:
        folder = Path(name)
        if folder.is_dir():
            for place, folders, files in os.walk(folder):
                shown = [each for each in folders if not each.startswith(".")]
                seen = [each for each in files if not each.startswith(".")]
                if said := beside_pictures([] if recursive else shown, seen):
                    yield f"{place}: passed over {said}."
                folders[:] = shown if recursive else []


def beside_pictures(folders: Sequence[str], files: Sequence[str]) -> str:
    """What of the names in a folder is no picture to color, in words; nothing where all are."""
    pictures = [name for name in files if Path(name).suffix.lower() in _PICTURES]
    sources = {Path(name).stem for name in files}
    lone = [name for name in pictures if OWN_NAME.search(Path(name).stem) and not _source_of(name) & sources]
    others = sorted(set(files) - set(pictures))
    others = [each for each in others if each.lower() not in _OF_SYSTEMS and not each.endswith(_BESIDE_RESULTS)]
    parts = (
        folders and f"{_count(folders, 'folder')} (--recursive goes there): {_list(folders)}",
        others and f"{_count(others, 'file')} of other kinds: {_list(others)}",
        lone and f"{_count(lone, 'file')} named like a result (name one by itself to color it): {_list(sorted(lone))}",
    )
    return "; ".join(filter(None, map(str, filter(None, parts))))


def _source_of(result: str) -> set[str]:
    """The stem that a result's source would have."""
    return {OWN_NAME.sub("", Path(result).stem)}


def _count(names: Sequence[str], what: str) -> str:
    return f"{len(names)} {what}" + ("" if len(names) == 1 else "s")


def _list(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
