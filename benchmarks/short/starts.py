"""Short forms: what a command costs to start, and what tricks are worth."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from PIL import Image

from quoted import Figure, rounds_of


def cold_start(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """What a photograph colored alone takes, beside importing its libraries."""
    import cold_start as own

    programs = {"help": ["-m", "graycolor", "--help"], "its libraries": ["-c", "import typer.rich_utils"]}
    commands = programs | {"libraries": ["-c", own.LIBRARIES], "network": ["-c", own.bare(folder / "network.onnx")]}
    for name, (width, height) in own.PHOTOGRAPHS.items():
        photo = own.photograph(folder / f"{width}.jpg", width, height)
        commands[name] = ["-m", "graycolor", "colorize", photo, "--overwrite", "--quiet"]
    for command in commands.values():
        own.spent([sys.executable, *command])  # writes bytecode, and does not count
    runs = [{name: own.spent([sys.executable, *each]) for name, each in commands.items()} for _ in range(a.rounds)]
    found = []
    for name in own.PHOTOGRAPHS:
        label = f"cold start, {name}, beside its libraries"
        found += [
            rounds_of(f"{label}: wall", (run[name].wall / run["libraries"].wall for run in runs)),
            rounds_of(f"{label}: CPU", (run[name].cpu / run["libraries"].cpu for run in runs)),
        ]
    beside = (run["512 px"].wall / run["network"].wall for run in runs)
    helped = (run["help"].wall / run["its libraries"].wall for run in runs)
    return [
        *found,
        rounds_of("cold start, 512 px, beside a script that runs the network: wall", beside),
        rounds_of("--help, beside typer and rich: wall", helped),
    ]


def tricks(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """What code that is hard to read takes of its plain form's time, in three times as many rounds as others take."""
    import time

    import cv2
    import torch

    import tricks as own

    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    gray, rounds = own.scene(3000, 4000), 3 * a.rounds
    Image.fromarray(gray).save(folder / "photo.jpg", quality=90)
    Image.fromarray(gray[:384, :512]).save(folder / "small.jpg", quality=90)
    memory = [(each.name, each.fast, each.plain) for each in (*own.in_memory(gray), *own.in_training())]
    found = [own.ratios(*each, rounds, time.process_time) for each in memory]
    found.append(own.ratios(*own.at_once(gray), rounds, time.perf_counter))
    for fast, *plain_forms in (own.batches(folder), own.starts(folder)):
        found += [own.ratios(name, fast, plain, rounds, own.children) for name, plain in plain_forms]
    return [rounds_of(name, values) for name, values in found]
