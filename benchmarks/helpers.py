"""What sharing a run out to one process a core is worth on this CPU, beside one process of as many threads.

Takes the same steps both ways, in turns, after two that do not count, and prints crops per second of the clock and per
second of CPU (user and system, over all processes), then the medians of the ratios. On a busy machine only the second
says something of the code, and the first of how it fares beside others.

    python benchmarks/helpers.py DATASET [--arch lite] [--batch 32] [--steps 6] [--rounds 3]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch

from graycolor.data.dataset import open_dataset
from graycolor.network.engine import available_cores
from graycolor.training.config import TrainConfig
from graycolor.training.crops import CropBatches
from graycolor.training.fit import Fit
from graycolor.training.objectives import objective_of
from graycolor.training.processes import leave_group, meet
from graycolor.training.recipe import suited
from graycolor.training.record import RunFolder
from graycolor.training.setup import choose_trained, start_network


def main() -> None:
    """Run the rounds and print one line each, then the medians; or be one process of a round."""
    arguments = options(sys.argv[1:])
    if arguments.store:
        _measure(arguments)
        return
    clock, cpu = (statistics.median(each) for each in zip(*ratios(arguments), strict=True))
    print(f"median ratio {clock:.2f} by the clock, {cpu:.2f} by seconds of CPU")


def ratios(arguments: argparse.Namespace) -> list[tuple[float, float]]:
    """Crops a second of one process a core beside those of one process, by the clock and of CPU, in each round."""
    found = []
    for _ in range(arguments.rounds):
        (alone, alone_cpu), (both, both_cpu) = (_rates(arguments, world) for world in (1, available_cores()))
        found.append((both / alone, both_cpu / alone_cpu))
        print(f"crops a second: alone {alone:.1f}, shared {both:.1f}; of CPU: {alone_cpu:.1f}, {both_cpu:.1f}")
    return found


def _rates(arguments: argparse.Namespace, world: int) -> tuple[float, float]:
    """Crops a second of the clock and of CPU of `world` processes."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | ({"OMP_NUM_THREADS": "1"} if world > 1 else {})
        running = [
            subprocess.Popen(
                [*_again(arguments), "--store", f"{folder}/store", "--place", str(rank), str(world)],
                stdout=subprocess.PIPE,
                env=environment,
                text=True,
            )
            for rank in range(world)
        ]
        said = [[float(word) for word in process.communicate()[0].split()] for process in running]
    crops = arguments.steps * arguments.batch
    return crops / max(clock for clock, _ in said), crops / sum(cpu for _, cpu in said)


def _again(arguments: argparse.Namespace) -> list[str]:
    """The command of a process that takes the same steps."""
    chosen = ("--arch", arguments.arch, "--batch", str(arguments.batch), "--steps", str(arguments.steps))
    return [sys.executable, __file__, str(arguments.dataset), *chosen]


def _measure(arguments: argparse.Namespace) -> None:
    """Print the seconds that the steps take, by the clock and of this process's CPU."""
    rank, world = arguments.place
    if world > 1:
        meet(arguments.store, rank, world)
    dataset = open_dataset(arguments.dataset)
    photos = dataset.store("train")
    chosen = suited(len(photos), dataset.shape, architecture=arguments.arch) | {"batch": arguments.batch}
    config = TrainConfig.of(arguments.arch, **chosen)
    start = start_network(config, photos)
    choose_trained(start.network, config)
    objective = objective_of(config, start.network, start.header)
    batches = CropBatches(photos, config, objective.stride, rank, world)
    run = RunFolder(arguments.store.parent)
    fit = Fit(config, run, objective, header=start.header, batches=batches, device=torch.device("cpu"))
    for number in range(arguments.steps + 2):
        if number == 2:
            clock, cpu = time.monotonic(), time.process_time()
        fit.step(batches.batch(number, 0))
    print(time.monotonic() - clock, time.process_time() - cpu)
    del fit
    leave_group()


def options(words: list[str]) -> argparse.Namespace:
    """What was said on a command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--arch", default="lite")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--store", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--place", type=int, nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
