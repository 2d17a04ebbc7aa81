"""How far a color placed at some cells reaches: one where it was placed, nothing beyond its region.

Two questions in one weight. How hard is the way there: the shortest path over the picture, on which every step costs
its length, the change of light and the change of the network's opinion, so that edges hold a color back whether they
are bright or only meaningful. And how alike is the place: the network's opinion itself (Bhattacharyya), light, texture.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from graycolor.guidance.network_view import NetworkView
from graycolor.types import Floats

_ROUNDS = 6
"""Sweeps in all four directions; windings beyond that are rare, and their ends far away."""
_ALIKE_AMONG = 64
"""Cells of a stroke that others are compared with: enough for what lies under it."""


class HintReach(NamedTuple):
    """What a way costs and how fast likeness fades; fitted on photographs (`benchmarks/guidance.py`).

    Attributes:
        far: cost at which the weight has fallen to 1/e, in short sides of the picture; it falls as a bell does, so
            that a region is whole and what is beyond it left alone.
        light: cost of a change of L by 100, in short sides.
        opinion: cost of a complete change of the network's opinion, in short sides.
        same_light: difference of L at which two cells count half as alike.
        same_opinion: power on the Bhattacharyya coefficient.
        floor: weights below are nothing, so that a hint ends somewhere.
    """

    far: float = 0.85
    light: float = 0.5
    opinion: float = 0.5
    same_light: float = 30.0
    same_opinion: float = 4.0
    floor: float = 0.05


def affinity(sight: NetworkView, seeds: list[NDArray[np.int64]], reach: HintReach) -> Floats:
    """Weights (n,h,w), 0..1, of n seeds; each a list of cells (k,2) as rows of y, x. At its own cells a seed has 1."""
    ways = geodesic(sight, seeds, reach)
    weights = np.exp(-((ways / reach.far) ** 2)) * np.stack([_likeness(sight, seed, reach) for seed in seeds])
    weights = np.clip((weights - reach.floor) / (1 - reach.floor), 0, 1)
    for weight, seed in zip(weights, seeds, strict=True):
        weight[seed[:, 0], seed[:, 1]] = 1
    return weights.astype(np.float32)


def geodesic(sight: NetworkView, seeds: list[NDArray[np.int64]], reach: HintReach) -> Floats:
    """Cost (n,h,w) of the cheapest way from each seed to each cell, by sweeps (Toivanen 1996), in short sides."""
    height, width = sight.shape
    down, right = _steps(sight, reach, 0), _steps(sight, reach, 1)
    cost = np.full((len(seeds), height, width), np.inf, np.float32)
    for one, seed in zip(cost, seeds, strict=True):
        one[seed[:, 0], seed[:, 1]] = 0
    for _ in range(_ROUNDS):
        before = cost.copy()
        _sweep(cost, down)
        _sweep(cost.transpose(0, 2, 1), right.T)
        if np.array_equal(before, cost):
            break
    return cost


def _steps(sight: NetworkView, reach: HintReach, axis: int) -> Floats:
    """Cost of a step from each cell to the next along an axis."""
    same = np.sum(np.delete(sight.roots, 0, axis) * np.delete(sight.roots, -1, axis), axis=2)
    light = np.abs(np.diff(sight.L, axis=axis)) / 100
    steps = 1 / min(sight.shape) + reach.light * light + reach.opinion * (1 - np.clip(same, 0, 1))
    return steps.astype(np.float32)


def _sweep(cost: Floats, steps: Floats) -> None:
    """Carry costs (n,h,w) down and up again, in place; `steps` (h-1,w) lie between the rows."""
    for row in range(1, cost.shape[1]):
        np.minimum(cost[:, row], cost[:, row - 1] + steps[row - 1], out=cost[:, row])
    for row in range(cost.shape[1] - 2, -1, -1):
        np.minimum(cost[:, row], cost[:, row + 1] + steps[row], out=cost[:, row])


def _likeness(sight: NetworkView, seed: NDArray[np.int64], reach: HintReach) -> Floats:
    """(h,w), 0..1: how like each cell is to that cell of the seed which it is most like."""
    chosen = seed[:: -(-len(seed) // _ALIKE_AMONG)]
    y, x = chosen[:, 0], chosen[:, 1]
    opinion = np.clip(sight.roots @ sight.roots[y, x].T, 0, 1) ** reach.same_opinion
    light = np.exp2(-(((sight.L[..., None] - sight.L[y, x]) / reach.same_light) ** 2))
    return (opinion * light).max(-1)
