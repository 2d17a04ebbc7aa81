"""From a bent distribution back to colors: the annealed mean, as a difference to what the network itself would say."""

from __future__ import annotations

import numpy as np

from graycolor.guidance.network_view import NetworkView
from graycolor.types import Floats


def annealed_mean(probabilities: Floats, centers: Floats, temperature: float) -> Floats:
    """Mean color (h,w,2) of distributions (h,w,bins) sharpened by `temperature` (Zhang et al. 2016)."""
    peak = probabilities.max(axis=2, keepdims=True)
    # The power of a share of the peak cannot underflow to nothing everywhere.
    sharp = (probabilities / np.maximum(peak, 1e-30)) ** np.float32(1 / temperature)
    return (sharp @ centers) / sharp.sum(axis=2, keepdims=True)


def bent_colors(sight: NetworkView, bent: Floats, temperature: float) -> Floats:
    """Colors (h,w,2) after `sight.probabilities` became `bent`.

    The change is added to the network's own colors, so that an unbent cell keeps them to the last bit, and so does what
    the network did to its colors after its distribution.
    """
    centers = sight.bins.centers
    changed = np.any(bent != sight.probabilities, axis=2, keepdims=True)
    change = annealed_mean(bent, centers, temperature) - annealed_mean(sight.probabilities, centers, temperature)
    return sight.ab + np.where(changed, change, 0).astype(np.float32)
