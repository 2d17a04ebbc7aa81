"""What a training step minimises: a network and its loss in one forward pass (torch).

One module holds both, so that the gradients of everything that is used are shared between processes. The first phase
trains the network's color; the second leaves it alone and trains the refinement that makes the color finer; the third
trains the later layers of both for what is seen in the colored picture.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from graycolor.color.lab import lab_to_rgb, lightness, srgb_to_linear
from graycolor.network.config import MIDDLE, SPAN
from graycolor.network.export import Decoded, shown
from graycolor.network.header import Header
from graycolor.network.layers import finer
from graycolor.network.networks import Network
from graycolor.training.config import TrainConfig
from graycolor.training.losses import BinLoss, cie94_sum, divergence, loss_of, matched, phase_positions, unlikeness
from graycolor.training.perceptual_classifier import PerceptualClassifier

SumAndWeight = tuple[Tensor, Tensor]

_OWN, _LED, _FEATURES, _CLASSES = 0.15, 0.05, 0.5, 0.1
"""Gains of the terms of `FinishObjective` beside the loss of the bins."""


class ColorObjective(nn.Module):
    """The loss of the network's own output, at its stride."""

    def __init__(self, config: TrainConfig, network: Network, header: Header) -> None:
        super().__init__()
        self.network, self.loss = network, loss_of(config.loss, header.bins, config.rebalancing)
        self.stride = header.config.stride

    def forward(self, gray: Tensor, chroma: Tensor, phase: int) -> SumAndWeight:
        """Loss of gray (B,1,H,W) and chroma (B,h,w,2), on a quarter of the positions (0..3)."""
        features, target = phase_positions(self.network.features(gray), chroma, phase)
        head = self.network.head
        raw = nn.functional.linear(features, head.weight[:, :, 0, 0], head.bias)
        loss: SumAndWeight = self.loss(raw.float(), target)
        return loss


class _Refining(nn.Module):
    """A network and its refinement, decoded as the result will be."""

    offset: Tensor

    def __init__(self, network: Network, header: Header) -> None:
        super().__init__()
        self.network = network
        self.stride, self.factor = header.config.fine_stride, header.config.refine
        self.decoded = Decoded(network, header)
        self.register_buffer("offset", torch.from_numpy(header.bins.logit_offset(header.decode.rebalancing_undone)))
        self.sharpness, self.calibration = 1 / header.decode.temperature, header.decode.calibration

    def _colored(self, gray: Tensor, truth: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits, and the fine colors of two coarse maps: the network's own, and the true one.

        Finer kernels learn from both, so that what a user or a film puts at the coarse stride comes out sharp, too. The
        network's own color is brought to the truth's mean chroma before it is judged, as it is before it is shown: else
        gray is learnt, which is least wrong.
        """
        sharpness = torch.full((1,), self.sharpness, device=gray.device)
        logits, ab, confidence, fine = self.decoded(gray, self.offset, sharpness)
        said = shown(ab.float(), confidence.float(), self.calibration, refines=True)
        coarse = torch.cat([said, F.avg_pool2d(truth, self.factor)], 1)
        own, led = finer(coarse, fine.float()).split(2, 1)
        return logits, matched(own, truth), led


class DetailObjective(_Refining):
    """Difference of the refined color from the truth, at the fine stride."""

    def forward(self, gray: Tensor, chroma: Tensor, phase: int) -> SumAndWeight:
        """Loss of gray (B,1,H,W) and chroma (B,h,w,2) at the fine stride; all positions count whatever the phase."""
        truth = chroma.permute(0, 3, 1, 2)
        _, own, led = self._colored(gray, truth)
        loss = cie94_sum(own, truth) + cie94_sum(led, truth)
        return loss, loss.new_tensor(float(truth.numel()))


class FinishObjective(_Refining):
    """Bins and differences as before, and what a classifier sees in the colored picture instead of the true one.

    The gains are those that brought the figures of `dev/experiments.md`; each term is a mean over the crops.
    """

    def __init__(self, config: TrainConfig, network: Network, header: Header) -> None:
        super().__init__(network, header)
        self.bins, self.viewer = BinLoss(header.bins, config.rebalancing), PerceptualClassifier()

    def forward(self, gray: Tensor, chroma: Tensor, phase: int) -> SumAndWeight:
        """Loss of gray (B,1,H,W) and chroma (B,h,w,2) at the fine stride; a quarter of the positions count for bins."""
        truth = chroma.permute(0, 3, 1, 2)
        logits, own, led = self._colored(gray, truth)
        coarse = F.avg_pool2d(truth, self.factor).permute(0, 2, 3, 1)
        picked, target = phase_positions(logits, coarse, phase)
        bins, weight = self.bins(picked.float(), target)
        differences = (_OWN * cie94_sum(own, truth) + _LED * cie94_sum(led, truth)) / truth[:, 0].numel()
        crops = len(gray)
        return crops * (bins / weight + differences + self._seen(gray, own, truth)), weight.new_tensor(float(crops))

    def _seen(self, gray: Tensor, own: Tensor, truth: Tensor) -> Tensor:
        """How differently the classifier sees the crops in colors of the network's own and in the true ones."""
        lightness_of_gray = lightness(srgb_to_linear((gray * SPAN + MIDDLE) / 255))
        with torch.no_grad():
            wanted, true_classes = self.viewer(_pictured(lightness_of_gray, truth, self.stride))
        features, classes = self.viewer(_pictured(lightness_of_gray, own, self.stride))
        apart = sum(unlikeness(one, other) for one, other in zip(features, wanted, strict=True))
        return _FEATURES * apart + _CLASSES * divergence(classes, true_classes)


def _pictured(L: Tensor, ab: Tensor, stride: int) -> Tensor:
    """sRGB (B,3,H,W) in 0..1 of lightness (B,1,H,W) and chroma (B,2,h,w), as far as it can be shown."""
    full = F.interpolate(ab, scale_factor=float(stride), mode="bilinear", align_corners=False)
    rgb = lab_to_rgb(torch.cat([L, full], 1).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
    return rgb.clamp(0, 1).contiguous(memory_format=torch.channels_last)


Objective = ColorObjective | DetailObjective | FinishObjective


def objective_of(config: TrainConfig, network: Network, header: Header) -> Objective:
    """What the settings want minimised."""
    if config.phase == "color":
        return ColorObjective(config, network, header)
    return DetailObjective(network, header) if config.phase == "detail" else FinishObjective(config, network, header)
