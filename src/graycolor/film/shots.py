"""Where one shot ends and the next begins.

Histograms, the usual detector, cry cut at every flash and fast fade. What is compared here are small blocks of the
picture after its own mean and contrast were taken out: blind to both. Where that alone is not sure (a whip pan, a zoom),
a second look asks how much of the new picture the old one explains once it has moved.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.film.flow import carried, even, flow_between

Gray = NDArray[np.uint8]

_BLOCKS = (32, 18)
_SURE = 0.9
"""Difference of blocks that no movement within a shot reaches."""
_DOUBTFUL = 0.5
"""Difference below which there is no cut."""
_UNEXPLAINED = 0.56
"""What remains after moving, from which on a doubtful case is a cut."""


def is_cut(before: Gray, after: Gray) -> bool:
    """Whether two neighboring pictures (H,W) of one size belong to different shots."""
    difference = float(np.abs(_blocks(before) - _blocks(after)).mean())
    if difference > _SURE or before.shape != after.shape:
        return True
    return difference > _DOUBTFUL and _unexplained(before, after) > _UNEXPLAINED


def _blocks(gray: Gray) -> NDArray[np.float32]:
    blocks = cv2.resize(gray, _BLOCKS, interpolation=cv2.INTER_AREA).astype(np.float32)
    return (blocks - blocks.mean()) / (blocks.std() + 4)


def _unexplained(before: Gray, after: Gray) -> float:
    """Mean difference of evened lightness, in standard deviations, after `before` has moved to `after`."""
    moved = carried(_standard(before)[..., None], flow_between(even(after), even(before)))
    return float(np.abs(moved[..., 0] - _standard(after)).mean())


def _standard(gray: Gray) -> NDArray[np.float32]:
    values = gray.astype(np.float32)
    return (values - values.mean()) / (values.std() + 4)
