"""Photographs through the whole pipeline, beside the floor: what Pillow takes to decode and encode the same files.

    python benchmarks/photographs_speed.py [--files 24] [--megapixels 12] [--rounds 3] [--threads 2] [--skip-memory]

Drawn gray JPEGs with grain. Things take turns; the ratio of two of them is the median over the rounds of
what each round gives, as cores differ from minute to minute by more than the limits leave room for:

- Pillow decodes each file and encodes it in color with the source's table, straight into its file, in as many threads
  as graycolor has, in a process of its own, whose heap is as the C library has it (beside it, for comparison, gray
  again; through a buffer of Python's, into which no two threads encode at a time; in a plain loop, which leaves the
  other cores idle; and in a process whose heap is set as graycolor sets its own, `graycolor.cli.heap`);
- graycolor colors the batch, luma kept (limit: 1.0 of Pillow's time, goal 0.7);
- graycolor colors it with `--keep lightness` (limit 1.5).

Then pictures of 512 pixels a second, beside the bare network on grays in memory in as many threads (goal: 80 %), and
the peak memory of the command on one picture of 24 megapixels (limit 1.5 GB) and one of 100 (3 GB), as gray JPEG and as
PNG (Linux).

Wall time tells on an idle machine; processor time also on a busy one.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from graycolor.cli.heap import share_one_heap
from graycolor.colorizer import Colorizer
from graycolor.files import Job, plan
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.jobs.photos import color_photos
from graycolor.pictures.encode_result import WriteOptions

Seconds = tuple[float, float]
"""Wall and processor time."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=24)
    parser.add_argument("--megapixels", type=float, default=12)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--skip-memory", action="store_true")
    a = parser.parse_args()
    cv2.setNumThreads(1)
    share_one_heap()
    colorizer = Colorizer(device="cpu", threads=1)  # as the command has it for several pictures
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        large(folder / "large", a.files, a.megapixels, a.rounds, a.threads, colorizer)
        small(folder / "small", 8 * a.files, 3 * a.rounds, a.threads, colorizer)
        if not a.skip_memory:
            for megapixels, limit in ((24, 1500), (100, 3000)):
                memory(folder, megapixels, limit)


def drawn(megapixels: float, seed: int) -> np.ndarray:
    """A gray scene of 4:3 with soft shapes and grain, whose JPEG is as large as a photograph's."""
    width = round((megapixels * 1e6 * 4 / 3) ** 0.5)
    height, rng = width * 3 // 4, np.random.default_rng(seed)
    scene = sum(
        cv2.resize(rng.normal(0, strength, (3 * cells, 4 * cells)).astype(np.float32), (width, height), interpolation=2)
        for cells, strength in ((3, 40), (30, 16), (200, 5))
    )
    grain = rng.normal(0, 2.5, (256, width)).astype(np.float32)
    for top in range(0, height, 256):
        scene[top : top + 256] += grain[: min(256, height - top)]
    return np.clip(scene + 120, 0, 255).astype(np.uint8)


def sources_in(folder: Path, files: int, megapixels: float) -> list[Path]:
    folder.mkdir()
    for number in range(files):
        Image.fromarray(drawn(megapixels, number)).save(folder / f"{number}.jpg", quality=90)
    return sorted(folder.glob("*.jpg"))


def jobs_of(sources: list[Path]) -> tuple[Job, ...]:
    """Each time into a folder of its own: to replace a file costs more than to write a new one."""
    return plan(sources, Path(tempfile.mkdtemp(dir=sources[0].parent)), overwrite=False).jobs


def large(folder: Path, files: int, megapixels: float, rounds: int, threads: int, colorizer: Colorizer) -> None:
    times = large_times(folder, files, megapixels, rounds, threads, colorizer)
    print(f"{files} gray JPEGs of {megapixels:g} megapixels, {threads} threads, medians of {rounds} interleaved rounds")
    floor, tuned = times["Pillow, color out"], times["Pillow, our heap"]
    print(f"{'':20}  ms wall, processor; beside Pillow: wall, processor; beside a Pillow with our heap: wall")
    for name, took in times.items():
        wall, cpu = 1000 * np.median(took, axis=0) / files
        ratios = ratio(took[:, 0], floor[:, 0]), ratio(took[:, 1], floor[:, 1]), ratio(took[:, 0], tuned[:, 0])
        print(f"  {name:18} {wall:8.0f} {cpu:10.0f}   {'   '.join(ratios)}")


