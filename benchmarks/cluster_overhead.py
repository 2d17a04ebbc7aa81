"""What a Ray cluster of this machine costs beside plain processes and beside threads: pictures, once all are at work.

    python benchmarks/cluster_overhead.py [--pictures 200] [--rounds 3] [--workers 1 2] [--side 512]
    python benchmarks/cluster_overhead.py --film FILM [--rounds 3]
    python benchmarks/cluster_overhead.py --driver [--pictures 5000]

The ways take turns. Plain processes are as many runs of graycolor, each with one thread and its share of the pictures;
threads are one run. The first pictures do not count: processes that start are no measure for a run of a million.
Told are pictures a second and the processor time of all processes for a picture (Ray's own among them), which other
programs on the machine disturb less. Goal: at 512 pixels no more than 15 % over plain processes. `--film` tells the
processor time for a frame of a film, on one machine and on a cluster with two workers, from the first to the last, and
what looking for its segments takes of it. `--driver` has workers do nothing, and tells what is left: Ray's own work
and that of the asking process.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

from graycolor.cluster import films as clustered_films
from graycolor.cluster import photos as clustered
from graycolor.colorizer import Colorizer
from graycolor.files import Job
from graycolor.film.output.segments import parts_folder
from graycolor.jobs.film_plan import FilmOptions, plan_film
from graycolor.jobs.film_tasks import FilmWorker
from graycolor.jobs.films import color_film
from graycolor.jobs.outcome import Outcome
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.jobs.photos import color_photos

_FIRST = 0.2
"""Share of the pictures that do not count."""
_REST = 10.0
"""Seconds in which a cluster is watched that has nothing to do."""
_TICK = os.sysconf("SC_CLK_TCK")


class Cost(NamedTuple):
    """Pictures a second, and milliseconds of processor time for one."""

    rate: float
    work: float


class FilmCost(NamedTuple):
    """Milliseconds of processor time for a frame: on one machine, to look for segments, on a cluster."""

    alone: float
    looked: float
    cluster: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--side", type=int, default=512)
    parser.add_argument("--film", type=Path)
    parser.add_argument("--driver", action="store_true")
    asked = parser.parse_args()
    if asked.film is not None:
        compare_films(asked.film, asked.rounds)
    elif asked.driver:
        tell_driver(asked.pictures)
    else:
        compare_photographs(asked)


def compare_photographs(asked: argparse.Namespace) -> None:
    """All ways by turns, and the network alone: what a GPU could take over."""
    print(f"the network alone: {network_work():.0f} ms of one thread")
    with tempfile.TemporaryDirectory() as folder:
        sources = drawn(Path(folder), asked.pictures, asked.side)
        for workers in asked.workers:
            costs = by_turns(sources, workers, asked.rounds)
            for other in ("processes", "threads"):
                print(f"{workers} at a time, cluster beside {other}: {_ratios(costs['cluster'], costs[other])}")


def by_turns(sources: list[Path], workers: int, rounds: int) -> dict[str, list[Cost]]:
    """What a picture costs in each way and round."""
    ways = {"processes": in_processes, "threads": on_threads, "cluster": on_cluster}
    costs: dict[str, list[Cost]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            costs[name].append(cost(way, sources, workers))
        print(f"{workers} at a time:", *(f"{name} {_said(told[-1])}," for name, told in costs.items()))
    return costs


def network_work() -> float:
    """Milliseconds of processor time for one picture at the size that the network sees."""
    colorizer, gray = Colorizer(device="cpu", threads=1), np.tile(np.arange(256, dtype=np.uint8), (192, 1))
    colorizer.forecast(gray)
    started = time.process_time()
    for _ in range(20):
        colorizer.forecast(gray)
    return 1000 * (time.process_time() - started) / 20


def compare_films(path: Path, rounds: int) -> list[FilmCost]:
    """One machine and a cluster by turns."""
    costs = []
    options, colorizer = FilmOptions(source="gray", overwrite=True), Colorizer(device="cpu", threads=1)
    with tempfile.TemporaryDirectory() as folder:
        plan = plan_film(Job(path, Path(folder) / f"out{path.suffix}"), options)
        for _ in range(rounds):
            begun = clocks()
            frames = color_film(plan, colorizer, options).frames
            alone, begun = since(begun), clocks()
            parts_folder(plan.job.target).mkdir()
            found = list(FilmWorker(colorizer, options).look(plan, ()))
            parts_folder(plan.job.target).rmdir()
            looked, begun = since(begun), clocks()
            films = clustered_films.color_films([plan], options, device="cpu", workers=2)
            with closing(films):
                next(films)
                many = since(begun)
            costs.append(FilmCost(*(1000 * each / frames for each in (alone, looked, many))))
            print(
                f"{frames} frames, {len(found) - 1} segments: {costs[-1].alone:.1f} ms a frame on one machine, "
                f"{costs[-1].looked:.1f} to look, {costs[-1].cluster:.1f} on a cluster"
            )
    return costs


class Idler(clustered.Photographer):
    """Does nothing."""

    def color(self, job: Job) -> Outcome:
        """An outcome at once."""
        return Outcome(job, width=512, height=384, results=(job.target,))


def tell_driver(pictures: int) -> tuple[float, float]:
    """Milliseconds of a second in which nothing is done, and those that a picture costs the asking process."""
    jobs = [Job(Path(f"scans/{number:07}.jpg"), Path(f"{number:07}.jpg")) for number in range(pictures)]
    outcomes = clustered.color_photos(jobs, PhotoOptions(), device="cpu", workers=2, photographer=Idler)
    next(outcomes)
    begun, before = time.perf_counter(), clocks()
    time.sleep(_REST)
    rest = since(before) / (time.perf_counter() - begun)
    begun, before, own = time.perf_counter(), clocks(), time.process_time()
    for _ in outcomes:
        pass
    seconds, own = time.perf_counter() - begun, time.process_time() - own
    work = since(before) - rest * seconds
    print(f"{1000 * rest:.0f} ms a second while nothing is done, and for a picture {1000 * work / pictures:.2f} ms,")
    print(f"of which the asking process {1000 * own / pictures:.2f}; {1000 * seconds / pictures:.2f} ms on the clock")
    return 1000 * rest, 1000 * own / pictures


def _said(told: Cost) -> str:
    return f"{told.rate:.1f}/s {told.work:.0f} ms"


def _ratios(one: list[Cost], other: list[Cost]) -> str:
    rate, work = (
        statistics.median(getattr(a, name) / getattr(b, name) for a, b in zip(one, other, strict=True))
        for name in ("rate", "work")
    )
    return f"{rate:.2f} of the pictures a second, {work:.2f} of the processor time (medians)"


def drawn(folder: Path, count: int, side: int) -> list[Path]:
    """Gray JPEGs of four by three with grain, their longer side `side` pixels."""
    rng = np.random.default_rng(0)
    paths = [folder / f"{number:04}.jpg" for number in range(count)]
    for path in paths:
        scene = cv2.resize(
            rng.integers(0, 256, (24, 32), np.uint8), (side, side * 3 // 4), interpolation=cv2.INTER_CUBIC
        )
        cv2.imwrite(str(path), cv2.add(scene, rng.integers(0, 16, scene.shape, np.uint8)))
    return paths


def _jobs(sources: list[Path]) -> list[Job]:
    out = sources[0].parent / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    return [Job(path, out / path.name) for path in sources]


def _one_by_one(jobs: list[Job], threads: int) -> Iterator[Any]:
    return color_photos(jobs, lambda: Colorizer(device="cpu", threads=1), PhotoOptions(), threads=threads)


def on_threads(sources: list[Path], workers: int) -> Generator[Any, None, None]:
    """One run on this machine."""
    yield from _one_by_one(_jobs(sources), workers)


def on_cluster(sources: list[Path], workers: int) -> Generator[Any, None, None]:
    """A cluster that is started for the run."""
    yield from clustered.color_photos(_jobs(sources), PhotoOptions(), device="cpu", workers=workers)


def in_processes(sources: list[Path], workers: int) -> Generator[Any, None, None]:
    """As many runs as there are workers, each with its share."""
    jobs, context = _jobs(sources), get_context("spawn")
    done = context.SimpleQueue()
    runs = [context.Process(target=_share, args=(jobs[place::workers], done)) for place in range(workers)]
    for run in runs:
        run.start()
    for _ in jobs:
        yield done.get()
    for run in runs:
        run.join()


def _share(jobs: list[Job], done: Any) -> None:
    for outcome in _one_by_one(jobs, 1):
        done.put(outcome)


def cost(way: Callable[[list[Path], int], Generator[Any, None, None]], sources: list[Path], workers: int) -> Cost:
    """What a picture costs, after the first ones and until a few are left, when all are still at work."""
    first = round(len(sources) * _FIRST)
    counted = len(sources) - 2 * first
    with closing(way(sources, workers)) as outcomes:
        take = partial(next, outcomes)
        for _ in range(first):
            take()
        started, before = time.perf_counter(), clocks()
        for _ in range(counted):
            take()
        seconds, work = time.perf_counter() - started, since(before)
        for _ in outcomes:
            pass
    return Cost(counted / seconds, 1000 * work / counted)


def clocks() -> dict[int, float]:
    """Processor seconds so far of this process and of each that descends from it (Linux)."""
    stats = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = path.read_text().rpartition(")")
        except OSError:
            continue
        fields = rest.split()
        stats[int(name.split()[0])] = int(fields[1]), int(fields[11]) + int(fields[12])
    family, grown = {os.getpid()}, True
    while grown:
        children = {process for process, (parent, _) in stats.items() if parent in family}
        grown, family = not children <= family, family | children
    return {process: stats[process][1] / _TICK for process in family}


def since(before: dict[int, float]) -> float:
    """Processor seconds from then on, of all that is still there."""
    return sum(seconds - before.get(process, 0.0) for process, seconds in clocks().items())


if __name__ == "__main__":
    main()
