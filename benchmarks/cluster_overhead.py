"""What a Ray cluster of this machine costs beside threads: pictures a second, once all are at work.

    python benchmarks/cluster_overhead.py [--pictures 200] [--rounds 3] [--workers 1 2]

The ways take turns. The first pictures do not count: processes that start are no measure for a run of a million. Goal:
at 512 pixels no more than 15 % below threads.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from graycolor.cluster import photos as clustered
from graycolor.colorizer import Colorizer
from graycolor.files import Job
from graycolor.jobs.outcome import Outcome
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.jobs.photos import color_photos

_FIRST = 20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sources = drawn(Path(folder), asked.pictures)
        for workers in asked.workers:
            ratios = []
            for _ in range(asked.rounds):
                threads, cluster = (rate(way(sources, workers)) for way in (on_threads, on_cluster))
                ratios.append(cluster / threads)
                print(f"{workers} at a time: threads {threads:.1f}/s, cluster {cluster:.1f}/s, ratio {ratios[-1]:.2f}")
            print(f"{workers} at a time: median ratio {statistics.median(ratios):.2f}, goal 0.85")


def drawn(folder: Path, count: int) -> list[Path]:
    """Gray JPEGs of 512 pixels."""
    rng = np.random.default_rng(0)
    paths = [folder / f"{number:04}.jpg" for number in range(count)]
    for path in paths:
        scene = cv2.resize(rng.integers(0, 256, (24, 32), np.uint8), (512, 384), interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(path), scene)
    return paths


def _jobs(sources: list[Path]) -> list[Job]:
    out = sources[0].parent / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    return [Job(path, out / path.name) for path in sources]


def on_threads(sources: list[Path], workers: int) -> Iterator[Outcome]:
    """The way of one machine."""
    return color_photos(
        _jobs(sources), lambda: Colorizer(device="cpu", threads=1), PhotoOptions(overwrite=True), threads=workers
    )


def on_cluster(sources: list[Path], workers: int) -> Iterator[Outcome]:
    """A cluster that is started for the run."""
    return clustered.color_photos(_jobs(sources), PhotoOptions(overwrite=True), device="cpu", workers=workers)


def rate(outcomes: Iterator[Outcome]) -> float:
    """Pictures a second, after the first ones."""
    for _ in range(_FIRST):
        next(outcomes)
    started = time.perf_counter()
    done = sum(1 for _ in outcomes)
    return done / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
