"""The finished frames of a sequence: a line for each, written before the frame takes its place.

A frame is of this run where its file has the size and the digest that its line says; anything else is somebody's own,
and is never touched. So a run that was killed at any moment knows its frames again, and no others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from graycolor.errors import GraycolorError
from graycolor.files.regular import sha256_of
from graycolor.film.output.segments import Scratch
from graycolor.film.source.numbering import file_of

_LINE = re.compile(rb"(\d{1,9}) (\d{1,15}) ([0-9a-f]{64})")


class Entry(NamedTuple):
    """A frame: its number, the bytes of its file, and their SHA-256 in hexadecimal."""

    number: int
    size: int
    digest: str

    def is_at(self, file: Path) -> bool:
        """Whether the frame is there, as it was written."""
        try:
            return file.stat().st_size == self.size and sha256_of(file) == self.digest
        except (GraycolorError, OSError):
            return False


def add_entry(file: BinaryIO, entry: Entry) -> None:
    """Append a line, and see that a killed process does not take it along."""
    file.write(f"{entry.number} {entry.size} {entry.digest}\n".encode())
    file.flush()


def read_entries(path: Path) -> Iterator[Entry]:
    """The entries of a ledger, the last of each frame; lines that a killed run has not finished are passed over."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        return iter(())
    return iter({entry.number: entry for line in lines for entry in _entry(line)}.values())


def _entry(line: bytes) -> Iterator[Entry]:
    found = _LINE.fullmatch(line)
    if found is not None:
        yield Entry(int(found[1]), int(found[2]), found[3].decode())


def bytes_of_frames(scratch: Scratch) -> int:
    """Bytes of the frames of all finished segments."""
    return sum(entry.size for each in scratch.segments for entry in read_entries(scratch.packets(each.number)))


def continued(scratch: Scratch, number: int) -> BinaryIO:
    """The ledger of a segment, to be gone on with behind what a stopped run has written into it."""
    file = scratch.create(number, anew=False)
    if file.tell():
        file.write(b"\n")  # behind a line that was not finished
    return file


def forget_missing(scratch: Scratch, pattern: Path) -> None:
    """Take segments for unfinished from the first on of which a frame is not there any more, or another one is."""
    for place, segment in enumerate(scratch.segments):
        entries = list(read_entries(scratch.packets(segment.number)))
        if len(entries) != segment.frames or not all(_seems_there(pattern, entry) for entry in entries):
            scratch.keep(place)
            return


def remove_frames(folder: Path, pattern: Path) -> None:
    """Remove the frames that an earlier, stopped run has left, which another one makes anew."""
    for entry in listed_entries(folder).values():
        file = file_of(pattern, entry.number)
        if entry.is_at(file):
            with suppress(OSError):
                file.unlink()


def listed_entries(folder: Path) -> dict[int, Entry]:
    """By their numbers, the frames that a stopped run has finished or was about to put in place."""
    ledgers = sorted([*folder.glob("*.packets"), *folder.glob("*.part")])
    return {entry.number: entry for ledger in ledgers for entry in read_entries(ledger)}


def _seems_there(pattern: Path, entry: Entry) -> bool:
    """Whether a finished frame is there by its size: to read all of a reel again would take as long as to copy it."""
    try:
        return file_of(pattern, entry.number).stat().st_size == entry.size
    except OSError:
        return False
