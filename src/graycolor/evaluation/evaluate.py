"""Judging colors against photographs whose colors are known, one picture at a time.

Memory stays flat whatever the number of pictures: figures are a few numbers a picture, and what the whole set's common
factor needs (every nth pixel of truth and guess) waits in a scratch file.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from graycolor.color.lightness_join import lab_of_rgb8
from graycolor.evaluation import metrics
from graycolor.evaluation.classifier import Classifier
from graycolor.evaluation.ground_truth import Rgb, Truth
from graycolor.evaluation.metrics import bootstrap_interval, frechet_distance
from graycolor.evaluation.predictors import OtherTool, Predictor, with_true_lightness
from graycolor.progress import progress_bar
from graycolor.types import Floats

Look = Callable[[Rgb], tuple[Floats, int]]

MEANS = (
    "delta_e2000",
    "delta_e2000_own",
    "delta_e2000_matched",
    "ab_cosine",
    "edge_delta_e",
    "edge_delta_e_matched",
    "colorfulness",
    "colorfulness_gap",
    "colorfulness_abs",
    "chroma",
    "psnr",
    "ssim",
    "mse",
    "accuracy",
    "top1",
)
"""Figures that are means over pictures; the definition of each is in `graycolor.evaluation.metrics`."""
_POINTS = 40_000
"""Most pixels of a picture that wait for the common factor; smaller pictures are taken whole."""


@dataclass(frozen=True)
class Figure:
    """A mean over pictures with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Row:
    """One row of the table.

    Attributes:
        name: whose colors these are.
        pictures: how many were judged.
        figures: by name, see `MEANS`; `top1` only with a classifier.
        frechet: Fréchet distance to the truth's features; None without a classifier.
        by_picture: the single pictures' figures, in the order of `names`.
        names: of the pictures.
        factor: what the chroma was multiplied with for `delta_e2000_matched`.
        missing: pictures that a tool did not color.
        features: (N,D) of the truth and of the guess, whose distance `frechet` is; None without a classifier.
    """

    name: str
    pictures: int
    figures: Mapping[str, Figure]
    frechet: float | None
    by_picture: Mapping[str, NDArray[np.float64]]
    names: tuple[str, ...]
    factor: float
    missing: tuple[str, ...] = ()
    features: tuple[Floats, Floats] | None = None


@dataclass(eq=False)
class _Tally:
    """A row in the making."""

    name: str
    predict: Predictor
    scratch: BinaryIO
    sizes: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    figures: dict[str, list[float]] = field(default_factory=dict)
    features: list[tuple[Floats, Floats]] = field(default_factory=list)


def evaluate(
    truths: Iterable[Truth],
    predictors: Mapping[str, Predictor],
    *,
    classifier: Classifier | None = None,
    threads: int = 1,
    progress: bool = False,
) -> list[Row]:
    """Rows of figures for named predictors over photographs.

    Args:
        truths: the photographs.
        predictors: whose colors are judged, by the names of their rows.
        classifier: for the figures that need one.
        threads: photographs that are at work at a time.
        progress: show a bar (tqdm).
    """
    total = len(truths) if isinstance(truths, Sized) else None
    with tempfile.TemporaryDirectory(prefix="graycolor-eval-") as folder:
        tallies = [
            _Tally(name, predict, Path(folder, str(number)).open("w+b"))  # noqa: SIM115 - closed below
            for number, (name, predict) in enumerate(predictors.items())
        ]
        look = classifier.look if classifier else None
        try:
            with progress_bar("judging", "picture", shown=progress) as advance:
                for done, (truth, features, judged) in enumerate(_judgments(truths, tallies, look, threads), 1):
                    for tally, one in zip(tallies, judged, strict=True):
                        _add(tally, truth, features, one)
                    advance(done, total)
            return [_row(tally) for tally in tallies]
        finally:
            for tally in tallies:
                tally.scratch.close()


@dataclass(frozen=True, eq=False)
class _Judged:
    """One picture of one row: its figures, a sample of its pixels (n,6: true Lab, guessed ab, 1 at edges), features."""

    figures: dict[str, float]
    sample: NDArray[np.float16]
    features: Floats | None


_Judgment = tuple[Truth, Floats | None, list[_Judged | None]]


def _judgments(truths: Iterable[Truth], tallies: list[_Tally], look: Look | None, threads: int) -> Iterator[_Judgment]:
    """Every truth with what each row made of it, in order, several at work at a time."""
    source = iter(truths)
    with ThreadPoolExecutor(threads, "graycolor-eval") as pool:

        def submitted(count: int) -> list[Future[_Judgment]]:
            return [pool.submit(_judge, truth, tallies, look) for truth in islice(source, count)]

        waiting = submitted(2 * threads)
        while waiting:
            yield waiting.pop(0).result()
            waiting += submitted(1)


