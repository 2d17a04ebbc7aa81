"""How fast `graycolor prepare` is, beside a bare loop that decodes and resizes the same files.

    python benchmarks/prepare.py SOURCE... [--pictures 1500] [--processes N] [--rounds 3] [--size 320]

Both run over the same number of fresh processes, in turns; starting them, and the time until the dataset is complete,
count. The loop reads, decodes (JPEG at its own reduced scale, as prepare does) and resizes, and throws the result away.
Prints pictures/s of each, the ratio of their medians (the goal is 0.8 or more), and the time of a bare search for near
copies among a hundred thousand hashes.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np

from graycolor.data import judge
from graycolor.data.copies import ALIKE_BITS, near_pairs
from graycolor.data.decode import LeftOut, decode
from graycolor.data.filters import FilterSettings
from graycolor.data.preparation import Preparation, PrepareSettings
from graycolor.data.sources import Origin, find_pictures
from graycolor.network.engine import available_cores


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="+")
    parser.add_argument("--pictures", type=int, default=1500)
    parser.add_argument("--processes", type=int, default=available_cores())
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--size", type=int, default=320)
    a = parser.parse_args()
    origins = find_pictures(a.sources, out=Path("dataset"))
    random.Random(0).shuffle(origins)
    origins = origins[: a.pictures]
    _read_all(origins)
    seconds: dict[str, list[float]] = {"bare loop": [], "prepare": []}
    for _ in range(a.rounds):
        seconds["bare loop"].append(_timed(lambda: bare_loop(origins, a.size, a.processes)))
        seconds["prepare"].append(_timed(lambda: prepare(origins, a.size, a.processes)))
    rates = {name: len(origins) / statistics.median(times) for name, times in seconds.items()}
    for name, rate in rates.items():
        print(f"{name:<10} {rate:8.1f} pictures/s  (rounds: {', '.join(f'{t:.1f} s' for t in seconds[name])})")
    ratio = rates["prepare"] / rates["bare loop"]
    print(f"ratio      {ratio:8.2f}  over {len(origins)} pictures, {a.processes} processes")
    hashes = np.unique(np.random.default_rng(0).integers(0, 2**64, 100_000, np.uint64))
    print(f"near copies among 100,000 hashes: {_timed(lambda: near_pairs(hashes, ALIKE_BITS)):.1f} s")


def prepare(origins: Sequence[Origin], size: int, processes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        preparation = Preparation([origins[0].path], Path(folder) / "set", PrepareSettings(size=size))
        preparation.origins = preparation.waiting = list(origins)
        for _ in preparation.judge(processes):
            pass
        preparation.finish()


def bare_loop(origins: Sequence[Origin], size: int, processes: int) -> None:
    chunks = [(origins[start : start + 8], size) for start in range(0, len(origins), 8)]
    with ProcessPoolExecutor(processes, get_context("spawn"), judge._begin_process) as pool:
        assert sum(pool.map(_decode, chunks)) == len(origins)


def _decode(chunk: tuple[Sequence[Origin], int]) -> int:
    origins, size = chunk
    for origin in origins:
        try:
            decode(origin.read(), size, FilterSettings())
        except LeftOut:
            continue
    return len(origins)


def _read_all(origins: Sequence[Origin]) -> None:
    """Bring the files into the system's cache, so that the first round is like the others."""
    for origin in origins:
        origin.read()


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    cv2.setNumThreads(1)
    main()
