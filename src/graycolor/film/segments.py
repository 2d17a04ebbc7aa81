"""Work in segments, so that a film killed at any moment goes on where it was.

Finished segments lie in a folder beside the result: a file of packets, and a line of JSON written after it, which means
complete. Where a segment ends depends on the film alone, never on when the work was stopped: at the first cut after
some seconds, or at the latest after some more. A segment that does not begin at a cut is given the frames before it to
look at.
"""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from graycolor.errors import OutputError
from graycolor.files import write_aside
from graycolor.film.packets import PicturePacket, decoding_times, read_packets, read_times


@dataclass(frozen=True)
class Segment:
    """One finished segment.

    Attributes:
        number: from 0.
        frames: in it.
        first, last: pts of its first and last frame.
        next: pts of the first frame after it; None at the end of the film.
        lead: pts of the first frame that the next segment looks at; its own first where it begins at a cut.
        size: bytes.
    """

    number: int
    frames: int
    first: int
    last: int
    next: int | None
    lead: int | None
    size: int


class Scratch:
    """The folder of finished segments of one result.

    Args:
        target: the result.
        identity: whatever decides the frames (source, settings, weights); parts of another identity are not used.
        resume: go on with the parts that are there.

    Raises:
        OutputError: the folder cannot be made.
    """

    def __init__(self, target: Path, identity: dict[str, object], *, resume: bool) -> None:
        self.folder = target.with_name(f".graycolor-{target.name}.parts")
        self.replaced = False
        self.segments: list[Segment] = []
        self._plan = self.folder / "plan.json"
        wanted = json.loads(json.dumps(identity))
        if resume and self._identity() == wanted:
            self.segments = self._finished()
        else:
            self.replaced = self.folder.exists()
            self.remove()
            _make(self.folder)
            write_aside(self._plan, json.dumps(wanted).encode(), overwrite=True)

    def create(self, number: int) -> BinaryIO:
        """A file for the packets of a segment."""
        return self._packets(number).with_suffix(".part").open("wb")

    def commit(self, segment: Segment) -> None:
        """Declare a segment finished; its file must be closed."""
        self._packets(segment.number).with_suffix(".part").replace(self._packets(segment.number))
        data = json.dumps(asdict(segment)).encode()
        write_aside(self._packets(segment.number).with_suffix(".json"), data, overwrite=True)
        self.segments.append(segment)

    @property
    def complete(self) -> bool:
        """Nothing is left to color."""
        return bool(self.segments) and self.segments[-1].next is None

    def pictures(self, step: int) -> Iterator[tuple[PicturePacket, int]]:
        """All packets with their dts; `step` is the usual duration of a frame in ticks."""
        paths = [self._packets(segment.number) for segment in self.segments]
        dts = iter(decoding_times([pts for path in paths for pts in read_times(path)], step))
        for path in paths:
            for packet in read_packets(path):
                yield packet, next(dts)

    def remove(self) -> None:
        """Delete the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _identity(self) -> object:
        try:
            return json.loads(self._plan.read_bytes())
        except (OSError, ValueError):
            return None

    def _finished(self) -> list[Segment]:
        segments: list[Segment] = []
        for number in itertools.count():
            try:
                segment = Segment(**json.loads(self._packets(number).with_suffix(".json").read_bytes()))
                whole = self._packets(number).stat().st_size == segment.size
            except (OSError, ValueError, TypeError):
                break
            if not whole:
                break
            segments.append(segment)
        return segments

    def _packets(self, number: int) -> Path:
        return self.folder / f"{number:06}.packets"


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(f"{folder} cannot be made ({reason}); choose another place with -o.") from error
