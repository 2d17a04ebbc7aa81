"""The films of a run, whose tasks any number of processes work at; outcomes in order, and one progress of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from graycolor.errors import GraycolorError
from graycolor.jobs.film_coloring import Progress
from graycolor.jobs.film_plan import FilmOptions, FilmPlan
from graycolor.jobs.film_tasks import FilmTasks, Task
from graycolor.jobs.films import FilmOutcome
from graycolor.jobs.photo_work import as_ours


class Told(Protocol):
    """Something that a task tells: the key it was given, what it tells or why it failed, and whether it is over."""

    @property
    def key(self) -> Any: ...
    @property
    def value(self) -> Any: ...
    @property
    def error(self) -> Exception | None: ...
    @property
    def last(self) -> bool: ...


class Processes(Protocol):
    """Whoever has the methods of `FilmWorker` called; see `graycolor.cluster.pool.Pool`."""

    size: int

    @property
    def waiting(self) -> int:
        """Tasks that nobody has begun yet."""

    def put(self, key: Any, method: str, *arguments: Any) -> None:
        """Have something done; `key` comes back with all that it tells."""

    def take(self) -> Told:
        """The next thing that is told."""

    def forget(self, unwanted: Callable[[Any], bool]) -> int:
        """Leave out what nobody has begun, by its key; how many tasks that were."""


class FilmProgram:
    """All films of a run: those that are being colored, and what became of the others."""

    def __init__(
        self,
        pool: Processes,
        plans: Sequence[FilmPlan],
        options: FilmOptions,
        placed: Callable[[FilmPlan], None] = lambda _: None,
    ) -> None:
        self._pool, self._plans = pool, plans
        self._films = [FilmTasks(plan, options, placed) for plan in plans]
        self._begun = 0
        self._done: dict[int, FilmOutcome | GraycolorError] = {}
        self._ended: set[int] = set()

    def outcomes(self, progress: Callable[[Progress], None]) -> Iterator[FilmOutcome | GraycolorError]:
        """What became of each film, in order, or why there is no result; `progress` is of all together."""
        try:
            for number in range(len(self._films)):
                while number not in self._done:
                    self._go_on()
                    progress(self._progress())
                yield self._done.pop(number)
        finally:
            for film in self._films:
                film.close()

    def _go_on(self) -> None:
        """Begin films while there is too little to do, and take in one answer."""
        while self._begun < len(self._films) and self._pool.waiting < self._pool.size:
            self._put(self._begun, self._films[self._begun].begin())
            self._begun += 1
        answer = self._pool.take()
        number, task = answer.key
        if number not in self._ended:
            self._hear(answer, number, task)

    def _progress(self) -> Progress:
        done, earlier = (sum(getattr(film, name) for film in self._films) for name in ("done", "earlier"))
        frames = sum(plan.frames for plan in self._plans)
        seconds = sum(plan.frames / float(plan.film.rate) for plan in self._plans)
        return Progress(done, max(done, frames), earlier, frames / seconds if seconds else 1.0)

    def _hear(self, answer: Told, number: int, task: Task) -> None:
        film = self._films[number]
        try:
            if answer.error is not None:
                raise answer.error
            self._put(number, film.end() if answer.last else film.tell(task, answer.value))
            if film.flawed and not answer.last:
                film.drop(self._forget(number))
        except Exception as error:
            self._end(number, as_ours(error, self._plans[number].job.source))
        if film.outcome is not None:
            self._end(number, film.outcome)

    def _put(self, number: int, tasks: Sequence[Task]) -> None:
        for task in tasks:
            self._pool.put((number, task), task.method, *task.arguments)

    def _forget(self, number: int) -> int:
        return self._pool.forget(lambda key: key[0] == number)

    def _end(self, number: int, outcome: FilmOutcome | GraycolorError) -> None:
        self._forget(number)
        self._films[number].close()
        self._ended.add(number)
        self._done[number] = outcome
