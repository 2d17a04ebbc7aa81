"""A film that becomes a sequence: every frame a file of its own, whole or not there, with its source's metadata.

Lightness is what photographs keep: L of every pixel equals the source's within one step of its depth.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, BinaryIO, cast

import cv2
import numpy as np

from graycolor.color.yuv import Coding
from graycolor.errors import OutputError
from graycolor.files import sweep, write_atomic
from graycolor.files.disk import size_told
from graycolor.film.output.encode_frame import FrameSettings, encode_frame
from graycolor.film.output.frame_ledger import Entry, add_entry, continued, listed_entries
from graycolor.film.output.frame_painter import FramePainter
from graycolor.film.output.segments import Scratch
from graycolor.film.output.snapshot import Snapshot
from graycolor.film.output.timecode import timecode_after
from graycolor.film.source.frame_file import FrameFile
from graycolor.film.source.numbering import file_of
from graycolor.film.source.pixel_format import PixelFormat
from graycolor.film.source.planes import plane_of
from graycolor.film.source.probe import Film
from graycolor.film.source.sequence import film_frame
from graycolor.network.engine import available_cores
from graycolor.pictures.metadata.record import Metadata
from graycolor.pictures.picture import Picture
from graycolor.types import AnyCodes, Codes, Floats

FIRST = 1
"""The number of the first frame of a film that comes from one file, as FFmpeg counts."""
_SHOWN = PixelFormat("yuv420p", 8, "420")
"""What a snapshot is painted in."""


class FrameFiles:
    """A `SegmentOutput` of files; frames that a stopped run has finished are not done again."""

    def __init__(
        self, film: Film, settings: FrameSettings, painter: FramePainter, scratch: Scratch, snapshot: Snapshot | None
    ) -> None:
        self._film, self._settings, self._scratch, self._snapshot = film, settings, scratch, snapshot
        self._shown = FramePainter(film, _SHOWN, max(painter.small_shape))
        self._workers = settings.threads or available_cores()
        self._pool = ThreadPoolExecutor(self._workers, "graycolor-frame")
        self._pending: deque[Future[int]] = deque()
        self._lock = threading.Lock()
        self._ledger: BinaryIO | None = None
        self._left = listed_entries(scratch.folder)
        sweep(settings.pattern.parent)
        self._count = self._made = self._bytes = 0
        self._steps: set[int] = set()
        self._last: int | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence where a film's frames do not follow each other evenly, which numbers cannot say."""
        if self._film.files is not None or not self._steps or max(self._steps) <= 1.5 * min(self._steps):
            return ()
        return (f"The frames of {self._film.path.name} are shown for uneven times, which numbered files do not keep.",)

    def put(self, frame: Any, ab: Floats) -> None:
        """Encode a frame and put it in place, in a thread of its own."""
        if self._ledger is None:
            self._begin()
        number = self._number(frame.pts)
        self._count += 1
        self._steps |= set() if self._last is None else {frame.pts - self._last}
        self._last = frame.pts
        if self._snapshot is not None and self._snapshot.due:
            self._snapshot.offer(self._shown.painted(self._video_frame(frame), ab))
        self._pending.append(self._pool.submit(self._finished, number, frame, ab))
        while len(self._pending) > self._workers:
            self._take()

    def finish(self) -> int:
        """Wait for the frames of the segment; see `SegmentOutput`."""
        assert self._ledger is not None
        while self._pending:
            self._take()
        size = self._ledger.tell()
        self._ledger.close()
        self._ledger = None
        return size

    def check_space(self, frames: int) -> None:
        """By the frames of this run; see `SegmentOutput`."""
        needed = self._bytes / max(1, self._made) * max(0, frames - self._scratch.frames)
        free = shutil.disk_usage(self._settings.pattern.parent).free
        if needed > free:
            raise OutputError(
                f"{self._settings.pattern} needs about {size_told(needed)} more and {size_told(free)} are free; "
                "free some and run the same command again, or choose another place for the result."
            )

    def close(self) -> None:
        """Wait for the frames at hand, and begin no others; see `SegmentOutput`."""
        self._pool.shutdown(cancel_futures=True)
        if self._ledger is not None:
            self._ledger.close()

    def _begin(self) -> None:
        self._ledger = continued(self._scratch, len(self._scratch.segments))
        self._count = 0

    def _take(self) -> None:
        self._bytes += self._pending.popleft().result()
        self._made += 1

    def _number(self, time: int) -> int:
        if self._film.files is not None:
            return self._film.files.numbers[0] + time
        return FIRST + self._scratch.frames + self._count

    def _finished(self, number: int, frame: Any, ab: Floats) -> int:
        """One frame from its colors to its place; returns the bytes of its file."""
        file, entry = file_of(self._settings.pattern, number), self._left.get(number)
        if entry is not None and entry.is_at(file):
            self._list(entry)
            return entry.size
        data = encode_frame(frame.opaque or FrameFile(self._picture(frame)), ab, self._settings)
        self._list(Entry(number, len(data), hashlib.sha256(data).hexdigest()))
        write_atomic(file, data, overwrite=self._settings.overwrite)
        return len(data)

    def _list(self, entry: Entry) -> None:
        with self._lock:
            assert self._ledger is not None
            add_entry(self._ledger, entry)

    def _video_frame(self, frame: Any) -> Any:
        """The frame with its plane, which is not held for frames of files."""
        return film_frame(self._film, frame.opaque.picture.upright(), frame.pts) if frame.opaque else frame

    def _picture(self, frame: Any) -> Picture:
        """A film's frame as a picture, upright; its timecode goes into its texts."""
        film = self._film
        gray = _gray_of(plane_of(frame, 0, film.coding.bits), film.coding)
        turned = cast(Codes, np.ascontiguousarray(np.rot90(gray, film.quarter_turns)))
        timecode = timecode_after(film.timecode, self._since_start(frame), film.rate)
        metadata = Metadata(
            ratio=None if film.sar == 1 else (float(film.sar.denominator), float(film.sar.numerator)),
            text=(("timecode", timecode),) if timecode else (),
        )
        return Picture(turned, None, gray.itemsize * 8, "", metadata, was_color=False, encoding={})

    def _since_start(self, frame: Any) -> int:
        return round((frame.pts - self._film.start) * self._film.time_base * self._film.rate)


def _gray_of(luma: AnyCodes, coding: Coding) -> Codes:
    """Luma codes as sRGB gray: 8 bits stay 8, more become 16; what is beyond black and white is cut."""
    dtype = np.uint8 if coding.bits == 8 else np.uint16
    codes = np.arange(256 if coding.bits == 8 else 65536)
    gray = np.clip((codes - coding.black) / coding.span, 0, 1) * np.iinfo(dtype).max
    return cast(Codes, cv2.LUT(luma, np.rint(gray).astype(dtype)[None]))
