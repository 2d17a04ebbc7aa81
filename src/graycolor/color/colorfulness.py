"""How colorful a picture looks, from figures of its opponent channels (Hasler and Suesstrunk 2003)."""

from __future__ import annotations

import numpy as np


def colorfulness_of(red_green: tuple[float, float], yellow_blue: tuple[float, float]) -> float:
    """M3 of that paper from mean and deviation of each signed channel: R - G, and (R + G) / 2 - B."""
    (mean_rg, std_rg), (mean_yb, std_yb) = red_green, yellow_blue
    return float(np.hypot(std_rg, std_yb) + 0.3 * np.hypot(mean_rg, mean_yb))
