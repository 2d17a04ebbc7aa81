"""What a training step minimises: a network and its loss in one forward pass (torch).

One module holds both, so that the gradients of everything that is used are shared between processes. The first phase
trains the network's color; the second leaves it alone and trains the refinement that makes the color finer.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from graycolor.network.export import Decoded
from graycolor.network.networks import Network
from graycolor.network.weights import Header
from graycolor.training.config import TrainConfig
from graycolor.training.losses import cie94_sum, loss_of, matched, phase_positions

SumAndWeight = tuple[Tensor, Tensor]


class ColorObjective(nn.Module):
    """The loss of the network's own output, at its stride."""

    def __init__(self, config: TrainConfig, network: Network, header: Header) -> None:
        super().__init__()
        self.network, self.loss = network, loss_of(config.loss, header.bins)
        self.stride = header.config.stride

    def forward(self, gray: Tensor, chroma: Tensor, phase: int) -> SumAndWeight:
        """Of gray (B,1,H,W) and chroma (B,h,w,2), on a quarter of the positions (0..3)."""
        features, target = phase_positions(self.network.features(gray), chroma, phase)
        head = self.network.head
        raw = nn.functional.linear(features, head.weight[:, :, 0, 0], head.bias)
        loss: SumAndWeight = self.loss(raw.float(), target)
        return loss


class DetailObjective(nn.Module):
    """Difference of the refined color from the truth, at the fine stride.

    The finer kernels learn from two coarse maps at once: the network's own color, soft as it is, and the true one, so
    that what a user or a film puts at the coarse stride comes out sharp, too. The network's own is brought to the
    truth's mean chroma before it is judged, as it is before it is shown: else gray is learnt, which is least wrong.
    """

    offset: Tensor

    def __init__(self, network: Network, header: Header) -> None:
        super().__init__()
        self.network = network
        self.stride, self.factor = header.config.fine_stride, header.config.refine
        self.decoded = Decoded(network, header)
        self.register_buffer("offset", torch.from_numpy(header.bins.logit_offset(header.decode.rebalancing_undone)))
        self.sharpness = 1 / header.decode.temperature

    def forward(self, gray: Tensor, chroma: Tensor, phase: int) -> SumAndWeight:
        """Of gray (B,1,H,W) and chroma (B,h,w,2) at the fine stride; all positions count whatever the phase."""
        sharpness = torch.full((1,), self.sharpness, device=gray.device)
        _, ab, _, fine = self.decoded(gray, self.offset, sharpness)
        truth = chroma.permute(0, 3, 1, 2)
        coarse = torch.cat([ab.float(), F.avg_pool2d(truth, self.factor)], 1)
        own, led = finer(coarse, fine.float()).split(2, 1)
        loss = cie94_sum(matched(own, truth), truth) + cie94_sum(led, truth)
        return loss, loss.new_tensor(float(truth.numel()))


def finer(coarse: Tensor, kernels: Tensor) -> Tensor:
    """`graycolor.network.refine.refined` for batches: coarse (B,C,h,w), kernels (B,9,f*h,f*w) to (B,C,f*h,f*w)."""
    channels, factor = coarse.shape[1], kernels.shape[-1] // coarse.shape[-1]
    around = F.unfold(F.pad(coarse, (1, 1, 1, 1), mode="replicate"), 3)
    around = around.unflatten(1, (channels, 9)).unflatten(3, coarse.shape[2:])
    cells = kernels.unflatten(3, (-1, factor)).unflatten(2, (-1, factor))
    return torch.einsum("bckhw,bkhywx->bchywx", around, cells).flatten(4, 5).flatten(2, 3)


Objective = ColorObjective | DetailObjective


def objective_of(config: TrainConfig, network: Network, header: Header) -> Objective:
    """What the settings want minimised."""
    return DetailObjective(network, header) if config.phase == "detail" else ColorObjective(config, network, header)
