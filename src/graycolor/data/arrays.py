"""The founding report's dataset: four .npy files, gray for all pictures and ab in three parts.

`gray_scale.npy` (N,H,W) and `ab1.npy`, `ab2.npy`, `ab3.npy` (n,H,W,2) are uint8 Lab as OpenCV stores it in 8 bits: L
scaled to 0..255, a and b shifted by 128. The rows of gray go with those of ab1, ab2 and ab3 in this order; ab1 and ab2
were the report's training set, ab3 its test. Arrays are mapped, never loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from graycolor.errors import DatasetError
from graycolor.types import Codes8

GRAY = "gray_scale.npy"
AB = ("ab1.npy", "ab2.npy", "ab3.npy")
NAMES = (GRAY, *AB)


@dataclass(frozen=True)
class ShapeRow:
    """One row of the shape check; `problem` is empty where the array is as it should be."""

    name: str
    found: str
    expected: str
    problem: str


@dataclass(frozen=True, eq=False)
class ReportArrays:
    """The mapped arrays, as they are in the files.

    Attributes:
        gray: (N,H,W) uint8.
        ab1: (n1,H,W,2) uint8, and so on; n1 + n2 + n3 = N.
        stamp: when the newest of the files was changed, in ns.
    """

    gray: Codes8
    ab1: Codes8
    ab2: Codes8
    ab3: Codes8
    stamp: int

    @property
    def train_count(self) -> int:
        """Rows of ab1 and ab2: the pictures to learn from; the rest are the test."""
        return len(self.ab1) + len(self.ab2)

    def ab(self, row: int) -> Codes8:
        """(H,W,2) chroma codes of picture `row`, counted as in `gray`."""
        for part in (self.ab1, self.ab2):
            if row < len(part):
                return part[row]
            row -= len(part)
        return self.ab3[row]

    def rgb(self, row: int) -> Codes8:
        """Picture `row` in color, (H,W,3) sRGB; codes outside the gamut are clipped by OpenCV."""
        return cv2.cvtColor(np.dstack([self.gray[row], self.ab(row)]), cv2.COLOR_Lab2RGB)


def lab8(rgb: Codes8) -> Codes8:
    """(H,W,3) sRGB as OpenCV's 8-bit Lab, which is what the arrays hold."""
    return cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2Lab)


def is_report_layout(folder: Path) -> bool:
    """Whether any of the four arrays is in `folder`; a missing one is then an error, not another kind of folder."""
    return any((folder / name).is_file() for name in NAMES)


def check_arrays(folder: Path) -> list[ShapeRow]:
    """The four arrays of `folder` against each other, one row each in the order of `NAMES`."""
    arrays = {name: _mapped(folder / name) for name in NAMES}
    gray = arrays[GRAY]
    size = gray.shape[1:] if isinstance(gray, np.ndarray) and gray.ndim == 3 else None
    parts = [arrays[name] for name in AB]
    counts = [len(part) if isinstance(part, np.ndarray) and part.ndim == 4 else None for part in parts]
    return [_gray_row(gray, counts), *(_ab_row(name, part, size) for name, part in zip(AB, parts, strict=True))]


def open_arrays(folder: Path) -> ReportArrays:
    """The arrays of `folder`, mapped read-only.

    Raises:
        DatasetError: one is missing, damaged, or does not fit the others; the sentence names every one that is wrong.
    """
    problems = [f"{row.name} {row.problem}" for row in check_arrays(folder) if row.problem]
    if problems:
        raise DatasetError(f"The arrays in {folder} do not fit: {'; '.join(problems)}; make or copy them again.")
    gray, ab1, ab2, ab3 = (np.load(folder / name, mmap_mode="r", allow_pickle=False) for name in NAMES)
    stamp = max((folder / name).stat().st_mtime_ns for name in NAMES)
    return ReportArrays(gray, ab1, ab2, ab3, stamp)


def write_arrays(
    folder: Path, train: Iterator[Codes8], test: Iterator[Codes8], counts: tuple[int, int], side: int
) -> None:
    """Write Lab pictures (side,side,3) as the four arrays; the first `counts[0]` are split evenly over ab1 and ab2."""
    first = (counts[0] + 1) // 2
    lengths = (first, counts[0] - first, counts[1])
    gray = _new(folder / GRAY, (sum(lengths), side, side))
    row = 0
    for name, length, pictures in zip(AB, lengths, (train, train, test), strict=True):
        ab = _new(folder / name, (length, side, side, 2))
        for place in range(length):
            lab = next(pictures)
            gray[row], ab[place] = lab[..., 0], lab[..., 1:]
            row += 1


def _new(path: Path, shape: tuple[int, ...]) -> Codes8:
    if 0 in shape:  # an empty array cannot be mapped
        np.save(path, np.empty(shape, np.uint8))
        return np.empty(shape, np.uint8)
    return np.lib.format.open_memmap(path, "w+", np.uint8, shape)


def _mapped(path: Path) -> Codes8 | str:
    """The array, or why there is none."""
    if not path.is_file():
        return "is missing"
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except Exception:  # its header is a piece of Python, which may be wrong in as many ways
        return "is damaged, cut off, or no .npy file"


def _gray_row(gray: Codes8 | str, counts: Sequence[int | None]) -> ShapeRow:
    known = [count for count in counts if count is not None]
    total = sum(known) if len(known) == len(counts) else None
    expected = f"({total if total is not None else 'N'}, H, W) uint8"
    if isinstance(gray, str):
        return ShapeRow(GRAY, "", expected, gray)
    problem = _kind_problem(gray, 3)
    if not problem and 0 in gray.shape:
        problem = "is empty"
    elif not problem and total is not None and len(gray) != total:
        problem = f"has {len(gray)} pictures and ab1, ab2 and ab3 together have {total}"
    return ShapeRow(GRAY, _described(gray), expected, problem)


def _ab_row(name: str, ab: Codes8 | str, size: tuple[int, ...] | None) -> ShapeRow:
    height, width = size or ("H", "W")
    expected = f"(n, {height}, {width}, 2) uint8"
    if isinstance(ab, str):
        return ShapeRow(name, "", expected, ab)
    problem = _kind_problem(ab, 4)
    if not problem and ab.shape[3] != 2:
        problem = f"has {ab.shape[3]} channels instead of a and b"
    elif not problem and size is not None and ab.shape[1:3] != size:
        problem = f"has pictures of {ab.shape[1]} x {ab.shape[2]} and gray_scale.npy of {height} x {width}"
    return ShapeRow(name, _described(ab), expected, problem)


def _kind_problem(array: Codes8, dimensions: int) -> str:
    if array.dtype != np.uint8:
        return f"holds {array.dtype} instead of uint8"
    if array.ndim != dimensions:
        return f"has {array.ndim} dimensions instead of {dimensions}"
    return ""


def _described(array: Codes8) -> str:
    return f"{array.shape} {array.dtype}".replace(",)", ")")
