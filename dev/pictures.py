"""Draws the pictures of the documents from photographs of this repository: before and after, and how it works.

    python dev/pictures.py [-o FOLDER]

Writes `before-after.jpg` and the `how-*.webp` of `docs/how-it-works.md`. `dev/looks_sheet.py` and
`dev/web_screenshots.py` make the others.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from graycolor.color.gamut import fit_lab
from graycolor.color.lab import lab_to_rgb
from graycolor.color.lightness_join import gray_of_rgb
from graycolor.colorizer import Colorizer, ColorizeSettings
from graycolor.film.steadiness.steady import ShotColorizer, SteadySettings
from graycolor.guidance.network_view import NetworkView

ROOT = Path(__file__).resolve().parent.parent
HEIGHT = 300
"""Pixels of each picture."""
TITLE, GAP = 22, 8
INK, PAPER = (40, 40, 40), (255, 255, 255)
SHOWN = ROOT / "examples" / "migrant-mother-1936.jpg"
BESIDE_EACH_OTHER = (SHOWN, ROOT / "dev" / "church-and-tree.jpg")
PLACES = {"a cheek": (0.42, 0.36), "the coat": (0.66, 0.6), "the child's hair": (0.77, 0.2)}
"""Places of `SHOWN`, as shares of width and height."""
CHOICES = 6
"""Colors shown of each place."""
CHROMA = (12, 50, 90)
"""Of the colors that show where a screen ends."""
HUE = 40
FRAMES = 48


def main() -> None:
    """Draws them all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "docs")
    folder = parser.parse_args().output
    colorizer = Colorizer(device="cpu", threads=1)
    before_after(colorizer).save(folder / "before-after.jpg", quality=85)
    for name, draw in {"steps": steps, "likely": likely, "film": film}.items():
        draw(colorizer).save(folder / f"how-{name}.webp", quality=85)
    screen().save(folder / "how-screen.webp", quality=85)


def photograph(path: Path, height: int) -> np.ndarray:
    """A photograph in gray."""
    with Image.open(path) as image:
        gray = image.convert("L")
    return np.asarray(gray.resize((round(gray.width * height / gray.height), height), Image.Resampling.LANCZOS))


def sheet(pictures: dict[str, np.ndarray], height: int = HEIGHT, letters: int = 13) -> Image.Image:
    """Pictures side by side, each under its title, in letters of that many pixels."""
    images = [Image.fromarray(picture).convert("RGB") for picture in pictures.values()]
    shown = [each.resize((round(each.width * height / each.height), height), _way(each, height)) for each in images]
    above = letters + TITLE - 13
    paper = Image.new("RGB", (sum(each.width + GAP for each in shown) - GAP, height + above), PAPER)
    left = 0
    for title, each in zip(pictures, shown, strict=True):
        ImageDraw.Draw(paper).text((left, 3), title, INK, font_size=letters)
        paper.paste(each, (left, above))
        left += each.width + GAP
    return paper


def _way(image: Image.Image, height: int) -> Image.Resampling:
    """Small maps keep their cells to be seen."""
    return Image.Resampling.NEAREST if image.height < height else Image.Resampling.BOX


