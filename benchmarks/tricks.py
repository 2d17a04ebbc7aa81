"""Code that is fast and hard to read, beside its plain form: what it saves, so that it can go when it no longer does.

    python benchmarks/tricks.py [--rounds 9] [--megapixels 12]

Each trick and its plain form take turns on one thread (those of processes, in processes of their own); the least CPU
time of each counts, which a busy machine hardly changes. "of a photograph" is what the trick saves of the CPU time of
coloring one gray JPEG of that size in a batch, though not each is on the way of every picture; "of a step" of the
same operations in training; "of a start" of a command that colors one small photograph. docs/design.md lists them all
with the tests that hold both forms together.
"""

from __future__ import annotations

import argparse
import io
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from graycolor import upsample
from graycolor.color import chroma_fit, lightness_join
from graycolor.network.layers import FrozenConvBN, biased_relu6
from graycolor.pictures.jpeg.keep_lightness import luma_for
from graycolor.pictures.jpeg.unlocked import jpeg_bytes
from graycolor.training.fixed_depthwise import fix_depthwise

Work = Callable[[], Any]
PHOTOGRAPHS = 8
"""In a batch."""


class Trick(NamedTuple):
    """A trick and its plain form; `whole` is what its saving is a share of."""

    name: str
    fast: Work
    plain: Work
    whole: str = "photograph"


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--megapixels", type=float, default=12)
    a = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    side = round((a.megapixels * 1e6 / 12) ** 0.5) // 4 * 4
    gray = scene(3 * side, 4 * side)
    with tempfile.TemporaryDirectory() as folder:
        Image.fromarray(gray).save(Path(folder) / "photo.jpg", quality=90)
        Image.fromarray(gray[:384, :512]).save(Path(folder) / "small.jpg", quality=90)
        processes = {"photograph": batches(Path(folder)), "start": starts(Path(folder))}
        wholes = {"photograph": least(processes["photograph"][:1], 3, children)[0] / PHOTOGRAPHS}
        print(f"{'trick':<44} {'of plain':>8} {'saves':>9}")
        for trick in (*in_memory(gray), *in_training()):
            fast, plain = least([trick.fast, trick.plain], a.rounds, time.process_time)
            whole = wholes.get(trick.whole, plain)
            print(
                f"{trick.name:<44} {fast / plain:>8.2f} {(plain - fast) / whole:>7.1%} of a {trick.whole}", flush=True
            )
        name, *ways = at_once(gray)
        fast, plain = least(ways, a.rounds, time.perf_counter)
        print(f"{name:<44} {fast / plain:>8.2f}  wall, two at once")
        for whole, (fast_form, *plain_forms) in processes.items():
            for name, plain_form in plain_forms:
                fast, plain = least([fast_form, plain_form], a.rounds, children)
                print(f"{name:<44} {fast / plain:>8.2f} {(plain - fast) / fast:>7.1%} of a {whole}", flush=True)


def scene(height: int, width: int) -> np.ndarray:
    """A gray picture with shapes and grain."""
    rng = np.random.default_rng(0)
    shapes = cv2.resize(rng.integers(0, 256, (30, 40), np.uint8), (width, height), interpolation=cv2.INTER_CUBIC)
    return cv2.add(shapes, rng.integers(0, 9, (height, width), np.uint8))


def least(works: list[Work], rounds: int, clock: Callable[[], float]) -> list[float]:
    """The least time of each, in turns."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, mine in zip(works, times, strict=True):
            before = clock()
            work()
            mine.append(clock() - before)
    return [min(mine) for mine in times]


def ratios(name: str, fast: Work, plain: Work, rounds: int, clock: Callable[[], float]) -> tuple[str, list[float]]:
    """What a trick takes of its plain form's time, in each round; a first one does not count."""
    times = [least([fast, plain], 1, clock) for _ in range(rounds + 1)][1:]
    return name, [own / other for own, other in times]


