"""Work in segments, so that a film killed at any moment goes on where it was.

Finished segments lie in a folder beside the result: a file of packets, and a line of JSON written after it, which means
complete. Where a segment ends depends on the film alone, never on when the work was stopped: at the first cut after
two seconds, or after some four within a shot. A segment that does not begin at a cut is given the frames before it to
look at.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import BinaryIO, Self

from graycolor.checked_json import Source, checked, read_json
from graycolor.errors import OutputError, reason_of
from graycolor.files import write_atomic
from graycolor.files.disk import size_told
from graycolor.files.lock import locked_file
from graycolor.film.output.packets import PicturePacket, decoding_times, read_packets, read_times
from graycolor.film.output.parts_identity import PLAN, as_read, differences, identity_in

LOCK = "lock"


@dataclass(frozen=True)
class ShotPart:
    """What a segment holds of one shot, for whoever looks through the shots of the result.

    Attributes:
        first: pts of its first frame there.
        frames: how many frames of the shot are in the segment.
        begins: whether the shot begins there, or has begun in an earlier segment.
        keys, sure: how many of its frames the network saw, and the sum of how sure it was of them, each 0..1.
        still: pts of that of them which lies nearest to the middle; None where there is none.
        place: x and y in it, in percent of the upright picture, where the network was least sure.
    """

    first: int
    frames: int
    begins: bool
    keys: int = 0
    sure: float = 0.0
    still: int | None = None
    place: tuple[float, float] = (50.0, 50.0)


@dataclass(frozen=True)
class Segment:
    """One segment of a film.

    Attributes:
        number: from 0.
        frames: in it.
        first, last: pts of its first and last frame.
        next: pts of the first frame after it; None at the end of the film.
        lead: pts of the first frame that the next segment looks at; its own first where it begins at a cut.
        size: bytes; 0 while it is not finished.
        shot: pts of the first frame of the shot that the next segment begins in.
        into: frames of that shot in this segment and those before it.
        shots: what it holds of each shot.
    """

    number: int
    frames: int
    first: int
    last: int
    next: int | None
    lead: int | None
    size: int = 0
    shot: int | None = None
    into: int = 0
    shots: tuple[ShotPart, ...] = ()

    @property
    def bounds(self) -> Segment:
        """What is known of it before it is colored."""
        return replace(self, size=0, shots=tuple(ShotPart(part.first, part.frames, part.begins) for part in self.shots))


class Scratch:
    """The folder of finished segments of one result; `with` keeps other runs away from it.

    An empty folder is removed at the end of the block, one with finished segments stays.

    Args:
        target: the result.
        identity: whatever decides the frames (source, settings, weights), each by the name that a person knows it by.
        resume: go on with the parts that are there; else they are thrown away.
        discard: throw parts of another identity away instead of refusing.
        clearing: called with the folder before parts of another run are removed from it.
        keeps_parts: what an unfinished segment has left is of use, so that a folder with nothing else stays, too.

    Attributes:
        segments: those that are finished.
        frames: how many frames are in them.

    Raises:
        OutputError: the folder cannot be made, another run is at work in it, or parts of another identity are there.
    """

    def __init__(
        self,
        target: Path,
        identity: dict[str, object],
        *,
        resume: bool,
        discard: bool = False,
        clearing: Callable[[Path], None] = lambda _: None,
        keeps_parts: bool = False,
    ) -> None:
        self._keeps_parts = keeps_parts
        self.folder = parts_folder(target)
        self.segments: list[Segment] = []
        self.frames = 0
        self._lock = _locked(self.folder)
        try:
            self.segments = usable_segments(target, identity, resume=resume, discard=discard)
            self.frames = sum(segment.frames for segment in self.segments)
            if not resume or identity_in(self.folder) != as_read(identity):
                clearing(self.folder)
                self._begin(identity)
        except BaseException:
            self._lock.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let other runs have the folder; an empty one is removed."""
        self._lock.close()
        parts = self._keeps_parts and any(self.folder.glob("*.part"))
        if not parts and not any(self.folder.glob("[0-9]*.json")):
            self.remove()

    def create(self, number: int, *, anew: bool = True) -> BinaryIO:
        """A file for the packets of a segment; not `anew` it holds what a stopped run has left in it."""
        return self._part(number).open("wb" if anew else "ab")

    def packets(self, number: int) -> Path:
        """The file of a finished segment."""
        return _packets(self.folder, number)

    def keep(self, count: int) -> None:
        """Take all segments but the first `count` for unfinished."""
        del self.segments[count:]
        self.frames = sum(segment.frames for segment in self.segments)

    def commit(self, segment: Segment) -> None:
        """Declare a segment finished; its file must be closed."""
        self._part(segment.number).replace(_packets(self.folder, segment.number))
        data = json.dumps(asdict(segment)).encode()
        write_atomic(_packets(self.folder, segment.number).with_suffix(".json"), data, overwrite=True)
        self.segments.append(segment)
        self.frames += segment.frames

    @property
    def complete(self) -> bool:
        """Nothing is left to color."""
        return bool(self.segments) and self.segments[-1].next is None

    def pictures(self, step: int) -> Iterator[tuple[PicturePacket, int]]:
        """All packets with their dts; `step` is the usual duration of a frame in ticks."""
        paths = [_packets(self.folder, segment.number) for segment in self.segments]
        dts = iter(decoding_times([pts for path in paths for pts in read_times(path)], step))
        for path in paths:
            for packet in read_packets(path):
                yield packet, next(dts)

    def forget(self, first: int) -> None:
        """Take the segments from a number on for unfinished."""
        for path in self.folder.glob("[0-9]*.json"):
            if int(path.stem) >= first:
                path.unlink()

    def remove(self) -> None:
        """Delete the folder."""
        self._lock.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _part(self, number: int) -> Path:
        return _packets(self.folder, number).with_suffix(".part")

    def _begin(self, identity: dict[str, object]) -> None:
        for path in self.folder.iterdir():
            if path.name != LOCK:
                path.unlink()
        write_atomic(self.folder / PLAN, json.dumps(identity).encode(), overwrite=True)


