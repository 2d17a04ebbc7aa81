"""Short forms: how exact photographs are colored, how fast, and in how much memory."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from quoted import Figure, one, rounds_of


def color(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """How exact lightness is, and what it costs beside OpenCV."""
    import color as own
    from graycolor.color.lightness_join import gray_of_rgb, join

    gray, ab = own.scene(1500, 2000, 8)
    ways = {
        "opencv": lambda: own.by_opencv(gray, ab),
        "join": lambda: join(gray, lambda top, bottom: ab[top:bottom], depth=8),
    }
    times = [own.interleaved(ways, 1) for _ in range(a.rounds)]
    error = np.abs(gray_of_rgb(ways["join"]()) / 257 - gray)
    return [
        rounds_of("join at 8 bits, beside OpenCV's Lab2RGB", (each["join"] / each["opencv"] for each in times)),
        one("largest error of lightness, in steps", error.max()),
    ]


def photographs_speed(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """A batch beside Pillow, small pictures beside the bare network, and memory."""
    import cv2

    import photographs_speed as own
    from graycolor.cli.heap import share_one_heap
    from graycolor.colorizer import Colorizer

    cv2.setNumThreads(1)
    share_one_heap()
    colorizer = Colorizer(device="cpu", threads=1)
    large = own.large_times(folder / "large", 4, 12, a.rounds, 2, colorizer)
    small = own.small_times(folder / "small", 48, a.rounds, 2, colorizer)
    floor = large["Pillow, color out"]
    kept = ("luma kept", "lightness kept")
    found = [rounds_of(f"12 MP, {name}, beside Pillow: wall", large[name][:, 0] / floor[:, 0]) for name in kept]
    speed = small["network"][:, 0] / small["files"][:, 0]
    found.append(rounds_of("512 px, beside the bare network", speed))
    for suffix in ("jpg", "png"):
        path = folder / f"24.{suffix}"
        Image.fromarray(own.drawn(24, 0)).save(path)
        found.append(one(f"24 MP, {suffix}: peak, MB", own.peak_of(path)))
    return found
