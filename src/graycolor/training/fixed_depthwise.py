"""Depthwise convolutions with fixed kernels, for training on CPUs (torch).

oneDNN's gradient of a depthwise kernel is several times dearer than all the rest of the layer, and the kernels that
ImageNet taught serve as they are. Only the gradient of the input is needed. In bf16, at a stride of 2, oneDNN is slow
with that too; there it is computed as a convolution of the output's gradient, spread out, with the flipped kernel. The
plain form is the layer's own, to which a test holds output and gradient (docs/design.md, Tricks).
"""

from __future__ import annotations

from functools import partial
from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from graycolor.network.layers import FrozenConvBN


class _StridedDepthwise(torch.autograd.Function):
    """`conv2d(x, kernel, stride=stride, groups=channels)`; no gradient for the kernel."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, kernel: Tensor, stride: int) -> Tensor:
        ctx.save_for_backward(kernel)
        ctx.stride, ctx.shape = stride, x.shape
        return F.conv2d(x, kernel, stride=stride, groups=x.shape[1])

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None, None]:
        (kernel,) = ctx.saved_tensors
        spread = _spread(grad, ctx.shape, kernel.shape[-1] - 1, ctx.stride)
        return F.conv2d(spread, kernel.flip(2, 3), groups=grad.shape[1]), None, None


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
            if module.stride > 1:
                object.__setattr__(module, "convolved", partial(_convolved, module))


def _convolved(layer: FrozenConvBN, x: Tensor) -> tuple[Tensor, Tensor]:
    """`FrozenConvBN.convolved`, whose gradient is a convolution where oneDNN's own is slow: in bf16 on a CPU."""
    if x.dtype is not torch.bfloat16 or not x.is_cpu:
        return FrozenConvBN.convolved(layer, x)
    weight, bias = layer.folded()
    padded = F.pad(x, layer.pads)
    return cast(Tensor, _StridedDepthwise.apply(padded, weight.to(x.dtype), layer.stride)), bias
