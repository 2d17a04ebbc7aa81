"""Hints laid over what the network said: near each it gives way, elsewhere nothing moves by a bit.

Colors are blended after decoding, so whatever else the network does to its colors before (saturation, refinement), a
hint still has the last word, and where no hint reaches the result is the network's own to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.color.gamut import fit_lab
from graycolor.guidance.hint_reach import HintReach, affinity
from graycolor.guidance.hints import Hint
from graycolor.guidance.network_view import NetworkView
from graycolor.types import Floats

_RIVALRY = 3
"""Power on the weights of hints that compete for a cell: the higher, the sharper the border between them."""
_NEVER_QUITE = 1e-3
_SAME_LIGHT = 8.0
"""L that a neighbor of a hinted cell may differ by to be held as well: up-sampling mixes neighbors."""


def with_hints(
    sight: NetworkView,
    ab: Floats,
    confidence: Floats,
    *,
    hints: Sequence[Hint],
    size: tuple[int, int],
    reach: HintReach | None = None,
) -> tuple[Floats, Floats]:
    """Colors (h,w,2) and confidence (h,w) of a picture after its hints.

    Args:
        sight: what the network saw.
        ab, confidence: what it said, saturation applied.
        hints: at least one.
        size: height and width of the upright picture that the hints' pixels count in.
        reach: how far a hint goes; None as fitted.

    Hue and chroma at a hint are its own, chroma given up where the light there leaves no room for it.

    Raises:
        UsageError: a hint lies outside the picture.
    """
    seeds = [_held(sight, hint.cells(size, sight.shape)) for hint in hints]
    weights = affinity(sight, seeds, reach or HintReach())
    wanted = np.stack([hint.ab for hint in hints])
    claims = weights**_RIVALRY / (1 - weights + _NEVER_QUITE)
    claims /= np.maximum(claims.sum(axis=0), 1e-12)
    total = 1 - np.prod(1 - weights, axis=0)
    reached = total > 0
    blended = ab[reached] + total[reached][:, None] * (np.einsum("nk,nc->kc", claims[:, reached], wanted) - ab[reached])
    guided, sure = ab.copy(), confidence.copy()
    guided[reached] = fit_lab(np.column_stack([sight.L[reached], blended]))[:, 1:]
    sure[reached] += total[reached] * (1 - sure[reached])
    return guided, sure


def _held(sight: NetworkView, cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """The hinted cells and those neighbors that are as light."""
    mask = np.zeros(sight.shape, np.uint8)
    mask[cells[:, 0], cells[:, 1]] = 1
    near = cv2.dilate(mask, np.ones((3, 3), np.uint8)).astype(bool)
    low = cv2.erode(np.where(mask, sight.L, np.float32(1e3)), np.ones((3, 3)))
    high = cv2.dilate(np.where(mask, sight.L, np.float32(-1e3)), np.ones((3, 3)))
    alike = (low - _SAME_LIGHT <= sight.L) & (high + _SAME_LIGHT >= sight.L)
    return np.argwhere(near & alike | mask.astype(bool))
