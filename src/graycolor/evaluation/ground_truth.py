"""Photographs whose colors are known, from wherever they lie: a dataset, a folder, an archive."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graycolor.bounds import PIXELS
from graycolor.data.arrays import is_report_layout
from graycolor.data.dataset import ArrayDataset, TarDataset, open_dataset
from graycolor.data.manifest import NAME
from graycolor.data.store import SUFFIXES, decode_photo, photos_in
from graycolor.errors import DatasetError
from graycolor.pictures.door import bytes_of

Rgb = NDArray[np.uint8]

_LARGEST = 1024
"""Short side to which larger truths are shrunk: color is judged, not resolution."""


@dataclass(frozen=True)
class Truth:
    """One photograph: its name and (H,W,3) uint8."""

    name: str
    rgb: Rgb


@dataclass(frozen=True)
class Truths:
    """Photographs to judge by, read one at a time and as often as wanted.

    Attributes:
        source: where they are.
        split: of a dataset; empty elsewhere.
        limit: at most so many, the first ones; None for all.
        leave_out: names that begin with one of these are left out.
        max_pixels: of a photograph; see `graycolor.bounds`.
    """

    source: Path
    split: str = ""
    limit: int | None = None
    leave_out: tuple[str, ...] = ()
    max_pixels: int = PIXELS

    def __iter__(self) -> Iterator[Truth]:
        number = 0
        for truth in self._all():
            if truth.name.startswith(self.leave_out or ("\0",)):
                continue
            if self.limit is not None and number >= self.limit:
                return
            number += 1
            yield truth

    def _all(self) -> Iterator[Truth]:
        if not is_dataset(self.source):
            for name, data in _pictures(self.source, self.max_pixels):
                yield Truth(name, decode_photo(data, _LARGEST, f"{self.source}: {name}", self.max_pixels))
            return
        dataset = open_dataset(self.source)
        split = self.split or best_split(dataset)
        if isinstance(dataset, ArrayDataset):
            store = dataset.store(split)
            yield from (Truth(name, store[index]) for index, name in enumerate(store.names))
            return
        for name, data in dataset.photos(split):
            yield Truth(name, decode_photo(data, _LARGEST, f"{self.source}: {name}", self.max_pixels))


def _pictures(source: Path, max_pixels: int) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of the pictures of a folder (all below it) or a tar.

    Raises:
        DatasetError: the source is neither.
    """
    if source.is_dir():
        for file in sorted(source.rglob("*")):
            if file.suffix.lower() in SUFFIXES:
                yield str(file.relative_to(source)), bytes_of(file, max_pixels)
    elif source.is_file() and tarfile.is_tarfile(source):
        yield from photos_in([source], max_pixels)
    elif source.exists():
        raise DatasetError(f"{source} is no folder, tar or dataset of photographs; give one of these.")
    else:
        hint = "make one with: graycolor prepare ~/Photos" if source.name == "dataset" else "check the name"
        raise DatasetError(f"There is no dataset {source}; {hint}.")


def is_dataset(source: Path) -> bool:
    """Whether `source` is a prepared dataset or a folder in the founding report's layout."""
    return source.is_dir() and ((source / NAME).is_file() or is_report_layout(source))


def best_split(dataset: TarDataset | ArrayDataset) -> str:
    """The split that nothing was chosen by: test, or validation where there is none.

    Raises:
        DatasetError: the dataset holds neither.
    """
    for split in ("test", "val"):
        if dataset.count(split):
            return split
    raise DatasetError(f"{dataset.path} has no pictures to judge by; prepare it again with --test 0.05.")
