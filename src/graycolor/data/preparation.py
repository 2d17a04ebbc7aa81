"""From photographs to a dataset: judge each, take out copies, share the rest out, write it down.

Judging is where the time goes; it is journaled, so a killed run goes on. All that depends on more than one picture is
done after the last verdict, on pictures sorted by the hash of their content: neither the number of processes nor the
order of the sources shows in the result.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from graycolor.data.arrays import NAMES, write_arrays
from graycolor.data.copies import find_copies
from graycolor.data.filters import FilterSettings
from graycolor.data.journal import FOLDER, Entry, Journal
from graycolor.data.manifest import NAME, SPLITS, DataFile, Manifest, describe_file, write_manifest
from graycolor.data.screen import Judged, Screened, ScreenSettings, screen_all
from graycolor.data.sources import Origin, find_pictures
from graycolor.data.tars import write_tars
from graycolor.errors import DatasetError, OutputError, UsageError, reason_of
from graycolor.packages import require
from graycolor.progress import progress_bar

Screen = Callable[[Sequence[Origin], ScreenSettings], Iterator[Judged]]
"""Verdicts on pictures, in whatever order they are done."""

LAYOUTS = {"tar": 320, "npy": 224}
"""The kinds of dataset, and the size of the pictures in each unless told otherwise."""

_USUAL_SHARE, _LARGEST_SHARE = 0.05, 0.2
_JUDGES = 24
"""Pictures that validate, of few: two or three would let a run end with whatever they happen to like."""
_DIGITS = 16
"""Hexadecimal digits of a content hash that name a picture: 64 bits tell apart more than any disk holds."""


@dataclass(frozen=True)
class PrepareSettings:
    """What a dataset is to be.

    Attributes:
        layout: "tar", or "npy" for the founding report's arrays.
        size: short side in pixels, larger photographs are shrunk to it; with "npy" the side of the square.
        val: share of the pictures for validation, None for `share_to_judge_by` of as many as there are; the arrays
            have no place for it, so "npy" leaves them in train and refuses another share.
        test: share of the pictures for the final judgement.
    """

    layout: str = "tar"
    size: int | None = None
    val: float | None = None
    test: float = 0.05
    filters: FilterSettings = field(default_factory=FilterSettings)

    def __post_init__(self) -> None:
        if self.layout not in LAYOUTS:
            raise UsageError(f"There is no layout {self.layout}; choose tar or npy.")
        if not 32 <= self.side <= 4096:
            raise UsageError(f"A size of {self.side} is not between 32 and 4096; choose another --size.")
        if self.layout == "npy" and self.val:
            raise UsageError("The arrays have no part for --val, train keeps some of ab1 and ab2 for it; leave it out.")
        val = _USUAL_SHARE if self.val is None else self.val
        if not (0 <= val < 1 and 0 <= self.test < 1 and val + self.test < 1):
            raise UsageError("--val and --test are shares between 0 and 1 that leave something to train on.")

    @property
    def side(self) -> int:
        """The size, with the layout's own where none was asked for."""
        return self.size if self.size is not None else LAYOUTS[self.layout]


def share_to_judge_by(pictures: int) -> float:
    """The share of so many pictures that validates: a twentieth, and of few as many as tell a gain from chance."""
    return max(_USUAL_SHARE, min(_LARGEST_SHARE, _JUDGES / max(1, pictures)))


@dataclass(frozen=True)
class _Kept:
    """A picture on its way into the dataset."""

    entry: Entry
    origin: Origin
    split: str

    @property
    def name(self) -> str:
        return self.entry.verdict.digest[:_DIGITS]


