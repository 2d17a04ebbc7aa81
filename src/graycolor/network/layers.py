"""Building blocks shared by the networks (torch).

The encoder's blocks are EfficientNet-Lite's (Tan and Le 2019, without squeeze-and-excite, with ReLU6), written with
their batch statistics frozen: training a colorizer on small batches would only blur what ImageNet taught them.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from graycolor.network.config import MIDDLE, SPAN
from graycolor.network.folding import EPSILON, FROZEN_EPSILON

_REACH = 8
_RINGS = (1, 2, 4, _REACH)
_OFFSETS = ((0, 0), *((y * far, x * far) for far in _RINGS for y in (-1, 0, 1) for x in (-1, 0, 1) if y or x))
"""Places (row, column) that a color is mixed from: itself, and rings of eight at 1, 2, 4 and 8 positions."""


def report_scaling(x: Tensor) -> Tensor:
    """The founding report's input, gray in 0..1, from ours, `(g - 127) / 128`."""
    return (x * SPAN + MIDDLE) / 255


class _BiasedReLU6(torch.autograd.Function):
    """`relu6(y + bias)` in the memory of `y` (B,C,H,W), which nothing else may need: one map to keep instead of three.

    The bias is not given to the convolution: oneDNN's gradient of it is several times dearer than this addition. The
    plain form is `relu6(y + bias)`, to which a test holds it (docs/design.md, Tricks).
    """

    @staticmethod
    def forward(ctx: Any, y: Tensor, bias: Tensor) -> Tensor:
        y.add_(bias[:, None, None]).clamp_(0, 6)
        ctx.mark_dirty(y)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor | None]:
        (y,) = ctx.saved_tensors
        grad = torch.ops.aten.hardtanh_backward(grad, y, 0, 6)
        return grad, grad.sum((0, 2, 3)) if ctx.needs_input_grad[1] else None


def biased_relu6(y: Tensor, bias: Tensor) -> Tensor:
    """`relu6(y + bias)` for y (B,C,H,W) and bias (C,); `y` is overwritten."""
    bias = bias.to(y.dtype)
    if torch.is_grad_enabled() and y.requires_grad:
        return cast(Tensor, _BiasedReLU6.apply(y, bias))
    return y.add_(bias[:, None, None]).clamp_(0, 6)


