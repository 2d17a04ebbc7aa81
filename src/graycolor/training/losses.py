"""Losses of the colorization networks (torch)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from graycolor.network.bins import Bins


class BinLoss(nn.Module):
    """Soft-encoded cross-entropy with class rebalancing (Zhang et al. 2016, "Colorful Image Colorization").

    The target of a position is spread over its five nearest bins; the loss of a position is weighed by the class weight
    of the nearest one. Soft encodings come from a table over integer colors, so they cost a look-up.
    """

    index: Tensor
    weights: Tensor
    rebalance: Tensor

    def __init__(self, bins: Bins) -> None:
        super().__init__()
        index, weights = bins.encoding_table()
        self.reach = index.shape[0] // 2
        self.register_buffer("index", torch.from_numpy(index).flatten(0, 1), persistent=False)
        self.register_buffer("weights", torch.from_numpy(weights).flatten(0, 1), persistent=False)
        self.register_buffer("rebalance", torch.from_numpy(bins.class_weights), persistent=False)

    def forward(self, logits: Tensor, ab: Tensor) -> Tensor:
        """Mean loss of `logits` (N,bins) against true colors `ab` (N,2), weighed by class."""
        code = ab.round().long().clamp(-self.reach, self.reach) + self.reach
        flat = code[:, 0] * (2 * self.reach + 1) + code[:, 1]
        index, soft = self.index[flat], self.weights[flat]
        loss = torch.logsumexp(logits, 1) - (logits.gather(1, index) * soft).sum(1)
        weight = self.rebalance[index[:, 0]]
        return (weight * loss).sum() / weight.sum()


def phase_positions(features: Tensor, chroma: Tensor, phase: int) -> tuple[Tensor, Tensor]:
    """Every second position in both directions, from one of four phases.

    Neighbours say nearly the same; leaving three of four out saves that share of head and softmax.
    `features` (B,C,h,w) and `chroma` (B,h,w,2) come back as (N,C) and (N,2).
    """
    row, column = divmod(phase, 2)
    picked = features[:, :, row::2, column::2].permute(0, 2, 3, 1)
    return picked.reshape(-1, features.shape[1]), chroma[:, row::2, column::2].reshape(-1, 2)