class Preparation:
    """One run of `prepare`: `judge()` does the work picture by picture, `finish()` writes the dataset.

    Raises:
        InputError: a source is missing or holds no pictures; nothing was begun.
        OutputError: `out` holds a dataset already, or something else, or cannot be written.
        MissingPackageError: imagehash is not installed.
    """

    def __init__(
        self, sources: Sequence[str | Path], out: Path, settings: PrepareSettings, *, overwrite: bool = False
    ) -> None:
        require("To find near copies, prepare", "imagehash")
        self.out, self.settings = out, settings
        check_output(out, overwrite=overwrite)
        self._val = 0.0
        self.origins = find_pictures(sources, out=out)
        judged = ScreenSettings(settings.layout, settings.side, settings.filters)
        self._judge_settings = judged
        with _disk_errors(out):
            self.journal = Journal(out, judged)
        self.waiting = [origin for origin in self.origins if origin.key not in self.journal.entries]

    @property
    def done_before(self) -> int:
        """Pictures that an earlier, interrupted run has judged."""
        return len(self.origins) - len(self.waiting)

    def judge(self, processes: int = 1, *, progress: bool = False, screen: Screen | None = None) -> Iterator[Screened]:
        """Judge what is left to judge, yielding verdicts as they are done.

        Args:
            processes: how many of this machine judge.
            progress: show a bar (tqdm).
            screen: what judges instead of these: a cluster. The dataset is the same.
        """
        earlier, total = self.done_before, len(self.origins)
        with _disk_errors(self.out), progress_bar("judging pictures", "picture", shown=progress) as advance:
            judged = (screen or partial(screen_all, processes=processes))(self.waiting, self._judge_settings)
            verdicts = self.journal.record(judged)
            for done, verdict in enumerate(verdicts, earlier + 1):
                advance(done, total, earlier=earlier)
                yield verdict

    def finish(self) -> Manifest:
        """Take out copies, write the files, then the manifest.

        Raises:
            DatasetError: no picture is left for training.
        """
        kept, left_out = self._chosen()
        if not any(picture.split == "train" for picture in kept):
            self.journal.close()
            raise DatasetError(_nothing_left(len(self.origins), left_out))
        with _disk_errors(self.out):
            self.journal.reading()
            (self.out / NAME).unlink(missing_ok=True)
            files = self._written(kept)
            _remove_old(self.out, {file.name for file in files})
            manifest = self._manifest(kept, left_out, files)
            write_manifest(self.out, manifest)
            self.journal.remove()
        return manifest

    def _chosen(self) -> tuple[list[_Kept], list[dict[str, str]]]:
        """Pictures to keep, sorted by content, and the others with their reasons, sorted by name."""
        judged = [(self.journal.entries[origin.key], origin) for origin in self.origins]
        left_out = [_reason(origin, entry.verdict.reason) for entry, origin in judged if entry.verdict.reason]
        good = sorted(
            ((entry, origin) for entry, origin in judged if not entry.verdict.reason),
            key=lambda pair: (pair[0].verdict.digest, pair[1].name),
        )
        copies = find_copies([entry.verdict for entry, _ in good])
        self._val = self._validating(len(good) - len(copies.left_out))
        kept = []
        for index, (entry, origin) in enumerate(good):
            if index in copies.left_out:
                reason, other = copies.left_out[index]
                left_out.append({**_reason(origin, reason), "of": good[other][1].name})
            else:
                kept.append(_Kept(entry, origin, self._split(copies.group[index])))
        return kept, sorted(left_out, key=lambda entry: entry["picture"])

    def _validating(self, pictures: int) -> float:
        if self.settings.layout == "npy":
            return 0.0
        return share_to_judge_by(pictures) if self.settings.val is None else self.settings.val

    def _split(self, digest: str) -> str:
        """The split by content alone: a picture keeps its side when a dataset is made again with more pictures.

        Only the share for validation may have shrunk then, which lets pictures learn that were judged by before.
        """
        place = int(digest[:_DIGITS], 16) / 16**_DIGITS
        if place < self.settings.test:
            return "test"
        return "val" if place < self.settings.test + self._val else "train"

    def _written(self, kept: Sequence[_Kept]) -> list[DataFile]:
        """The data files, made in the work folder and moved into place."""
        if self.settings.layout == "npy":
            made = [(path, "test" if path.name == NAMES[-1] else "train") for path in self._arrays(kept)]
        else:
            made = [
                (path, split)
                for split in SPLITS
                for path in write_tars(self.journal.folder, split, self._members(kept, split))
            ]
        for path, _ in made:
            path.replace(self.out / path.name)
        return [describe_file(self.out / path.name, split) for path, split in made]

    def _members(self, kept: Sequence[_Kept], split: str) -> Iterator[tuple[str, bytes]]:
        return ((f"{p.name}.jpg", self.journal.read(p.entry)) for p in kept if p.split == split)

    def _arrays(self, kept: Sequence[_Kept]) -> list[Path]:
        side = self.settings.side
        train, test = (
            (np.frombuffer(data, np.uint8).reshape(side, side, 3) for _, data in self._members(kept, split))
            for split in ("train", "test")
        )
        count = sum(picture.split == "train" for picture in kept)
        write_arrays(self.journal.folder, train, test, (count, len(kept) - count), side)
        return [self.journal.folder / name for name in NAMES]

    def _manifest(self, kept: Sequence[_Kept], left_out: list[dict[str, str]], files: list[DataFile]) -> Manifest:
        suffix = "" if self.settings.layout == "npy" else ".jpg"
        pictures = {split: {p.name + suffix: p.origin.name for p in kept if p.split == split} for split in SPLITS}
        settings = {**asdict(self.settings), "size": self.settings.side, "val": self._val}
        counts = {split: len(names) for split, names in pictures.items()}
        return Manifest(
            layout=settings.pop("layout"),
            settings=settings,
            counts=counts,
            files=files,
            pictures=pictures,
            left_out=left_out,
        )


