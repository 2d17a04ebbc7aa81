"""`lite`, the default network: an EfficientNet-Lite encoder and a small U-shaped decoder over the bins of ab.

The encoder starts from ImageNet (12 thousand photographs do not teach what things are); the decoder brings its meaning
back to stride 4, where a linear head names a color bin for every position. Feature maps are passed as tensors.
"""

from __future__ import annotations

import math

import torch.nn.functional as F
from torch import Tensor, nn

from graycolor.network.config import NetworkConfig
from graycolor.network.layers import ConvBN, FrozenConvBN, Level, MBConv, Queries, Refinement

# EfficientNet-B0's stages: repeats, kernel, stride, expansion, input and output channels. Lite keeps the stem, the
# first and the last stage and the head at this size whatever the multipliers.
_STAGES = (
    (1, 3, 1, 1, 32, 16),
    (2, 3, 2, 6, 16, 24),
    (2, 5, 2, 6, 24, 40),
    (3, 3, 2, 6, 40, 80),
    (3, 5, 1, 6, 80, 112),
    (4, 5, 2, 6, 112, 192),
    (1, 3, 1, 6, 192, 320),
)
_STEM, _HEAD = 32, 1280
_TAPPED_STAGES = (0, 1, 2, 4)
"""Stages whose output is used again: strides 2, 4, 8 and 16."""


def _rounded(channels: int, width: float) -> int:
    """Channels times `width`, to a multiple of 8 and never more than a tenth less (EfficientNet's rule)."""
    scaled = channels * width
    rounded = max(8, int(scaled + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * scaled else rounded


class EfficientNetEncoder(nn.Module):
    """EfficientNet-Lite without its classifier, for RGB or for gray (the ImageNet stem summed over RGB)."""

    def __init__(self, width: float, depth: float, inputs: int = 1) -> None:
        super().__init__()
        self.stem = FrozenConvBN(inputs, _STEM, 3, 2)
        self.blocks = nn.ModuleList()
        self.taps: list[int] = []
        self.channels: list[int] = []
        for stage, (repeats, kernel, stride, expansion, before, outputs) in enumerate(_STAGES):
            before, outputs = (_STEM if stage == 0 else _rounded(before, width)), _rounded(outputs, width)
            fixed = stage in (0, len(_STAGES) - 1)
            for repeat in range(repeats if fixed else math.ceil(repeats * depth)):
                first = repeat == 0
                block = MBConv(before if first else outputs, outputs, kernel, stride if first else 1, expansion)
                self.blocks.append(block)
            if stage in _TAPPED_STAGES:
                self.taps.append(len(self.blocks) - 1)
                self.channels.append(outputs)
        self.head = FrozenConvBN(outputs, _HEAD)
        self.channels.append(_HEAD)

    def forward(self, x: Tensor) -> list[Tensor]:
        """Pictures (B,inputs,H,W) to features at strides 2, 4, 8, 16 and 32."""
        x = self.stem.activated(x)
        features = []
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in self.taps:
                features.append(x)
        features.append(self.head.activated(x))
        return features


class Lite(nn.Module):
    """Gray to logits over color bins (or to the two channels of ab, before their squashing).

    Input: (B,1,H,W) float, `(g - 127) / 128` of the 8-bit sRGB gray of equal L; H and W multiples of 32.
    Output: (B,outputs,H/4,W/4).

    Attributes:
        dropout: in training, chance of each channel of the deepest features to be left out.
    """

    dropout = 0.0

    def __init__(self, config: NetworkConfig, outputs: int) -> None:
        super().__init__()
        w32, w16, w8, w4 = config.decoder
        self.encoder = EfficientNetEncoder(config.encoder_width, config.encoder_depth)
        c2, c4, c8, c16, c32 = self.encoder.channels
        self.d32 = ConvBN(c32, w32)
        self.glob = nn.Linear(c32, w32)
        self.q32 = Queries(w32, config.queries) if config.queries else nn.Identity()
        self.d16 = Level(w32, c16, w16)
        self.q16 = Queries(w16, config.queries) if config.queries else nn.Identity()
        self.d8 = Level(w16, c8, w8)
        self.d4 = Level(w8, c4, w4)
        self.head = nn.Conv2d(w4, outputs, 1)
        self.refinement = Refinement(w4, c2, config.refine_width, config.refine) if config.refine else None

    def features(self, x: Tensor) -> Tensor:
        """Decoder features at stride 4, (B,C,H/4,W/4)."""
        return self._both(x)[0]

    def _both(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Decoder features at stride 4 and encoder features at stride 2."""
        f2, f4, f8, f16, f32 = self.encoder(x)
        f32 = F.dropout2d(f32, self.dropout, self.training)
        context = self.glob(f32.mean((2, 3)))[:, :, None, None]
        x32 = self.q32(F.relu(self.d32(f32) + context))
        x16 = self.q16(self.d16(x32, f16))
        return self.d4(self.d8(x16, f8), f4), f2

    def encoded(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """What the encoder sees at strides 8 and 16, before anything is made of it for colors."""
        _, _, f8, f16, _ = self.encoder(x)
        return f8, f16

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.features(x))

    def with_kernels(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The output, and both kernels of `Refinement`."""
        if self.refinement is None:
            raise ValueError("This network has no refinement.")
        decoded, encoded = self._both(x)
        return self.head(decoded), *self.refinement(decoded, encoded, x)
