"""Every network by its name (torch): gray in; logits over bins, or ab before its squashing, out."""

from __future__ import annotations

from graycolor.network.cnn import Cnn
from graycolor.network.config import NetworkConfig
from graycolor.network.lite import Lite
from graycolor.network.resnet_v2 import ResNetV2

Network = Lite | Cnn | ResNetV2
"""All have `features` (B,C,h,w) at the config's stride, a 1x1 `head`, and a forward that is both."""


def build_network(config: NetworkConfig, bins: int) -> Network:
    """An untrained network; `bins` is the size of its head where its output is bins."""
    outputs = bins if config.output == "bins" else 2
    if config.architecture == "cnn":
        return Cnn(config, outputs)
    if config.architecture == "resnet-v2":
        return ResNetV2(config, outputs)
    return Lite(config, outputs)
