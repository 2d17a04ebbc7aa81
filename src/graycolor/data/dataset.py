"""The one door to a dataset, prepared tars or the founding report's arrays: encoded pictures, counts, decoded stores.

A dataset is checked when it is opened: every file's size and SHA-256 against the manifest. What was checked is noted
with the files' times in `.decoded/`, so that an unchanged dataset of gigabytes is hashed once. Decoded stores are kept
in the same folder under names that follow from the content, so a changed dataset never meets an old store.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.bounds import HINT_FILE_BYTES
from graycolor.checked_json import Source, checked, read_json
from graycolor.data.arrays import ReportArrays, is_report_layout, open_arrays
from graycolor.data.journal import FOLDER
from graycolor.data.manifest import NAME, SPLITS, DataFile, Manifest, read_manifest
from graycolor.data.store import PhotoStore, decode_photos, write_store
from graycolor.data.tars import read_tar
from graycolor.errors import DatasetError, GraycolorError, OutputError, UsageError, reason_of
from graycolor.files import write_atomic
from graycolor.files.regular import sha256_of
from graycolor.names import spelled

CACHE = ".decoded"
VALIDATION_SHARE, FEW_SHARE, FEW = 0.05, 0.2, 12
"""Share of train that validates where a dataset has no pictures for it, always the same ones; of few a larger one, up
to so many, because one or two would let a run end with whatever they happen to like."""

_ANY_SIDE = 2**31


class Dataset(ABC):
    """Photographs in the splits train, val and test. Made by `open_dataset`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def photos(self, split: str) -> Iterator[tuple[str, bytes]]:
        """Names and encoded pictures of a split."""
        wanted = set(self._names(split))
        return ((name, data) for name, data in self._encoded(self._source(split)) if name in wanted)

    @property
    def shape(self) -> tuple[int, int] | None:
        """Height and width of every picture, where the layout has one for all."""
        return None

    def count(self, split: str) -> int:
        """Pictures in a split."""
        return len(self._names(split))

    def store(self, split: str) -> PhotoStore:
        """The photographs of a split, decoded into one mapped file that is made at the first call.

        Several processes may call it at the same time: each writes aside, and the last rename wins with equal bytes.

        Raises:
            DatasetError: the split is empty, or a picture in it cannot be decoded.
            OutputError: there is no room for the decoded photographs.
        """
        if not self.count(split):
            raise DatasetError(f"{self.path} has no pictures to {_PURPOSES[split]}; prepare it again with --{split}.")
        folder = self.path / CACHE
        path = folder / f"{split}-{self._state(split)}"
        with suppress(DatasetError):
            return PhotoStore.open(path)
        try:
            _build(path, self._decoded(split))
            _remove_stale(folder, split, path.name)
        except OSError as error:
            reason = reason_of(error)
            raise OutputError(
                f"The decoded photographs cannot be written to {folder} ({reason}); free some space, or copy the "
                "dataset to a place with room that you may write to."
            ) from error
        return PhotoStore.open(path)

    def _names(self, split: str) -> list[str]:
        """The pictures of a split; validation is cut out of train where the dataset has none of its own."""
        if split not in SPLITS:
            raise UsageError(f"There is no split {split}; choose train, val or test.")
        if split == "test" or self._own_names("val"):
            return self._own_names(split)
        names = self._own_names("train")
        cut = _validation_of(names)
        return [name for name in names if (name in cut) == (split == "val")]

    def _source(self, split: str) -> str:
        """The split whose files hold the pictures of `split`."""
        return "train" if split == "val" and not self._own_names("val") else split

    def _decoded(self, split: str) -> Iterator[tuple[str, NDArray[np.uint8]]]:
        return decode_photos(self.photos(split), _ANY_SIDE)

    @abstractmethod
    def _own_names(self, split: str) -> list[str]:
        """The pictures that the files keep under `split`."""

    @abstractmethod
    def _encoded(self, split: str) -> Iterator[tuple[str, bytes]]:
        """The pictures that the files keep under `split`, encoded."""

    @abstractmethod
    def _state(self, split: str) -> str:
        """A word that changes with the pictures of a split."""


