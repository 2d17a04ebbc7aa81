"""Photographs on a cluster: each goes as an address to a process that holds the network, and an outcome comes back.

What is done with a picture is what `graycolor.jobs.photos` does with it, so the results are the same to the last byte.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

from graycolor.cluster.pool import Answer, Pool
from graycolor.cluster.session import begin_in, cluster, gpus, processes
from graycolor.colorizer import Colorizer
from graycolor.files import Job, made_folders, sweep
from graycolor.jobs.outcome import Outcome
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.jobs.photo_work import Painter, as_ours, colored, placed, read_job

_IN_HAND = 3
"""Pictures that a process has: one is colored while others, encoded, wait for the disk."""


class Photographer:
    """What a process of the cluster does: it holds the network, and colors one picture after another.

    Args:
        folder: where relative names begin; it must be there on every machine.
        weights, device: see `Colorizer`.
        options: of the run.
    """

    def __init__(self, folder: Path, weights: Path | None, device: str, options: PhotoOptions) -> None:
        begin_in(folder)
        self._options, self._lock = options, Lock()
        self._painter = Painter.around(Colorizer(weights, device=device, threads=1), options)

    def ready(self) -> None:
        """Answers once the network is there."""

    def color(self, job: Job) -> Outcome:
        """Read, color and write one photograph; a failure is an outcome like any other."""
        with self._lock:
            work = colored(read_job(job, self._options), self._painter)
        return placed(work)


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
        actor = ray.remote(num_cpus=1, num_gpus=gpus(ray, device), max_restarts=0, max_concurrency=_IN_HAND)
        make = lambda: actor(photographer).remote(Path.cwd(), weights, device, options)  # noqa: E731
        pool = Pool(ray, make, processes(ray, workers, len(jobs)), _IN_HAND)
        try:
            for job, answer in pool.in_order("color", jobs):
                yield _outcome(job, answer)
        finally:
            pool.close()


def _outcome(job: Job, answer: Answer) -> Outcome:
    if answer.error is None:
        outcome: Outcome = answer.value
        return outcome
    return Outcome(job, as_ours(answer.error, job.source))
