"""The log of a run: one JSON object a file, appended as each is done, so that a killed run leaves all it did."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from graycolor import __version__
from graycolor.errors import OutputError
from graycolor.files import Refusal, written
from graycolor.jobs.outcome import Outcome


class RunLog:
    """A JSON Lines file that outcomes are appended to; use it with `with`.

    Args:
        path: the file; an earlier log is gone on with.
        settings: of the run, as `graycolor.jobs.sidecar.settings_of` tells them.
        weights: fingerprint of the weights.

    Raises:
        OutputError: it cannot be written, or is no log.
    """

    def __init__(self, path: Path, settings: dict[str, Any], weights: str) -> None:
        self._path = path
        self._common = {"settings": settings, "weights": weights, "graycolor": __version__}
        with written(path):
            self._file: BinaryIO = path.open("ab+")
            try:
                self._after_earlier_lines()
            except BaseException:
                self._file.close()
                raise

    def _after_earlier_lines(self) -> None:
        """Check what is there: it may be a picture, named by mistake, or end in half a line."""
        self._file.seek(0)
        if self._file.read(1) not in (b"", b"{"):
            raise OutputError(f"{self._path} is there and no run log; choose another name with --log.")
        if self._file.seek(0, 2):
            self._file.seek(-1, 2)
            if self._file.read(1) != b"\n":
                self._file.write(b"\n")

    def write(self, outcome: Outcome) -> None:
        """Append what became of a file."""
        self._append(outcome.as_dict())

    def refuse(self, refusal: Refusal) -> None:
        """Append an input that was not begun."""
        self._append({"input": str(refusal.source), "output": None, "error": str(refusal.error)})

    def _append(self, entry: dict[str, Any]) -> None:
        time = datetime.now(UTC).isoformat(timespec="seconds")
        line = json.dumps({"time": time} | entry | self._common, ensure_ascii=False)
        with written(self._path):
            self._file.write(line.encode() + b"\n")
            self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._file.close()
