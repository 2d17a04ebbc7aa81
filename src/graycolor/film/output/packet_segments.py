"""Segments of a film that becomes one file: frames painted and encoded, their packets kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO, Protocol

from graycolor.film.output.encode import Encoding, open_encoder
from graycolor.film.output.field_mark import FieldMark
from graycolor.film.output.frame_painter import FramePainter
from graycolor.film.output.packets import PicturePacket, write_packet
from graycolor.film.output.segments import Scratch, check_space
from graycolor.film.output.snapshot import Snapshot
from graycolor.film.source.probe import Film
from graycolor.types import Floats


class SegmentOutput(Protocol):
    """Where the frames of one segment after the other go."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What the result could not keep, as sentences."""

    def put(self, frame: Any, ab: Floats) -> None:
        """Take the next frame and its small chroma map (h,w,2)."""

    def finish(self) -> int:
        """End the segment at hand; returns the bytes of its file, which is closed."""

    def check_space(self, frames: int) -> None:
        """See that the rest of about `frames` frames fits on the disk; raises an OutputError where it does not."""

    def close(self) -> None:
        """Let go of what an error has left open."""


class PacketSegments:
    """A `SegmentOutput` of packets; every segment begins with an encoder of its own."""

    def __init__(
        self,
        film: Film,
        target: Path,
        encoding: Encoding,
        *,
        painter: FramePainter,
        scratch: Scratch,
        snapshot: Snapshot | None,
    ) -> None:
        self._film, self._target, self._encoding, self._painter = film, target, encoding, painter
        self._scratch, self._snapshot = scratch, snapshot
        self._file: BinaryIO | None = None
        self._encoder: Any = None
        self._mark = FieldMark(film, encoding.codec)

    @property
    def notes(self) -> tuple[str, ...]:
        """None; see `SegmentOutput`."""
        return ()

    def put(self, frame: Any, ab: Floats) -> None:
        """Paint and encode a frame."""
        if self._encoder is None:
            self._encoder = open_encoder(self._film, self._encoding)
            self._file = self._scratch.create(len(self._scratch.segments))
        painted = self._painter.painted(frame, ab)
        if self._snapshot is not None:
            self._snapshot.offer(painted)
        self._write(self._encoder.encode(self._mark.marked(painted)))

    def finish(self) -> int:
        """Flush the encoder; see `SegmentOutput`."""
        assert self._file is not None
        self._write(self._encoder.encode(None))
        size = self._file.tell()
        self._file.close()
        self._encoder = self._file = None
        return size

    def check_space(self, frames: int) -> None:
        """By the parts that are there; see `SegmentOutput`."""
        check_space(self._scratch, frames, self._target)

    def close(self) -> None:
        """Close the file; see `SegmentOutput`."""
        if self._file is not None:
            self._file.close()

    def _write(self, packets: list[Any]) -> None:
        assert self._file is not None
        for packet in packets:
            picture = PicturePacket(packet.pts, packet.duration or 0, packet.is_keyframe, bytes(packet))
            write_packet(self._file, picture)
