"""What hints and a reference are worth, judged on photographs whose colors are known.

    python benchmarks/guidance.py VAL.tar [--count 36] [--seed 0] [--weights W] [--leave-out SOURCE ...]

Every photograph is colored from its gray alone, then with 1, 5 and 20 hints taken from its own colors at random places
(the first of the same twenty), then led by a reference: itself, its mirror image cut out of the middle, and a stranger
(the photograph before it). Chroma is judged on the true lightness. `near` and `far` are the errors within a tenth and
beyond half of a short side from the single hint, before and after; `moved far` is how much that hint moved what is
far, and `untouched` the share of the picture that it left alone to the last bit. The first lines ask whether
the confidence that the program tells is worth anything, on six times as many photographs.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from graycolor.color.lightness_join import gray_of_rgb, lab_of_rgb8
from graycolor.colorizer import Colorizer
from graycolor.data.store import PhotoStore
from graycolor.evaluation.metrics import ciede2000
from graycolor.guidance.guidance import Guidance
from graycolor.guidance.hints import Hint
from graycolor.jobs.outcome import DOUBTFUL
from held_out import arguments, held_out, spread

Floats = NDArray[np.float32]
COUNTS = (1, 5, 20)
_WINDOW = 2
"""Pixels to each side that a hint's color is averaged over, as an eyedropper does."""
_NEAR, _FAR = 0.1, 0.5


def main() -> None:
    """Print the tables."""
    parser = arguments(__doc__, 36)
    parser.add_argument("--seed", type=int, default=0)
    a = parser.parse_args()
    colorizer = Colorizer(a.weights, device="cpu")
    with held_out(a) as (store, kept):
        chosen, more = (spread(kept, count) for count in (a.count, 6 * a.count))
        show_doubt([doubt(np.ascontiguousarray(store[int(index)]), colorizer) for index in more])
        show([judge(store, chosen, number, colorizer, a.seed) for number in range(len(chosen))])


def doubt(rgb: NDArray[np.uint8], colorizer: Colorizer) -> tuple[float, float]:
    """Mean confidence of a photograph and its error, at the network's size."""
    forecast = colorizer.forecast(gray_of_rgb(rgb))
    lab = cv2.resize(lab_of_rgb8(rgb), forecast.ab.shape[1::-1], interpolation=cv2.INTER_AREA)
    guess = np.dstack([lab[..., :1], forecast.ab])
    return float(forecast.confidence.mean()), float(ciede2000(lab, guess).mean())


def judge(store: PhotoStore, chosen: NDArray, number: int, colorizer: Colorizer, seed: int) -> dict[str, float]:
    """Every figure of one photograph."""
    rgb = np.ascontiguousarray(store[int(chosen[number])])
    stranger = np.ascontiguousarray(store[int(chosen[number - 1])])
    lab, gray = lab_of_rgb8(rgb), np.rint(gray_of_rgb(rgb) / 257).astype(np.uint8)
    hints = placed(rgb, np.random.default_rng([seed, number]))

    def error(guidance: Guidance | None) -> Floats:
        colored = lab.copy()
        colored[..., 1:] = colorizer.chroma(gray, None, guidance).rows(0, gray.shape[0])
        return ciede2000(lab[::2, ::2], colored[::2, ::2])

    plain = error(None)
    guided = {f"{count} hint{'s' * (count > 1)}": error(Guidance(hints[:count])) for count in COUNTS}
    inner = rgb[rgb.shape[0] // 8 : -rgb.shape[0] // 8, rgb.shape[1] // 8 : -rgb.shape[1] // 8]
    cut = np.ascontiguousarray(inner[:, ::-1])
    for name, picture in {"itself": rgb, "mirrored cut": cut, "a stranger": stranger}.items():
        guided[f"reference: {name}"] = error(Guidance(reference=colorizer.reference(picture)))
    figures = {"no guidance": float(plain.mean())}
    figures |= {name: float(each.mean()) for name, each in guided.items()}
    return figures | around(gray, hints[0], colorizer, plain, guided["1 hint"])


def placed(rgb: NDArray[np.uint8], rng: np.random.Generator) -> tuple[Hint, ...]:
    """Twenty hints of a picture's own colors at random places."""
    hints = []
    for _ in range(max(COUNTS)):
        y, x = (int(rng.integers(_WINDOW, side - _WINDOW)) for side in rgb.shape[:2])
        window = rgb[y - _WINDOW : y + _WINDOW + 1, x - _WINDOW : x + _WINDOW + 1].reshape(-1, 3)
        hints.append(Hint("#{:02x}{:02x}{:02x}".format(*np.rint(window.mean(0)).astype(int)), ((x, y),)))
    return tuple(hints)


def around(gray: NDArray, hint: Hint, colorizer: Colorizer, before: Floats, after: Floats) -> dict[str, float]:
    """What a single hint did near and far."""
    (x, y), short = hint.points[0], min(gray.shape)
    ys, xs = np.mgrid[: gray.shape[0] : 2, : gray.shape[1] : 2]
    distance = np.hypot(ys - y, xs - x) / short
    near, far = distance < _NEAR, distance > _FAR
    plain, hinted = (colorizer.forecast(gray, None, guide).ab for guide in (None, Guidance((hint,))))
    moved = np.hypot(*np.moveaxis(hinted - plain, -1, 0))
    rows, columns = (np.arange(n) + 0.5 for n in moved.shape)
    scale = gray.shape[0] / moved.shape[0], gray.shape[1] / moved.shape[1]
    beyond = np.hypot((rows * scale[0] - y)[:, None], columns * scale[1] - x) / short > _FAR
    return {
        "near before": float(before[near].mean()),
        "near after": float(after[near].mean()),
        "far before": float(before[far].mean()),
        "far after": float(after[far].mean()),
        "moved far": float(moved[beyond].mean()),
        "untouched": float((moved == 0).mean()),
    }


def show(judged: list[dict[str, float]]) -> None:
    """Means over the photographs, and how many of them became better."""
    table = Table("way", "dE2000", "better", "worse by over 0.1", title=f"{len(judged)} photographs")
    for name in judged[0]:
        values = np.array([each[name] for each in judged])
        gain = np.array([each["no guidance"] for each in judged]) - values
        whole = name.startswith(("reference", "no ")) or name.endswith(("hint", "hints"))
        shares = (f"{(gain > 0).mean():.0%}", f"{(gain < -0.1).mean():.0%}") if whole else ("", "")
        table.add_row(name, f"{np.nanmean(values):.2f}", *shares)
    Console(width=100).print(table)


def show_doubt(judged: list[tuple[float, float]]) -> None:
    """Whether the confidence that the program tells is worth anything."""
    sure, error = np.array(judged).T
    rank = np.corrcoef(sure.argsort().argsort(), error.argsort().argsort())[0, 1]
    order, fifth = sure.argsort(), max(1, len(sure) // 5)
    least, most = error[order[:fifth]].mean(), error[order[-fifth:]].mean()
    doubtful = sure < DOUBTFUL
    say = Console(width=100).print
    say(f"{len(sure)} photographs: rank correlation of confidence and error {rank:.2f}.")
    say(f"dE2000 of the least sure fifth {least:.1f}, of the surest fifth {most:.1f}.")
    say(f"{doubtful.mean():.0%} are doubtful: {error[doubtful].mean():.1f} against {error[~doubtful].mean():.1f}.")


if __name__ == "__main__":
    main()
