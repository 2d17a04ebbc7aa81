"""Films on a cluster: parts of them go to processes that hold the network, and their results lie where all see them.

What is done with a part is what one machine does with it, so the results are the same to the last byte; see
`graycolor.jobs.film_tasks`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from pathlib import Path

from graycolor.cluster.pool import Pool
from graycolor.cluster.session import begin_in, cluster, gpus, processes
from graycolor.colorizer import Colorizer
from graycolor.errors import GraycolorError, UsageError
from graycolor.jobs.film_plan import FilmOptions, FilmPlan
from graycolor.jobs.film_program import FilmProgram
from graycolor.jobs.film_tasks import FilmWorker
from graycolor.jobs.films import FilmOutcome, Progress


class Projectionist(FilmWorker):
    """What a process of the cluster does: it holds the network, and does one task of a film after another."""

    def __init__(self, folder: Path, weights: Path | None, device: str, options: FilmOptions) -> None:
        begin_in(folder)
        super().__init__(Colorizer(weights, device=device, threads=1), options)

    def ready(self) -> None:
        """Answers once the network is there."""


def color_films(
    plans: Sequence[FilmPlan],
    options: FilmOptions,
    *,
    weights: Path | None = None,
    device: str = "auto",
    address: str | None = None,
    workers: int | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
    worker: type[Projectionist] = Projectionist,
) -> Generator[FilmOutcome | GraycolorError, None, None]:
    """Color films on a cluster; for each, in order, what became of it, or why there is no result.

    Closing the iterator early ends the work at once; what is finished stays for the next run, on a cluster or not.

    Args:
        plans, options: as `graycolor.jobs.films.color_film` takes them.
        weights, device: see `Colorizer`; the weights' path is one that every machine knows.
        address, workers: see `graycolor.cluster.session.cluster`; None for as many workers as there are processors.
        progress: told of all films together.
        worker: what works, on each machine.

    Raises:
        UsageError: a film is, or becomes, a sequence of numbered frames.
        ClusterError: there is no cluster, or none of its processes can begin.
    """
    if any(plan.film.files is not None or plan.frames_out is not None for plan in plans):
        raise UsageError("Numbered frames are colored on one machine; leave out --engine ray.")
    with cluster(address, workers) as ray:
        actor = ray.remote(num_cpus=1, num_gpus=gpus(ray, device), max_restarts=0)(worker)
        make = lambda: actor.remote(Path.cwd(), weights, device, options)  # noqa: E731
        pool = Pool(ray, make, processes(ray, workers))
        try:
            yield from FilmProgram(pool, plans, options).outcomes(progress)
        finally:
            pool.close(patience=0)