def children() -> float:
    """CPU seconds of all processes that were started and have ended (`os.times` counts in hundredths)."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def in_memory(gray: np.ndarray) -> Iterator[Trick]:
    """Tricks on the way of a photograph."""
    height, width = gray.shape
    rng = np.random.default_rng(1)
    chroma = tuple(cv2.resize(rng.integers(90, 166, (30, 40), np.uint8), (width // 2, height // 2)) for _ in range(2))
    yield Trick(
        "chroma in the RGB cube: blocks first",
        lambda: chroma_fit.fit_jpeg_chroma(*(each.copy() for each in chroma), gray, (2, 2)),
        plainly(chroma_fit, "_FEW", 1 << 60, lambda: chroma_fit.fit_jpeg_chroma(*map(np.copy, chroma), gray, (2, 2))),
    )
    yield of_lightness(gray)
    ab = rng.normal(0, 12, (48, 64, 2)).astype(np.float32)
    small_rows = upsample.ChromaUpsampler(ab, gray).rows
    yield Trick(
        "full size in stripes",
        lambda: lightness_join.join(gray, small_rows, depth=8),
        plainly(
            lightness_join,
            "_first_stripe",
            lambda height, width: (height, width),
            lambda: lightness_join.join(gray, small_rows, depth=8),
        ),
    )
    yield Trick(
        "shrunk by halves and by Pillow",
        lambda: upsample.area_shrink(gray, (192, 256)),
        lambda: cv2.resize(gray, (256, 192), interpolation=cv2.INTER_AREA),
    )


def plainly(module: Any, name: str, value: Any, work: Work) -> Work:
    """`work` with something of a module replaced by its plain form."""

    def plain() -> None:
        with patch.object(module, name, value):
            work()

    return plain


def of_lightness(gray: np.ndarray) -> Trick:
    """New luma for kept lightness: whole numbers in the memory of one another, or floats."""
    shape = gray.shape[0] // 8, gray.shape[1] // 8
    small, own = np.full(shape, 100, np.uint8), np.full(shape, 90, np.float32)
    slope = np.full(shape, 1.1, np.float32)

    def plain() -> np.ndarray:
        light, steep = (cv2.resize(each, gray.shape[::-1]) for each in (own - slope * small, slope))
        return np.clip(np.rint(light + steep * gray), 0, 255).astype(np.uint8)

    return Trick("luma of kept lightness in int8 and int16", lambda: luma_for(gray, small, own, slope), plain)


def at_once(gray: np.ndarray) -> tuple[str, Work, Work]:
    """Two JPEGs that two threads encode at once, by wall time; a busy machine brings both forms together."""
    image = Image.fromarray(gray)
    return (
        "JPEGs encoded without the lock",
        lambda: in_two_threads(lambda: jpeg_bytes(image, quality=90)),
        lambda: in_two_threads(lambda: image.save(io.BytesIO(), "JPEG", quality=90)),
    )


def in_two_threads(work: Work) -> None:
    """Do the same twice at once."""
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def in_training() -> Iterator[Trick]:
    """Tricks of a training step on a CPU; the shares are of the same operations."""
    x = torch.randn(8, 96, 72, 72).contiguous(memory_format=torch.channels_last)
    bias = torch.randn(96)
    yield Trick(
        "bias and ReLU6 in place",
        lambda: gradient(x, lambda y: biased_relu6(y * 1, bias)),
        lambda: gradient(x, lambda y: F.relu6(y * 1 + bias[:, None, None])),
        "step",
    )
    layers = [FrozenConvBN(144, 144, 5, 2, groups=144).to(torch.bfloat16) for _ in range(2)]
    deep = torch.randn(8, 144, 48, 48, dtype=torch.bfloat16).contiguous(memory_format=torch.channels_last)
    for layer in layers:
        layer.requires_grad_(False)
    fix_depthwise(layers[0])
    fixed, plain = (partial(gradient, deep, layer) for layer in layers)
    yield Trick("depthwise gradient as a convolution", fixed, plain, "step")


def gradient(x: torch.Tensor, function: Callable[[torch.Tensor], torch.Tensor]) -> None:
    """Forward and backward."""
    leaf = x.detach().requires_grad_()
    function(leaf).sum().backward()


RUN = """
import sys, graycolor.cli.heap, graycolor.cli.app, cv2, gc
{change}
sys.argv = ["graycolor", "colorize", *sys.argv[1:], "--overwrite", "--quiet"]
graycolor.cli.app.main()
"""


def batches(folder: Path) -> list[Any]:
    """The command on a batch of photographs as it is, then with each trick of processes in its plain form."""
    names = []
    for number in range(PHOTOGRAPHS):
        names.append(f"{folder}/{number}.jpg")
        Path(names[-1]).write_bytes((folder / "photo.jpg").read_bytes())
    return [
        command(names),
        ("one heap, kept (mallopt)", command(names, "graycolor.cli.heap.share_one_heap = lambda: None")),
    ]


def starts(folder: Path) -> list[Any]:
    """The command on one small photograph as it is, then with each trick of a start in its plain form."""
    name = f"{folder}/small.jpg"
    tables = "import numpy; cv2.cvtColor(numpy.zeros((1, 1, 3), numpy.float32), cv2.COLOR_Lab2RGB)"
    return [
        command([name]),
        ("chroma codes without OpenCV's Lab tables", command([name], tables)),
        ("no search for garbage at the end", command([name], "gc.freeze = lambda: None")),
        ("commands built when called", command([name], "import graycolor.cli.late as l; [*map(l.built, l.COMMANDS)]")),
    ]


def command(names: list[str], change: str = "") -> Work:
    """`graycolor colorize` in a process of its own, with something changed before."""
    program = [sys.executable, "-c", RUN.format(change=change), *names]
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return lambda: subprocess.run(program, check=True, env=env, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
