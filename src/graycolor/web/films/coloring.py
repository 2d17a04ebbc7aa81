"""One coloring of a film, the whole or a preview: how far it is, and what became of it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from graycolor.colorizer import Colorizer
from graycolor.errors import GraycolorError
from graycolor.files import Advice, Job
from graycolor.film.output.segments import frames_left_by_earlier_run
from graycolor.jobs.film_coloring import Progress
from graycolor.jobs.film_pace import Pace, Stopwatch
from graycolor.jobs.film_plan import FilmOptions, find_films, plan_film
from graycolor.jobs.films import FilmOutcome, color_film
from graycolor.jobs.photo_work import as_ours
from graycolor.web.films.playing import playing_copy, plays_in_browsers

WAITING, AT_WORK, DONE, STOPPED, FAILED = "waiting", "at work", "done", "stopped", "failed"
ADVICE = Advice(overwrite="the box “Replace it”", place="")
"""What a visitor can do where the command has options."""
_BREATH = 0.05
"""Seconds between two looks at whether what goes first is over."""
_WORTH_A_WORD = 1.0
"""Seconds of waiting that a person should know of."""

_log = logging.getLogger(__name__)


class StoppedError(GraycolorError):
    """Somebody has stopped the coloring."""


def job_of(source: Path, out: Path | None, options: FilmOptions) -> Job:
    """A film and its result's place, named as the command names it: in a folder, or beside the film.

    Raises:
        GraycolorError: there can be no such result.
    """
    found = find_films([source], out, options, advice=ADVICE)
    for refusal in found.refusals:
        raise refusal.error
    return found.jobs[0]


@dataclass(eq=False)
class Coloring:
    """A film on its way through the network.

    Attributes:
        source: the film.
        out: folder for the result; None for beside the film.
        folder: for what only the page needs.
        options: as of the command.
        wished: what was wished of the whole film when this began.
        state: one of the words above.
        sentence: why it failed.
        progress, pace: how far it is, and how fast; None while nobody knows.
        waits_since: since when something more urgent goes first; 0 where nothing does.
        kept: frames that are finished and will not be made again, once it was stopped.
        target: the result's place, once it is known.
        outcome: what the command would tell.
        watched: what a browser can play: the result, or a copy of it.
        copying: whether such a copy is being made.
        began: when, by the clock of `time.monotonic`.
        version: grows with every change of the state.
        began_with: called once the first frame is done, with the result's place.
    """

    source: Path
    out: Path | None
    folder: Path
    options: FilmOptions
    wished: FilmOptions
    state: str = WAITING
    sentence: str = ""
    progress: Progress | None = None
    pace: Pace | None = None
    waits_since: float = 0.0
    kept: int = 0
    target: Path | None = None
    outcome: FilmOutcome | None = None
    watched: Path | None = None
    copying: bool = False
    began: float = 0.0
    version: int = 0
    began_with: Callable[[Path], None] = lambda _: None
    _stopped: threading.Event = field(default_factory=threading.Event)
    _stopwatch: Stopwatch = field(default_factory=Stopwatch)
    _gives_way: Callable[[], bool] = lambda: False

    @property
    def result(self) -> Path | None:
        """The finished film."""
        return self.outcome.plan.job.target if self.outcome is not None else None

    @property
    def seconds(self) -> int:
        """For how long it has been at work."""
        return int(time.monotonic() - self.began)

    @property
    def is_paused(self) -> bool:
        """Whether something more urgent has gone first for so long that it is worth a word."""
        return bool(self.waits_since) and time.monotonic() - self.waits_since > _WORTH_A_WORD

    @property
    def kept_beside(self) -> bool:
        """Whether it was stopped and what it has finished lies beside a film on this machine."""
        return self.out is None and self.kept > 0

    @property
    def going_on(self) -> bool:
        """Whether it waits or is at work."""
        return self.state in (WAITING, AT_WORK)

    @property
    def is_copied(self) -> bool:
        """Whether a copy had to be made for the browser."""
        return self.watched is not None and self.watched != self.result

    def stop(self) -> None:
        """Have it end soon; what is finished is kept."""
        self._stopped.set()
        if self.state == WAITING:
            self._end(STOPPED)

    def run(self, open_colorizer: Callable[[], Colorizer], gives_way: Callable[[], bool]) -> None:
        """Color it; why it could not is told in `sentence`."""
        if self._stopped.is_set():
            return
        self._gives_way, self.began = gives_way, time.monotonic()
        self._end(AT_WORK)
        try:
            job = job_of(self.source, self.out, self.options)
            self.target = job.target
            plan = plan_film(job, self.options, in_color="“Color it by its light”")
            outcome = color_film(plan, open_colorizer(), self.options, self._went_on)
            self.watched = self._watched(job.target)
            self.outcome = outcome
            self._end(DONE)
        except Exception as error:  # the thread has others to color
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        """Say why there is no result; once somebody has stopped it, whatever goes wrong is no news."""
        if self._stopped.is_set():
            with suppress(GraycolorError):
                self.kept = frames_left_by_earlier_run(self.target) if self.target else 0
            self._end(STOPPED)
            return
        if not isinstance(error, GraycolorError):
            _log.debug("A film could not be colored.", exc_info=error)
        self.sentence = str(as_ours(error, self.source))
        self._end(FAILED)

    def _watched(self, result: Path) -> Path | None:
        """What a browser plays. A preview is copied where it has to be; a whole film only when somebody asks."""
        if plays_in_browsers(result):
            return result
        return self.copy(result) if self.options.preview is not None else None

    def copy(self, result: Path) -> Path:
        """A copy of the result that a browser plays."""
        place = self.folder / f"{result.stem}-to-watch.mp4"
        playing_copy(result, place, self._wait)
        return place

    def copy_to_watch(self, gives_way: Callable[[], bool]) -> None:
        """Make a copy of the finished film for browsers; why it could not is told in `sentence`."""
        self._gives_way = gives_way
        try:
            assert self.result is not None
            self.watched = self.copy(self.result)
        except StoppedError:
            pass
        except Exception as error:
            self.sentence = str(as_ours(error, self.source))
        self.copying = False
        self._end(DONE)

    def _went_on(self, progress: Progress) -> None:
        if not progress.looked and (self.progress is None or self.progress.looked):
            assert self.target is not None
            self.began_with(self.target)
        self.progress, self.pace = progress, self._stopwatch(progress)
        self._wait()

    def _wait(self) -> None:
        """Let go first what is more urgent; end if somebody has said so."""
        while not self._stopped.is_set() and self._gives_way():
            self.waits_since = self.waits_since or time.monotonic()
            self._stopped.wait(_BREATH)
        self.waits_since = 0.0
        if self._stopped.is_set():
            raise StoppedError("Somebody has stopped it.")

    def _end(self, state: str) -> None:
        self.state, self.version = state, self.version + 1


class Copying:
    """A copy of a result, made so that browsers can play it.

    Args:
        coloring: what the result came out of.
    """

    def __init__(self, coloring: Coloring) -> None:
        self._coloring = coloring

    def stop(self) -> None:
        """Make none."""
        self._coloring.stop()

    def run(self, _: Callable[[], Colorizer], gives_way: Callable[[], bool]) -> None:
        """Make it."""
        self._coloring.copy_to_watch(gives_way)