def _judge(truth: Truth, tallies: list[_Tally], look: Look | None) -> _Judgment:
    features, label = look(truth.rgb) if look else (None, -1)
    lab, band = lab_of_rgb8(truth.rgb), metrics.edge_band(lab_of_rgb8(truth.rgb)[..., 1:])
    judged = [_judged(tally.predict, truth, lab=lab, band=band, look=look, label=label) for tally in tallies]
    return truth, features, judged


def _judged(
    predict: Predictor, truth: Truth, *, lab: Floats, band: NDArray[np.bool_], look: Look | None, label: int
) -> _Judged | None:
    if isinstance(predict, OtherTool) and truth not in predict:
        return None
    shown = predict(truth)
    own = lab_of_rgb8(shown)
    ab = own[..., 1:]
    lit = lab.copy()
    lit[..., 1:] = ab
    difference = metrics.ciede2000(lab, lit)
    figures = {"delta_e2000": float(difference.mean()), "delta_e2000_own": float(metrics.ciede2000(lab, own).mean())}
    figures["edge_delta_e"] = float(difference[band].mean()) if band.any() else float(difference.mean())
    figures |= _of_colors(truth.rgb, lab[..., 1:], ab, shown)
    features, seen_label = look(shown) if look else (None, -1)
    if look:
        figures["top1"] = float(seen_label == label)
    step = max(1, int(np.ceil(np.sqrt(lab[..., 0].size / _POINTS))))
    sample = np.dstack([lab, ab, band])[::step, ::step].reshape(-1, 6).astype(np.float16)
    return _Judged(figures, sample, features)


def _of_colors(rgb: Rgb, true_ab: Floats, ab: Floats, shown: Rgb) -> dict[str, float]:
    """Figures of a picture that need no difference of Lab."""
    lit = with_true_lightness(rgb, np.ascontiguousarray(ab))
    colorfulness = metrics.colorfulness(shown)
    return {
        "ab_cosine": metrics.ab_cosine(true_ab, ab),
        "colorfulness": colorfulness,
        "colorfulness_gap": colorfulness - metrics.colorfulness(rgb),
        "colorfulness_abs": metrics.colorfulness_abs(shown),
        "chroma": metrics.mean_chroma(ab),
        "psnr": metrics.psnr(rgb, lit),
        "ssim": metrics.ssim(rgb, lit),
        "mse": metrics.report_mse(true_ab, ab),
        "accuracy": metrics.report_accuracy(true_ab, ab),
    }


def _add(tally: _Tally, truth: Truth, true_features: Floats | None, judged: _Judged | None) -> None:
    if judged is None:
        tally.missing.append(truth.name)
        return
    tally.names.append(truth.name)
    tally.sizes.append(len(judged.sample))
    tally.scratch.write(judged.sample.tobytes())
    for name, value in judged.figures.items():
        tally.figures.setdefault(name, []).append(value)
    if judged.features is not None and true_features is not None:
        tally.features.append((true_features, judged.features))


def _row(tally: _Tally) -> Row:
    factor = _common_factor(tally)
    figures: dict[str, Sequence[float]] = dict(tally.figures)
    matched = np.array([_matched(sample, factor) for sample in _samples(tally)]).reshape(-1, 2)
    figures["delta_e2000_matched"], figures["edge_delta_e_matched"] = matched.T.tolist()
    arrays = {name: np.array(figures[name]) for name in MEANS if figures.get(name)}
    means = {name: Figure(float(values.mean()), *bootstrap_interval(values)) for name, values in arrays.items()}
    features = _stacked(tally.features) if len(tally.features) > 1 else None
    frechet = None if features is None else frechet_distance(*features)
    names, missing = tuple(tally.names), tuple(tally.missing)
    return Row(
        name=tally.name,
        pictures=len(names),
        figures=means,
        frechet=frechet,
        by_picture=arrays,
        names=names,
        factor=factor,
        missing=missing,
        features=features,
    )


def _stacked(pairs: list[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    true, guessed = zip(*pairs, strict=True)
    return np.array(true), np.array(guessed)


def _samples(tally: _Tally) -> Iterator[Floats]:
    tally.scratch.seek(0)
    for size in tally.sizes:
        yield np.frombuffer(tally.scratch.read(size * 12), np.float16).reshape(-1, 6).astype(np.float32)


def _common_factor(tally: _Tally) -> float:
    """What brings the set's mean chroma to the truth's; 1 where there is none to speak of."""
    true, guessed = 0.0, 0.0
    for sample in _samples(tally):
        true += metrics.mean_chroma(sample[:, 1:3])
        guessed += metrics.mean_chroma(sample[:, 3:5])
    return true / guessed if guessed > 0.5 * len(tally.sizes) else 1.0


def _matched(sample: Floats, factor: float) -> tuple[float, float]:
    """Mean CIEDE2000 of one picture's sample, and of its edges, after its chroma was multiplied by `factor`."""
    guess, band = sample[:, :3].copy(), sample[:, 5] > 0
    guess[:, 1:] = sample[:, 3:5] * factor
    difference = metrics.ciede2000(sample[:, :3], guess)
    return float(difference.mean()), float(difference[band if band.any() else ...].mean())
