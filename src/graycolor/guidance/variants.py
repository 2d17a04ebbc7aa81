"""Really different colorings of one picture, each coherent in itself.

Sampling every pixel would give confetti. Instead the whole distribution is tilted towards a direction in the ab plane
(exponential tilting), by as much as its own spread allows: where the network is sure nothing much happens, where it
hesitates between two colors the other one wins. The direction varies slowly over the picture and is shared by cells
that look alike: a draw from a Gaussian process whose kernel is likeness, through a few dozen inducing cells (Nyström).
The variants of one seed turn that draw by equal angles, so they differ from one another everywhere.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from graycolor.guidance.sight import Sight

Floats = NDArray[np.float32]

_INDUCING = 48
_NEAR = 0.6
"""Distance, in short sides, over which directions change."""
_SAME_LIGHT = 30.0
_TILT = 1.4
"""How far a variant leans: about so many standard deviations of what the network holds possible."""
_LEAST_SPREAD = 3.0
"""Lab units of spread that even a sure network is granted, so that leaning stays finite."""


def tilted(sight: Sight, number: int, of: int, seed: int, temperature: float) -> Floats:
    """Probabilities (h,w,bins) of variant `number` (1 .. of-1; 0 is the network's own) of `of`.

    They are made for an annealed mean of this `temperature`, which sharpens a lean as it sharpens all else.
    """
    if number == 0:
        return sight.probabilities
    turn = 2 * np.pi * (number - 1) / max(of - 1, 1)
    field = _directions(sight, np.random.default_rng(seed))
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]], np.float32)
    lean = _over_spread(sight, field @ rotation) * np.float32(_TILT * temperature)
    exponent = lean @ sight.bins.centers.T
    bent = sight.probabilities * np.exp(exponent - exponent.max(axis=2, keepdims=True))
    return (bent / np.maximum(bent.sum(axis=2, keepdims=True), 1e-30)).astype(np.float32)


def _over_spread(sight: Sight, directions: Floats) -> Floats:
    """Directions (h,w,2) divided by the spread of each cell's colors along them."""
    centers = sight.bins.centers
    mean = sight.probabilities @ centers
    square = sight.probabilities @ np.stack([centers[:, 0] ** 2, centers[:, 1] ** 2, centers.prod(axis=1)], axis=1)
    aa, bb, ab = square[..., 0] - mean[..., 0] ** 2, square[..., 1] - mean[..., 1] ** 2, square[..., 2] - mean.prod(-1)
    a, b = directions[..., 0], directions[..., 1]
    length = np.maximum(a * a + b * b, 1e-6)
    variance = (a * a * aa + 2 * a * b * ab + b * b * bb) / length
    return (directions / np.sqrt(np.maximum(variance, _LEAST_SPREAD**2))[..., None]).astype(np.float32)


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
