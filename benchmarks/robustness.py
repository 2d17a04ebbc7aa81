"""How much the colors change when the picture is worn, or when the network sees it larger or smaller.

    python benchmarks/robustness.py VAL.tar [--count 120] [--weights W] [--leave-out SOURCE ...]

Every photograph is colored as it is and after one kind of wear; the chroma is judged on the true lightness. `moved` is
the mean CIEDE2000 between the two colorings, `own` the error against the truth; the same for working sizes, against the
default one. The second table takes parts of a third of the picture's area, tall, lying or of its own shape, and colors
them by themselves, beside the same pixels as the whole picture's coloring has them.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from graycolor.color.lightness_join import gray_of_rgb, lab_of_rgb8
from graycolor.colorizer import Colorizer, ColorizeSettings
from graycolor.data.store import PhotoStore
from graycolor.evaluation.metrics import ab_cosine, ciede2000
from held_out import arguments, held_out, spread

Gray = NDArray[np.uint8]
SIZES = (192, 256, 320, 384, 512)


def grain(gray: Gray) -> Gray:
    noise = np.random.default_rng(0).normal(0, 12, gray.shape)
    return np.clip(np.rint(gray + noise), 0, 255).astype(np.uint8)


def blur(gray: Gray) -> Gray:
    return cv2.GaussianBlur(gray, (0, 0), min(gray.shape) / 200)


def fading(gray: Gray) -> Gray:
    return cv2.LUT(gray, np.rint(np.linspace(55, 195, 256)).astype(np.uint8))


def scratches(gray: Gray) -> Gray:
    rng, worn = np.random.default_rng(0), gray.copy()
    for _ in range(12):
        x, drift = int(rng.integers(gray.shape[1])), int(rng.integers(-20, 20))
        cv2.line(worn, (x, 0), (x + drift, gray.shape[0]), int(rng.integers(180, 256)), 1, cv2.LINE_AA)
    for _ in range(60):
        place = (int(rng.integers(gray.shape[1])), int(rng.integers(gray.shape[0])))
        cv2.circle(worn, place, int(rng.integers(1, 3)), int(rng.integers(0, 256)), -1, cv2.LINE_AA)
    return worn


def jpeg(gray: Gray) -> Gray:
    _, data = cv2.imencode(".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, 25])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE))


def vignette(gray: Gray) -> Gray:
    y, x = np.ogrid[-1 : 1 : gray.shape[0] * 1j, -1 : 1 : gray.shape[1] * 1j]
    return np.rint(gray * (1 - 0.5 * ((x**2 + y**2) / 2) ** 1.5)).astype(np.uint8)


def everything(gray: Gray) -> Gray:
    return jpeg(scratches(grain(vignette(fading(blur(gray))))))


def part(height: int, width: int, rows: float, columns: float) -> tuple[slice, slice]:
    """The middle of a picture: this share of its rows and columns."""
    tall, wide = round(height * rows), round(width * columns)
    top, left = (height - tall) // 2, (width - wide) // 2
    return slice(top, top + tall), slice(left, left + wide)


PARTS = {"tall": (1.0, 1 / 3), "lying": (1 / 3, 1.0), "its own shape": (3**-0.5, 3**-0.5)}
WEAR: dict[str, Callable[[Gray], Gray]] = {
    one.__name__: one for one in (grain, blur, fading, scratches, jpeg, vignette, everything)
}


def main() -> None:
    """Print the tables."""
    a = arguments(__doc__, 120).parse_args()
    colorizer = Colorizer(a.weights, device="cpu")
    with held_out(a) as (store, kept):
        chosen = spread(kept, a.count)
        plain = ColorizeSettings()
        worn = {name: (wear, plain) for name, wear in WEAR.items()}
        sized = {f"size {size}": (lambda gray: gray, ColorizeSettings(size=size)) for size in SIZES}
        compare(store, chosen, colorizer, {"as it is": (lambda gray: gray, plain)} | worn | sized)
        shapes(store, chosen, colorizer)


def compare(store: PhotoStore, chosen: NDArray, colorizer: Colorizer, ways: dict) -> None:
    table = Table("way", "own dE2000", "cosine", "moved dE2000", title=f"{len(chosen)} pictures")
    for name, figures in compared(store, chosen, colorizer, ways).items():
        own, cosine, moved = np.mean(figures, axis=0)
        table.add_row(name, f"{own:.2f}", f"{cosine:.3f}", f"{moved:.2f}")
    Console(width=100).print(table)


def compared(store: PhotoStore, chosen: NDArray, colorizer: Colorizer, ways: dict) -> dict[str, list]:
    """The error, the cosine and how much was moved, of each photograph by each way."""
    rows: dict[str, list[tuple[float, ...]]] = {name: [] for name in ways}
    for index in chosen:
        rgb = np.ascontiguousarray(store[int(index)])
        lab, gray = lab_of_rgb8(rgb), np.rint(gray_of_rgb(rgb) / 257).astype(np.uint8)
        usual = lab
        for name, (wear, settings) in ways.items():
            colored = lab.copy()
            colored[..., 1:] = colorizer.chroma(wear(gray), settings).rows(0, gray.shape[0])
            usual = colored if name == "as it is" else usual
            small = [each[::2, ::2] for each in (lab, colored, usual)]
            cosine = ab_cosine(small[0][..., 1:], small[1][..., 1:])
            moved = ciede2000(small[2], small[1]).mean()
            rows[name].append((ciede2000(small[0], small[1]).mean(), cosine, moved))
    return rows


def shapes(store: PhotoStore, chosen: NDArray, colorizer: Colorizer) -> None:
    rows: dict[str, list[tuple[float, ...]]] = {name: [] for name in PARTS}
    for index in chosen:
        rgb = np.ascontiguousarray(store[int(index)])
        lab, gray = lab_of_rgb8(rgb), np.rint(gray_of_rgb(rgb) / 257).astype(np.uint8)
        whole = colorizer.chroma(gray).rows(0, gray.shape[0])
        for name, shares in PARTS.items():
            place = part(*gray.shape, *shares)
            alone, within = lab[place].copy(), lab[place].copy()
            alone[..., 1:] = colorizer.chroma(np.ascontiguousarray(gray[place])).rows(0, alone.shape[0])
            within[..., 1:] = whole[place]
            rows[name].append(
                (
                    ciede2000(lab[place], alone).mean(),
                    ciede2000(lab[place], within).mean(),
                    ciede2000(alone, within).mean(),
                )
            )
    table = Table("part", "own dE2000 alone", "in the whole", "moved dE2000", title="parts of a third of the area")
    for name, figures in rows.items():
        table.add_row(name, *(f"{value:.2f}" for value in np.mean(figures, axis=0)))
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
