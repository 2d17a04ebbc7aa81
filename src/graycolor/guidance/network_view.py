"""What a network saw in one picture, in the form that guidance bends: light, texture and bins, cell by cell.

A cell is a pixel of the network's output. Everything that guidance asks, "does this belong to that?", it asks of cells,
so that a picture of any size costs the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.color.lightness_join import lightness_of_gray
from graycolor.network.bins import Bins
from graycolor.network.chroma import Forecast
from graycolor.types import Floats
from graycolor.upsample import cell_lightness

_TEXTURE_WINDOW = 3
"""Cells across the window in which texture is measured."""


@dataclass(frozen=True, eq=False)
class NetworkView:
    """One picture through the eyes of a network.

    Attributes:
        codes: (h*stride, w*stride) uint8 gray that the network was shown.
        probabilities: (h,w,bins) how likely each color is, rebalancing undone; sums to 1.
        ab: (h,w,2) the colors it would give.
        confidence: (h,w), 0 guessing to 1 certain.
        bins: the colors that `probabilities` speaks of.
        kernels: what makes colors finer, see `graycolor.network.engine.Forecast`.
    """

    codes: NDArray[np.uint8]
    probabilities: Floats
    ab: Floats
    confidence: Floats
    bins: Bins
    kernels: Floats | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in cells."""
        return self.ab.shape[0], self.ab.shape[1]

    @cached_property
    def roots(self) -> Floats:
        """(h,w,bins) square roots of the probabilities: their dot product is the Bhattacharyya coefficient."""
        return np.sqrt(self.probabilities)

    @cached_property
    def L(self) -> Floats:  # noqa: N802  # the field's own name for it
        """(h,w) mean lightness of each cell, 0..100."""
        return cell_lightness(self.codes, self.shape)

    @cached_property
    def texture(self) -> Floats:
        """(h,w) standard deviation of lightness around each cell."""
        L = lightness_of_gray(self.codes)
        mean, square = self._by_cells(L), self._by_cells(L * L)
        window = (_TEXTURE_WINDOW, _TEXTURE_WINDOW)
        mean, square = (cv2.blur(values, window, borderType=cv2.BORDER_REPLICATE) for values in (mean, square))
        return np.sqrt(np.maximum(square - mean * mean, 0))

    def with_probabilities(self, probabilities: Floats) -> NetworkView:
        """The view of the same picture with other probabilities."""
        return replace(self, probabilities=probabilities)

    def _by_cells(self, values: Floats) -> Floats:
        height, width = self.shape
        return cv2.resize(values, (width, height), interpolation=cv2.INTER_AREA)


def seen(
    codes: NDArray[np.uint8], forecast: Forecast, bins: Bins, logits: Floats | None, offset: Floats
) -> NetworkView:
    """A `NetworkView` of what an engine says.

    Args:
        codes, bins: see `NetworkView`.
        forecast: the engine's, for `codes`.
        logits: (bins,h,w) raw; None of a network that says ab itself, whose opinion is then the color it says.
        offset: (bins,) added to the logits.
    """
    if logits is None:
        index, weights = bins.soft_encoding(forecast.ab)
        probabilities = np.zeros((*forecast.ab.shape[:2], len(bins)), np.float32)
        np.put_along_axis(probabilities, index, weights, axis=2)
    else:
        z = np.ascontiguousarray((logits + offset[:, None, None]).transpose(1, 2, 0))
        np.exp(z - z.max(axis=2, keepdims=True), out=z)
        probabilities = z / z.sum(axis=2, keepdims=True)
    return NetworkView(
        codes=codes,
        probabilities=probabilities,
        ab=forecast.ab,
        confidence=forecast.confidence,
        bins=bins,
        kernels=forecast.kernels,
    )
