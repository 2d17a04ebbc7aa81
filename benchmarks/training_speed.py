"""Is the step the limit of training, or the data?

Trains the same network on real photographs and on one synthetic batch that never leaves memory, in turns, and prints
crops per second of both, their ratio (the share of the step's own speed that real data reach), the same by seconds of
CPU (what it would be if the data had no core of their own) and the peak memory.

    python benchmarks/training_speed.py DATASET [--arch lite] [--device cpu] [--batch 16] [--rounds 6] [--threads 1]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, repeat
from pathlib import Path
from unittest.mock import patch

import torch

from graycolor.data.dataset import open_dataset
from graycolor.training.config import TrainConfig
from graycolor.training.crops import Batch, CropBatches
from graycolor.training.fit import Fit
from graycolor.training.objectives import objective_of
from graycolor.training.record import RunFolder
from graycolor.training.setup import choose_trained, start_network

_STEPS = 8


def main() -> None:
    """Run the rounds and print one line each, then the medians."""
    arguments = _arguments()
    torch.set_num_threads(arguments.threads)
    config = TrainConfig.of(arguments.arch, batch=arguments.batch)
    ratios, by_cpu = zip(*compared(arguments.dataset, config, arguments.device, arguments.rounds), strict=True)
    print(f"median ratio {statistics.median(ratios):.2f}, by seconds of CPU {statistics.median(by_cpu):.2f}")
    if arguments.device == "cuda":
        print(f"peak GPU memory {torch.cuda.max_memory_allocated() / 2**20:.0f} MiB")
    print(f"peak memory {_peak_mib():.0f} MiB")


def compared(dataset: Path, config: TrainConfig, device: str, rounds: int) -> list[tuple[float, float]]:
    """The share of the step's own speed that real data reach, and the same by seconds of CPU, in each round."""
    with started(dataset, config, device) as (fit, batches):
        return _compare(fit, batches, rounds)


def by_precision(dataset: Path, config: TrainConfig, rounds: int) -> list[float]:
    """Crops a second of CPU in bf16 beside those in fp32, of one batch that never leaves memory, in each round."""
    ratios = []
    with started(dataset, config, "cpu") as (fit, batches):
        synthetic = repeat(batches.batch(0, 0))
        for _ in range(rounds + 1):
            rates = []
            for multiplies in (True, False):
                with patch.object(torch.cpu, "_is_avx512_bf16_supported", lambda multiplies=multiplies: multiplies):
                    rates.append(_rate(fit, synthetic)[1])
            ratios.append(rates[0] / rates[1])
    return ratios[1:]


@contextmanager
def started(dataset: Path, config: TrainConfig, device: str) -> Iterator[tuple[Fit, CropBatches]]:
    """A run that has not taken a step, and its crops."""
    photos = open_dataset(dataset).store("train")
    start = start_network(config, photos)
    choose_trained(start.network, config)
    objective = objective_of(config, start.network, start.header)
    batches = CropBatches(photos, config, objective.stride)
    with tempfile.TemporaryDirectory() as folder:
        run = RunFolder.new(Path(folder), config)
        yield Fit(config, run, objective, header=start.header, batches=batches, device=torch.device(device)), batches


def _compare(fit: Fit, batches: CropBatches, rounds: int) -> list[tuple[float, float]]:
    real, synthetic = _endless(batches), repeat(batches.batch(0, 0))
    _rate(fit, real), _rate(fit, synthetic)
    ratios = []
    for _ in range(rounds):
        (with_data, its_cpu), (without, other_cpu) = _rate(fit, real), _rate(fit, synthetic)
        ratios.append((with_data / without, its_cpu / other_cpu))
        print(
            f"real {with_data:7.1f} crops/s   synthetic {without:7.1f} crops/s   ratio {ratios[-1][0]:.2f}", flush=True
        )
    return ratios


def _endless(batches: CropBatches) -> Iterator[Batch]:
    for epoch in count():
        yield from batches.epoch(epoch)


def _rate(fit: Fit, batches: Iterator[Batch]) -> tuple[float, float]:
    """Crops per second, and per second of CPU."""
    began, cpu = time.perf_counter(), time.process_time()
    for _ in range(_STEPS):
        fit.step(next(batches))
    crops = _STEPS * fit.config.batch
    return crops / (time.perf_counter() - began), crops / (time.process_time() - cpu)


def _peak_mib() -> float:
    """Of this process alone, from the kernel's own account (Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--arch", default="lite")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
