"""Numbered files: the frames of a film that lie in a file each, named by a pattern like `reel/f_%06d.dpx`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graycolor.bounds import FRAME_DIGITS
from graycolor.errors import InputError, MissingInputError, reason_of
from graycolor.names import readable

FRAME_SUFFIXES = frozenset({".png", ".tif", ".tiff", ".jpg", ".jpeg", ".dpx", ".exr"})
"""Suffixes of frames, in and out."""
_PLACE = re.compile(r"%(?:0([1-9]))?d")
_LAST_DIGITS = re.compile(r"(\d{1,9})(?=\D*$)")
_NAMED_GAPS = 8
"""Gaps that a sentence names one by one."""


@dataclass(frozen=True)
class NumberedFiles:
    """The frames that a pattern names.

    Attributes:
        pattern: the path, with `%d` or the like in its name.
        numbers: of the frames that are there, rising.
    """

    pattern: Path
    numbers: tuple[int, ...]

    def file(self, number: int) -> Path:
        """The file of one frame."""
        return file_of(self.pattern, number)

    @property
    def files(self) -> Iterator[Path]:
        """All of them, in order."""
        return map(self.file, self.numbers)

    @property
    def gaps(self) -> tuple[tuple[int, int], ...]:
        """First and last number of each run of frames that are not there between those that are."""
        pairs = zip(self.numbers, self.numbers[1:], strict=False)
        return tuple((before + 1, after - 1) for before, after in pairs if after > before + 1)


def is_pattern(path: str | Path) -> bool:
    """Whether a path names numbered frames, and no file that has a percent sign in its name."""
    name = Path(path).name
    is_name = Path(name).suffix.lower() in FRAME_SUFFIXES and bool(_PLACE.search(name)) and "\0" not in str(path)
    return is_name and not os.path.lexists(path)


def file_of(pattern: Path, number: int) -> Path:
    """The file of one frame: `%06d` is its number with six digits at least, `%d` with as many as it has."""
    place = _PLACE.search(pattern.name)
    assert place is not None
    digits = f"{number:0{place[1] or 1}d}"
    return pattern.with_name(pattern.name[: place.start()] + digits + pattern.name[place.end() :])


def stem_of(pattern: Path) -> str:
    """What the frames of a pattern are called without their numbers; `frames` where they have nothing but these."""
    return _PLACE.sub("", Path(pattern.name).stem).strip(" _-.") or "frames"


def numbered_files(pattern: Path) -> NumberedFiles:
    """The frames of a pattern that are there.

    Raises:
        MissingInputError: there is none.
        InputError: the folder cannot be read.
    """
    place = _PLACE.search(pattern.name)
    assert place is not None
    before, after = re.escape(pattern.name[: place.start()]), re.escape(pattern.name[place.end() :])
    frame = re.compile(f"{before}(\\d{{1,{FRAME_DIGITS}}}){after}", re.DOTALL)
    names = _names_in(pattern)
    matches = ((name, int(found[1])) for name in names if (found := frame.fullmatch(name)) and found[1].isascii())
    numbers = sorted(number for name, number in matches if file_of(pattern, number).name == name)
    if not numbers:
        raise MissingInputError(f"There are no frames {pattern}; {_likely(pattern, names)}.")
    return NumberedFiles(pattern, tuple(numbers))


def _names_in(pattern: Path) -> list[str]:
    try:
        return sorted(os.listdir(pattern.parent))  # noqa: PTH208 - names, as they are
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise InputError(
            f"The folder {pattern.parent} cannot be read ({reason_of(error)}); check its name and permissions."
        ) from error


def _likely(pattern: Path, names: list[str]) -> str:
    """What may have been meant: the pattern of frames that lie there."""
    for name in names:
        if Path(name).suffix.lower() in FRAME_SUFFIXES and (likely := pattern_of(Path(name))):
            return f"the folder has {readable(likely.name)}, so name {readable(str(pattern.with_name(likely.name)))}"
    return "check the folder and the name"


def pattern_of(file: Path) -> Path | None:
    """The pattern that a frame's file belongs to: its last number stands for all; None where its name has none."""
    found = _LAST_DIGITS.search(file.stem)
    if found is None:
        return None
    place = f"%0{len(found[1])}d" if len(found[1]) > 1 else "%d"
    return file.with_name(file.stem[: found.start()] + place + file.stem[found.end() :] + file.suffix)


def told_gaps(files: NumberedFiles) -> str:
    """A sentence that names the frames that are missing; empty where none is."""
    gaps = files.gaps
    if not gaps:
        return ""
    named = [str(first) if first == last else f"{first} to {last}" for first, last in gaps[:_NAMED_GAPS]]
    more = len(gaps) - len(named)
    listed = ", ".join(named) + (f" and {more} more gaps" if more else "")
    missing = sum(last - first + 1 for first, last in gaps)
    frames = "1 frame is" if missing == 1 else f"{missing} frames are"
    return f"{files.pattern}: {frames} missing ({listed}); the gaps stay, and all times with them."
