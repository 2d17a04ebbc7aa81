"""Color at the network's stride made steadier and finer, by kernels that the network gives with it.

Two linear steps: every coarse color becomes a mixture of like-looking places around it (which takes blotches out), and
every fine position a mixture of the 3x3 coarse colors around it (which moves colors to their edges). The weights of a
mixture sum to 1 and follow from the gray picture alone, so the steps are applied after decoding and not inside the
network: what a user changes (hints, saturation, a film's carried colors) is changed at the coarse stride first.
numpy only: the CPU path must not import torch.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

REACH = 8
"""Farthest neighbor of the first step, in coarse positions."""
OFFSETS = (
    (0, 0),
    *(
        (row * far, column * far)
        for far in (1, 2, 4, REACH)
        for row in (-1, 0, 1)
        for column in (-1, 0, 1)
        if row or column
    ),
)
"""Places that a coarse color is mixed from: itself, and rings of eight at 1, 2, 4 and 8 positions (row, column)."""


class Kernels(NamedTuple):
    """What a network says of how its colors belong together.

    Attributes:
        spread: (33,h,w), weights of `OFFSETS` for every coarse position.
        fine: (9,f*h,f*w), weights of the 3x3 coarse neighbors for every fine position.
    """

    spread: Floats
    fine: Floats

    def cut(self, height: int, width: int) -> Kernels:
        """The top left part of this coarse shape: what lies beyond is padding."""
        factor = self.fine.shape[1] // self.spread.shape[1]
        return Kernels(self.spread[:, :height, :width], self.fine[:, : height * factor, : width * factor])

    def applied(self, ab: Floats) -> Floats:
        """Coarse colors (h,w,2) made steadier and finer: (f*h,f*w,2); the border is repeated outwards."""
        return _finer(_spread(ab, self.spread), self.fine)


def _spread(ab: Floats, kernels: Floats) -> Floats:
    height, width = ab.shape[:2]
    around = np.pad(ab, ((REACH, REACH), (REACH, REACH), (0, 0)), mode="edge")
    mixed = np.zeros_like(ab)
    for (row, column), kernel in zip(OFFSETS, kernels, strict=True):
        top, left = REACH + row, REACH + column
        mixed += around[top : top + height, left : left + width] * kernel[..., None]
    return mixed


def _finer(ab: Floats, kernels: Floats) -> Floats:
    (height, width), factor = ab.shape[:2], kernels.shape[1] // ab.shape[0]
    around = np.pad(ab, ((1, 1), (1, 1), (0, 0)), mode="edge").transpose(2, 0, 1)
    cells = kernels.reshape(9, height, factor, width, factor)
    fine = np.zeros((2, height, factor, width, factor), np.float32)
    for number, kernel in enumerate(cells):
        row, column = divmod(number, 3)
        fine += kernel * around[:, row : row + height, None, column : column + width, None]
    return np.ascontiguousarray(fine.reshape(2, height * factor, width * factor).transpose(1, 2, 0))