def check_output(out: Path, *, overwrite: bool) -> None:
    """Check that a dataset may be written to `out`: it is new, empty, half prepared, or a dataset to be replaced.

    Raises:
        OutputError: it holds a finished dataset and `overwrite` is off, or things that are no dataset.
    """
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out} is a file; choose a folder with -o.")
    if (out / NAME).exists():
        if not overwrite:
            raise OutputError(f"{out} is already prepared; use --overwrite to replace it, or -o for another place.")
    elif out.is_dir() and not (out / FOLDER).is_dir() and any(out.iterdir()):
        raise OutputError(f"{out} holds other files; choose a new or empty folder with -o.")


@contextmanager
def _disk_errors(out: Path) -> Iterator[None]:
    try:
        yield
    except OutputError:
        raise
    except OSError as error:
        reason = reason_of(error)
        raise OutputError(
            f"The dataset cannot be written to {out} ({reason}); free some space or check its permissions, then run "
            "the same command again: it goes on where this one stopped."
        ) from error


def _reason(origin: Origin, reason: str) -> dict[str, str]:
    return {"picture": origin.name, "reason": reason}


def _nothing_left(found: int, left_out: Sequence[dict[str, str]]) -> str:
    reasons: dict[str, int] = {}
    for entry in left_out:
        reasons[entry["reason"]] = reasons.get(entry["reason"], 0) + 1
    counted = ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items(), key=lambda item: -item[1]))
    return (
        f"None of {found} pictures is left to train on ({counted or 'all fell to --val and --test'}); add photographs, "
        "or ask for less with --min-side and --min-colorfulness."
    )


def _remove_old(out: Path, new: set[str]) -> None:
    """Take away what an older dataset in this folder had and the new one has not."""
    old = [path for split in SPLITS for path in out.glob(f"{split}-[0-9]*.tar")] + [out / name for name in NAMES]
    for path in old:
        if path.name not in new:
            path.unlink(missing_ok=True)
    shutil.rmtree(out / ".decoded", ignore_errors=True)
