"""Joining gray and chroma at full size, beside OpenCV's bare Lab2RGB in the same stripes (which clips, and loses L).

    python benchmarks/color.py [--width 4000] [--height 3000] [--rounds 7] [--chroma 8]

All run interleaved on one thread; the best round counts. Prints ms per megapixel and the ratio to OpenCV, the error of
lightness in 8-bit steps, and the share of pixels outside the gamut.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import cv2
import numpy as np

from graycolor.color.lab import lab_to_linear
from graycolor.color.lightness_join import gray_of_rgb, join, lab_of_rgb8, lightness_of_gray, stripes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--width", type=int, default=4000)
    parser.add_argument("--height", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--chroma", type=float, default=8, help="standard deviation of a and b")
    a = parser.parse_args()
    cv2.setNumThreads(1)
    gray, ab = scene(a.height, a.width, a.chroma)
    rgb = join(gray, lambda top, bottom: ab[top:bottom], depth=8)
    ways = {
        "OpenCV Lab2RGB": lambda: by_opencv(gray, ab),
        "join, 8 bits": lambda: join(gray, lambda top, bottom: ab[top:bottom], depth=8),
        "join, 16 bits": lambda: join(gray, lambda top, bottom: ab[top:bottom], depth=16),
        "gray_of_rgb": lambda: gray_of_rgb(rgb),
        "lab_of_rgb8": lambda: lab_of_rgb8(rgb),
    }
    print_table(interleaved(ways, a.rounds), a.width * a.height / 1e6)
    print(f"outside the gamut: {100 * share_outside(gray, ab):.2f} %")
    for name in ("OpenCV Lab2RGB", "join, 8 bits"):
        error = np.abs(gray_of_rgb(ways[name]()) / 257 - gray)
        print(f"error of lightness, {name:<15} mean {error.mean():.3f}  max {error.max():.2f} steps")


def scene(height: int, width: int, chroma: float) -> tuple[np.ndarray, np.ndarray]:
    """A gray with soft shapes and grain, and a soft chroma."""
    rng = np.random.default_rng(0)
    small = max(2, height // 60), max(2, width // 60)
    soft = cv2.resize(rng.uniform(0, 255, small).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    gray = np.clip(soft + rng.normal(0, 3, soft.shape), 0, 255).astype(np.uint8)
    ab = rng.normal(0, chroma, (*small, 2)).astype(np.float32)
    return gray, cv2.resize(ab, (width, height), interpolation=cv2.INTER_CUBIC)


def by_opencv(gray: np.ndarray, ab: np.ndarray) -> np.ndarray:
    rgb = np.empty((*gray.shape, 3), np.uint8)
    for top, bottom in stripes(*gray.shape):
        lab = cv2.merge([lightness_of_gray(gray[top:bottom]), *cv2.split(ab[top:bottom])])
        rgb[top:bottom] = cv2.convertScaleAbs(cv2.cvtColor(lab, cv2.COLOR_Lab2RGB), alpha=255)
    return rgb


def interleaved(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Seconds of the best round of each way."""
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(rounds):
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            best[name] = min(best[name], time.perf_counter() - started)
    return best


def print_table(best: dict[str, float], megapixels: float) -> None:
    yardstick = next(iter(best.values()))
    for name, seconds in best.items():
        print(f"{name:<15} {1e3 * seconds / megapixels:6.1f} ms/MP   x {seconds / yardstick:.2f}")


def share_outside(gray: np.ndarray, ab: np.ndarray) -> float:
    some = slice(None, None, 16)
    lab = np.dstack([lightness_of_gray(gray)[some], ab[some]])
    linear = lab_to_linear(lab)
    return float(((linear < 0) | (linear > 1)).any(-1).mean())


if __name__ == "__main__":
    main()
