"""What a run reads and what it writes: no file is both, and none is written twice, however its name is spelled."""

from __future__ import annotations

import os
import string
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

from graycolor.errors import GraycolorError, OutputError

Place = tuple[object, str]

_OTHER_CASE = str.maketrans(
    string.ascii_lowercase + string.ascii_uppercase, string.ascii_uppercase + string.ascii_lowercase
)


class Claims:
    """Every path that a run will write, claimed before it begins; nothing on the disk is changed by that.

    Args:
        read: the files that the run reads: what is to be colored, and hints, references, settings, weights.
    """

    def __init__(self, read: Iterable[Path] = ()) -> None:
        self._folder = cache(_folder)  # a batch has few folders and many files
        self._taken: dict[Place, str] = {}
        self._read: set[object] = set()
        self.protect(read)

    def protect(self, read: Iterable[Path]) -> None:
        """Let no claim from now on take what is read, too."""
        self._read |= {each for path in read for each in (self._place(path), _identity(path)) if each}

    def claim(self, path: Path, purpose: str, advice: str, refusal: type[GraycolorError] = OutputError) -> None:
        """Claim a file for a purpose, such as `the run log`; again for the same one is allowed.

        Raises:
            refusal: it is read, or claimed for another purpose; the sentence ends with `advice`.
        """
        place = self._place(path)
        if place in self._read or _identity(path) in self._read:
            raise refusal(f"{path} is itself an input and cannot become {purpose}; {advice}.")
        other = self._taken.setdefault(place, purpose)
        if other != purpose:
            raise refusal(f"{path} cannot be both {other} and {purpose}; {advice}.")

    def _place(self, path: Path) -> Place:
        """The folder that is there, and the names below it as its file system tells them apart."""
        if path.is_symlink():
            path = Path(os.path.realpath(path))
        folder, below, folds = self._folder(str(path.parent))
        name = f"{below}/{path.name}"
        return folder, _folded(name) if folds else name


def _identity(path: Path) -> object:
    """Device and inode, which hard links share; None of what is not there."""
    try:
        stat = path.stat()
    except (OSError, ValueError):
        return None
    return stat.st_dev, stat.st_ino


def _folder(folder: str) -> tuple[object, str, bool]:
    """The nearest folder above that exists, the names from there on, and whether case makes no difference in it."""
    real, below = Path(os.path.realpath(folder)), ""
    while (identity := _identity(real)) is None and real != real.parent:
        real, below = real.parent, f"{real.name}/{below}"
    return identity, below, _folds_case(real)


def _folds_case(folder: Path) -> bool:
    """Whether names that differ in case alone are one file there, asked of names that are there.

    Where nothing can be asked (the empty root of a disk), the careful answer is yes.
    """
    with suppress(OSError), os.scandir(folder) as entries:
        for name in (entry.name for entry in entries):
            if (other := name.translate(_OTHER_CASE)) != name:
                return _identity(folder / other) == _identity(folder / name)
    above = folder.parent
    if above == folder or above.stat().st_dev != folder.stat().st_dev:
        return True
    return _folds_case(above)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
