"""How steady colored films are, beside the true films, their gray, and the same network frame by frame.

    python benchmarks/film_steadiness.py CLIP... [--frames 120] [--start 0] [--smoothing 0.5] [--key-every 4]

Clips in color are turned gray (their luma alone is used) and colored twice. Prints CDC and warp error with their ratios
to the true film's, colorfulness, and the difference to the true colors (dE2000, and dE2000 of gray beside it, because a
guess that is wrong is further off than none). All at 384 pixels, from frames as the encoder gets them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from graycolor.colorizer import Colorizer
from graycolor.evaluation.film_metrics import FilmFigures, film_figures
from graycolor.film.planes import FramePainter
from graycolor.film.probe import probe
from graycolor.film.read import FrameReader
from graycolor.film.steady import ShotColorizer, SteadySettings

WIDTH = 384
ROWS = ("truth", "gray", "frame by frame", "steady")
HEADINGS = ("CDC", "x truth", "warp", "x truth", "CF", "dE2000")


class Clip:
    """Part of a film, as RGB frames of its own colors, of none, and of a network's."""

    def __init__(self, path: Path, start: int, count: int | None) -> None:
        self.film = probe(path)
        self._part = (start, None if count is None else start + count)
        self._painter = FramePainter(self.film, self.film.conversion.layout, SteadySettings().flow_size)

    def frames(self) -> Iterator[Any]:
        reader = FrameReader(self.film).frames()
        return (self._painter.plain(frame) for frame in islice(reader, *self._part))

    def truth(self) -> Iterator[np.ndarray]:
        return (shown(frame) for frame in self.frames())

    def gray(self) -> Iterator[np.ndarray]:
        none = np.zeros((*self._painter.small_shape, 2), np.float32)
        return (shown(self._painter.painted(frame, none)) for frame in self.frames())

    def colored(self, colorizer: Colorizer, settings: SteadySettings) -> Iterator[np.ndarray]:
        colors = ShotColorizer(colorizer, settings).color(self._painter.gray(frame) for frame in self.frames())
        for frame, ab in zip(self.frames(), colors, strict=True):
            yield shown(self._painter.painted(frame, ab))

    def versions(self, colorizer: Colorizer, settings: SteadySettings) -> dict[str, list[np.ndarray]]:
        """The frames by row."""
        single = SteadySettings(smoothing=0)
        made = (self.truth(), self.gray(), self.colored(colorizer, single), self.colored(colorizer, settings))
        return {row: list(frames) for row, frames in zip(ROWS, made, strict=True)}


def shown(frame: Any) -> np.ndarray:
    size = (WIDTH, round(frame.height * WIDTH / frame.width))
    return frame.reformat(*size, format="rgb24", interpolation="AREA").to_ndarray()


def table(name: str, figures: dict[str, FilmFigures]) -> None:
    print(f"{name:16}" + "".join(f"{heading:>9}" for heading in HEADINGS))
    truth = figures["truth"]
    for row, own in figures.items():
        cdc, warp = own.cdc / truth.cdc, own.warp_error / truth.warp_error
        print(
            f"  {row:14}{own.cdc:9.5f}{cdc:9.2f}{own.warp_error:9.3f}{warp:9.2f}"
            f"{own.colorfulness:9.1f}{own.delta_e2000:9.2f}", flush=True,
        )  # fmt: skip


def mean(all_figures: list[FilmFigures]) -> FilmFigures:
    names = FilmFigures.__dataclass_fields__
    return FilmFigures(**{name: float(np.mean([getattr(each, name) for each in all_figures])) for name in names})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("--frames", type=int, default=120)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--smoothing", type=float, default=SteadySettings().smoothing)
    parser.add_argument("--key-every", type=int, default=SteadySettings().key_every)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    cv2.setNumThreads(arguments.threads)
    colorizer = Colorizer(arguments.weights, device="cpu", threads=arguments.threads)
    settings = SteadySettings(key_every=arguments.key_every, smoothing=arguments.smoothing)
    found: dict[str, list[FilmFigures]] = {row: [] for row in ROWS}
    for path in arguments.clips:
        versions = Clip(path, arguments.start, arguments.frames).versions(colorizer, settings)
        figures = {row: film_figures(versions["truth"], frames) for row, frames in versions.items()}
        table(path.stem, figures)
        for row, own in figures.items():
            found[row].append(own)
    if len(arguments.clips) > 1:
        table("mean", {row: mean(each) for row, each in found.items()})


if __name__ == "__main__":
    main()
