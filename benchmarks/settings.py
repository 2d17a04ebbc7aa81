"""What each setting of inference costs and gives: quality beside milliseconds.

    python benchmarks/settings.py VAL.tar [--count 60] [--weights W] [--leave-out SOURCE ...] [--threads 1]

Working size, averaging of sizes and with the mirrored picture, rebalancing taken back, temperature, and the refinement
against plain bicubic up-sampling of the coarse color; all on the same photographs, one setting at a time, the others as
fitted.
Errors are judged at half the photographs' size on the true lightness; `matched` after one factor on the whole set's
chroma.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from graycolor.color.lightness_join import gray_of_rgb, lab_of_rgb8
from graycolor.colorizer import Colorizer, ColorizeSettings
from graycolor.evaluation.metrics import ab_cosine, ciede2000, edge_band, mean_chroma
from graycolor.network.engine import open_engine
from held_out import arguments, held_out, spread

Gray = NDArray[np.uint8]
Floats = NDArray[np.float32]
Way = Callable[[Gray], Floats]

SIZES = (160, 192, 224, 256, 320, 384, 512)
UNDONE = (0.25, 0.5, 0.75, 1.0)
TEMPERATURES = (0.25, 0.38, 0.5, 0.7)


def main() -> None:
    """Print one table."""
    parser = arguments(__doc__, 60)
    parser.add_argument("--threads", type=int, default=1)
    a = parser.parse_args()
    with held_out(a) as (store, kept):
        pictures = [np.array(store[int(index)]) for index in spread(kept, a.count)]
    table = Table("setting", "own", "matched", "factor", "cosine", "edge dE", "ms", title=f"{len(pictures)} pictures")
    for name, way in ways(a.weights, a.threads).items():
        *figures, milliseconds = judged(pictures, way)
        table.add_row(name, *(f"{figure:.3f}" for figure in figures), f"{milliseconds:.0f}")
    Console(width=110).print(table)


def ways(weights: Path | None, threads: int) -> dict[str, Way]:
    """Every setting by name, as a function from a gray picture to small chroma."""
    engine: Any = open_engine(weights, "cpu", threads)
    colorizer, decode = Colorizer.around(engine), engine.header.decode

    def sized(size: int) -> Way:
        return lambda gray: colorizer.forecast(gray, ColorizeSettings(size=size)).fine()

    def of_sizes(*sizes: int) -> Way:
        def way(gray: Gray) -> Floats:
            maps = [sized(size)(gray) for size in sizes]
            shape = maps[-1].shape[1::-1]
            return np.asarray(sum(cv2.resize(each, shape) for each in maps) / len(maps), np.float32)

        return way

    def mirrored(gray: Gray) -> Floats:
        other = colorizer.forecast(np.ascontiguousarray(gray[:, ::-1])).fine()[:, ::-1]
        return (colorizer.forecast(gray).fine() + other) / 2

    def decoded(undone: float, temperature: float) -> Way:
        def way(gray: Gray) -> Floats:
            usual = engine.header
            changed = replace(decode, rebalancing_undone=undone, temperature=temperature, saturation=1.0)
            engine.header = replace(usual, decode=changed)
            try:
                return colorizer.forecast(gray).fine()
            finally:
                engine.header = usual

        return way

    print(f"fitted: {decode}")
    return (
        {"as fitted": lambda gray: colorizer.forecast(gray).fine()}
        | {"without the finer kernels": lambda gray: colorizer.forecast(gray).ab}
        | {f"size {size}": sized(size) for size in SIZES}
        | {"with the mirrored picture": mirrored, "mean of 160 and 224": of_sizes(160, 224)}
        | {f"undone {undone:g}, T {t:g}": decoded(undone, t) for undone in UNDONE for t in TEMPERATURES}
    )


def judged(pictures: list[NDArray[np.uint8]], way: Way) -> tuple[float, ...]:
    """Own and matched error, the factor between them, cosine, edge error and milliseconds of one way."""
    truths, guesses, seconds = [], [], 0.0
    for rgb in pictures:
        gray = np.rint(gray_of_rgb(rgb) / 257).astype(np.uint8)
        began = time.perf_counter()
        ab = way(gray)
        seconds += time.perf_counter() - began
        half = (rgb.shape[1] // 2, rgb.shape[0] // 2)
        truths.append(cv2.resize(lab_of_rgb8(rgb), half, interpolation=cv2.INTER_AREA))
        guesses.append(cv2.resize(np.ascontiguousarray(ab), half, interpolation=cv2.INTER_CUBIC))
    factor = sum(mean_chroma(t[..., 1:]) for t in truths) / sum(mean_chroma(g) for g in guesses)
    cosine = np.mean([ab_cosine(t[..., 1:], g) for t, g in zip(truths, guesses, strict=True)])
    own = [difference(t, g, 1.0) for t, g in zip(truths, guesses, strict=True)]
    matched = [difference(t, g, factor) for t, g in zip(truths, guesses, strict=True)]
    edges = [d[edge_band(t[..., 1:])].mean() for d, t in zip(matched, truths, strict=True)]
    means = (float(np.mean([d.mean() for d in maps])) for maps in (own, matched))
    return (*means, factor, float(cosine), float(np.mean(edges)), seconds / len(pictures) * 1000)


def difference(truth: Floats, ab: Floats, factor: float) -> Floats:
    """CIEDE2000 of every pixel on the true lightness."""
    return ciede2000(truth, np.dstack([truth[..., :1], ab * np.float32(factor)]))


if __name__ == "__main__":
    main()
