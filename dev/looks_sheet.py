"""Writes `docs/looks.jpg`: every look on the photographs of `examples/`, side by side.

python dev/looks_sheet.py [PHOTOS ...] [-o SHEET.jpg]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from graycolor.colorizer import Colorizer, ColorizeSettings
from graycolor.looks import LOOKS

ROOT = Path(__file__).resolve().parent.parent
HEIGHT = 150
"""Pixels of each picture."""
COLUMNS = 3
TITLE, GAP = 18, 6
INK, PAPER = (40, 40, 40), (255, 255, 255)


def main() -> None:
    """Writes the sheet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photographs", type=Path, nargs="*", default=sorted((ROOT / "examples").glob("*.jpg")))
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "docs" / "looks.jpg")
    a = parser.parse_args()
    colorizer, grays = Colorizer(device="cpu", threads=1), [gray_of(path) for path in a.photographs]
    cells = [cell(name, colorizer, grays) for name in LOOKS]
    lines = [np.hstack(cells[start : start + COLUMNS]) for start in range(0, len(cells), COLUMNS)]
    Image.fromarray(np.vstack(lines)).save(a.output, quality=82)


def gray_of(path: Path) -> np.ndarray:
    """A photograph in gray, as high as the sheet shows it at twice its size."""
    with Image.open(path) as image:
        gray = image.convert("L")
    return np.asarray(gray.resize((round(gray.width * 2 * HEIGHT / gray.height), 2 * HEIGHT), Image.Resampling.BOX))


def cell(name: str, colorizer: Colorizer, grays: list[np.ndarray]) -> np.ndarray:
    """All photographs under one look, with its name."""
    colored = [Image.fromarray(colorizer.colorize(gray, ColorizeSettings(look=name))) for gray in grays]
    small = [image.resize((image.width // 2, HEIGHT), Image.Resampling.BOX) for image in colored]
    sheet = Image.new("RGB", (sum(each.width + GAP for each in small) + GAP, HEIGHT + TITLE + GAP), PAPER)
    ImageDraw.Draw(sheet).text((1, 3), name, INK, font_size=12)
    left = 0
    for each in small:
        sheet.paste(each, (left, TITLE))
        left += each.width + GAP
    return np.asarray(sheet)


if __name__ == "__main__":
    main()
