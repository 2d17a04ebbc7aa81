"""Color from the network's stride to a finer one, by kernels that the network gives with it.

Every fine position is a mixture of the 3x3 coarse colors around it. The weights sum to 1 and follow from the gray
picture alone, so they are applied after decoding and not inside the network: what a user changes (hints, saturation, a
film's carried colors) is changed at the coarse stride first.
numpy only: the CPU path must not import torch.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def refined(ab: Floats, kernels: Floats) -> Floats:
    """Coarse colors (h,w,2) made finer by kernels (9,f*h,f*w): (f*h,f*w,2); the border is repeated outwards."""
    (height, width), factor = ab.shape[:2], kernels.shape[1] // ab.shape[0]
    around = np.pad(ab, ((1, 1), (1, 1), (0, 0)), mode="edge").transpose(2, 0, 1)
    cells = kernels.reshape(9, height, factor, width, factor)
    fine = np.zeros((2, height, factor, width, factor), np.float32)
    for number, kernel in enumerate(cells):
        row, column = divmod(number, 3)
        fine += kernel * around[:, row : row + height, None, column : column + width, None]
    return np.ascontiguousarray(fine.reshape(2, height * factor, width * factor).transpose(1, 2, 0))
