"""What has been judged so far, in a folder inside the output, so that a killed run goes on where it stopped.

`pictures.bin` has the encoded results one after another, `verdicts.jsonl` a line for every picture with its place in
it. Results are written before their lines: a line that is whole tells of bytes that are there. What a kill cut off at
the end of either file is cut away when the journal is opened again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from graycolor.checked_json import Source, checked, parsed_json
from graycolor.data.screen import Judged, Screened, ScreenSettings
from graycolor.errors import OutputError
from graycolor.files.lock import locked_file

FOLDER = ".prepare"
_VERSION = 1


@dataclass(frozen=True)
class Entry:
    """A verdict and where its result lies in `pictures.bin`."""

    verdict: Screened
    start: int
    length: int


class Journal:
    """The verdicts of one output folder under one set of settings; other settings begin a new one.

    Raises:
        OutputError: another process is at work in the folder.
    """

    def __init__(self, out: Path, settings: ScreenSettings) -> None:
        self.folder = out / FOLDER
        self._heading = json.dumps({"version": _VERSION, **asdict(settings)})
        self.entries: dict[str, Entry] = {}
        self.folder.mkdir(parents=True, exist_ok=True)
        busy = f"Another graycolor prepare is writing to {out}; wait for it, or use another -o."
        self._lock = locked_file(self.folder / "lock", busy)
        kept = self._read()
        mode = "r+b" if kept else "wb"
        self._pictures = (self.folder / "pictures.bin").open(mode)
        self._lines = (self.folder / "verdicts.jsonl").open(mode)
        self._cut_off(kept)

    def record(self, judged: Iterable[Judged]) -> Iterator[Screened]:
        """Write verdicts down as they come and pass them on."""
        for verdict, data in judged:
            entry = Entry(verdict, self._end, len(data))
            self._pictures.write(data)
            self._pictures.flush()
            self._end += len(data)
            self._write_line({**vars(verdict), "start": entry.start, "length": entry.length})
            self.entries[verdict.key] = entry
            yield verdict

    def read(self, entry: Entry) -> bytes:
        """The encoded result of an entry."""
        self._pictures.seek(entry.start)
        return self._pictures.read(entry.length)

    def reading(self) -> None:
        """Bring what was written to the file; from here on the results are read."""
        self._pictures.close()
        self._pictures = (self.folder / "pictures.bin").open("r+b")

    def close(self) -> None:
        """Close the files; the journal stays for the next run."""
        for file in (self._pictures, self._lines, self._lock):
            file.close()

    def remove(self) -> None:
        """Close and delete: the dataset is complete."""
        self.close()
        shutil.rmtree(self.folder)

    def _write_line(self, entry: dict[str, Any]) -> None:
        self._lines.write(json.dumps(entry).encode() + b"\n")
        self._lines.flush()

    def _read(self) -> int:
        """Take over what an earlier run wrote; returns how many bytes of its lines are whole, 0 for nothing."""
        try:
            data = (self.folder / "verdicts.jsonl").read_bytes()
            written = (self.folder / "pictures.bin").stat().st_size
        except OSError:
            return 0
        lines = data.splitlines(keepends=True)
        if not lines or lines[0] != self._heading.encode() + b"\n":
            return 0
        whole = len(lines[0])
        for line in lines[1:]:
            entry = _parsed(line)
            if entry is None or entry.start + entry.length > written:
                break
            self.entries[entry.verdict.key] = entry
            whole += len(line)
        return whole

    def _cut_off(self, whole: int) -> None:
        if not whole:
            self._lines.write(self._heading.encode() + b"\n")
            self._lines.flush()
        else:
            self._lines.truncate(whole)
            self._lines.seek(whole)
        self._end = max((entry.start + entry.length for entry in self.entries.values()), default=0)
        self._pictures.truncate(self._end)
        self._pictures.seek(self._end)


def _parsed(line: bytes) -> Entry | None:
    """The entry of a line; None where the line was cut off."""
    if not line.endswith(b"\n"):
        return None
    source = Source("The journal", "its rest is judged again", OutputError)
    try:
        fields = parsed_json(line, source)
        place = {name: checked(fields.pop(name, None), int, source) for name in ("start", "length")}
        return Entry(checked(fields, Screened, source), **place) if min(place.values()) >= 0 else None
    except (OutputError, AttributeError):
        return None
