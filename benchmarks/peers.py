"""graycolor beside DDColor, DeOldify, their mixtures in HAVC, and ColTran, on the same 23 public photographs.

    git clone --depth 1 https://github.com/dan64/vs-deoldify
    python benchmarks/peers.py vs-deoldify

The author of HAVC publishes sheets on which 23 photographs stand beside what ten settings of these tools made of them
(`test_images`, `test_images_ex`). This cuts the sheets apart and judges every tool, graycolor, a gray picture and the
mean color of the set by the figures of `graycolor eval`: CIEDE2000 with the true lightness, as it is and with the
chroma of the whole set matched by one factor, the cosine of the ab fields, and the matched error less graycolor's,
photograph by photograph: where that interval holds 0, 23 photographs do not tell the two apart. `--json FILE` keeps the
figures.

All pictures, the true ones among them, have gone through the shrinking (345 pixels) and the JPEG of the sheets.
graycolor colors the gray of what is on the sheet; the other tools had the photographs at full size. The figures that
the author publishes himself were measured on those, with their own lightness, and are not these.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from PIL import Image

from graycolor.colorizer import Colorizer
from graycolor.evaluation.evaluate import Row, evaluate
from graycolor.evaluation.ground_truth import Truths
from graycolor.evaluation.metrics import bootstrap_interval
from graycolor.evaluation.predictors import OtherTool, Predictor, constant, mean_colors, network

SHEETS = {
    "test_images": [
        "truth",
        "DeOldify Video + DDColor Artistic",
        "DDColor Artistic",
        "DeOldify Stable",
        "DeOldify Video",
        "ColTran",
    ],
    "test_images_ex": [
        "truth",
        "DeOldify Artistic",
        "DeOldify Artistic + DDColor Artistic",
        "DeOldify Artistic + DDColor ModelScope",
        "DDColor ModelScope",
        "DeOldify Stable + DDColor Artistic",
    ],
}
"""What stands on the sheets of each folder, row by row, three in a row."""
SHEET = (1090, 767)
LEFT, TOP, ACROSS, DOWN, SIDE = 13, 11, 360, 380, 344
"""Pixels: where the first picture begins, from one to the next, and how much of each lies within its frame."""
MATCHED = "delta_e2000_matched"
FIGURES = ("delta_e2000", MATCHED, "ab_cosine", "colorfulness")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository", type=Path, help="a clone of github.com/dan64/vs-deoldify")
    parser.add_argument("--count", type=int, help="at most so many photographs")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path)
    a = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cut(a.repository, Path(folder))
        rows = judged(Path(folder), a.count, a.threads)
    print(table(rows))
    if a.json:
        a.json.write_text(json.dumps({row.name: means(row) for row in rows}, indent=1), "utf-8")


def cut(repository: Path, folder: Path) -> None:
    """Every sheet's pictures, each in the folder of who made it."""
    for kind, names in SHEETS.items():
        for sheet in sorted((repository / kind).glob("Image_*_test*.jpg")):
            with Image.open(sheet) as image:
                if image.size != SHEET:
                    raise SystemExit(f"{sheet} has {image.size} pixels instead of {SHEET}: the sheets have changed")
                for place, name in enumerate(names):
                    left, top = LEFT + place % 3 * ACROSS, TOP + place // 3 * DOWN
                    (folder / name).mkdir(exist_ok=True)
                    tile = image.convert("RGB").crop((left, top, left + SIDE, top + SIDE))
                    tile.save(folder / name / f"{sheet.name[6:8]}.png")


def judged(folder: Path, count: int | None = None, threads: int = 2) -> list[Row]:
    """The figures of all, the best first."""
    truths = Truths(folder / "truth", "", count)
    names = [name for kind in SHEETS.values() for name in kind if name != "truth"]
    predictors: dict[str, Predictor] = {"graycolor": network(Colorizer(device="cpu", threads=1))}
    predictors |= {name: OtherTool(folder / name) for name in names}
    predictors |= {"gray": constant(0, 0), "mean color": constant(*map(float, mean_colors(truths).mean(0)))}
    rows = evaluate(truths, predictors, threads=threads)
    return sorted(rows, key=lambda row: float(row.by_picture[MATCHED].mean()))


def means(row: Row) -> dict[str, list[float]]:
    """Mean and 95 % interval of each figure."""
    return {
        name: [float(row.by_picture[name].mean()), *bootstrap_interval(row.by_picture[name])]
        for name in FIGURES
        if name in row.by_picture
    }


def table(rows: list[Row]) -> str:
    """The figures, ready for a page."""
    heads = [f"{rows[0].pictures} photographs", *FIGURES, "matched, less graycolor's"]
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    ours = next(row for row in rows if row.name == "graycolor").by_picture[MATCHED]
    for row in rows:
        change = row.by_picture[MATCHED] - ours
        cells = [f"{mean:.2f} [{low:.2f}, {high:.2f}]" for mean, low, high in means(row).values()]
        told = "{:+.2f} [{:+.2f}, {:+.2f}]".format(change.mean(), *bootstrap_interval(change)) if change.any() else ""
        lines.append(f"| {' | '.join([row.name, *cells, told])} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
