"""Losses of the colorization networks (torch).

Each gives a sum and the weight it stands for, not their quotient: processes that share a batch add both up before they
divide, so that several learn what one would have learnt. What compares classifiers' views is a mean over pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from graycolor.color.normalize import AB_SCALE
from graycolor.network.bins import Bins

_SOFT = 0.01
"""Squared Lab units."""
_SOFTNESS = 2.0
"""Temperature of the classes that are compared."""


class BinLoss(nn.Module):
    """Soft-encoded cross-entropy with class rebalancing (Zhang et al. 2016, "Colorful Image Colorization").

    The target of a position is spread over its five nearest bins; the loss of a position is weighed by the class weight
    of the nearest one, to the power of `rebalancing`. Soft encodings come from a table over integer colors, so they
    cost a look-up.
    """

    index: Tensor
    weights: Tensor
    rebalance: Tensor

    def __init__(self, bins: Bins, rebalancing: float = 1.0) -> None:
        super().__init__()
        index, weights = bins.encoding_table()
        self.reach = index.shape[0] // 2
        self.register_buffer("index", torch.from_numpy(index).flatten(0, 1), persistent=False)
        self.register_buffer("weights", torch.from_numpy(weights).flatten(0, 1), persistent=False)
        rebalance = torch.from_numpy(bins.class_weights ** np.float32(rebalancing))
        self.register_buffer("rebalance", rebalance, persistent=False)

    def forward(self, logits: Tensor, ab: Tensor) -> tuple[Tensor, Tensor]:
        """Sum of the losses of `logits` (N,bins) against true colors `ab` (N,2), and the sum of their weights."""
        code = ab.round().long().clamp(-self.reach, self.reach) + self.reach
        flat = code[:, 0] * (2 * self.reach + 1) + code[:, 1]
        index, soft = self.index[flat], self.weights[flat]
        loss = torch.logsumexp(logits, 1) - (logits.gather(1, index) * soft).sum(1)
        weight = self.rebalance[index[:, 0]]
        return (weight * loss).sum(), weight.sum()


class RegressionLoss(nn.Module):
    """Distance between the squashed output and the true color, both in -1..1 (the founding report's scaling)."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.distance = _DISTANCES[kind]

    def forward(self, raw: Tensor, ab: Tensor) -> tuple[Tensor, Tensor]:
        """Sum of the distances of `raw` (N,2), before its squashing, from `ab` (N,2), and their number."""
        loss = self.distance(torch.tanh(raw), ab / AB_SCALE)
        return loss, loss.new_tensor(float(raw.numel()))


def huber_sum(guess: Tensor, truth: Tensor) -> Tensor:
    """Sum of Huber's distances of colors in -1..1.

    Beyond 8 Lab units errors count by their size, not by its square: one red coat must not turn the rest brown.
    """
    return F.huber_loss(guess, truth, reduction="sum", delta=8 / AB_SCALE)


def cie94_sum(ab: Tensor, truth: Tensor) -> Tensor:
    """Sum of the CIE94 differences (CIE 116-1995) of `ab` and `truth` (B,2,...) in Lab units, at equal lightness.

    The nearest relative of CIEDE2000 whose gradient behaves: as there, strong colors may be further off. Neither of the
    two is the standard, so the geometric mean of their chromas weighs them. Softened at 0.
    """
    chroma, true_chroma = _softened(ab.square().sum(1)), _softened(truth.square().sum(1))
    of_chroma = (chroma - true_chroma).square()
    of_hue = ((ab - truth).square().sum(1) - of_chroma).clamp(min=0)
    mean = (chroma * true_chroma).sqrt().detach()
    return _softened(of_chroma / (1 + 0.045 * mean).square() + of_hue / (1 + 0.015 * mean).square()).sum()


def matched(ab: Tensor, truth: Tensor) -> Tensor:
    """`ab` (B,2,...) with one factor on it that makes its mean chroma that of `truth`."""
    return ab * (truth.norm(dim=1).sum() / ab.norm(dim=1).sum().clamp(min=1e-3))


def unlikeness(features: Tensor, truth: Tensor) -> Tensor:
    """Mean over the positions of two maps (B,C,h,w) of the squared distance of their directions (0..4).

    Directions, as brightness of a feature says little (Zhang et al. 2018, "The Unreasonable Effectiveness of Deep
    Features as a Perceptual Metric", there with weights that were fitted to people).
    """
    one, other = (F.normalize(each.float(), dim=1, eps=1e-3) for each in (features, truth))
    return (one - other).square().sum(1).mean()


def divergence(logits: Tensor, truth: Tensor) -> Tensor:
    """Kullback-Leibler divergence of the classes (B,classes) from the true picture's, mean over the pictures.

    At twice the temperature, so that the unlikely ones count too, times its square, which keeps the gradient's size
    (Hinton et al. 2015, "Distilling the Knowledge in a Neural Network").
    """
    guess, wanted = (F.log_softmax(each.float() / _SOFTNESS, 1) for each in (logits, truth))
    return F.kl_div(guess, wanted, log_target=True, reduction="batchmean") * _SOFTNESS**2


def _softened(squared: Tensor) -> Tensor:
    """A square root whose gradient stays finite at 0."""
    return (squared + _SOFT).sqrt()


_DISTANCES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "mse": partial(F.mse_loss, reduction="sum"),
    "l1": partial(F.l1_loss, reduction="sum"),
    "huber": huber_sum,
}


def loss_of(kind: str, bins: Bins, rebalancing: float) -> nn.Module:
    """The loss of a name: `bins` with its rebalancing, `mse`, `l1` or `huber`."""
    return BinLoss(bins, rebalancing) if kind == "bins" else RegressionLoss(kind)


def phase_positions(features: Tensor, chroma: Tensor, phase: int) -> tuple[Tensor, Tensor]:
    """Every second position in both directions, from one of four phases.

    Neighbors say nearly the same; leaving three of four out saves that share of head and softmax.
    `features` (B,C,h,w) and `chroma` (B,h,w,2) come back as (N,C) and (N,2).
    """
    row, column = divmod(phase, 2)
    picked = features[:, :, row::2, column::2].permute(0, 2, 3, 1)
    return picked.reshape(-1, features.shape[1]), chroma[:, row::2, column::2].reshape(-1, 2)