class FrozenConvBN(nn.Module):
    """Convolution and batch normalisation with fixed statistics, padded as TensorFlow's SAME.

    With stride 2 the extra row and column of zeros lie at the bottom and right, as the ImageNet weights expect.
    """

    mean: Tensor
    var: Tensor

    def __init__(self, inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.stride, self.groups = stride, groups
        total = kernel - stride if kernel > 1 else 0
        before = total // 2
        self.pads = (before, total - before, before, total - before)
        self.weight = nn.Parameter(torch.empty(outputs, inputs // groups, kernel, kernel))
        if not self.weight.is_meta:  # where only shapes are wanted, drawing numbers would import torch's compiler
            nn.init.kaiming_normal_(self.weight, mode="fan_out")
        self.gamma = nn.Parameter(torch.ones(outputs))
        self.beta = nn.Parameter(torch.zeros(outputs))
        self.register_buffer("mean", torch.zeros(outputs))
        self.register_buffer("var", torch.ones(outputs))

    def folded(self) -> tuple[Tensor, Tensor]:
        """Kernel and bias with the normalisation folded in."""
        factor = self.gamma / torch.sqrt(self.var + FROZEN_EPSILON)
        return self.weight * factor[:, None, None, None], self.beta - self.mean * factor

    def convolved(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The convolution without its bias, and the bias."""
        weight, bias = self.folded()
        before, after = self.pads[0], self.pads[1]
        if before != after:
            x, before = F.pad(x, self.pads), 0
        return F.conv2d(x, weight, stride=self.stride, padding=before, groups=self.groups), bias

    def forward(self, x: Tensor) -> Tensor:
        y, bias = self.convolved(x)
        return y.add_(bias.to(y.dtype)[:, None, None])

    def activated(self, x: Tensor) -> Tensor:
        """`forward`, then ReLU6."""
        return biased_relu6(*self.convolved(x))


class MBConv(nn.Module):
    """Inverted residual block: expand, depthwise, project; the input is added where the shapes allow.

    Attributes:
        drop_path: in training, chance that a picture passes by a block to whose input it could be added (stochastic
            depth, Huang et al. 2016).
    """

    drop_path: float = 0.0

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        middle = inputs * expansion
        self.expand = FrozenConvBN(inputs, middle) if expansion > 1 else None
        self.dw = FrozenConvBN(middle, middle, kernel, stride, groups=middle)
        self.project = FrozenConvBN(middle, outputs)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        y = self.expand.activated(x) if self.expand is not None else x
        y = self.project(self.dw.activated(y))
        if not self.residual:
            return y
        if self.training and self.drop_path:
            y = y.mul_(_kept_pictures(y, 1 - self.drop_path))
        return y.add_(x)


def _kept_pictures(x: Tensor, keep: float) -> Tensor:
    """(B,1,1,1): 1/keep for each picture that is kept, else 0."""
    return torch.empty((x.shape[0], 1, 1, 1), dtype=x.dtype, device=x.device).bernoulli_(keep).div_(keep)


class ConvBN(nn.Module):
    """Convolution (zero padding, no bias) and ordinary batch normalisation."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False)
        self.bn = nn.BatchNorm2d(outputs, EPSILON)

    def forward(self, x: Tensor) -> Tensor:
        return self.bn(self.conv(x))


class Level(nn.Module):
    """One step up in resolution: enlarge, add the encoder's features of that size, refine by a residual pair."""

    def __init__(self, inputs: int, lateral: int, outputs: int) -> None:
        super().__init__()
        self.up = ConvBN(inputs, outputs)
        self.lat = ConvBN(lateral, outputs)
        self.conv1 = ConvBN(outputs, outputs, 3)
        self.conv2 = ConvBN(outputs, outputs, 3)

    def forward(self, x: Tensor, lateral: Tensor) -> Tensor:
        enlarged = F.interpolate(self.up(x), scale_factor=2.0, mode="bilinear", align_corners=False)
        t = F.relu(enlarged + self.lat(lateral))
        return F.relu(t + self.conv2(F.relu(self.conv1(t))))


class Queries(nn.Module):
    """What the places of a picture have in common, gathered and given back, so that one thing gets one color.

    Each of `count` descriptors is the mean of features over the places that a map of its own picks, wherever they are;
    each place then takes a mixture of descriptors. Linear in the number of places. (Chen et al. 2018, "A^2-Nets: Double
    Attention Networks".) Untrained it changes nothing.
    """

    def __init__(self, channels: int, count: int) -> None:
        super().__init__()
        self.pick = nn.Conv2d(channels, count, 1)
        self.value = nn.Conv2d(channels, channels, 1)
        self.give = nn.Conv2d(channels, count, 1)
        self.out = nn.Conv2d(channels, channels, 1)
        for parameter in self.out.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x: Tensor) -> Tensor:
        picked = torch.softmax(self.pick(x).flatten(2), 2)
        descriptors = self.value(x).flatten(2) @ picked.transpose(1, 2)
        given = descriptors @ torch.softmax(self.give(x).flatten(2), 1)
        return x + self.out(given.unflatten(2, x.shape[2:]))


class Refinement(nn.Module):
    """Kernels that make coarse color steadier, then finer.

    Two linear steps whose weights sum to 1: every coarse color becomes a mixture of like-looking places around it,
    which takes blotches out (`spread_out`); every fine position a mixture of the 3x3 coarse colors around it, which
    moves colors to their edges (`graycolor.network.refine`). Untrained they change nothing but the resolution, which
    they raise bilinearly. (Kernels predicted by a network: Jia et al. 2016, "Dynamic Filter Networks".)
    """

    base: Tensor

    def __init__(self, decoded: int, encoded: int, width: int, factor: int) -> None:
        super().__init__()
        self.factor = factor
        self.like = ConvBN(decoded, 2 * width, 3)
        self.spread = nn.Conv2d(2 * width, len(_OFFSETS), 1)
        self.up = ConvBN(decoded, width)
        self.lat = ConvBN(encoded + 4, width, 3)
        self.conv1 = ConvBN(width, width, 3)
        self.conv2 = ConvBN(width, width, 3)
        self.head = nn.Conv2d(width, 9 * factor**2, 2, stride=2)
        for last in (self.spread, self.head):
            for parameter in last.parameters():
                nn.init.zeros_(parameter)
        self.register_buffer("base", _bilinear_kernels(factor), persistent=False)

    def forward(self, decoded: Tensor, encoded: Tensor, gray: Tensor) -> tuple[Tensor, Tensor]:
        """Kernels of the two steps: (B,33,h,w) and (B,9,factor*h,factor*w).

        From features (B,_,h,w) at stride 4, features (B,_,2h,2w) at stride 2, and the gray (B,1,4h,4w).
        """
        spread = self.spread(F.relu(self.like(decoded)))
        spread = spread - spread.mean(1, keepdim=True)
        here = torch.zeros(1, len(_OFFSETS), 1, 1, dtype=spread.dtype, device=spread.device)
        here[:, 0] = 1
        return spread + here, self._fine(decoded, encoded, gray)

    def _fine(self, decoded: Tensor, encoded: Tensor, gray: Tensor) -> Tensor:
        seen = torch.cat([encoded, F.pixel_unshuffle(gray, 2)], 1)
        enlarged = F.interpolate(self.up(decoded), scale_factor=2.0, mode="bilinear", align_corners=False)
        t = F.relu(enlarged + self.lat(seen))
        t = F.relu(t + self.conv2(F.relu(self.conv1(t))))
        change = F.pixel_shuffle(self.head(t) + self.base, self.factor)
        return change - change.mean(1, keepdim=True) + 1 / 9


def spread_out(ab: Tensor, kernels: Tensor) -> Tensor:
    """Colors (B,2,h,w) mixed by kernels (B,33,h,w) from the places around them; the border is repeated outwards."""
    height, width = ab.shape[2:]
    around = F.pad(ab, (_REACH, _REACH, _REACH, _REACH), mode="replicate")
    mixed = torch.zeros_like(ab)
    for number, (row, column) in enumerate(_OFFSETS):
        top, left = _REACH + row, _REACH + column
        mixed = mixed + around[:, :, top : top + height, left : left + width] * kernels[:, number : number + 1]
    return mixed


def finer(coarse: Tensor, kernels: Tensor) -> Tensor:
    """`graycolor.network.refine.refined` for batches: coarse (B,C,h,w), kernels (B,9,f*h,f*w) to (B,C,f*h,f*w)."""
    channels, factor = coarse.shape[1], kernels.shape[-1] // coarse.shape[-1]
    around = F.unfold(F.pad(coarse, (1, 1, 1, 1), mode="replicate"), 3)
    around = around.unflatten(1, (channels, 9)).unflatten(3, coarse.shape[2:])
    cells = kernels.unflatten(3, (-1, factor)).unflatten(2, (-1, factor))
    return torch.einsum("bckhw,bkhywx->bchywx", around, cells).flatten(4, 5).flatten(2, 3)


def _bilinear_kernels(factor: int) -> Tensor:
    """(9*factor^2,1,1): bilinear weights of the 3x3 neighbors for each place in a cell, in pixel_shuffle's order."""
    # In numpy: where only shapes are wanted (torch's device "meta"), arithmetic would import torch's compiler.
    offset = (np.arange(factor, dtype=np.float32) + np.float32(0.5)) / np.float32(factor) - np.float32(0.5)
    one = np.stack([np.maximum(-offset, 0), 1 - np.abs(offset), np.maximum(offset, 0)])
    return torch.from_numpy(np.einsum("ay,bx->abyx", one, one).reshape(-1, 1, 1))