def large_times(
    folder: Path, files: int, megapixels: float, rounds: int, threads: int, colorizer: Colorizer
) -> dict[str, NDArray]:
    """Wall and processor seconds (rounds,2) of every way through a batch."""
    sources = sources_in(folder, files, megapixels)
    apart = multiprocessing.get_context("spawn")
    with (
        ProcessPoolExecutor(1, apart) as usual,
        ProcessPoolExecutor(1, apart, initializer=share_one_heap) as like_ours,
    ):
        runs = {
            "Pillow, color out": lambda: measured_in(usual, sources, threads, "RGB"),
            "Pillow, gray out": lambda: measured_in(usual, sources, threads, "L"),
            "Pillow, buffers": lambda: measured_in(usual, sources, threads, "RGB", through_buffer=True),
            "Pillow, a loop": lambda: measured_in(usual, sources, 1, "RGB"),
            "Pillow, our heap": lambda: measured_in(like_ours, sources, threads, "RGB"),
            "luma kept": lambda: measured(colored, sources, colorizer, threads, WriteOptions()),
            "lightness kept": lambda: measured(colored, sources, colorizer, threads, WriteOptions(keep="lightness")),
        }
        return in_turns(runs, rounds)


def measured_in(process: ProcessPoolExecutor, *arguments: Any, **options: Any) -> Seconds:
    """`in_pillow`, measured in that process."""
    return process.submit(measured, in_pillow, *arguments, **options).result()


def measured(run: Callable[..., object], *arguments: Any, **options: Any) -> Seconds:
    wall, cpu = time.perf_counter(), time.process_time()
    run(*arguments, **options)
    return time.perf_counter() - wall, time.process_time() - cpu


def in_pillow(sources: list[Path], threads: int, mode: str, *, through_buffer: bool = False) -> None:
    """Each file decoded and encoded with the table that it has; nothing between the two but the mode."""

    def again(job: Job) -> None:
        with Image.open(job.source) as image:
            table = image.quantization[0]
            place: Path | io.BytesIO = io.BytesIO() if through_buffer else job.target
            image.convert(mode).save(place, "JPEG", qtables=[table] * (1 if mode == "L" else 2))
            if isinstance(place, io.BytesIO):
                job.target.write_bytes(place.getvalue())

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(again, jobs_of(sources)))


def colored(sources: list[Path], colorizer: Colorizer, threads: int, write: WriteOptions) -> None:
    for outcome in color_photos(jobs_of(sources), lambda: colorizer, PhotoOptions(write=write), threads=threads):
        if outcome.error:
            raise outcome.error


def small(folder: Path, files: int, rounds: int, threads: int, colorizer: Colorizer) -> None:
    network, ours = small_times(folder, files, rounds, threads, colorizer).values()
    rates = " and ".join(f"{files / np.median(took[:, 0]):.1f}" for took in (network, ours))
    print(f"512 pixels: {rates} pictures/s, the bare network and files: {ratio(network[:, 0], ours[:, 0])}", end=", ")
    print(f"processor {ratio(network[:, 1], ours[:, 1])}")


def small_times(folder: Path, files: int, rounds: int, threads: int, colorizer: Colorizer) -> dict[str, NDArray]:
    """Wall and processor seconds (rounds,2) of the bare network and of files."""
    sources = sources_in(folder, files, 512 * 384 / 1e6)
    grays = [np.asarray(Image.open(source)) for source in sources]
    runs = {
        "network": lambda: measured(bare, grays, colorizer, threads),
        "files": lambda: measured(colored, sources, colorizer, threads, WriteOptions()),
    }
    return in_turns(runs, rounds)


def bare(grays: list[np.ndarray], colorizer: Colorizer, threads: int) -> None:
    """The network's finest colors; its last kernels are applied outside its graph, and counted here."""
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda gray: colorizer.forecast(gray).fine(), grays))


def in_turns(runs: dict[str, Callable[[], Seconds]], rounds: int) -> dict[str, NDArray]:
    """Wall and processor seconds (rounds,2) of each, one after the other in every round.

    Each round begins with another of them: what one leaves to be written to the disk falls on the next.
    """
    times: dict[str, list[Seconds]] = {name: [] for name in runs}
    for number in range(rounds):
        for place in range(len(runs)):
            name = list(runs)[(number + place) % len(runs)]
            times[name].append(runs[name]())
    return {name: np.array(each) for name, each in times.items()}


def ratio(one: NDArray, other: NDArray) -> str:
    """The median of the ratios of the rounds, and the least and the greatest."""
    ratios = one / other
    return f"{np.median(ratios):.2f} ({ratios.min():.2f} to {ratios.max():.2f})"


def memory(folder: Path, megapixels: int, limit: int) -> None:
    gray = Image.fromarray(drawn(megapixels, 0))
    for suffix in ("jpg", "png"):
        source = folder / f"{megapixels}.{suffix}"
        gray.save(source)
        print(f"{megapixels} megapixels, {suffix}: peak {peak_of(source):.0f} MB (limit {limit})", flush=True)


def peak_of(source: Path) -> float:
    """Megabytes that the command holds at most while it colors one picture; as the process itself has counted."""
    count = (
        "import runpy, sys, contextlib, pathlib\n"
        "with contextlib.suppress(SystemExit): runpy.run_module('graycolor', run_name='__main__', alter_sys=True)\n"
        "status = pathlib.Path('/proc/self/status').read_text().split()\n"
        "print(status[status.index('VmHWM:') + 1])"
    )
    command = [sys.executable, "-c", count, "colorize", "--quiet", "--overwrite", str(source)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout) / 1024


if __name__ == "__main__":
    main()