def usable_segments(target: Path, identity: dict[str, object], *, resume: bool, discard: bool = False) -> list[Segment]:
    """Finished segments of a result that a run can go on with; see `Scratch`.

    Raises:
        OutputError: there are some of another identity, which were not to be discarded.
    """
    folder = parts_folder(target)
    done = _finished(target) if resume else []
    kept, wanted = identity_in(folder), as_read(identity)
    if kept == wanted or not done:
        return done
    if discard:
        return []
    count = sum(segment.frames for segment in done)
    raise OutputError(
        f"{'1 frame' if count == 1 else f'{count} frames'} made with other settings "
        f"({differences(kept, wanted)}) are kept in {folder}; repeat those settings to go on, or say --restart to "
        "throw them away."
    )


class Share(Scratch):
    """What one of many processes does in a folder that the run holds for them all; see `Scratch`.

    Its unfinished files have names of their own: a process that was given up may still be writing.

    Args:
        target: the result.
        segments: those before the share, finished or not; none for whoever joins them all.
        stop: how many segments there will be with those of the share, or None for all that are left. Those that an
            earlier try has finished are taken as they are.
    """

    def __init__(self, target: Path, segments: Sequence[Segment] = (), stop: int | None = None) -> None:
        self.folder, self.segments = parts_folder(target), list(segments)
        while not self.complete and len(self.segments) != stop and (found := finished(target, len(self.segments))):
            self.segments.append(found)
        self.frames = sum(segment.frames for segment in self.segments)

    def close(self) -> None:
        """Nothing: the folder is the run's."""

    def _part(self, number: int) -> Path:
        return _packets(self.folder, number).with_suffix(f".{platform.node()}-{os.getpid()}.part")


def frames_left_by_earlier_run(target: Path) -> int:
    """Frames of a result that an earlier, stopped run has finished; what they were colored with is not asked."""
    return sum(segment.frames for segment in _finished(target))


def parts_folder(target: Path) -> Path:
    """Where the finished segments of a result lie until it is whole."""
    return target.with_name(f".graycolor-{target.name}.parts")


def _packets(folder: Path, number: int) -> Path:
    return folder / f"{number:06}.packets"


def _finished(target: Path) -> list[Segment]:
    segments: list[Segment] = []
    while (segment := finished(target, len(segments))) is not None:
        segments.append(segment)
        if segment.next is None:
            break
    return segments


def finished(target: Path, number: int) -> Segment | None:
    """A segment of a result that lies finished; None where it does not."""
    packets = _packets(parts_folder(target), number)
    try:
        path = packets.with_suffix(".json")
        source = Source(str(path), "its part of the film is colored again", OutputError)
        segment = checked(read_json(path, source), Segment, source)
        return segment if packets.stat().st_size == segment.size else None
    except OSError:
        return None


def _locked(folder: Path) -> BinaryIO:
    """An open file in the folder that turns a second run away; the system lets go of it when this one dies."""
    busy = f"Another run is at work in {folder}; wait for it, or choose another place for the result."
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return locked_file(folder / LOCK, busy)
    except OutputError:
        raise
    except OSError as error:
        raise OutputError(
            f"{folder} cannot be made ({reason_of(error)}); choose another place for the result."
        ) from error


def check_space(scratch: Scratch, frames: int, target: Path) -> None:
    """See that the rest of a film of about `frames` frames, and the result beside its parts, fit on the disk.

    Raises:
        OutputError: they do not, to judge by the parts that are there, which stay.
    """
    done = scratch.frames
    made = [segment for segment in scratch.segments if segment.size]  # others have those before a share in hand
    size = sum(segment.size for segment in made) / max(1, sum(segment.frames for segment in made))
    needed = size * (2 * max(frames, done) - done)
    free = shutil.disk_usage(scratch.folder).free
    if needed > free:
        raise OutputError(
            f"{target} needs about {size_told(needed)} more and {size_told(free)} are free; free some and run the "
            "same command again, or choose another place for the result."
        )
