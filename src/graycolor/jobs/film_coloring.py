"""The segments of one film on their way, read, colored and encoded by threads of their own; what is told meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from graycolor.colorizer import Colorizer
from graycolor.errors import InputError
from graycolor.film.job.remembered_keys import RememberedKeys
from graycolor.film.job.segment_feed import SegmentFeed, Shown, Stepped
from graycolor.film.job.sure_keys import SureKeys
from graycolor.film.output.encode_frame import FrameSettings
from graycolor.film.output.frame_files import FrameFiles
from graycolor.film.output.frame_painter import FramePainter, small_shape
from graycolor.film.output.packet_segments import PacketSegments, SegmentOutput
from graycolor.film.output.segments import (
    Scratch,
    Segment,
)
from graycolor.film.output.snapshot import Snapshot
from graycolor.film.source.probe import Film
from graycolor.film.source.read import FrameReader
from graycolor.film.source.sequence import SequenceReader, held
from graycolor.film.steadiness.shots import stepped
from graycolor.film.steadiness.steady import ShotColorizer
from graycolor.jobs.film_ahead import Again, FilmAhead, has_palettes, see_with, span_from_shot
from graycolor.jobs.film_guide import GuidedKeys, guides_of
from graycolor.jobs.film_part import length_told
from graycolor.jobs.film_plan import FilmOptions, FilmPlan
from graycolor.jobs.film_result import mark_of
from graycolor.jobs.stages import Finisher, prefetched
from graycolor.pictures.metadata.mark import Mark

_GPU_BATCH = 8
"""Key frames that a GPU colors at a time."""
_AHEAD = 6
"""Decoded frames that wait for their colors where nobody looks through shots, and colored ones for the encoder."""


@dataclass(frozen=True)
class Progress:
    """How far a film is.

    Attributes:
        done: frames that have their colors.
        total: about how many there are.
        earlier: frames done by earlier runs.
        rate: the film's own frames a second.
        kept: frames that lie finished beside the result, and stay should the run be stopped now.
        looked: before the first frame, how many were looked through: for what somebody said of them, and for the
            palette of the first shot; then 0 again.
        shot: the one that the newest of these frames is in, counted from 1.
    """

    done: int
    total: int
    earlier: int
    rate: float
    kept: int = 0
    looked: int = 0
    shot: int = 0


class Coloring:
    """The segments of one film that are not finished yet."""

    def __init__(
        self,
        plan: FilmPlan,
        colorizer: Colorizer,
        options: FilmOptions,
        *,
        scratch: Scratch,
        reader: FrameReader | SequenceReader,
        progress: Callable[[Progress], None],
    ) -> None:
        self._plan, self._scratch, self._reader, self._progress = plan, scratch, reader, progress
        self._earlier = self._done = scratch.frames
        self._shot = sum(part.begins for segment in scratch.segments for part in segment.shots)
        self._painter = FramePainter(plan.film, plan.encoding.pixel_format, _small_side(plan.film, options))
        guides = guides_of(
            plan.film,
            self._painter,
            colorizer,
            settings=options.settings,
            hints=options.hints,
            references=options.references,
            looked=self._tell,
        )
        steady = options.steady if colorizer.device == "cpu" else replace(options.steady, batch=_GPU_BATCH)
        self._ahead = self._reading_ahead(colorizer, options) if has_palettes(colorizer, options.steady) else None
        self._keys = GuidedKeys(colorizer, options.settings, guides, self._ahead)
        self._sure = SureKeys(RememberedKeys(self._keys))
        self._colors = ShotColorizer(colorizer, steady, self._sure)
        self._snapshot = Snapshot(options.snapshot, plan.film) if options.snapshot else None
        mark = mark_of(colorizer, options)
        self._output: SegmentOutput = (
            PacketSegments(
                plan.film,
                plan.job.target,
                plan.encoding,
                painter=self._painter,
                scratch=scratch,
                snapshot=self._snapshot,
            )
            if plan.frames_out is None
            else FrameFiles(plan.film, _marked(plan.frames_out, mark), self._painter, scratch, self._snapshot)
        )

    def run(self, stop: int | None = None) -> Iterator[int]:
        """Color up to segment `stop`, or all; after each, how many frames have their colors."""
        with Finisher(self._finish, _AHEAD) as finisher:
            frames = self._steps() if self._ahead is None else self._ahead.frames()
            feed, number = self._feed(frames), len(self._scratch.segments)
            while not feed.exhausted and number != stop:
                self._segment(feed, finisher, number)
                number += 1
                yield self._done

    def look(self) -> Iterator[Segment]:
        """The segments, with nothing colored."""
        feed, number = self._feed(self._steps()), len(self._scratch.segments)
        while not feed.exhausted:
            for _ in feed.looks():
                feed.pending.clear()
            yield feed.segment(number)
            number += 1

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be told of the colors, of what the result could not keep, and of a snapshot that was given up."""
        lost = self._snapshot.problem if self._snapshot is not None else ""
        return (*self._keys.notes, *self.unheard, *self._output.notes, *filter(None, [lost]))

    @property
    def unheard(self) -> tuple[str, ...]:
        """A sentence for each hint without effect; none where an earlier run may have heard it."""
        return () if self._earlier else self._keys.unheard

    @property
    def heard(self) -> dict[int, float]:
        """See `GuidedKeys`."""
        return self._keys.heard

    @property
    def _last(self) -> Segment | None:
        return self._scratch.segments[-1] if self._scratch.segments else None

    @property
    def _begin(self) -> int | None:
        """Pts of the first frame that is not finished; None for the film's first."""
        return self._plan.span.first if self._last is None else self._last.next

    def _reading_ahead(self, colorizer: Colorizer, options: FilmOptions) -> FilmAhead:
        span, last = span_from_shot(self._plan.span, self._last, self._earlier), self._last
        return FilmAhead(
            self._shown(span.first, self._begin),
            Again(self._reader, self._plan.film, span, self._painter),
            see_with(colorizer, options.settings),
            key_every=options.steady.key_every,
            lead=None if last is None else last.lead,
            tell=self._tell,
        )

    def _steps(self) -> Iterator[Stepped]:
        """The frames with their steps, where nobody looks through shots."""
        first = self._begin if self._last is None else self._last.lead
        return stepped(prefetched(self._shown(first, self._begin), _AHEAD), lambda shown: shown[1])

    def _feed(self, frames: Iterator[Stepped]) -> SegmentFeed:
        last = self._last
        shot, into = (None, 0) if last is None else (last.shot, last.into)
        feed = SegmentFeed(frames, float(self._plan.film.time_base), self._begin, shot=shot, into=into)
        if feed.exhausted and last is None:
            long = length_told(self._plan.film)
            known = f", which is {long} long" if long else ""
            raise InputError(f"There are no frames to color in that part of {self._plan.film.path}{known}.")
        return feed

    def close(self) -> None:
        """Let go of what an error has left open."""
        self._reader.stop()
        if self._ahead is not None:
            self._ahead.close()
        self._output.close()

    def _segment(self, feed: SegmentFeed, finisher: Finisher[Any], number: int) -> None:
        for ab in self._colors.color_looks(feed.looks()):
            frame, begins = feed.pending.popleft()
            self._done, self._shot = self._done + 1, self._shot + begins
            finisher.put((frame, ab))
            self._tell()
        finisher.put(self._sure.told(feed.segment(number)))

    def _tell(self, looked: int = 0) -> None:
        total, rate = max(self._plan.frames, self._done), float(self._plan.film.rate)
        self._progress(Progress(self._done, total, self._earlier, rate, self._scratch.frames, looked, self._shot))

    def _shown(self, first: int | None, begin: int | None) -> Iterator[Shown]:
        """Decoded frames of the span from `first` on, each with its small gray picture."""
        span, count = self._plan.span, self._earlier
        for frame in self._reader.frames(first):
            if begin is None or frame.pts >= begin:
                count += 1
            if span.frames is not None and count > span.frames:
                return
            plain = self._painter.plain(frame)
            yield held(plain), self._painter.gray(plain)

    def _finish(self, item: tuple[Any, Any] | Segment) -> None:
        """Paint and encode one frame, or close the segment; in the encoder's thread."""
        if isinstance(item, Segment):
            self._close(item)
            return
        self._output.put(*item)

    def _close(self, segment: Segment) -> None:
        self._scratch.commit(replace(segment, size=self._output.finish()))
        if segment.next is not None:
            self._output.check_space(self._plan.frames)


def _marked(frames: FrameSettings, mark: Mark | None) -> FrameSettings:
    """The settings with the mark that says who guessed the colors."""
    return replace(frames, write=replace(frames.write, mark=mark))


def _small_side(film: Film, options: FilmOptions) -> int:
    """Longer side of the small pictures: what flow needs, or the network where the user wants it to see more."""
    height, width = small_shape(film, options.steady.flow_size)
    wanted = (options.settings.size or 0) / min(height, width)
    return round(max(height, width) * max(1.0, wanted))
