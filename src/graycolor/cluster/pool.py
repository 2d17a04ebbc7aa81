"""Processes of a cluster that work through tasks: who does what, and what happens where one of them dies.

A task is a method of the process and what it is called with; what comes back is told as it comes, or in order, and of
a method that is a generator all that it yields. A task whose process died is given to another one, a few times, and
from then on alone: what kills processes costs no neighbor.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from graycolor.errors import ClusterError, GraycolorError

Item = TypeVar("Item")

_DEAD = "the process at it died {} times; do it alone, without --engine ray, to see why."
TRIES = 3
"""How often a task is begun whose process died at it."""
_PAUSE = 1.0
"""Seconds, times the tries so far, before such a task is begun again: a machine that ran out of memory needs a
moment."""
_PATIENCE = 180.0
"""Seconds without a single process at work after which there is no hope for one."""
_AHEAD = 32
"""Tasks a process that may be done before one that comes earlier, where answers are told in order."""


class Answer(NamedTuple):
    """What came of a task: its key, and what its method gave back, or why there is nothing.

    Of a generator there are more to come unless it is the `last`, which has no value. One that was begun again, because
    its process died, yields all anew.
    """

    key: Any
    value: Any = None
    error: Exception | None = None
    last: bool = True


class _Task(NamedTuple):
    """Something to be done: how often it was begun before, and when it may be begun."""

    key: Any
    method: str
    arguments: tuple[Any, ...]
    tries: int = 0
    due: float = 0.0


@dataclass(eq=False)
class _Process:
    """A process at work: how many tasks it has in hand, and whether one of them is to be alone."""

    actor: Any
    load: int = 0
    alone: bool = False


class Pool:
    """Processes, and what each of them has in hand.

    Args:
        ray: the module, connected.
        make: begins a process: an actor whose `ready` answers once it can work.
        size: how many processes.
        in_hand: tasks that each of them is given at a time.
    """

    def __init__(self, ray: Any, make: Callable[[], Any], size: int, in_hand: int = 1) -> None:
        self._ray, self._make, self._in_hand = ray, make, in_hand
        self.size = size
        self._starting: dict[Any, Any] = {}
        self._processes: list[_Process] = []
        self._running: dict[Any, tuple[_Task, _Process]] = {}
        self._new: deque[_Task] = deque()
        self._again: list[_Task] = []
        self._done: deque[Answer] = deque()
        self._stalled_since, self._failed = time.monotonic(), 0
        for _ in range(size):
            self._start()

    def put(self, key: Any, method: str, *arguments: Any) -> None:
        """Have something done; `key` comes back with its answer."""
        self._new.append(_Task(key, method, arguments))

    def forget(self, unwanted: Callable[[Any], bool]) -> int:
        """Leave out what nobody has begun, by its key; how many tasks that were."""
        new = deque(task for task in self._new if not unwanted(task.key))
        left_out = len(self._new) - len(new)
        self._new = new
        return left_out

    @property
    def waiting(self) -> int:
        """Tasks that nobody has begun yet."""
        return len(self._new)

    def take(self) -> Answer:
        """The next answer, in whatever order they come; there must be a task.

        Raises:
            ClusterError: no process can begin.
        """
        while not self._done:
            self._give_out()
            self._take_in()
        return self._done.popleft()

    def in_order(self, method: str, items: Sequence[Item]) -> Iterator[tuple[Item, Answer]]:
        """Every item with the answer of `method` to it, in order."""
        done: dict[Any, Answer] = {}
        begun = 0
        for place, item in enumerate(items):
            for ahead in range(begun, min(len(items), place + self.size * _AHEAD)):
                self.put(ahead, method, items[ahead])
                begun = ahead + 1
            while place not in done:
                answer = self.take()
                done[answer.key] = answer
            yield item, done.pop(place)

    def close(self, patience: float = _PATIENCE) -> None:
        """Let the tasks in hand be finished for so many seconds, and end the processes."""
        if self._running and patience:
            self._ray.wait(list(self._running), num_returns=len(self._running), timeout=patience)
        for actor in (*self._starting.values(), *(process.actor for process in self._processes)):
            self._ray.kill(actor)

    def _start(self) -> None:
        actor = self._make()
        self._starting[actor.ready.remote()] = actor

    def _give_out(self) -> None:
        now, free = time.monotonic(), [process for process in self._processes if not process.alone]
        for task in [task for task in self._again if task.due <= now][: len(free)]:
            free.remove(process := min(free, key=_load))  # it finishes what it has, and is given nothing else
            if not process.load:
                self._again.remove(task)
                self._begin(task, process)
        while self._new and free and (process := min(free, key=_load)).load < self._in_hand:
            self._begin(self._new.popleft(), process)

    def _begin(self, task: _Task, process: _Process) -> None:
        process.load, process.alone = process.load + 1, task.tries > 0
        answer = getattr(process.actor, task.method).remote(*task.arguments)
        self._running[answer] = task, process

    def _take_in(self) -> None:
        """Wait a moment for whoever is next."""
        asked = [*self._starting, *self._running]
        ready, _ = self._ray.wait(asked, timeout=0.2) if asked else ((), ())
        if ready:  # all that are: to wait costs as much as there are tasks in hand
            ready, _ = self._ray.wait(asked, num_returns=len(asked), timeout=0)
        for answer in ready:
            if answer in self._starting:
                self._welcome(answer)
            else:
                self._finish(answer)
        self._check_progress()

    def _welcome(self, answer: Any) -> None:
        actor = self._starting.pop(answer)
        try:
            self._ray.get(answer)
        except self._ray.exceptions.RayError as error:
            if not self._processes:
                raise _no_beginning(error) from error
            self._failed += 1
            if self._failed < self.size * TRIES:
                self._start()
            return
        self._processes.append(_Process(actor))

    def _finish(self, answer: Any) -> None:
        task, process = self._running[answer]
        try:
            if self._hear(task, answer):
                return
        except self._ray.exceptions.RayTaskError as error:
            self._done.append(Answer(task.key, error=error.cause or error))
        except self._ray.exceptions.RayError:
            self._replace(process)
            self._begin_again(task)
        del self._running[answer]
        process.load, process.alone = process.load - 1, False

    def _hear(self, task: _Task, answer: Any) -> bool:
        """Take what a task gave back, or the next that it yields; whether there may be more."""
        if not isinstance(answer, self._ray.ObjectRefGenerator):
            self._done.append(Answer(task.key, self._ray.get(answer)))
            return False
        try:
            self._done.append(Answer(task.key, self._ray.get(next(answer)), last=False))
        except StopIteration:
            self._done.append(Answer(task.key))
            return False
        return True

    def _replace(self, process: _Process) -> None:
        """Begin another process for a dead one, of which all of its tasks will tell."""
        if process in self._processes:
            self._processes.remove(process)
            self._start()

    def _begin_again(self, task: _Task) -> None:
        tries = task.tries + 1
        if tries < TRIES:
            self._again.append(task._replace(tries=tries, due=time.monotonic() + _PAUSE * tries))
        else:
            self._done.append(Answer(task.key, error=ClusterError(_DEAD.format(tries))))

    def _check_progress(self) -> None:
        if self._processes:
            self._stalled_since = time.monotonic()
        elif time.monotonic() - self._stalled_since > _PATIENCE:
            raise ClusterError(
                f"No process of the cluster has begun for {_PATIENCE:.0f} seconds; see `ray status` for what its "
                "machines have, or ask for fewer --workers."
            )


def _load(process: _Process) -> int:
    return process.load


def _no_beginning(error: Exception) -> GraycolorError:
    """Why the first process could not begin: what our own code says of it, or Ray."""
    cause = getattr(error, "cause", None)
    if isinstance(cause, GraycolorError):
        return cause
    said = str(error).strip().splitlines()
    return ClusterError(f"The processes of the cluster cannot begin ({said[-1] if said else type(error).__name__}).")
