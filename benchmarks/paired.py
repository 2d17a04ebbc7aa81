"""Two or more networks on the same photographs, by the differences picture by picture, and ways to full size.

    python benchmarks/paired.py VAL.tar --weights old.safetensors --weights new.safetensors [--leave-out houses grocery]

Figures of networks scatter from picture to picture far more than the networks differ, so intervals of two means overlap
long after one is plainly better. Here each network is taken against the first on every picture, with the 95 % bootstrap
interval of the mean difference: where it does not hold 0, the difference is real. Of the Fréchet distance, which is no
mean, the interval is that of the differences on resampled sets of photographs, the same for both.

Then, for the last network, how its color comes to the picture's size: bicubically from its stride of 4 without its
refinement, as it is mixed and calmed there, along the gray's edges from there, and made finer first, as it is by
default; the differences are to the first of these.

`default` names the embedded weights. Figures are those of `graycolor eval`.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.color.lightness_join import gray_of_rgb
from graycolor.colorizer import Colorizer
from graycolor.evaluation.classifier import Classifier, available
from graycolor.evaluation.evaluate import Row, evaluate
from graycolor.evaluation.ground_truth import Rgb, Truth, Truths
from graycolor.evaluation.metrics import bootstrap_interval, frechet_distance
from graycolor.evaluation.predictors import Predictor, network, with_true_lightness
from graycolor.network import weights
from graycolor.network.chroma import Forecast
from graycolor.upsample import ChromaUpsampler

FIGURES = (
    "delta_e2000",
    "delta_e2000_matched",
    "ab_cosine",
    "edge_delta_e",
    "edge_delta_e_matched",
    "colorfulness",
    "top1",
)
RESAMPLES = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photographs", type=Path, help="a dataset, a tar or a folder")
    parser.add_argument("--weights", action="append", required=True, help="a weights file, or default; again and again")
    parser.add_argument("--leave-out", nargs="*", default=[], help="sources, by how their names begin")
    parser.add_argument("--count", type=int, help="at most so many photographs")
    parser.add_argument("--threads", type=int, default=2)
    a = parser.parse_args()
    networks = {name: Colorizer(None if name == "default" else name, device="cpu", threads=1) for name in a.weights}
    truths = Truths(a.photographs, "", a.count, tuple(a.leave_out))
    judged: list[dict[str, Predictor]] = [
        {name: network(each) for name, each in networks.items()},
        ways(networks[a.weights[-1]], unrefined(a.weights[-1])),
    ]
    for predictors in judged:
        classifier = Classifier() if available() and predictors is judged[0] else None
        compare(evaluate(truths, predictors, classifier=classifier, threads=a.threads))


def unrefined(name: str) -> Colorizer:
    """A network without its refinement."""
    network, header = weights.load(weights.default_path() if name == "default" else Path(name))
    bare = replace(header, config=replace(header.config, refine=0))
    coarse = weights.build(bare)
    kept = coarse.state_dict().keys()
    coarse.load_state_dict({key: tensor for key, tensor in network.state_dict().items() if key in kept})
    with tempfile.TemporaryDirectory() as folder:
        weights.save(Path(folder) / "unrefined.safetensors", coarse.eval(), bare)
        return Colorizer(Path(folder) / "unrefined.safetensors", device="cpu", threads=1)


def ways(colorizer: Colorizer, bare: Colorizer) -> dict[str, Predictor]:
    """Ways from the network's size to the picture's; `bare` is the network without its refinement."""
    return {
        "bicubic, unrefined": by_way(bare, bicubic),
        "bicubic from stride 4": by_way(colorizer, bicubic),
        "along edges from stride 4": by_way(colorizer, lambda said, gray: guided(said.ab, gray)),
        "refined, along edges": by_way(colorizer, lambda said, gray: guided(said.fine(), gray)),
    }


def by_way(colorizer: Colorizer, enlarge: Callable[[Forecast, NDArray], NDArray[np.float32]]) -> Predictor:
    def predict(truth: Truth) -> Rgb:
        gray = gray_of_rgb(truth.rgb)
        return with_true_lightness(truth.rgb, enlarge(colorizer.forecast(gray), gray))

    return predict


def bicubic(said: Forecast, gray: NDArray) -> NDArray[np.float32]:
    return np.asarray(cv2.resize(said.ab, gray.shape[::-1], interpolation=cv2.INTER_CUBIC), np.float32)


def guided(ab: NDArray[np.float32], gray: NDArray) -> NDArray[np.float32]:
    return ChromaUpsampler(ab, gray).rows(0, gray.shape[0])


def compare(rows: list[Row]) -> None:
    """Means, and differences to the first row with their intervals."""
    first = rows[0]
    print(f"\n{first.pictures} photographs; differences are to {first.name}, with their 95 % intervals")
    for row in rows:
        print(row.name + frechet(row, first))
        for figure in (figure for figure in FIGURES if figure in row.by_picture):
            values = row.by_picture[figure]
            change = values - first.by_picture[figure]
            low, high = bootstrap_interval(change)
            told = "" if row is first else f"   {change.mean():+.3f} [{low:+.3f}, {high:+.3f}]"
            print(f"  {figure:21} {values.mean():8.3f}{told}")


def frechet(row: Row, first: Row) -> str:
    """The Fréchet distance, and for all rows but the first how it differs from that of the first."""
    if row.features is None or first.features is None:
        return ""
    told = f"   Fréchet {row.frechet:.2f}"
    if row is first:
        return told
    drawn = np.random.default_rng(0).integers(row.pictures, size=(RESAMPLES, row.pictures))
    changes = [distance(row.features, each) - distance(first.features, each) for each in drawn]
    low, high = np.percentile(changes, [2.5, 97.5])
    return f"{told}   {row.frechet - first.frechet:+.2f} [{low:+.2f}, {high:+.2f}]"


def distance(features: tuple[NDArray, NDArray], chosen: NDArray[np.int64]) -> float:
    return frechet_distance(*(each[chosen] for each in features))


if __name__ == "__main__":
    main()
