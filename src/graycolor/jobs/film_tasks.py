"""A film as tasks for many processes: what each does, and what is to be done next.

A film is looked through for its segments; stretches of these, from cut to cut where that can be, are colored by whoever
is free while it is still looked through; at the end they are joined. A film whose frames may come out otherwise when
its reading begins in the middle is colored as a whole. Nothing here knows how processes are begun and asked.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from typing import Any, NamedTuple

from graycolor.colorizer import Colorizer
from graycolor.errors import InputError, OutputError
from graycolor.files import sweep, written
from graycolor.film.output.segments import Scratch, Segment, Share, finished
from graycolor.film.source.read import INDEXED, FrameReader
from graycolor.jobs.colored_shots import ColoredShot, shots_in
from graycolor.jobs.film_coloring import Coloring
from graycolor.jobs.film_guide import heard_in_film
from graycolor.jobs.film_identity import identity_of
from graycolor.jobs.film_plan import FilmOptions, FilmPlan
from graycolor.jobs.film_result import assemble, mark_of
from graycolor.jobs.films import FilmOutcome

_log = logging.getLogger(__name__)

_LEAST_SECONDS, _MOST_SECONDS = 8.0, 24.0
"""How much of a film a stretch holds: from the least on it ends at a cut, from the most on anywhere. Where it begins
within a shot, some three seconds before it are looked at once more."""


class Looked(NamedTuple):
    """The end of looking through a film.

    Attributes:
        notes: what was wrong with it, as sentences.
        flawed: it may come out otherwise when its reading begins in the middle.
    """

    notes: tuple[str, ...] = ()
    flawed: bool = False


class Made(NamedTuple):
    """The end of coloring a stretch: what was heard of references (see `GuidedKeys`), and what was wrong."""

    heard: Mapping[int, float]
    notes: tuple[str, ...]


class Joined(NamedTuple):
    """A result in its place: its frames, bytes and shots, and what is to be told of it."""

    frames: int
    size: int
    notes: tuple[str, ...]
    shots: tuple[ColoredShot, ...]


class Task(NamedTuple):
    """Something to be done: a method of `FilmWorker`, and what it is called with."""

    method: str
    arguments: tuple[Any, ...]


class FilmWorker:
    """What a process does for films; each task tells of itself as it goes."""

    def __init__(self, colorizer: Colorizer, options: FilmOptions) -> None:
        self._colorizer, self._options = colorizer, options

    def identify(self, plan: FilmPlan) -> Iterator[dict[str, object]]:
        """What decides the frames of the result."""
        yield identity_of(plan, self._colorizer, self._options)

    def look(self, plan: FilmPlan, before: Sequence[Segment]) -> Iterator[Segment | Looked]:
        """The segments behind those that are known."""
        reader = FrameReader(plan.film, plan.span.end)
        with closing(self._coloring(plan, Share(plan.job.target, before, len(before)), reader)) as coloring:
            for segment in coloring.look():
                if reader.flawed:
                    break
                yield segment
        yield Looked(tuple(reader.notes), reader.flawed)

    def color(self, plan: FilmPlan, segments: Sequence[Segment], begin: int) -> Iterator[int | Made]:
        """Color the segments from number `begin` on, or all that are left where it is their end.

        How many frames are colored is told now and then.
        """
        stop = len(segments) if begin < len(segments) else None
        share, reader = Share(plan.job.target, segments[:begin], stop), FrameReader(plan.film, plan.span.end)
        earlier = sum(segment.frames for segment in segments[:begin])
        with closing(self._coloring(plan, share, reader)) as coloring:
            for done in coloring.run(stop) if len(share.segments) != stop and not share.complete else ():
                yield done - earlier
            yield share.frames - earlier
        if stop is not None and [segment.bounds for segment in share.segments[begin:]] != list(segments[begin:]):
            raise InputError(f"{plan.film.path} has changed while it was being colored; color it again.")
        yield Made(coloring.heard, (*coloring.unheard, *reader.notes))

    def join(self, plan: FilmPlan) -> Iterator[Joined]:
        """Join all segments, and put the result in its place."""
        share = Share(plan.job.target)
        if not share.complete:
            raise OutputError(f"Parts of {plan.job.target} are gone from {share.folder}; color the film again.")
        with suppress(OSError):
            sweep(plan.job.target.parent)
        notes = assemble(plan, share, mark_of(self._colorizer, self._options), overwrite=self._options.overwrite)
        shots = shots_in(plan.film, share.segments)
        yield Joined(share.frames, plan.job.target.stat().st_size, tuple(notes), shots)

    def _coloring(self, plan: FilmPlan, share: Share, reader: FrameReader) -> Coloring:
        return Coloring(plan, self._colorizer, self._options, scratch=share, reader=reader, progress=lambda _: None)


class FilmTasks:
    """One film on its way.

    Args:
        plan, options: what is to be done.
        placed: called once the result is in its place; where that fails, what is finished stays for the next run.

    Attributes:
        done, earlier: frames that have their colors, and those that had them before.
        flawed: what waits to be colored need not be: the film is colored as a whole.
        outcome: once it is finished.
    """

    def __init__(
        self, plan: FilmPlan, options: FilmOptions, placed: Callable[[FilmPlan], None] = lambda _: None
    ) -> None:
        self._plan, self._options, self._placed, self._started = plan, options, placed, 0.0
        self._scratch: Scratch | None = None
        self._segments: list[Segment] = []
        self._given = 0
        """How many of the segments are done or given out."""
        self._told: dict[int, int] = {}
        """Frames colored, by the first segment of a stretch."""
        self._found = self.earlier = self._in_hand = 0
        self.flawed = self._as_whole = False
        self._heard: dict[int, float] = {}
        self._notes: tuple[str, ...] = ()
        self.outcome: FilmOutcome | None = None

    @property
    def done(self) -> int:
        """Frames that have their colors."""
        return self._found + sum(self._told.values())

    def begin(self) -> list[Task]:
        """What is to be done first."""
        self._started = time.perf_counter()
        return self._out([Task("identify", (self._plan,))])

    def tell(self, task: Task, said: Any) -> list[Task]:
        """Hear something of a task; what is to be done now comes back.

        Raises:
            OutputError: another run is at work on the result.
        """
        if isinstance(said, dict):
            return self._out(self._opened(said))
        if isinstance(said, Segment):
            return self._out(self._found_segment(said))
        if isinstance(said, Looked):
            self._notes, self.flawed = said.notes, said.flawed
            return self._out(() if said.flawed else self._stretch(len(self._segments)))
        if isinstance(said, int):
            self._told[task.arguments[2]] = said
        elif isinstance(said, Made):
            self._heard |= said.heard
            self._notes = (*self._notes, *said.notes) if self._as_whole else self._notes
        elif isinstance(said, Joined):
            self._finish(said)
        return []

    def end(self) -> list[Task]:
        """Hear that a task is done; what is to be done now comes back."""
        self._in_hand -= 1
        if self._in_hand or self.outcome is not None:
            return []
        if self.flawed and not self._as_whole:
            return self._out(self._whole())
        return self._out([Task("join", (self._plan,))])

    def drop(self, tasks: int) -> None:
        """Hear that so many tasks will not be begun."""
        self._in_hand -= tasks

    def close(self) -> None:
        """Let other runs have what is finished."""
        if self._scratch is not None and self.outcome is None:
            self._scratch.close()

    def _out(self, tasks: Iterable[Task]) -> list[Task]:
        self._in_hand += len(out := list(tasks))
        return out

    def _opened(self, identity: dict[str, object]) -> list[Task]:
        if self._scratch is not None:
            return []  # told before, by a process that died
        with written(self._plan.job.target):
            options = self._options
            self._scratch = scratch = Scratch(
                self._plan.job.target, identity, resume=options.resume, discard=options.discard
            )
        if scratch.segments:
            _log.info("%s: going on after frame %d.", self._plan.job.source, scratch.frames)
        self._segments, self._given = list(scratch.segments), len(scratch.segments)
        self._found = self.earlier = scratch.frames
        if scratch.complete:
            return []
        if self._can_be_divided:
            return [Task("look", (self._plan, tuple(self._segments)))]
        return self._whole()

    @property
    def _can_be_divided(self) -> bool:
        """Whether frames can be found without those before them, and colored without what was said of others."""
        timed = self._options.hints or any(each.moment is not None for each in self._options.references)
        return not timed and any(name in self._plan.film.container for name in INDEXED)

    def _whole(self) -> list[Task]:
        assert self._scratch is not None
        self._as_whole, self._notes, self._heard, self._told = True, (), {}, {}
        self._found = self.earlier = self._scratch.frames
        segments = self._scratch.segments
        self._scratch.forget(len(segments))
        return [Task("color", (self._plan, tuple(segments), len(segments)))]

    def _found_segment(self, segment: Segment) -> list[Task]:
        if segment.number < len(self._segments) or self.flawed:
            return []  # told before, by a process that died
        self._segments.append(segment)
        there = finished(self._plan.job.target, segment.number)
        if there is not None and there.bounds == segment:
            tasks = self._stretch(segment.number)
            self._given, self._found = segment.number + 1, self._found + segment.frames
            self.earlier += segment.frames
            return tasks
        waiting = self._segments[self._given :]
        length = (segment.last - waiting[0].first) * float(self._plan.film.time_base)
        at_a_cut = segment.lead == segment.next
        return self._stretch(len(self._segments)) if length >= (_LEAST_SECONDS if at_a_cut else _MOST_SECONDS) else []

    def _stretch(self, end: int) -> list[Task]:
        """All that waits before segment `end`, given out as one task."""
        begin, self._given = self._given, end
        return [Task("color", (self._plan, self._segments[:end], begin))] if begin < end else []

    def _finish(self, joined: Joined) -> None:
        assert self._scratch is not None
        self._placed(self._plan)
        self._scratch.remove()
        notes = (*heard_in_film(self._heard), *self._notes, *joined.notes)
        seconds, look = time.perf_counter() - self._started, self._options.settings.look_name
        self.outcome = FilmOutcome(self._plan, joined.frames, seconds, joined.size, notes, look, joined.shots)
