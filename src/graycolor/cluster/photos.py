"""Photographs on a cluster: each goes as an address to a process that holds the network, and an outcome comes back.

What is done with a picture is what `graycolor.jobs.photos` does with it, so the results are the same to the last byte.
Here is only who does it, and what happens where somebody dies: a picture whose process died is given to another one, a
few times; then it is a failure like any other, and its neighbors never notice.
"""

from __future__ import annotations

import os
import socket
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from graycolor.cluster.session import cluster, cores
from graycolor.colorizer import Colorizer
from graycolor.errors import ClusterError, GraycolorError
from graycolor.files import Job, made_folders, sweep
from graycolor.jobs.outcome import Outcome
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.jobs.photo_work import Painter, as_ours, colored, placed, read_job

TRIES = 3
"""How often a picture is begun whose process died at it."""
_PAUSE = 1.0
"""Seconds, times the tries so far, before such a picture is begun again: a machine that ran out of memory needs a
moment."""
_PATIENCE = 180.0
"""Seconds without a single process at work after which there is no hope for one."""
_AHEAD = 32
"""Pictures a worker that may be done before one that comes earlier: outcomes are told in order."""


class Photographer:
    """What a process of the cluster does: it holds the network, and colors one picture after another.

    Args:
        folder: where relative names begin; it must be there on every machine.
        weights, device: see `Colorizer`.
        options: of the run.
    """

    def __init__(self, folder: Path, weights: Path | None, device: str, options: PhotoOptions) -> None:
        try:
            os.chdir(folder)
        except OSError as error:
            raise ClusterError(
                f"The machine {socket.gethostname()} has no folder {folder}; a cluster's machines need the same files "
                "under the same names."
            ) from error
        self._options = options
        self._painter = Painter.around(Colorizer(weights, device=device, threads=1), options)

    def ready(self) -> None:
        """Answers once the network is there."""

    def color(self, job: Job) -> Outcome:
        """Read, color and write one photograph; a failure is an outcome like any other."""
        return placed(colored(read_job(job, self._options), self._painter))


def color_photos(
    jobs: Sequence[Job],
    options: PhotoOptions,
    *,
    weights: Path | None = None,
    device: str = "auto",
    address: str | None = None,
    workers: int | None = None,
    photographer: type[Photographer] = Photographer,
) -> Generator[Outcome, None, None]:
    """Color photographs on a cluster; one outcome a file, in order.

    Closing the iterator early stops after the files in hand; none is left half-written.

    Args:
        jobs, options: as `graycolor.jobs.photos.color_photos` takes them.
        weights, device: see `Colorizer`; the weights' path is one that every machine knows.
        address, workers: see `graycolor.cluster.session.cluster`; None for as many workers as there are processors.
        photographer: what colors, on each machine.

    Raises:
        ClusterError: there is no cluster, or none of its processes can begin.
    """
    for folder in made_folders(jobs):
        with suppress(OSError):
            sweep(folder)
    with cluster(address, workers) as ray:
        gpus = 1 if device != "cpu" and ray.cluster_resources().get("GPU") else 0
        remote = ray.remote(num_cpus=1, num_gpus=gpus, max_restarts=0)(photographer)
        make = lambda: remote.remote(Path.cwd(), weights, device, options)  # noqa: E731
        pool = _Pool(ray, make, min(workers or cores(ray), max(1, len(jobs))))
        try:
            yield from pool.outcomes(jobs)
        finally:
            pool.close()


class _Task(NamedTuple):
    """A picture in hand: its place among all, who colors it, and how often it was begun before."""

    place: int
    worker: Any
    tries: int


