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
from graycolor.jobs.film_coloring import Progress
from graycolor.jobs.film_plan import FilmOptions, FilmPlan
from graycolor.jobs.film_program import FilmProgram
from graycolor.jobs.film_tasks import FilmWorker
from graycolor.jobs.films import FilmOutcome


class Projectionist(FilmWorker):
    """What a process of the cluster does: it holds the network, and does one task of a film after another.

    Args:
        folders: those that must be there; in the last one relative names begin.
        weights, device: see `Colorizer`.
        options: of the films.
    """

    def __init__(self, folders: Sequence[Path], weights: Path | None, device: str, options: FilmOptions) -> None:
        for folder in folders:
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
    placed: Callable[[FilmPlan], None] = lambda _: None,
    needed: Sequence[Path] = (),
    worker: type[Projectionist] = Projectionist,
) -> Generator[FilmOutcome | GraycolorError, None, None]:
    """Color films on a cluster; for each, in order, what became of it, or why there is no result.

    Closing the iterator early ends the work at once; what is finished stays for the next run, on a cluster or not.

    Args:
        plans, options: as `graycolor.jobs.films.color_film` takes them.
        weights, device: see `Colorizer`; the weights' path is one that every machine knows.
        address, workers: see `graycolor.cluster.session.cluster`; None for as many workers as there are processors.
        progress: told of all films together.
        placed: called here once a result is in its place; what it raises is what became of the film.
        needed: further folders that every machine must have.
        worker: what works, on each machine.

    Raises:
        UsageError: a film is, or becomes, a sequence of numbered frames.
        ClusterError: there is no cluster, or none of its processes can begin.
    """
    if any(plan.film.files is not None or plan.frames_out is not None for plan in plans):
        raise UsageError("Numbered frames are colored on one machine; leave out --engine ray.")
    with cluster(address, workers) as ray:
        actor = ray.remote(num_cpus=1, num_gpus=gpus(ray, device), max_restarts=0)(worker)
        folders = (*(folder.absolute() for folder in needed), Path.cwd())
        make = lambda: actor.remote(folders, weights, device, options)  # noqa: E731
        pool = Pool(ray, make, processes(ray, workers))
        try:
            yield from FilmProgram(pool, plans, options, placed).outcomes(progress)
        finally:
            pool.close(patience=0)
