"""A cold `graycolor colorize` of a photograph, beside the least that any program does for it; and a cold `--help`.

    python benchmarks/cold_start.py [--rounds 9]

Every run is a process of its own, bytecode lies ready as in an installed package, the commands take turns, and the
least of each counts. Two floors: importing the libraries, and a bare script that imports them, opens the exported
network and runs it once on a picture of zeros. Wall times grow with whatever else the machine does; the CPU time of the
process, user and system, hardly does, but counts what runs at the same time twice.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from graycolor.network.engine import available_cores

LIBRARIES = "import numpy, cv2, PIL.Image, typer, rich.console, onnxruntime"
BARE = """
{libraries}
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = {cores}
options.add_session_config_entry("session.intra_op.allow_spinning", "0")
session = onnxruntime.InferenceSession({network!r}, options, providers=["CPUExecutionProvider"])
session.run(None, {{"gray": numpy.zeros((1, 1, 192, 256), numpy.float32)}})
"""
"""A program that runs the network and does nothing else: nothing is read, converted, enlarged or written."""
PHOTOGRAPHS = {"512 px": (512, 384), "12 MP": (4000, 3000)}


class Spent(NamedTuple):
    """Seconds of one process."""

    wall: float
    cpu: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        commands = {"the libraries": ["-c", LIBRARIES], "and the network": ["-c", bare(Path(folder) / "network.onnx")]}
        for name, (width, height) in PHOTOGRAPHS.items():
            photo = photograph(Path(folder) / f"{width}.jpg", width, height)
            commands[f"colorize, {name}"] = ["-m", "graycolor", "colorize", photo, "--overwrite", "--quiet"]
        print_ratios(least(rounds, commands))
    commands = {
        "typer and rich": ["-c", "import typer.rich_utils"],
        "import graycolor": ["-c", "import graycolor"],
        "--version": ["-m", "graycolor", "--version"],
        "--help": ["-m", "graycolor", "--help"],
        "colorize --help": ["-m", "graycolor", "colorize", "--help"],
    }
    print_ratios(least(rounds, commands))


def bare(network: Path) -> str:
    """The bare script, on the embedded network as `graycolor export` writes it."""
    subprocess.run([sys.executable, "-m", "graycolor", "export", network], capture_output=True, check=True)
    return BARE.format(libraries=LIBRARIES, cores=available_cores(), network=str(network))


def photograph(path: Path, width: int, height: int) -> str:
    """A gray JPEG with shapes and grain."""
    rng = np.random.default_rng(0)
    scene = cv2.resize(rng.integers(0, 256, (40, 60), np.uint8), (width, height), interpolation=cv2.INTER_CUBIC)
    grain = np.clip(scene + rng.normal(0, 4, scene.shape), 0, 255)
    cv2.imwrite(str(path), grain.astype(np.uint8))
    return str(path)


def least(rounds: int, commands: dict[str, list[str]]) -> dict[str, Spent]:
    """The least wall and CPU time of each command; a first round, which writes bytecode, does not count."""
    runs = [{name: spent([sys.executable, *each]) for name, each in commands.items()} for _ in range(rounds + 1)][1:]
    return {name: Spent(*map(min, zip(*(run[name] for run in runs), strict=True))) for name in commands}


def spent(command: list[str]) -> Spent:
    """What a process takes."""
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    env["ORT_DISABLE_TELEMETRY"] = "1"  # the bare import of the libraries would send usage data, ours does not
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=env)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}.")
    return Spent(time.perf_counter() - started, usage.ru_utime + usage.ru_stime)


def print_ratios(times: dict[str, Spent]) -> None:
    """A line for each command, with its ratio to the first."""
    first = next(iter(times.values()))
    for name, (wall, cpu) in times.items():
        ratios = f"({wall / first.wall:.2f})   CPU {cpu:.3f} s ({cpu / first.cpu:.2f}, {cpu - first.cpu:+.3f} s)"
        print(f"{name:<18} {wall:.3f} s {ratios}")


if __name__ == "__main__":
    main()
