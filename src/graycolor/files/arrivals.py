"""Files that come into folders while one waits: each is handed on once it has stopped growing."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from graycolor.files.find import PICTURES, Kind, find_inputs

STILL_SECONDS = 2.0
"""A file that has not changed for so long counts as whole; scanners write a page in less, or say nothing for less."""

Sign = tuple[int, int]
"""Bytes and time of change of a file: other ones mean another content."""


class Arrivals:
    """The folders that are watched, and what was seen in them.

    Args:
        folders: what to look into, again and again; one that is gone for a while is waited for.
        recursive: look into the folders within them too.
        kind: of the files.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        *,
        recursive: bool = False,
        kind: Kind = PICTURES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folders, self._recursive, self._kind, self._clock = folders, recursive, kind, clock
        self._growing: dict[Path, tuple[Sign, float]] = {}
        self._handed_on: dict[Path, Sign] = {}

    @property
    def gone(self) -> list[Path]:
        """The folders that are not there at the moment."""
        return [folder for folder in self._folders if not folder.is_dir()]

    def whole(self) -> list[Path]:
        """Files that are whole since the last call, in order; one that has changed since it was handed on, again."""
        names = [folder for folder in self._folders if folder.is_dir()]
        found, _ = find_inputs(names, recursive=self._recursive, kind=self._kind)
        now, growing, whole = self._clock(), {}, []
        for path in found:
            sign = _sign(path)
            if sign is None or sign == self._handed_on.get(path):
                continue
            before, since = self._growing.get(path, (None, now))
            since = since if before == sign else now
            if now - since >= STILL_SECONDS and sign[0]:
                self._handed_on[path] = sign
                whole.append(path)
            else:
                growing[path] = sign, since
        self._growing = growing
        return whole


def _sign(path: Path) -> Sign | None:
    try:
        stat = os.stat(path)  # noqa: PTH116 - as quick as it gets, for folders of thousands
    except OSError:
        return None  # gone again, or not to be looked at: the next look may tell
    return stat.st_size, stat.st_mtime_ns
