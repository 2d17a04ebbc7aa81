"""What a network sees in a picture place by place, beside its colors: what a film's palettes go by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from graycolor.network.chroma import Forecast
from graycolor.types import Floats
from graycolor.upsample import cell_lightness


class Places(NamedTuple):
    """What a network sees in a picture, place by place.

    Attributes:
        forecast: its colors and confidence, cell by cell, before saturation and look.
        codes: uint8 gray that the network was shown.
        encoded: feature maps (C,_,_) of its encoder, coarser than the cells, over the same picture.
    """

    forecast: Forecast
    codes: NDArray[np.uint8]
    encoded: tuple[Floats, ...]

    @property
    def L(self) -> Floats:  # noqa: N802  # the field's own name for it
        """(h,w) mean lightness of each cell, 0..100."""
        return cell_lightness(self.codes, self.forecast.confidence.shape)

    @property
    def nbytes(self) -> int:
        """What it takes in memory, about."""
        forecast = self.forecast.ab.nbytes + self.forecast.confidence.nbytes
        return forecast + self.codes.nbytes + sum(each.nbytes for each in self.encoded)


def cut_to(shape: tuple[int, ...], maps: Sequence[Floats], *, fed: tuple[int, ...]) -> tuple[Floats, ...]:
    """Feature maps (C,_,_) of a picture that was padded to the shape `fed`, cut to where its `shape` is."""
    return tuple(
        each[:, : -(-shape[0] * each.shape[1] // fed[0]), : -(-shape[1] * each.shape[2] // fed[1])] for each in maps
    )
