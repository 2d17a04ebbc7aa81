"""Short forms: datasets and training."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from quoted import Figure, rounds_of
from stand_ins import pieces


def prepare(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """`graycolor prepare` beside a bare loop."""
    import cv2

    import prepare as own

    cv2.setNumThreads(1)
    sources = [str(a.photographs)] if a.photographs else [str(pieces(folder))]
    origins = own.find_pictures(sources, out=Path("dataset"))[:600]
    own._read_all(origins)
    rates = []
    for _ in range(a.rounds):
        bare = own._timed(lambda: own.loop(own._with_pillow, origins, 320, 2))
        rates.append(bare / own._timed(lambda: own.prepare(origins, 320, 2)))
    said = "" if a.photographs else "few small pictures: to start the processes counts most"
    return [rounds_of("prepare, pictures a second beside a bare loop", rates, said)]


def training_speed(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """Training on real crops beside one batch that never leaves memory, and in bf16 beside fp32."""
    import torch

    import training_speed as own

    dataset = prepared(a, folder, "160")
    torch.set_num_threads(1)
    config = own.TrainConfig.of("lite", batch=4)
    wall, cpu = zip(*own.compared(dataset, config, "cpu", a.rounds), strict=True)
    found = [
        rounds_of("training, crops a second beside one batch in memory", wall),
        rounds_of("training, the same by seconds of CPU", cpu),
    ]
    if torch.cpu._is_avx512_bf16_supported():
        found.append(rounds_of("training in bf16 beside fp32", own.by_precision(dataset, config, a.rounds)))
    return found


def helpers(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """One process a core beside one process of as many threads."""
    import helpers as own

    words = [str(prepared(a, folder, "224")), "--batch", "16", "--steps", "3", "--rounds", str(a.rounds)]
    clock, cpu = zip(*own.ratios(own.options(words)), strict=True)
    return [
        rounds_of("one process a core beside one of as many threads, by the clock", clock),
        rounds_of("one process a core beside one of as many threads, of CPU", cpu),
    ]


def report_speed(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """The founding report's larger network beside its crops and size of before."""
    import report_speed as own

    words = [str(prepared(a, folder, "96", "--layout", "npy")), "--arch", "resnet-v2", "--batch", "8"]
    ratios = own.compared(own.options([*words, "--rounds", str(a.rounds)]))
    return [rounds_of("resnet-v2 of arrays, crops a second of CPU beside before", ratios)]


def prepared(a: argparse.Namespace, folder: Path, size: str, *more: str) -> Path:
    """A dataset of the photographs."""
    said = ["--size", size, "--min-side", "64", "--min-colorfulness", "2", "--quiet", *more]
    source, dataset = str(a.photographs or pieces(folder)), folder / "dataset"
    subprocess.run([sys.executable, "-m", "graycolor", "prepare", source, "-o", str(dataset), *said], check=True)
    return dataset
