"""The verdicts of `prepare` on a cluster: portions of pictures go to processes, and what became of them comes back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from graycolor.cluster.pool import Pool
from graycolor.cluster.session import begin_in, cluster, processes
from graycolor.data.screen import Judged, ScreenSettings, chunked, judge_chunk
from graycolor.data.sources import Origin
from graycolor.errors import DatasetError


class Screener:
    """What a process of the cluster does; relative names begin in `folder`, on every machine."""

    def __init__(self, folder: Path) -> None:
        import cv2

        begin_in(folder)
        cv2.setNumThreads(1)

    def ready(self) -> None:
        """Answers at once."""

    def judge(self, origins: Sequence[Origin], settings: ScreenSettings) -> list[Judged]:
        """Verdicts on some pictures."""
        return judge_chunk(origins, settings)


def screen_on_ray(
    origins: Sequence[Origin],
    settings: ScreenSettings,
    address: str | None = None,
    workers: int | None = None,
    screener: type[Screener] = Screener,
) -> Iterator[Judged]:
    """Verdicts in the order in which they are done, as `graycolor.data.screen.screen_all` gives them.

    Raises:
        ClusterError: there is no cluster, or none of its processes can begin.
        DatasetError: processes died at a picture, again and again; verdicts on all others came before.
    """
    waiting: list[Sequence[Origin]] = chunked(origins)
    deadly: list[str] = []
    with cluster(address, workers) as ray:
        make = lambda: ray.remote(num_cpus=1, max_restarts=0)(screener).remote(Path.cwd())  # noqa: E731
        pool = Pool(ray, make, processes(ray, workers, len(waiting)))
        try:
            while waiting:
                for number, chunk in enumerate(waiting):
                    pool.put(number, "judge", chunk, settings)
                dead: list[Any] = []
                for answer in (pool.take() for _ in waiting):
                    yield from answer.value or ()
                    dead += [] if answer.error is None else [answer.key]
                deadly += [waiting[number][0].name for number in dead if len(waiting[number]) == 1]
                waiting = [(each,) for number in dead if len(waiting[number]) > 1 for each in waiting[number]]
        finally:
            pool.close()
    if deadly:
        raise DatasetError(f"Processes die at {deadly[0]}; leave it out, and run the same command again.")
