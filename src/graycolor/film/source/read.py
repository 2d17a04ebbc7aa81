"""Decoded frames of a film in order, from any place on, with the film's own times; damage is passed over and noted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import av.error

from graycolor.errors import InputError
from graycolor.film.source.probe import Film, opened_film

INDEXED = ("mov", "mp4", "matroska", "webm")
"""Containers whose index can be trusted to lead to a frame; the others are decoded from their beginning."""
_MISSING_SECONDS = 1.0
"""How much shorter than promised a film may end before it counts as cut off."""


@dataclass(frozen=True)
class Span:
    """The part of a film to do: pts from `first` on, before `end`, and `frames` at most; None is no limit."""

    first: int | None = None
    end: int | None = None
    frames: int | None = None

    @property
    def whole(self) -> bool:
        """Nothing is left out."""
        return self.first is None and self.end is None and self.frames is None


class FrameReader:
    """Decodes one film.

    Args:
        film: whose frames are wanted.
        end: pts that is not reached any more.

    Attributes:
        notes: what was wrong with the file, as sentences, once the frames are read.
    """

    def __init__(self, film: Film, end: int | None = None) -> None:
        self._film, self._end = film, end
        self._damaged = 0
        self._patched = False
        self._ended = False
        self._invented = self._count = 0
        self._last: int | None = None
        self.notes: list[str] = []

    def frames(self, first: int | None = None) -> Iterator[Any]:
        """Frames whose pts is at least `first`; pts rise strictly, and are never None.

        Raises:
            InputError: the frames change their size or pixel format.
        """
        reached = False
        if first is not None and any(name in self._film.container for name in INDEXED):
            for frame in self._decoded(seek=first):
                if not reached and frame.pts > first:
                    break  # the index led too far
                reached = reached or frame.pts == first
                if frame.pts >= first:
                    yield self._checked(frame)
        if not reached:
            yield from (self._checked(frame) for frame in self._decoded() if first is None or frame.pts >= first)
        if not self._ended:
            self._conclude(whole=first is None)

    @property
    def flawed(self) -> bool:
        """Whether something was damaged so far, or had no usable time: begun elsewhere, it may come out otherwise.

        That includes what the decoder has patched up by itself, from frames that it had seen before.
        """
        return bool(self._damaged or self._invented or self._patched)

    def _decoded(self, seek: int | None = None) -> Iterator[Any]:
        with opened_film(self._film.path) as container:
            video = container.streams[self._film.index]
            video.thread_type = "AUTO"
            if seek is not None:
                container.seek(seek, stream=video)
            last: int | None = None
            for frame in self._of_packets(container, video):
                last = frame.pts = self._time(frame, last)
                if self._end is not None and last >= self._end:
                    self._ended = True
                    return
                self._count += 1
                self._patched |= frame.is_corrupt
                yield frame
            self._last = last

    def _of_packets(self, container: Any, video: Any) -> Iterator[Any]:
        packets = container.demux(video)
        while True:
            try:
                packet = next(packets, None)
                if packet is None:
                    return
                yield from packet.decode()
            except (av.error.InvalidDataError, av.error.PatchWelcomeError):
                self._damaged += 1
            except (av.error.FFmpegError, OSError):
                self._damaged += 1
                return

    def _checked(self, frame: Any) -> Any:
        film = self._film
        change = change_of((film.width, film.height, film.pixels), (frame.width, frame.height, frame.format.name))
        if change:
            raise InputError(
                f"{film.path} changes its {change} {moment(film, frame.pts)}; color its parts one by one by "
                "their start and duration."
            )
        return frame

    def _time(self, frame: Any, last: int | None) -> int:
        """The frame's pts, or one that follows the last where it has none or an earlier one."""
        pts = frame.pts if frame.pts is not None else frame.dts
        if pts is not None and (last is None or pts > last):
            return pts
        self._invented += 1
        step = max(1, round(1 / (self._film.rate * self._film.time_base)))
        if last is None:
            return 0
        return last + (step if pts is None else 1)

    def _conclude(self, whole: bool) -> None:
        film = self._film
        shown = float((self._last - film.start) * film.time_base) if self._last is not None else 0.0
        missing = film.frames - self._count if whole else 0
        promised = max(film.seconds, shown + missing / float(film.rate))
        if self._damaged:
            self.notes.append(f"{film.path} is damaged: {self._damaged} pieces could not be decoded and are left out.")
        if promised - shown > max(_MISSING_SECONDS, 2 / float(film.rate)):
            self.notes.append(
                f"{film.path} ends after {shown:.1f} of {promised:.1f} s: it seems to be cut off; "
                "what is there is colored."
            )
        if self._invented:
            self.notes.append(
                f"{self._invented} frames of {film.path} had no usable time; "
                f"they follow at {float(film.rate):.3g} frames a second."
            )


def change_of(before: tuple[int, int, str], after: tuple[int, int, str]) -> str:
    """What differs between two kinds of frames (width, height, pixel format), in words; empty where nothing does."""
    if before[:2] != after[:2]:
        return f"size from {before[0]} x {before[1]} to {after[0]} x {after[1]}"
    return "" if before == after else f"pixels from {before[2]} to {after[2]}"


def moment(film: Film, pts: int | None) -> str:
    """When a frame is shown, in words: seconds from the film's first frame on, as `--start` counts them."""
    return "at an unknown time" if pts is None else f"after {float((pts - film.start) * film.time_base):.2f} s"
