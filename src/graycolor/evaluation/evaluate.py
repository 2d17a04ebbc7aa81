"""How well a Colorizer does on photographs whose colors are known, beside the trivial baselines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graycolor.color.fast import gray_of_rgb, join, lab_of_rgb8
from graycolor.colorizer import Colorizer, ColorizeSettings
from graycolor.data.store import PhotoStore
from graycolor.evaluation.metrics import ab_cosine, bootstrap_interval, ciede2000, colorfulness, mean_chroma

Floats = NDArray[np.float32]
Chroma = Callable[[NDArray[np.uint8], Floats], Floats]
"""True RGB and Lab of a photograph to the predicted chroma (H,W,2); only lightness may be looked at."""

_STEP = 2
"""Every second pixel in both directions is measured: neighbors say the same."""


@dataclass(frozen=True)
class Score:
    """One row of the table: means over pictures, with 95 % bootstrap intervals where they are pairs."""

    name: str
    pictures: int
    delta_e2000: float
    delta_e2000_interval: tuple[float, float]
    delta_e2000_matched: float
    delta_e2000_matched_interval: tuple[float, float]
    ab_cosine: float
    ab_cosine_interval: tuple[float, float]
    colorfulness: float
    chroma: float


@dataclass(frozen=True, eq=False)
class _Pair:
    """Truth and prediction of one photograph, thinned out."""

    lab: Floats
    ab: Floats
    colorfulness: float


def evaluate(
    store: PhotoStore, predictors: dict[str, Chroma], keep: Callable[[str], bool] = lambda _: True
) -> list[Score]:
    """Scores of named predictors over the photographs of `store` whose names `keep` accepts; truth is the last row."""
    chosen = [index for index, name in enumerate(store.names) if keep(name)]
    rows = [(name, _pairs(store, chosen, predict)) for name, predict in predictors.items()]
    rows.append(("truth", _pairs(store, chosen, lambda rgb, lab: lab[..., 1:])))
    return [_score(name, list(pairs)) for name, pairs in rows]


def by_network(colorizer: Colorizer, settings: ColorizeSettings | None = None) -> Chroma:
    """A Colorizer as a predictor: it is given the 16-bit gray of equal lightness."""

    def predict(rgb: NDArray[np.uint8], lab: Floats) -> Floats:
        return colorizer.chroma(gray_of_rgb(rgb), settings).rows(0, rgb.shape[0])

    return predict


def constant(a: float, b: float) -> Chroma:
    """The same chroma everywhere: gray (0, 0), or the mean color of a set."""
    return lambda rgb, lab: np.full((*rgb.shape[:2], 2), (a, b), np.float32)


def mean_color(store: PhotoStore) -> tuple[float, float]:
    """Mean a and b over the photographs of a store, each counting alike."""
    means = [lab_of_rgb8(store[index])[..., 1:].mean((0, 1)) for index in range(len(store))]
    a, b = np.mean(means, axis=0)
    return float(a), float(b)


def _pairs(store: PhotoStore, chosen: Iterable[int], predict: Chroma) -> Iterator[_Pair]:
    for index in chosen:
        rgb = store[index]
        lab = lab_of_rgb8(rgb)
        ab = predict(rgb, lab)
        shown: Any = join(gray_of_rgb(rgb), lambda top, bottom, ab=ab: ab[top:bottom], depth=8)  # type: ignore[misc]
        seen = lab_of_rgb8(shown)[::_STEP, ::_STEP, 1:]
        yield _Pair(lab[::_STEP, ::_STEP].astype(np.float16), seen.astype(np.float16), colorfulness(shown))


def _score(name: str, pairs: Sequence[_Pair]) -> Score:
    truth_chroma = float(np.mean([mean_chroma(pair.lab[..., 1:].astype(np.float32)) for pair in pairs]))
    chroma = float(np.mean([mean_chroma(pair.ab.astype(np.float32)) for pair in pairs]))
    factor = truth_chroma / chroma if chroma > 0.5 else 1.0
    own, matched = (np.array([_difference(pair, k) for pair in pairs]) for k in (1.0, factor))
    cosines = np.array([ab_cosine(pair.lab[..., 1:].astype(np.float32), pair.ab.astype(np.float32)) for pair in pairs])
    return Score(
        name, len(pairs), own.mean(), bootstrap_interval(own), matched.mean(), bootstrap_interval(matched),
        cosines.mean(), bootstrap_interval(cosines), float(np.mean([pair.colorfulness for pair in pairs])), chroma,
    )  # fmt: skip


def _difference(pair: _Pair, factor: float) -> float:
    """Mean CIEDE2000 of one photograph, the prediction's L replaced by the true one."""
    lab = pair.lab.astype(np.float32)
    guess = lab.copy()
    guess[..., 1:] = pair.ab.astype(np.float32) * factor
    return float(ciede2000(lab, guess).mean())
