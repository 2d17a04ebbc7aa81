"""The manifest of a prepared dataset: what is in it, how it was made, and why each other picture is not.

It is written last, so its presence means that the dataset is complete. It holds no time of day: the same photographs
and settings give the same bytes.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from graycolor.bounds import MANIFEST_BYTES
from graycolor.checked_json import Source, checked, excerpt, read_json
from graycolor.errors import DatasetError
from graycolor.files import write_atomic
from graycolor.files.regular import sha256_of
from graycolor.names import json_text

NAME = "manifest.json"
SPLITS = ("train", "val", "test")
FORMAT = 1


@dataclass(frozen=True)
class DataFile:
    """One tar or array of the dataset."""

    name: str
    split: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """The manifest's fields, as they stand in the JSON file.

    Attributes:
        layout: "tar" or "npy".
        settings: what `prepare` was asked for.
        counts: pictures of each split.
        files: the tars or arrays.
        pictures: split -> name in the tar (or row of the arrays) -> where the picture came from.
        left_out: {"picture", "reason"} and, for copies, {"of"}, sorted by name.
        version: of the format.
    """

    layout: str
    settings: dict[str, Any]
    counts: dict[str, int]
    files: list[DataFile]
    pictures: dict[str, dict[str, str]]
    left_out: list[dict[str, str]] = field(default_factory=list)
    version: int = FORMAT

    def reasons(self) -> dict[str, int]:
        """How many pictures each reason left out."""
        counts: dict[str, int] = {}
        for entry in self.left_out:
            counts[entry["reason"]] = counts.get(entry["reason"], 0) + 1
        return counts


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write it, whole or not at all, over an older one."""
    text = json_text(asdict(manifest), indent=1, to_read_back=True) + "\n"
    write_atomic(folder / NAME, text.encode(), overwrite=True)


def read_manifest(folder: Path) -> Manifest:
    """The manifest in `folder`.

    Raises:
        DatasetError: it is damaged, or of a later format.
    """
    advice = "prepare the dataset again with --overwrite"
    source = Source(str(folder / NAME), advice, DatasetError, MANIFEST_BYTES, noun="manifest")
    fields = read_json(folder / NAME, source)
    version = fields.get("version") if isinstance(fields, dict) else None
    if version is None:
        raise source.refusal("is no manifest of a dataset")
    if version != FORMAT:
        found = excerpt(str(version))
        raise DatasetError(f"{source.name} has format {found}, this graycolor knows {FORMAT}; update graycolor.")
    manifest = checked(fields, Manifest, source)
    if not manifest.counts.keys() == manifest.pictures.keys() == set(SPLITS):
        raise source.refusal(f"does not count and list the pictures of {', '.join(SPLITS)}")
    for number, entry in enumerate(manifest.left_out):
        if "reason" not in entry:
            raise source.refusal_at(f"left_out[{number}].reason", "is missing")
    return manifest


def describe_file(path: Path, split: str) -> DataFile:
    """A finished file's line in the manifest."""
    return DataFile(path.name, split, path.stat().st_size, sha256_of(path, "file of a dataset", DatasetError))
