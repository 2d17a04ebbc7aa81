"""How fast `graycolor prepare` is, beside a bare loop that decodes and resizes the same files.

    python benchmarks/prepare.py SOURCE... [--pictures 1500] [--processes N] [--rounds 3] [--size 320]

All run over the same number of fresh processes, in turns; starting them, and the time until the dataset is complete,
count, and so do the seconds of CPU, which other load on the machine does not change much. The bare loop reads a file,
has Pillow's `thumbnail` decode and shrink it (which reads JPEG at a reduced scale where it can), and throws the result
away; "own decoding" is the same loop with prepare's own, faster decoding. Prints pictures/s of each, prepare's ratio to
them (the goal is 0.8 or more of the bare loop), the same per second of CPU, and the time of a search for near copies
among a hundred thousand hashes.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from graycolor.data.copies import ALIKE_BITS, near_pairs
from graycolor.data.decode import LeftOut, shrunk_photo
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
    ways: dict[str, Callable[[], None]] = {
        "bare loop": lambda: loop(_with_pillow, origins, a.size, a.processes),
        "own decoding": lambda: loop(_with_decode, origins, a.size, a.processes),
        "prepare": lambda: prepare(origins, a.size, a.processes),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    cpu: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(a.rounds):
        for name, way in ways.items():
            before = _cpu_seconds()
            seconds[name].append(_timed(way))
            cpu[name].append(_cpu_seconds() - before)
    print(f"{len(origins)} pictures, {a.processes} processes, short side {a.size}")
    rates = {name: len(origins) / statistics.median(times) for name, times in seconds.items()}
    least = {name: min(times) for name, times in cpu.items()}
    for name, rate in rates.items():
        rounds = ", ".join(f"{t:.1f} s" for t in seconds[name])
        print(
            f"{name:<13} {rate:8.1f} pictures/s, prepare is {rates['prepare'] / rate:.2f} of it, by seconds of CPU "
            f"{least[name] / least['prepare']:.2f}  (rounds: {rounds})"
        )
    hashes = np.unique(np.random.default_rng(0).integers(0, 2**64, 100_000, np.uint64))
    print(f"near copies among 100,000 hashes: {_timed(lambda: near_pairs(hashes, ALIKE_BITS)):.1f} s")


def prepare(origins: Sequence[Origin], size: int, processes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        preparation = Preparation([origins[0].path], Path(folder) / "set", PrepareSettings(size=size))
        preparation.origins = preparation.waiting = list(origins)
        for _ in preparation.judge(processes):
            pass
        preparation.finish()


def loop(work: Callable[[bytes, int], object], origins: Sequence[Origin], size: int, processes: int) -> None:
    chunks = [(work, origins[start : start + 8], size) for start in range(0, len(origins), 8)]
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        assert sum(pool.map(_over, chunks)) == len(origins)


def _over(chunk: tuple[Callable[[bytes, int], object], Sequence[Origin], int]) -> int:
    work, origins, size = chunk
    for origin in origins:
        work(origin.read(), size)
    return len(origins)


def _with_pillow(data: bytes, size: int) -> None:
    with warnings.catch_warnings(), suppress(OSError):
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(data)) as image:
            factor = max(1.0, min(image.size) / size)
            image.thumbnail((round(image.width / factor), round(image.height / factor)))
            image.convert("RGB")


def _with_decode(data: bytes, size: int) -> None:
    with suppress(LeftOut):
        shrunk_photo(data, size, FilterSettings())


def _read_all(origins: Sequence[Origin]) -> None:
    """Bring the files into the system's cache, so that the first round is like the others."""
    for origin in origins:
        origin.read()


def _cpu_seconds() -> float:
    """Of this process and of those it has waited for."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    cv2.setNumThreads(1)
    main()
