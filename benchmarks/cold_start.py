"""A cold `graycolor colorize` of a one-megapixel photograph, beside importing its libraries alone.

    python benchmarks/cold_start.py [--rounds 9]

Every run is a process of its own; the two commands take turns and the best of each counts. Prints both and their ratio
(goal 1.6), and what `--help`, `--version` and `import graycolor` cost in CPU above an empty Python with typer and rich.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # the bare import of the libraries would send usage data, ours does not
LIBRARIES = "import numpy, cv2, PIL.Image, typer, rich.console, onnxruntime"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        photo = Path(folder) / "photo.jpg"
        rng = np.random.default_rng(0)
        scene = cv2.resize(rng.integers(0, 256, (40, 60), np.uint8), (1224, 817), interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(photo), scene)
        colorize = ["-m", "graycolor", "colorize", str(photo), "--overwrite", "--quiet"]
        wall = best(rounds, {"libraries": ["-c", LIBRARIES], "colorize": colorize}, wall_seconds)
        print(f"importing the libraries  {wall['libraries']:.2f} s")
        print(f"cold colorize, 1 MP      {wall['colorize']:.2f} s   ratio {wall['colorize'] / wall['libraries']:.2f}")
    commands = {
        "empty": ["-c", "import typer, rich.console"],
        "import graycolor": ["-c", "import graycolor"],
        "--version": ["-m", "graycolor", "--version"],
        "--help": ["-m", "graycolor", "--help"],
    }
    cpu = best(rounds, commands, cpu_seconds)
    for name in list(commands)[1:]:
        print(f"{name:<17} {cpu[name] - cpu['empty']:+.3f} s of CPU above typer and rich ({cpu['empty']:.3f} s)")


def best(rounds: int, commands: dict[str, list[str]], measure) -> dict[str, float]:
    runs: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, arguments in commands.items():
            runs[name].append(measure([sys.executable, *arguments]))
    return {name: min(times) for name, times in runs.items()}


def wall_seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def cpu_seconds(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
