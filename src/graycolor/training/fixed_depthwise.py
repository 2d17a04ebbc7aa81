"""Depthwise convolutions with fixed kernels, for training on CPUs (torch).

oneDNN's gradient of a depthwise kernel is many times dearer than the convolution itself (measured: 3-4 ms against
0.2 ms forward), and the kernels that ImageNet taught serve as they are. Only the gradient of the input is needed, and
that is again a convolution: of the output's gradient with the flipped kernel. The plain form is to leave the layers as
they are, to which a test holds output and gradient (docs/design.md, Tricks).
"""

from __future__ import annotations

from functools import partial
from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from graycolor.network.layers import FrozenConvBN


class _FixedDepthwise(torch.autograd.Function):
    """`conv2d(x, kernel, groups=channels)` with symmetric padding; no gradient for the kernel."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, kernel: Tensor, stride: int, padding: int) -> Tensor:
        ctx.save_for_backward(kernel)
        ctx.stride, ctx.padding, ctx.shape = stride, padding, x.shape
        return F.conv2d(x, kernel, stride=stride, padding=padding, groups=x.shape[1])

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None, None, None]:
        (kernel,) = ctx.saved_tensors
        reach = kernel.shape[-1] - 1 - ctx.padding
        if ctx.stride > 1:
            grad, reach = _spread(grad, ctx.shape, kernel.shape[-1] - 1, ctx.stride), 0
        return F.conv2d(grad, kernel.flip(2, 3), padding=reach, groups=grad.shape[1]), None, None, None


def _spread(grad: Tensor, shape: torch.Size, border: int, stride: int) -> Tensor:
    """`grad` at every `stride`-th place of zeros, with a border, so that a plain convolution gives `shape` back."""
    height, width = shape[2] + border, shape[3] + border
    spread = torch.zeros((*grad.shape[:2], height, width), dtype=grad.dtype, device=grad.device).contiguous(
        memory_format=torch.channels_last
    )
    spread[
        :,
        :,
        border : border + grad.shape[2] * stride : stride,
        border : border + grad.shape[3] * stride : stride,
    ] = grad
    return spread


def fix_depthwise(network: nn.Module) -> None:
    """Fix kernel and gamma of every depthwise layer of `network`; its parameters and their names stay."""
    for module in network.modules():
        if isinstance(module, FrozenConvBN) and module.groups > 1:
            module.weight.requires_grad_(False)
            module.gamma.requires_grad_(False)
            object.__setattr__(module, "convolved", partial(_convolved, module))


def _convolved(layer: FrozenConvBN, x: Tensor) -> tuple[Tensor, Tensor]:
    """`FrozenConvBN.convolved` without a gradient for the kernel."""
    weight, bias = layer.folded()
    before, after = layer.pads[:2]
    if before != after:
        x, before = F.pad(x, layer.pads), 0
    return cast(Tensor, _FixedDepthwise.apply(x, weight.detach().to(x.dtype), layer.stride, before)), bias
