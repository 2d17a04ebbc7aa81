"""How steady a colored film is: the distance of its color distributions, and the error along its motion.

Gray is perfectly steady, and so is washed-out color; and a true film is not, because what it shows moves. So these
figures mean something only beside those of the true film and of its gray, with the colorfulness next to them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graycolor.color.lightness_join import gray_of_rgb, lab_of_rgb8
from graycolor.evaluation.metrics import ciede2000, colorfulness
from graycolor.film.steadiness.flow import carried, flow_between
from graycolor.film.steadiness.shots import is_cut
from graycolor.types import Gray, Reals

RGB = NDArray[np.uint8]

_DISTANCES = (1, 2, 4)
"""Frames apart, of the pairs that CDC compares."""


@dataclass(frozen=True, eq=False)
class Motion:
    """How the pixels of a frame moved since the one before.

    Attributes:
        flow: (H,W,2) steps in x and y from the frame to the one before.
        seen: (H,W) where the way there and the way back agree: what came into sight is left out.
    """

    flow: Reals
    seen: NDArray[np.bool_]


@dataclass(frozen=True)
class FilmFigures:
    """What a colored film is judged by.

    Attributes:
        cdc: color distribution consistency (Liu et al. 2024), see `cdc`.
        warp_error: see `warp_error`, mean over pairs of neighbors within a shot.
        colorfulness: Hasler and Suesstrunk's, mean over frames.
        delta_e2000: to the true film, on its lightness, mean over pixels and frames.
    """

    cdc: float
    warp_error: float
    colorfulness: float
    delta_e2000: float


def film_figures(truth: Iterable[RGB], film: Iterable[RGB]) -> FilmFigures:
    """Judge the frames of a film, (H,W,3) 8-bit sRGB, beside those of the true one; 384 pixels wide is usual.

    Motion and shots are those of the true film. Frames are read once, a handful at a time.

    Raises:
        ValueError: the films are not equally long, or there are less than two frames.
    """
    judge = _Judge()
    for true, own in zip(truth, film, strict=True):
        judge.add(true, own)
    return judge.figures()


def cdc(frames: Iterable[RGB]) -> float:
    """Mean Jensen-Shannon divergence, in nats, of the R, G and B histograms of frames 1, 2 and 4 apart.

    Each distance has the mean over its pairs; distances longer than the film are left out.
    """
    spans = _Spans()
    for frame in frames:
        spans.add(frame)
    return spans.mean()


def motion(before: Gray, after: Gray) -> Motion | None:
    """Motion from `before` to `after` (H,W); None across a cut."""
    if is_cut(before, after):
        return None
    flow, back = flow_between(after, before), flow_between(before, after)
    way = np.linalg.norm(flow + carried(back, flow), axis=2)
    return Motion(flow, way <= 1 + 0.05 * np.linalg.norm(flow, axis=2))


def warp_error(before: Reals, after: Reals, moved: Motion) -> float:
    """Mean distance of a frame's ab (H,W,2) from the last one's, carried along the motion, where both are in sight."""
    distance = np.linalg.norm(after - carried(before, moved.flow), axis=2)
    return float(distance[moved.seen].mean()) if moved.seen.any() else 0.0


class _Judge:
    """Figures of a film, frame by frame; of earlier frames only what the next one is compared with is kept."""

    def __init__(self) -> None:
        self._spans = _Spans()
        self._last: tuple[Gray, Reals] | None = None
        self._errors: list[float] = []
        self._warps: list[float] = []
        self._colors: list[float] = []

    def add(self, true: RGB, own: RGB) -> None:
        true_lab, ab, gray = lab_of_rgb8(true), lab_of_rgb8(own)[..., 1:], _codes(true)
        self._errors.append(float(ciede2000(true_lab, np.dstack([true_lab[..., 0], ab])).mean()))
        self._colors.append(colorfulness(own))
        self._spans.add(own)
        if self._last is not None and (moved := motion(self._last[0], gray)) is not None:
            self._warps.append(warp_error(self._last[1], ab, moved))
        self._last = gray, ab

    def figures(self) -> FilmFigures:
        if len(self._errors) < 2:
            raise ValueError("A film has two frames at least.")
        warp = float(np.mean(self._warps)) if self._warps else 0.0
        return FilmFigures(self._spans.mean(), warp, float(np.mean(self._colors)), float(np.mean(self._errors)))


class _Spans:
    """Histograms of the last frames, and what was found between them."""

    def __init__(self) -> None:
        self._recent: deque[Reals] = deque(maxlen=max(_DISTANCES))
        self._found: dict[int, list[float]] = {distance: [] for distance in _DISTANCES}

    def add(self, frame: RGB) -> None:
        own = _histograms(frame)
        for distance, found in self._found.items():
            if distance <= len(self._recent):
                found.append(float(_jensen_shannon(own, self._recent[-distance]).mean()))
        self._recent.append(own)

    def mean(self) -> float:
        """Mean over distances of the mean over their pairs."""
        means = [np.mean(found) for found in self._found.values() if found]
        return float(np.mean(means)) if means else 0.0


def _histograms(frame: RGB) -> Reals:
    """(3,256) share of each code in each channel."""
    counts = [np.bincount(frame[..., channel].ravel(), minlength=256) for channel in range(3)]
    return np.array(counts) / frame[..., 0].size


def _jensen_shannon(p: Reals, q: Reals) -> Reals:
    mean = (p + q) / 2
    return np.asarray((_divergence(p, mean) + _divergence(q, mean)) / 2)


def _divergence(p: Reals, q: Reals) -> Reals:
    return np.asarray(np.sum(p * np.log(np.where(p > 0, p / np.maximum(q, 1e-30), 1)), axis=-1))


def _codes(rgb: RGB) -> Gray:
    return np.rint(gray_of_rgb(rgb) / 257).astype(np.uint8)