class _Pool:
    """The processes at work, and what each of them does."""

    def __init__(self, ray: Any, make: Callable[[], Any], size: int) -> None:
        self._ray, self._make, self._size = ray, make, size
        self._starting: dict[Any, Any] = {}
        self._idle: list[Any] = []
        self._running: dict[Any, _Task] = {}
        self._waiting: deque[tuple[float, int, int]] = deque()
        """When a picture may be begun, its place, how often it was begun."""
        self._done: dict[int, Outcome] = {}
        self._stalled_since = time.monotonic()
        for _ in range(size):
            self._start()

    def outcomes(self, jobs: Sequence[Job]) -> Iterator[Outcome]:
        """One outcome a file, in order."""
        self._waiting.extend((0.0, place, 0) for place in range(len(jobs)))
        for place in range(len(jobs)):
            while place not in self._done:
                self._give_out(jobs, place + self._size * _AHEAD)
                self._take_in(jobs)
            yield self._done.pop(place)

    def close(self) -> None:
        """Let the pictures in hand be finished, and end the processes."""
        if self._running:
            self._ray.wait(list(self._running), num_returns=len(self._running), timeout=_PATIENCE)
        for worker in (*self._starting.values(), *self._idle, *(task.worker for task in self._running.values())):
            self._ray.kill(worker)

    def _start(self) -> None:
        worker = self._make()
        self._starting[worker.ready.remote()] = worker

    def _give_out(self, jobs: Sequence[Job], end: int) -> None:
        while self._idle and self._waiting and self._waiting[0][1] < end and self._waiting[0][0] <= time.monotonic():
            _, place, tries = self._waiting.popleft()
            worker = self._idle.pop()
            self._running[worker.color.remote(jobs[place])] = _Task(place, worker, tries)

    def _take_in(self, jobs: Sequence[Job]) -> None:
        """Wait a moment for whoever is next."""
        asked = [*self._starting, *self._running]
        ready, _ = self._ray.wait(asked, timeout=0.2) if asked else ((), ())
        for answer in ready:
            if answer in self._starting:
                self._welcome(answer)
            else:
                self._finish(answer, jobs)
        self._check_progress()

    def _welcome(self, answer: Any) -> None:
        worker = self._starting.pop(answer)
        try:
            self._ray.get(answer)
        except self._ray.exceptions.RayError as error:
            if self._idle or self._running:
                self._start()
                return
            raise _no_beginning(error) from error
        self._idle.append(worker)

    def _finish(self, answer: Any, jobs: Sequence[Job]) -> None:
        task = self._running.pop(answer)
        job = jobs[task.place]
        try:
            self._done[task.place] = self._ray.get(answer)
            self._idle.append(task.worker)
        except self._ray.exceptions.RayTaskError as error:
            self._done[task.place] = Outcome(job, as_ours(error.cause or error, job.source))
            self._idle.append(task.worker)
        except self._ray.exceptions.RayError:
            self._start()
            self._begin_again(job, task)

    def _begin_again(self, job: Job, task: _Task) -> None:
        tries = task.tries + 1
        if tries < TRIES:
            self._waiting.appendleft((time.monotonic() + _PAUSE * tries, task.place, tries))
            return
        error = ClusterError(
            f"{job.source} could not be colored: the process at it died {tries} times; color it alone, without "
            "--engine ray, to see why."
        )
        self._done[task.place] = Outcome(job, error)

    def _check_progress(self) -> None:
        if self._idle or self._running:
            self._stalled_since = time.monotonic()
        elif time.monotonic() - self._stalled_since > _PATIENCE:
            raise ClusterError(
                f"No process of the cluster has begun for {_PATIENCE:.0f} seconds; see `ray status` for what its "
                "machines have, or ask for fewer --workers."
            )


def _no_beginning(error: Exception) -> GraycolorError:
    """Why the first process could not begin: what our own code says of it, or Ray."""
    cause = getattr(error, "cause", None)
    if isinstance(cause, GraycolorError):
        return cause
    said = str(error).strip().splitlines()
    return ClusterError(f"The processes of the cluster cannot begin ({said[-1] if said else type(error).__name__}).")
