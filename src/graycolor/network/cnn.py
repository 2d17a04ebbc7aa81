"""`cnn`, the network of the founding report: convolutions with batch normalisation and ReLU down to an eighth of the
size they begin at, and up again to it: the picture's half, or in older weights the whole."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from graycolor.network.config import NetworkConfig
from graycolor.network.layers import ConvBN, report_scaling


class Cnn(nn.Module):
    """Gray (B,1,H,W), `(g - 127) / 128`, to (B,outputs,h,w) at the config's stride; H and W multiples of 16."""

    def __init__(self, config: NetworkConfig, outputs: int) -> None:
        super().__init__()
        w1, w2, w4, w8 = config.widths
        self.halved = config.halved
        pairs = ((4 if config.halved else 1, w1), (w1, w1), (w1, w2), (w2, w2), (w2, w4), (w4, w4), (w4, w8))
        self.down = nn.ModuleList(ConvBN(inputs, width, 3) for inputs, width in pairs)
        self.up = nn.ModuleList(ConvBN(inputs, width, 3) for inputs, width in ((w8, w4), (w4, w2), (w2, w1), (w1, w1)))
        self.head = nn.Conv2d(w1, outputs, 1)

    def features(self, x: Tensor) -> Tensor:
        """Features (B,C,h,w) at the size that the network begins at."""
        x = report_scaling(x)
        x = F.pixel_unshuffle(x, 2) if self.halved else x
        for index, layer in enumerate(self.down):
            x = F.relu(layer(x))
            if index % 2 and index < len(self.down) - 1:
                x = F.max_pool2d(x, 2)
        for index, layer in enumerate(self.up):
            x = F.relu(layer(x))
            if index < len(self.up) - 1:
                x = F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
        return x

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.features(x))
