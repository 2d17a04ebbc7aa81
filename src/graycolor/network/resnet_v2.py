"""`resnet-v2`: a pre-activation residual encoder (He et al. 2016, "Identity Mappings in Deep Residual Networks") and a
decoder that adds the encoder's features on its way back to the size they begin at: the picture's half, or in older
weights the whole."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from graycolor.network.config import NetworkConfig
from graycolor.network.layers import ConvBN, report_scaling


class PreActivationBlock(nn.Module):
    """Normalise, ReLU, convolve, twice; added to the input, which is projected where the shapes differ."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.bn1, self.bn2 = nn.BatchNorm2d(inputs), nn.BatchNorm2d(outputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        same = stride == 1 and inputs == outputs
        self.shortcut = None if same else nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        active = F.relu(self.bn1(x))
        y = self.conv2(F.relu(self.bn2(self.conv1(active))))
        return y + (x if self.shortcut is None else self.shortcut(active))


class SelfAttention(nn.Module):
    """Every position may look at every other: the same thing, the same color (Zhang et al. 2019, SAGAN)."""

    def __init__(self, channels: int, heads: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.GroupNorm(1, channels)
        self.qkv = nn.Conv2d(channels, 3 * channels, 1, bias=False)
        self.out = nn.Conv2d(channels, channels, 1)
        for parameter in self.out.parameters():
            nn.init.zeros_(parameter)  # begins as the identity

    def forward(self, x: Tensor) -> Tensor:
        batch, channels, height, width = x.shape
        split = self.qkv(self.norm(x)).reshape(batch, 3, self.heads, channels // self.heads, height * width)
        q, k, v = split.transpose(3, 4).unbind(1)
        seen = F.scaled_dot_product_attention(q, k, v).transpose(2, 3).reshape(batch, channels, height, width)
        return x + self.out(seen)


class ResNetV2(nn.Module):
    """Gray (B,1,H,W), `(g - 127) / 128`, to (B,outputs,h,w) at the config's stride; H and W multiples of 32."""

    def __init__(self, config: NetworkConfig, outputs: int) -> None:
        super().__init__()
        widths = config.widths
        self.halved = config.halved
        self.stem = nn.Conv2d(4 if config.halved else 1, widths[0], 7, 2, 3, bias=False)
        inputs = (widths[0], *widths)
        self.levels = nn.ModuleList(
            nn.Sequential(
                *(
                    PreActivationBlock(inputs[level] if block == 0 else width, width, 2 if block == 0 and level else 1)
                    for block in range(config.blocks[level])
                )
            )
            for level, width in enumerate(widths)
        )
        self.norm = nn.BatchNorm2d(widths[-1])
        self.attention = SelfAttention(widths[-1]) if config.attention else None
        self.up = nn.ModuleList(ConvBN(widths[level], widths[level - 1], 3) for level in (3, 2, 1))
        self.last = ConvBN(widths[0], max(widths[0] // 2, 8), 3)
        self.head = nn.Conv2d(max(widths[0] // 2, 8), outputs, 1)

    def features(self, x: Tensor) -> Tensor:
        """Features (B,C,h,w) at the size that the network begins at."""
        x = report_scaling(x)
        x = self.stem(F.pixel_unshuffle(x, 2) if self.halved else x)
        skips = []
        for level in self.levels:
            x = level(x)
            skips.append(x)
        x = F.relu(self.norm(skips.pop()))
        x = x if self.attention is None else self.attention(x)
        for layer in self.up:
            x = F.relu(_doubled(layer(x)) + skips.pop())
        return _doubled(F.relu(self.last(x)))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.features(x))


def _doubled(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
