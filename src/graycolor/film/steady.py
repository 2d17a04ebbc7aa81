"""Frame by frame: every picture by itself. A plain stand-in with the interface of the temporal filter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class SteadySettings:
    """How films are kept steady.

    Attributes:
        flow_size: longer side of the pictures that are looked at.
        colors: settings of the network's colors.
    """

    flow_size: int = 384
    colors: Any = None


class ShotColorizer:
    """Colors the pictures of a film in order."""

    def __init__(self, colorizer: Any, settings: SteadySettings) -> None:
        self._colorizer, self._settings = colorizer, settings

    def color(self, lumas: Iterable[NDArray[np.uint8]]) -> Iterator[NDArray[np.float32]]:
        """Chroma (h,w,2) of each gray (h,w)."""
        for luma in lumas:
            ab = self._colorizer.forecast(luma, self._settings.colors).ab
            yield cv2.resize(ab, luma.shape[::-1], interpolation=cv2.INTER_CUBIC)
