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
_MOST_HOLES = 3
"""Holes that are told one by one."""


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

    What was wrong with the file is told in `notes`, as far as its frames were read.
    """

    def __init__(self, film: Film, end: int | None = None) -> None:
        self._film, self._end = film, end
        self._step = max(1, round(1 / (film.rate * film.time_base)))
        self._damaged = self._invented = self._count = 0
        self._patched = self._reached_end = self._stopped = False
        self._from: int | None = None
        self._last: int | None = None
        self._holes: list[tuple[int, int]] = []

    def frames(self, first: int | None = None) -> Iterator[Any]:
        """Frames whose pts is at least `first`; pts rise strictly, and are never None.

        Raises:
            InputError: the frames change their size or pixel format.
        """
        reached, self._from = False, first
        if first is not None and any(name in self._film.container for name in INDEXED):
            for frame in self._decoded(seek=first):
                if not reached and frame.pts > first:
                    break  # the index led too far
                reached = reached or frame.pts == first
                if frame.pts >= first:
                    yield self._checked(frame)
        if not reached:
            yield from (self._checked(frame) for frame in self._decoded() if first is None or frame.pts >= first)

    def stop(self) -> None:
        """End the frames, also while those before the first that is wanted are decoded; any thread may say so."""
        self._stopped = True

    @property
    def finds(self) -> bool:
        """Whether a frame is found without those before it, and is the same then, as far as was read."""
        return not self.flawed and any(name in self._film.container for name in INDEXED)

    @property
    def flawed(self) -> bool:
        """Whether something was damaged so far, or had no usable time: begun elsewhere, it may come out otherwise.

        That includes what the decoder has patched up by itself, from frames that it had seen before.
        """
        return bool(self._damaged or self._invented or self._patched)

    def _decoded(self, seek: int | None = None) -> Iterator[Any]:
        self._damaged = self._invented = self._count = 0
        with opened_film(self._film.path) as container:
            video = container.streams[self._film.index]
            video.thread_type = "AUTO"
            if seek is not None:
                container.seek(seek, stream=video)
            last: int | None = None
            for frame in self._of_packets(container, video):
                last = frame.pts = self._time(frame, last)
                if self._end is not None and last >= self._end:
                    return
                self._count += 1
                self._patched |= frame.is_corrupt
                yield frame
            self._reached_end = not self._stopped

    def _of_packets(self, container: Any, video: Any) -> Iterator[Any]:
        packets, packet = container.demux(video), None
        while not self._stopped:
            try:
                packet = next(packets, None)
                if packet is None:
                    return
                yield from packet.decode()
            except (av.error.InvalidDataError, av.error.PatchWelcomeError):
                self._damaged += self._is_wanted(packet)
            except (av.error.FFmpegError, OSError):
                self._damaged += 1
                return

    def _is_wanted(self, packet: Any) -> bool:
        """Whether a packet is not of the frames before the part, which are only decoded to get there."""
        time = None if packet is None else packet.dts if packet.pts is None else packet.pts
        return self._from is None or time is None or time >= self._from

    def _checked(self, frame: Any) -> Any:
        film = self._film
        if self._last is not None and frame.pts - self._last > 1.5 * self._step:
            self._holes.append((self._last, frame.pts))
        self._last = frame.pts
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
        if last is None:
            return 0
        # Beside its neighbor, whose place it claims, a frame stands half a step behind it: the next has its own time.
        return last + (self._step if pts is None or last - pts > self._step else max(1, self._step // 2))

    @property
    def notes(self) -> list[str]:
        """What was wrong with the file, as sentences."""
        film, notes = self._film, list[str]()
        missing = sum(map(self._missing, self._holes))
        # Films of changing rates have many holes, too.
        lost = len(self._holes) <= _MOST_HOLES and 0 < missing <= 2 * self._lacking
        holes = self._holes if self._damaged or lost else []
        if self._damaged or holes:
            notes.append(f"{film.path} is damaged: {'; '.join(self._damage(holes, missing))}.")
        shown = float((self._last - film.start) * film.time_base) if self._last is not None else 0.0
        promised = max(film.seconds, shown + (self._lacking - missing) / float(film.rate))
        if self._reached_end and promised - shown > max(_MISSING_SECONDS, 2 / float(film.rate)):
            notes.append(
                f"{film.path} ends after {shown:.1f} of {promised:.1f} s: it seems to be cut off; "
                "what is there is colored."
            )
        if self._invented:
            each = "it follows the frame" if self._invented == 1 else "each follows the one"
            notes.append(f"{_counted(self._invented, 'frame')} of {film.path} had no usable time; {each} before it.")
        return notes

    @property
    def _lacking(self) -> int:
        """How many frames less there are than the whole film promises."""
        return self._film.frames - self._count if self._reached_end and self._from is None else 0

    def _missing(self, hole: tuple[int, int]) -> int:
        return round((hole[1] - hole[0]) / self._step) - 1

    def _damage(self, holes: list[tuple[int, int]], missing: int) -> Iterator[str]:
        """What is missing, and when: the first and the last time where there are many holes."""
        if self._damaged:
            yield f"{_counted(self._damaged, 'piece')} could not be decoded and {_are(self._damaged)} left out"
        if len(holes) > _MOST_HOLES:
            begin, end = self._clock(holes[0][0]), self._clock(holes[-1][1])
            yield f"about {missing} frames are missing in {len(holes)} places between {begin} and {end} s"
            return
        for hole in holes:
            begin, end, count = self._clock(hole[0]), self._clock(hole[1]), self._missing(hole)
            yield f"about {_counted(count, 'frame')} between {begin} and {end} s {_are(count)} missing"

    def _clock(self, pts: int) -> str:
        return f"{float((pts - self._film.start) * self._film.time_base):.2f}"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def change_of(before: tuple[int, int, str], after: tuple[int, int, str]) -> str:
    """What differs between two kinds of frames (width, height, pixel format), in words; empty where nothing does."""
    if before[:2] != after[:2]:
        return f"size from {before[0]} x {before[1]} to {after[0]} x {after[1]}"
    return "" if before == after else f"pixels from {before[2]} to {after[2]}"


def moment(film: Film, pts: int | None) -> str:
    """When a frame is shown, in words: seconds from the film's first frame on, as `--start` counts them."""
    return "at an unknown time" if pts is None else f"after {float((pts - film.start) * film.time_base):.2f} s"
