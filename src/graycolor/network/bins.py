"""The quantised ab plane of Zhang et al. 2016 ("Colorful Image Colorization"): bins, soft encoding, prior, rebalancing.

A network that names bins keeps several possible colors apart where a regression would average them to brown; the soft
encoding says how near each bin is, the rebalancing makes rare colors count, and the decoding takes part of it back.
numpy only: the CPU path must not import torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from graycolor.color.lab import rgb_to_lab

NEIGHBORS = 5
"""Bins that share one color in the soft encoding."""
SIGMA = 5.0
"""Width of the soft encoding, in Lab units."""
UNIFORM = 0.5
"""Share of the uniform distribution mixed into the prior before it is inverted to class weights."""


def gamut_centers(step: int) -> NDArray[np.float32]:
    """Centers (bins, 2) of the cells of the ab grid that hold at least one sRGB color, ordered by a, then b.

    `step` is the side of a cell in Lab units; 10 gives 261 bins. The sRGB cube is sampled every 3 levels.
    """
    return (_gamut_cells(step) * step).astype(np.float32)


@cache
def _gamut_cells(step: int) -> NDArray[np.float64]:
    levels = np.arange(0, 256, 3, dtype=np.float64) / 255
    cube = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(-1, 3)
    ab = rgb_to_lab(cube)[:, 1:]
    # A color half way between two centers belongs to both cells.
    cells = np.concatenate([np.ceil(ab / step - 0.5), np.floor(ab / step + 0.5)])
    return np.unique(cells, axis=0)


@dataclass(frozen=True, eq=False)
class Bins:
    """The bins of one network.

    Attributes:
        centers: (bins, 2) ab of each bin's center.
        prior: (bins,) how often each bin occurs in photographs; sums to 1.
    """

    centers: NDArray[np.float32]
    prior: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.centers)

    @classmethod
    def uniform(cls, step: int) -> Bins:
        """Bins of the given step with a flat prior, before any photograph was seen."""
        centers = gamut_centers(step)
        return cls(centers, np.full(len(centers), 1 / len(centers), np.float32))

    @cached_property
    def class_weights(self) -> NDArray[np.float32]:
        """(bins,) rebalancing weights, rare colors heavy, scaled so that their mean under the prior is 1."""
        weights = 1 / ((1 - UNIFORM) * self.prior.astype(np.float64) + UNIFORM / len(self))
        return (weights / np.sum(self.prior * weights)).astype(np.float32)

    def soft_encoding(self, ab: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Nearest bins and their weights for colors `ab` (..., 2): indices and weights of shape (..., 5).

        The nearest bin comes first; the weights are `exp(-d^2 / 50)`, normalised to sum 1.
        """
        distance = np.sum((ab[..., None, :] - self.centers) ** 2, axis=-1)
        nearest = np.argsort(distance, axis=-1, kind="stable")[..., :NEIGHBORS]
        near = np.take_along_axis(distance, nearest, -1)
        # Measured from the nearest, so that colors far outside the gamut do not underflow to nothing.
        weights = np.exp((near[..., :1] - near) / (2 * SIGMA**2))
        return nearest, (weights / weights.sum(-1, keepdims=True)).astype(np.float32)

    def encoding_table(self, reach: int = 110) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """`soft_encoding` of every integer color: (2*reach+1, 2*reach+1, 5) indices and weights, by a and b + reach."""
        return _encoding_table(self.centers.tobytes(), reach)

    def logit_offset(self, rebalancing_undone: float) -> NDArray[np.float32]:
        """(bins,) what to add to logits to take back part of the rebalancing: 0 none of it, 1 all of it."""
        return (-rebalancing_undone * np.log(self.class_weights)).astype(np.float32)


@lru_cache(2)
def _encoding_table(centers: bytes, reach: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """It takes a third of a second, and a training run asks at its start and whenever it judges an epoch."""
    count = len(centers) // 8  # two fp32 values a center
    bins = Bins(np.frombuffer(centers, np.float32).reshape(count, 2), np.full(count, 1 / count, np.float32))
    axis = np.arange(-reach, reach + 1, dtype=np.float32)
    rows = [bins.soft_encoding(np.stack(np.broadcast_arrays(a, axis), -1)) for a in axis]
    return np.stack([index for index, _ in rows]), np.stack([weights for _, weights in rows])


def annealed_mean(
    logits: NDArray[np.float32], centers: NDArray[np.float32], offset: NDArray[np.float32], temperature: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Annealed mean: logits (bins, h, w) to ab (h, w, 2) and confidence (h, w).

    `p = softmax((logits + offset) / temperature)`; ab is the mean of the centers under p. Confidence is 1 minus the
    entropy of `softmax(logits + offset)` (not annealed) over log(bins): 0 where all bins are alike, 1 where one is
    certain.
    """
    likely = _softmax(logits + offset[:, None, None])
    annealed = _softmax((logits + offset[:, None, None]) / temperature)
    entropy = -np.sum(likely * np.log(np.maximum(likely, 1e-12)), axis=0)
    ab = np.einsum("qhw,qc->hwc", annealed, centers)
    return ab.astype(np.float32), (1 - entropy / np.log(len(centers))).astype(np.float32)


def _softmax(z: NDArray[np.float32]) -> NDArray[np.float32]:
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)
