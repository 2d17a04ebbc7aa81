"""How far a thing's color wanders through its shot: things marked by eye, before and after the palettes of shots.

    python benchmarks/film_things.py FOLDER [--boxes benchmarks/film_things.json] [--only CLIP] [--each]

FOLDER has the clips that the boxes are of. In every twelfth frame each thing has a box (left, top, right, bottom, in
thousandths of the picture), drawn by eye inside of it. Of every box the mean a and b is taken. The spread of a thing is
the root mean square of their distances from their mean over its shot, in units of Lab; its chroma is their mean length.
Printed are means over the things of a clip: spread, chroma, and the one over the other, without palettes, with them,
and for clips in color of the film's own colors. A film that is duller wanders less, so look at the third.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from film_steadiness import Clip
from graycolor.color.lightness_join import lab_of_rgb8
from graycolor.colorizer import Colorizer
from graycolor.film.steadiness.steady import SteadySettings

Box = tuple[int, int, int, int]
Things = dict[str, dict[int, Box]]
ROWS = ("window", "palette", "truth")
HEADING = "".join(f"{row:>10}{'chroma':>8}{'ratio':>7}" for row in ROWS)


def means(fields: Iterator[np.ndarray], things: Things) -> dict[str, np.ndarray]:
    """The mean a and b (n,2) of each thing's boxes, from the chroma (h,w,2) of frames in order."""
    found: dict[str, list[np.ndarray]] = {name: [] for name in things}
    for number, field in enumerate(fields):
        for name, boxes in things.items():
            if number in boxes:
                found[name].append(inside(field, boxes[number]).reshape(-1, 2).mean(axis=0))
    return {name: np.array(each) for name, each in found.items()}


def inside(field: np.ndarray, box: Box) -> np.ndarray:
    height, width = field.shape[:2]
    left, top, right, bottom = (round(each * side / 1000) for each, side in zip(box, (width, height) * 2, strict=True))
    return field[top : max(bottom, top + 1), left : max(right, left + 1)]


def figures(found: np.ndarray) -> tuple[float, float]:
    """Spread and chroma of one thing."""
    apart = found - found.mean(axis=0)
    return float(np.sqrt((apart**2).sum(axis=1).mean())), float(np.hypot(*found.T).mean())


def versions(clip: Clip, colorizer: Colorizer, things: Things) -> dict[str, dict[str, tuple[float, float]]]:
    """Spread and chroma of every thing, by row; the truth is left out where the film has no colors."""
    settings = SteadySettings()
    rows = {row: clip.chroma(colorizer, settings, palettes=row == "palette") for row in ROWS[:2]}
    if clip.film.colored:
        rows["truth"] = (lab_of_rgb8(frame)[..., 1:] for frame in clip.truth())
    return {row: {name: figures(each) for name, each in means(fields, things).items()} for row, fields in rows.items()}


def line(name: str, rows: dict[str, list[tuple[float, float]]]) -> str:
    text = f"{name:28}"
    for row in ROWS:
        spread, chroma = np.mean(rows[row], axis=0) if rows.get(row) else (np.nan, np.nan)
        text += f"{spread:10.2f}{chroma:8.1f}{spread / chroma:7.3f}" if rows.get(row) else " " * 25
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--boxes", type=Path, default=Path(__file__).with_suffix(".json"))
    parser.add_argument("--only", action="append", help="the clips to take, by their names in the boxes")
    parser.add_argument("--each", action="store_true", help="a line for every thing")
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    cv2.setNumThreads(arguments.threads)
    colorizer = Colorizer(arguments.weights, device="cpu", threads=arguments.threads)
    everything: dict[str, list[tuple[float, float]]] = {row: [] for row in ROWS}
    print(f"{'':28}{HEADING}")
    for name, marked in json.loads(arguments.boxes.read_text("utf-8")).items():
        if arguments.only and name not in arguments.only:
            continue
        things = {thing: {int(frame): tuple(box) for frame, box in boxes.items()} for thing, boxes in marked.items()}
        found = versions(Clip(arguments.folder / f"{name}.mp4", 0, None), colorizer, things)
        for thing in things if arguments.each else ():
            print(line(f"  {thing}", {row: [own[thing]] for row, own in found.items()}))
        print(line(name, {row: list(own.values()) for row, own in found.items()}), flush=True)
        for row, own in found.items():
            everything[row] += own.values()
    print(line("all", everything))


if __name__ == "__main__":
    main()