def before_after(colorizer: Colorizer) -> Image.Image:
    """Two photographs, each in gray and in color."""
    pictures = []
    for path in BESIDE_EACH_OTHER:
        gray = photograph(path, 840)
        pictures += [np.repeat(gray[..., None], 3, 2), colorizer.colorize(gray)]
    shown = [Image.fromarray(each) for each in pictures]
    small = [each.resize((each.width // 2, each.height // 2), Image.Resampling.BOX) for each in shown]
    paper = Image.new("RGB", (sum(each.width + GAP for each in small) - GAP, small[0].height), PAPER)
    for number, each in enumerate(small):
        paper.paste(each, (sum(other.width + GAP for other in small[:number]), 0))
    return paper


def steps(colorizer: Colorizer) -> Image.Image:
    """What happens to a photograph, from left to right."""
    gray = photograph(SHOWN, 600)
    view = colorizer.look(gray)
    forecast = colorizer.forecast(gray)
    sure = np.round(255 * forecast.confidence).astype(np.uint8)
    return sheet(
        {
            "1. it sees": view.codes,
            "2. its colors": flat(forecast.ab),
            "3. how sure it is": sure,
            "4. finer colors": flat(forecast.fine()),
            "5. on the gray": colorizer.colorize(gray),
        },
        letters=26,
    )


def flat(ab: np.ndarray) -> np.ndarray:
    """Chroma (h,w,2) at a lightness of 65, so that nothing but color is seen."""
    lab = np.concatenate([np.full((*ab.shape[:2], 1), 65.0), ab], -1)
    return np.round(255 * np.clip(lab_to_rgb(fit_lab(lab)), 0, 1)).astype(np.uint8)


def likely(colorizer: Colorizer) -> Image.Image:
    """The likeliest colors of a few places, each as wide as it is likely."""
    gray = photograph(SHOWN, 600)
    view = colorizer.look(gray)
    paper = Image.new("RGB", (760, len(PLACES) * 64), PAPER)
    draw = ImageDraw.Draw(paper)
    for number, (title, (x, y)) in enumerate(PLACES.items()):
        row, column = int(y * view.shape[0]), int(x * view.shape[1])
        top = 64 * number
        draw.text((0, top + 3), title, INK, font_size=13)
        bars(draw, view, (row, column), top + 22)
    return paper


def bars(draw: ImageDraw.ImageDraw, view: NetworkView, cell: tuple[int, int], top: int) -> None:
    """The likeliest colors of one cell at its own lightness, side by side, with their share below."""
    probabilities = view.probabilities[cell]
    lightness = float(view.L[cell])
    left = 0
    for each in np.argsort(probabilities)[::-1][:CHOICES]:
        width = max(34, round(960 * float(probabilities[each])))
        lab = np.array([[[max(lightness, 30), *view.bins.centers[each]]]])
        color = tuple(int(value) for value in np.round(255 * np.clip(lab_to_rgb(fit_lab(lab)), 0, 1))[0, 0])
        draw.rectangle((left, top, left + width - 3, top + 22), fill=color)
        draw.text((left, top + 24), f"{probabilities[each]:.1%}", INK, font_size=11)
        left += width


def screen() -> Image.Image:
    """Where a screen ends: one hue at rising lightness, clipped and with chroma given up, and the gray of both."""
    L = np.linspace(3, 97, 360)[None].repeat(26, 0)
    angle = np.radians(HUE)
    rows: dict[str, list[np.ndarray]] = {"clipped": [], "graycolor": []}
    for chroma in CHROMA:
        ab = np.stack([np.full_like(L, chroma * np.cos(angle)), np.full_like(L, chroma * np.sin(angle))], -1)
        lab = np.concatenate([L[..., None], ab], -1)
        rows["clipped"].append(np.clip(lab_to_rgb(lab), 0, 1))
        rows["graycolor"].append(np.clip(lab_to_rgb(fit_lab(lab)), 0, 1))
    shown = {}
    for name, stripes in rows.items():
        colors = np.round(255 * np.vstack(stripes)).astype(np.uint8)
        shown[f"{name}: a weak, a strong and a very strong red"] = colors
        shown[f"{name}: the lightness of each"] = lightness_of(colors)
    return stacked(shown)


def lightness_of(rgb: np.ndarray) -> np.ndarray:
    """The gray picture of equal lightness."""
    return (gray_of_rgb(rgb) >> 8).astype(np.uint8)


def stacked(pictures: dict[str, np.ndarray]) -> Image.Image:
    """Two pictures a row, each under its title."""
    items = list(pictures.items())
    rows = [sheet(dict(items[start : start + 2]), items[0][1].shape[0]) for start in range(0, len(items), 2)]
    paper = Image.new("RGB", (rows[0].width, sum(row.height for row in rows)), PAPER)
    for number, row in enumerate(rows):
        paper.paste(row, (0, sum(other.height for other in rows[:number])))
    return paper


def film(colorizer: Colorizer) -> Image.Image:
    """One row of chroma over time, frame by frame and steady, of a camera that moves over a photograph."""
    grays = list(camera(photograph(SHOWN, 420)))
    ways = {"every frame by itself": 0.0, "along the motion": SteadySettings().smoothing}
    shown = {f"one frame of {FRAMES}": grays[0]}
    for title, smoothing in ways.items():
        settings = SteadySettings(smoothing=smoothing, colors=ColorizeSettings())
        shown[f"{title}: one row over time"] = over_time(ShotColorizer(colorizer, settings).color(grays))
    return sheet(shown, 288)


def camera(gray: np.ndarray) -> list[np.ndarray]:
    """Frames of a camera that moves down a photograph, with grain."""
    rng = np.random.default_rng(0)
    frames = []
    for number in range(FRAMES):
        seen = gray[number : number + 288, 20:320].astype(np.float32)
        frames.append(np.clip(seen + rng.normal(0, 14, seen.shape), 0, 255).astype(np.uint8))
    return frames


def over_time(chromas: Iterable[np.ndarray]) -> np.ndarray:
    """One row of every frame below each other, that of the same place: the camera's motion is taken out."""
    rows = [ab[round((250 - number) * ab.shape[0] / 288)] for number, ab in enumerate(chromas)]
    tall = np.stack(rows).repeat(6, 0)
    return flat(np.stack([widened(tall[..., channel], 300) for channel in (0, 1)], -1))


def widened(plane: np.ndarray, width: int) -> np.ndarray:
    """A plane of floats, as wide as that."""
    return np.asarray(
        Image.fromarray(plane.astype(np.float32)).resize((width, plane.shape[0]), Image.Resampling.BILINEAR)
    )


if __name__ == "__main__":
    main()
