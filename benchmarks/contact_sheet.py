"""A contact sheet to look at: gray | graycolor | truth for photographs whose colors are known.

    python benchmarks/contact_sheet.py VAL.tar -o sheet.jpg [--count 50] [--weights W] [--old]

`--old` ages the gray first (grain, blur, fading, JPEG); pictures without colors of their own are shown as two.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from graycolor.color.lightness_join import gray_of_rgb
from graycolor.colorizer import Colorizer
from graycolor.data.degrade import aged
from graycolor.data.store import build_store, photos_in

CELL = 180
COLUMNS = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photographs", type=Path, nargs="+", help="tars or folders")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--old", action="store_true")
    a = parser.parse_args()
    colorizer, rng = Colorizer(a.weights, device="cpu"), np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        store = build_store(Path(folder) / "photographs", photos_in(a.photographs), max_side=512)
        chosen = np.linspace(0, len(store) - 1, min(a.count, len(store))).astype(int)
        rows = [row(store[index], colorizer, rng if a.old else None) for index in chosen]
    while len(rows) % COLUMNS:
        rows.append(np.zeros_like(rows[0]))
    lines = [np.hstack(rows[start : start + COLUMNS]) for start in range(0, len(rows), COLUMNS)]
    Image.fromarray(np.vstack(lines)).save(a.output, quality=90)


def row(rgb: np.ndarray, colorizer: Colorizer, rng: np.random.Generator | None) -> np.ndarray:
    gray = np.rint(gray_of_rgb(rgb) / 257).astype(np.uint8)
    if rng is not None:
        gray = aged(gray, rng)
    shown = [np.repeat(gray[..., None], 3, 2), colorizer.colorize(gray)]
    if np.ptp(rgb.astype(int), axis=2).mean() > 1:
        shown.append(rgb)
    return np.pad(np.hstack([framed(picture) for picture in shown]), ((3, 3), (3, 3), (0, 0)))


def framed(picture: np.ndarray) -> np.ndarray:
    factor = CELL / max(picture.shape[:2])
    size = (max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    cell = np.zeros((CELL, CELL, 3), np.uint8)
    top, left = (CELL - small.shape[0]) // 2, (CELL - small.shape[1]) // 2
    cell[top : top + small.shape[0], left : left + small.shape[1]] = small
    return cell


if __name__ == "__main__":
    main()