class TarDataset(Dataset):
    """A dataset as `graycolor prepare` writes it; `manifest` says all about it."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        super().__init__(path)
        self.manifest = manifest

    def _own_names(self, split: str) -> list[str]:
        return list(self.manifest.pictures[split])

    def _encoded(self, split: str) -> Iterator[tuple[str, bytes]]:
        for file in self.manifest.files:
            if file.split == split:
                yield from read_tar(self.path / file.name)

    def _state(self, split: str) -> str:
        sums = [file.sha256 for file in self.manifest.files if file.split in (split, self._source(split))]
        return hashlib.sha256("".join(sums).encode()).hexdigest()[:12]


class ArrayDataset(Dataset):
    """A folder in the founding report's layout: ab1 and ab2 are train, ab3 is test; `arrays` are the raw codes."""

    def __init__(self, path: Path, arrays: ReportArrays) -> None:
        super().__init__(path)
        self.arrays = arrays

    def rows(self, split: str) -> NDArray[np.int64]:
        """Rows of the arrays that belong to a split."""
        return np.array([int(name) for name in self._names(split)], np.int64)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of every picture."""
        height, width = self.arrays.gray.shape[1:]
        return int(height), int(width)

    def _own_names(self, split: str) -> list[str]:
        middle, end = self.arrays.train_count, len(self.arrays.gray)
        rows = {"train": range(middle), "val": range(0), "test": range(middle, end)}[split]
        return [f"{row:06d}" for row in rows]

    def _encoded(self, split: str) -> Iterator[tuple[str, bytes]]:
        for name in self._own_names(split):
            bgr = cv2.cvtColor(self.arrays.rgb(int(name)), cv2.COLOR_RGB2BGR)
            yield name, cv2.imencode(".png", bgr)[1].tobytes()

    def _decoded(self, split: str) -> Iterator[tuple[str, NDArray[np.uint8]]]:
        return ((name, self.arrays.rgb(int(name))) for name in self._names(split))

    def _state(self, split: str) -> str:
        return f"{self.arrays.stamp:x}-{len(self.arrays.gray):x}-{self.count(split):x}"


def open_dataset(path: str | Path) -> TarDataset | ArrayDataset:
    """The dataset in a folder, checked.

    Raises:
        DatasetError: there is none, it is empty or half prepared, or its files differ from the manifest.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise DatasetError(f"There is no dataset {folder}; make one with: graycolor prepare PHOTOS -o {folder}")
    if not (folder / NAME).exists():
        if is_report_layout(folder) and not (folder / FOLDER).exists():
            return ArrayDataset(folder, open_arrays(folder))
        raise DatasetError(_why_none(folder))
    manifest = read_manifest(folder)
    if not sum(manifest.counts.values()):
        raise DatasetError(f"The dataset {folder} has no pictures; prepare it again from more photographs.")
    _check_files(folder, manifest.files)
    return TarDataset(folder, manifest) if manifest.layout == "tar" else ArrayDataset(folder, open_arrays(folder))


_PURPOSES = {"train": "train on", "val": "validate on", "test": "test on"}


def _why_none(folder: Path) -> str:
    if not any(folder.iterdir()):
        return f"The folder {folder} is empty; fill it with: graycolor prepare PHOTOS -o {folder}"
    if (folder / FOLDER).exists() or any(folder.glob("*-[0-9][0-9][0-9].tar")):
        return f"The dataset {folder} is half prepared; run the same graycolor prepare again to continue."
    return f"{folder} is no prepared dataset; make one of its photographs with: graycolor prepare {folder}"


def _check_files(folder: Path, files: Sequence[DataFile]) -> None:
    """Size and SHA-256 of every file; those unchanged since they were last found right are not hashed again."""
    note = folder / CACHE / "checked.json"
    known: dict[str, list[int | str]] = {}
    source = Source(str(note), "it is made again", DatasetError, HINT_FILE_BYTES)
    with suppress(GraycolorError):
        known = checked(read_json(note, source), dict[str, list[int | str]], source)
    seen = {file.name: _checked_state(folder / file.name, file, known.get(file.name)) for file in files}
    if seen != known:
        with suppress(OSError):  # a dataset on a read-only disk is hashed every time
            note.parent.mkdir(exist_ok=True)
            write_atomic(note, json.dumps(seen).encode(), overwrite=True)


_FILE = "file of a dataset"


def _checked_state(path: Path, file: DataFile, known: list[int | str] | None) -> list[int | str]:
    if Path(file.name).name != file.name:
        raise DatasetError(f"The manifest beside {path.name} names {file.name}, which is no file of its folder.")
    again = "prepare the dataset again with --overwrite, or copy it again"
    try:
        state = path.stat()
        now: list[int | str] = [state.st_size, state.st_mtime_ns, file.sha256]
        same = state.st_size == file.bytes and (now == known or sha256_of(path, _FILE, DatasetError) == file.sha256)
    except FileNotFoundError:
        raise DatasetError(f"{path} is missing, the manifest names it; {again}.") from None
    except OSError as error:
        raise DatasetError(f"{path} cannot be read ({reason_of(error)}); check its permissions.") from error
    if not same:
        raise DatasetError(f"{path} is not the file that the manifest describes; {again}.")
    return now


def _validation_of(names: Sequence[str]) -> set[str]:
    """A fixed share of `names`, spread by their hashes; none of a single one."""
    count = len(names)
    wanted = max(1, round(VALIDATION_SHARE * count), min(FEW, int(FEW_SHARE * count))) if count > 1 else 0
    return set(sorted(names, key=lambda name: hashlib.sha256(spelled(name).encode()).digest())[:wanted])


def _build(path: Path, photos: Iterator[tuple[str, NDArray[np.uint8]]]) -> None:
    """Write a store aside, then rename; its index comes last, as it is what makes a store."""
    path.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".part-", dir=path.parent) as aside:
        made = Path(aside) / "store"
        write_store(made, photos)
        for suffix in (".rgb", ".json"):
            made.with_suffix(suffix).replace(path.with_suffix(suffix))


def _remove_stale(folder: Path, split: str, name: str) -> None:
    for path in folder.glob(f"{split}-*"):
        if path.stem != name:
            path.unlink(missing_ok=True)
