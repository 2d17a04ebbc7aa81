"""The log of a run: one JSON object a file, appended as each is done, so that a killed run leaves all it did."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from graycolor import __version__
from graycolor.errors import OutputError
from graycolor.files import Refusal, written
from graycolor.jobs.outcome import Outcome, refused
from graycolor.names import json_text

_BEGIN = b'{"time": "'
"""How every log begins."""
_MOST_KEPT = 16_000_000


def check_log(path: Path) -> None:
    """Refuse a place that no run log may take; a log of ours is continued.

    Raises:
        OutputError: something else is there.
    """
    if path.is_char_device() or not os.path.lexists(path):
        return
    with written(path):
        head = _head(path) if path.is_file() else None
    if head is None or not _BEGIN.startswith(head):
        raise OutputError(f"{path} is already there and is no run log; choose another name with --log.")


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(_BEGIN))


class RunLog:
    """A JSON Lines file that outcomes are appended to; use it with `with`.

    Where a line cannot be written, it is kept and tried again with the next ones, up to `_MOST_KEPT` bytes: the run
    does not end for its log.

    Args:
        path: the file; an earlier log is gone on with.
        settings: of the run, as `graycolor.jobs.sidecar.settings_of` tells them.
        weights: fingerprint of the weights.

    Attributes:
        whole: all that was told of the run so far is in the file.

    Raises:
        OutputError: it cannot be opened, or is no log.
    """

    def __init__(self, path: Path, settings: dict[str, Any], weights: str) -> None:
        check_log(path)
        self.whole, self._lost = True, False
        self._path, self._waiting = path, bytearray()
        self._common = {"settings": settings, "weights": weights, "graycolor": __version__}
        with written(path):
            self._file = path.open("ab", buffering=0)
            if _ends_within_a_line(path):
                self._waiting += b"\n"

    def write(self, outcome: Outcome) -> None:
        """Append what became of a file.

        Raises:
            OutputError: it cannot be written; said once, as the lines after it wait with it.
        """
        own = {} if outcome.settings is None else {"settings": outcome.settings}
        self.add(outcome.as_dict(), own)

    def refuse(self, refusal: Refusal) -> None:
        """Append an input that was not begun.

        Raises:
            OutputError: see `write`.
        """
        self.add(refused(refusal))

    def add(self, entry: dict[str, Any], own: Mapping[str, Any] = MappingProxyType({})) -> None:
        """Append what became of an input, as plain values; `own` are what it does not share with the run.

        Raises:
            OutputError: see `write`.
        """
        time = datetime.now(UTC).isoformat(timespec="seconds")
        line = json_text({"time": time} | entry | self._common | dict(own)).encode() + b"\n"
        if len(self._waiting) < _MOST_KEPT:
            self._waiting += line
        else:
            self._lost = True
        was_whole, self.whole = self.whole, False
        try:
            with written(self._path):
                self._write_waiting()
        except OutputError:
            if was_whole:
                raise

    def _write_waiting(self) -> None:
        while self._waiting:
            del self._waiting[: self._file.write(self._waiting)]
        self.whole = not self._lost

    def close(self) -> None:
        """Try once more to write what waits, and let go of the file."""
        with suppress(OSError):  # it was said
            self._write_waiting()
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _ends_within_a_line(path: Path) -> bool:
    """Whether a killed run has left half a line."""
    if not path.is_file() or not path.stat().st_size:
        return False
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"
