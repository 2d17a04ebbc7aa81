"""How well and how fast true chroma comes back from a small map, beside bicubic interpolation.

    python benchmarks/upsample.py FOLDER [--pictures 50] [--side 480] [--factors 2.5 5 7.5 15]

Pictures of the folder are shrunk to a short side of `--side`; their true chroma is averaged down by each factor,
brought back, and joined with the true L. Prints CIEDE2000 over all pixels and in a band around strong chroma edges
(chroma gradient in the upper 5 %, widened by 4 pixels), the change against bicubic, and ms per megapixel of each,
interleaved picture by picture. The last lines time full-size work on twelve megapixels.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from skimage.color import deltaE_ciede2000

from graycolor.color.lightness_join import gray_of_rgb, lab_of_rgb8, stripes
from graycolor.upsample import ChromaUpsampler, area_shrink

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pictures", type=int, default=50)
    parser.add_argument("--side", type=int, default=480)
    parser.add_argument("--factors", type=float, nargs="+", default=[2.5, 5, 7.5, 15])
    a = parser.parse_args()
    cv2.setNumThreads(1)
    pictures = list(photographs(a.folder, a.pictures, a.side))
    if not pictures:
        parser.error(f"{a.folder} has no colorful picture of at least {a.side} pixels")
    print(f"{len(pictures)} pictures, short side {a.side}")
    for factor in a.factors:
        compare(pictures, factor)
    time_full_size()


def photographs(folder: Path, count: int, side: int) -> Iterator[np.ndarray]:
    """RGB pictures with some color in them, shrunk to a short side; always the same ones, from all over the folder."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    random.Random(0).shuffle(paths)
    found = 0
    for path in paths:
        if found == count:
            return
        bgr = cv2.imread(str(path), cv2.IMREAD_COLOR)
        if bgr is None or min(bgr.shape[:2]) < side:
            continue
        factor = side / min(bgr.shape[:2])
        size = round(bgr.shape[1] * factor), round(bgr.shape[0] * factor)
        rgb = cv2.cvtColor(cv2.resize(bgr, size, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB)
        if np.hypot(*np.moveaxis(lab_of_rgb8(rgb)[..., 1:], -1, 0)).mean() > 6:
            found += 1
            yield rgb


def compare(pictures: list[np.ndarray], factor: float) -> None:
    ways: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
        "bicubic": lambda ab, gray: cv2.resize(ab, gray.shape[::-1], interpolation=cv2.INTER_CUBIC),
        "graycolor": lambda ab, gray: ChromaUpsampler(ab, gray).rows(0, gray.shape[0]),
    }
    errors: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    seconds = dict.fromkeys(ways, 0.0)
    for rgb in pictures:
        lab, gray = lab_of_rgb8(rgb), gray_of_rgb(rgb)
        truth = np.ascontiguousarray(lab[..., 1:])
        small = round(gray.shape[1] / factor), round(gray.shape[0] / factor)
        ab, band = cv2.resize(truth, small, interpolation=cv2.INTER_AREA), edge_band(truth)
        for name, way in ways.items():
            started = time.perf_counter()
            got = way(ab, gray)
            seconds[name] += time.perf_counter() - started
            delta = deltaE_ciede2000(lab, np.dstack([lab[..., 0], got]))
            errors[name].append((delta.mean(), delta[band].mean()))
    print_factor(factor, errors, seconds, sum(rgb.shape[0] * rgb.shape[1] for rgb in pictures) / 1e6)


def edge_band(ab: np.ndarray) -> np.ndarray:
    """Pixels within 4 of the strongest 5 % of chroma gradients."""
    gradients = [cv2.Sobel(ab, cv2.CV_32F, dx, dy) for dx, dy in ((1, 0), (0, 1))]
    strength = np.sqrt(sum((gradient**2).sum(-1) for gradient in gradients))
    strong = (strength >= np.percentile(strength, 95)).astype(np.uint8)
    return cv2.dilate(strong, np.ones((9, 9), np.uint8)).astype(bool)


def print_factor(factor: float, errors: dict, seconds: dict[str, float], megapixels: float) -> None:
    base = np.mean(errors["bicubic"], axis=0)
    for name, pairs in errors.items():
        everywhere, band = np.mean(pairs, axis=0)
        change = f"{100 * (everywhere / base[0] - 1):+6.1f} % {100 * (band / base[1] - 1):+6.1f} %"
        pace = 1e3 * seconds[name] / megapixels
        print(f"x{factor:<4g} {name:<10} dE2000 {everywhere:.3f}  edges {band:.3f}  {change}  {pace:6.1f} ms/MP")


def time_full_size(rounds: int = 5) -> None:
    rng = np.random.default_rng(0)
    gray = cv2.resize(rng.integers(0, 256, (300, 400), np.uint8), (4000, 3000), interpolation=cv2.INTER_CUBIC)
    ab = rng.normal(0, 15, (96, 128, 2)).astype(np.float32)
    ways = {
        "bicubic, whole": lambda: cv2.resize(ab, (4000, 3000), interpolation=cv2.INTER_CUBIC),
        "ChromaUpsampler": lambda: rows_of(ChromaUpsampler(ab, gray)),
        "INTER_AREA to 341x256": lambda: cv2.resize(gray, (341, 256), interpolation=cv2.INTER_AREA),
        "area_shrink to 341x256": lambda: area_shrink(gray, (256, 341)),
    }
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(rounds):
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            best[name] = min(best[name], time.perf_counter() - started)
    for name, duration in best.items():
        print(f"12 MP, {name:<23} {1e3 * duration / 12:6.2f} ms/MP")


def rows_of(upsampler: ChromaUpsampler) -> None:
    for top, bottom in stripes(*upsampler.shape):
        upsampler.rows(top, bottom)


if __name__ == "__main__":
    main()
