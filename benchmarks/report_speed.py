"""How fast the founding report's experiment is: arrays of 96 pixels, `cnn` and `resnet-v2` at their usual scale.

    python benchmarks/report_speed.py ARRAYS [--arch cnn] [--rounds 5] [--batch 16]

Trains, step by step and in turns, as `graycolor train ARRAYS --arch cnn` does (whole pictures in their own size, a
network that works at half of it) and as it did before (crops of 128 x 128 pixels from enlarged pictures, a third
of them worn, a network at full size, and for `resnet-v2` one of three times the parameters), and prints crops a second
of CPU for both, and the median of their ratios. CPU time, because it says the same on a machine that does other things
too; by default in one thread.

ARRAYS is a folder in the report's layout: graycolor prepare PHOTOS --size 96 --layout npy -o ARRAYS
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import torch

from graycolor.data.dataset import open_dataset
from graycolor.data.store import PhotoStore
from graycolor.network import weights
from graycolor.network.bins import Bins
from graycolor.network.header import DecodeSettings, Header
from graycolor.training.config import TrainConfig
from graycolor.training.crops import Batch, CropBatches
from graycolor.training.fit import Fit
from graycolor.training.objectives import objective_of
from graycolor.training.recipe import suited
from graycolor.training.record import RunFolder
from graycolor.training.setup import choose_trained

BEFORE = {"area": 128 * 128, "zoom": (128, 192), "degraded": 0.33}
SHAPE_BEFORE: dict[str, dict[str, Any]] = {
    "cnn": {},
    "resnet-v2": {"widths": (64, 128, 256, 512), "blocks": (2, 2, 2, 2)},
}


def main() -> None:
    ratios = compared(options(sys.argv[1:]))
    print(f"median ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


def compared(a: argparse.Namespace) -> list[float]:
    """Crops a second of CPU, now beside before, in each round."""
    torch.set_num_threads(a.threads)
    dataset = open_dataset(a.arrays)
    photos = dataset.store("train")
    now = suited(len(photos), dataset.shape, architecture=a.arch)
    with tempfile.TemporaryDirectory() as folder:
        fits = {
            name: _fit(a, photos, settings, shape, Path(folder))
            for name, settings, shape in (
                ("before", BEFORE, {"halved": False, **SHAPE_BEFORE[a.arch]}),
                ("now", now, {}),
            )
        }
        return _compare(fits, a.rounds)


def _fit(
    a: argparse.Namespace, photos: PhotoStore, settings: dict[str, Any], changes: dict[str, Any], folder: Path
) -> Fit:
    config = TrainConfig.of(a.arch, init="scratch", batch=a.batch, **settings)
    shape = replace(config.network(), **changes)
    header = Header(shape, Bins.uniform(shape.bin_step), DecodeSettings(size=config.zoom[0]))
    network = weights.build(header)
    choose_trained(network, config)
    objective = objective_of(config, network, header)
    batches = CropBatches(photos, config, objective.stride)
    run = RunFolder.new(folder, config)
    return Fit(config, run, objective, header=header, batches=batches, device=torch.device("cpu"))


def _compare(fits: dict[str, Fit], rounds: int) -> list[float]:
    endless = {name: _endless(fit.batches) for name, fit in fits.items()}
    for name, fit in fits.items():
        _rate(fit, endless[name])  # the first step only gets memory
    ratios = []
    for _ in range(rounds):
        rates = {name: _rate(fit, endless[name]) for name, fit in fits.items()}
        ratios.append(rates["now"] / rates["before"])
        told = "   ".join(f"{name} {rate:5.1f}" for name, rate in rates.items())
        print(f"crops a second of CPU: {told}   ratio {ratios[-1]:.2f}", flush=True)
    return ratios


def _endless(batches: CropBatches) -> Iterator[Batch]:
    for epoch in count():
        yield from batches.epoch(epoch)


def _rate(fit: Fit, batches: Iterator[Batch]) -> float:
    """Crops a second of CPU, of one step with its batch."""
    cpu = time.process_time()
    fit.step(next(batches))
    return fit.config.batch / (time.process_time() - cpu)


def options(words: list[str]) -> argparse.Namespace:
    """What was said on a command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("arrays", type=Path)
    parser.add_argument("--arch", default="cnn")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
