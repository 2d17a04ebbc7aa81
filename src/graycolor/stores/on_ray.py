"""Errands on a Ray cluster: each machine fetches, colors and brings its own, and only names and outcomes travel."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Lock

from graycolor.cluster.pool import Pool
from graycolor.cluster.session import begin_in, cluster, gpus, processes
from graycolor.colorizer import Colorizer
from graycolor.jobs.outcome import Outcome
from graycolor.jobs.photo_work import as_ours
from graycolor.stores.carry import Carried, Carrier, PhotoErrand, noted
from graycolor.stores.journal import Journal
from graycolor.stores.scratch import scratch, sweep

_IN_HAND = 4
"""Pictures that a process has: one is colored while others are on their way."""


class RemoteCarrier:
    """What a process of the cluster does: it holds the network, and does one errand after another.

    Args:
        folder: where relative names begin; it must be there on every machine.
        weights, device: see `Colorizer`.
    """

    def __init__(self, folder: Path, weights: Path | None, device: str) -> None:
        begin_in(folder)
        self._own = ExitStack()
        place = self._own.enter_context(scratch())
        self._carrier = Carrier(Colorizer(weights, device=device, threads=1), place, Lock())

    def ready(self) -> None:
        """Answers once the network is there."""

    def carry(self, errand: PhotoErrand) -> Carried:
        """Fetch, color and bring one picture; a failure is an outcome like any other."""
        return self._carrier.carry(errand)


def color_errands_on_ray(
    errands: Sequence[PhotoErrand],
    journal: Journal,
    *,
    weights: Path | None = None,
    device: str = "auto",
    address: str | None = None,
    workers: int | None = None,
) -> Generator[Outcome, None, None]:
    """`graycolor.stores.carry.color_errands` on a cluster; the journal is kept here.

    Args:
        errands, journal: as there.
        weights, device: see `Colorizer`; the weights' path is one that every machine knows.
        address, workers: see `graycolor.cluster.session.cluster`; None for as many workers as there are processors.

    Raises:
        ClusterError: there is no cluster, or none of its processes can begin.
    """
    with ExitStack() as last, cluster(address, workers) as ray, noted(journal) as note:
        last.callback(sweep, Path(tempfile.gettempdir()))
        actor = ray.remote(num_cpus=1, num_gpus=gpus(ray, device), max_restarts=0, max_concurrency=_IN_HAND)
        make = lambda: actor(RemoteCarrier).remote(Path.cwd(), weights, device)  # noqa: E731
        pool = Pool(ray, make, processes(ray, workers, len(errands)), _IN_HAND)
        try:
            for errand, answer in pool.in_order("carry", errands):
                carried: Carried = answer.value
                if answer.error is not None:
                    carried = Carried(Outcome(errand.job, as_ours(answer.error, errand.job.source)))
                yield note(errand, carried)
        finally:
            pool.close()
