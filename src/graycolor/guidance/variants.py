"""Really different colorings of one picture, each coherent in itself.

Sampling every pixel would give confetti. Instead the whole distribution is tilted towards a direction in the ab plane
(exponential tilting): where the network is sure nothing much happens, where it hesitates between two colors the other
one wins. The direction varies slowly over the picture and is shared by cells that look alike: a draw from a Gaussian
process whose kernel is likeness, through a few dozen inducing cells (Nyström). The variants of one seed turn that draw
by equal angles, so they differ from one another everywhere.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from graycolor.guidance.sight import Sight

Floats = NDArray[np.float32]

_INDUCING = 48
_NEAR = 0.35
"""Distance, in short sides, over which directions change."""
_SAME_LIGHT = 30.0
_TILT = 0.11
"""Log-odds per Lab unit: two colors 20 apart gain or lose a factor of nine."""


def tilted(sight: Sight, number: int, of: int, seed: int) -> Floats:
    """Probabilities (h,w,bins) of variant `number` (1 .. of-1; 0 is the network's own) of `of`."""
    if number == 0:
        return sight.probabilities
    turn = 2 * np.pi * (number - 1) / max(of - 1, 1)
    field = _directions(sight, np.random.default_rng(seed))
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]], np.float32)
    exponent = _TILT * (field @ rotation) @ sight.bins.centers.T
    bent = sight.probabilities * np.exp(exponent - exponent.max(axis=2, keepdims=True))
    return (bent / np.maximum(bent.sum(axis=2, keepdims=True), 1e-30)).astype(np.float32)


def _directions(sight: Sight, rng: np.random.Generator) -> Floats:
    """A smooth field of directions (h,w,2), of length one at most, alike where the picture is alike."""
    height, width = sight.shape
    cells = height * width
    chosen = np.sort(rng.choice(cells, min(_INDUCING, cells), replace=False))
    kernel = _likeness(sight, chosen)
    among = kernel[chosen].astype(np.float64) + 1e-3 * np.eye(len(chosen))
    drawn = np.linalg.cholesky(among) @ rng.standard_normal((len(chosen), 2))
    field = kernel @ np.linalg.solve(among, drawn)
    length = np.hypot(field[:, 0], field[:, 1])
    return (field / np.maximum(length, 0.5)[:, None]).reshape(height, width, 2).astype(np.float32)


def _likeness(sight: Sight, chosen: NDArray[np.int64]) -> Floats:
    """(cells, chosen): product of likeness in place, light and the network's opinion; positive definite."""
    height, width = sight.shape
    y, x = np.divmod(np.arange(height * width), width)
    place = np.stack([y, x], axis=1).astype(np.float32) / (min(height, width) * _NEAR)
    light = sight.L.reshape(-1, 1) / _SAME_LIGHT
    features = np.concatenate([place, light], axis=1)
    squared = np.sum((features[:, None] - features[chosen]) ** 2, axis=2)
    roots = sight.roots.reshape(height * width, -1)
    return np.exp(-squared / 2) * (roots @ roots[chosen].T)
