"""Colors to choose from for a place of a picture: what the network holds likely there, and what things usually have."""

from __future__ import annotations

import numpy as np

from graycolor.color.gamut import fit_lab, max_chroma
from graycolor.color.lab import lab_to_rgb
from graycolor.guidance.color_words import THINGS
from graycolor.guidance.hints import Hint
from graycolor.guidance.network_view import NetworkView
from graycolor.guidance.variants import peaks
from graycolor.types import Floats

_DARKEST, _LIGHTEST = 35.0, 80.0
"""L between which a color is shown to a person: in black and white places all colors look alike."""
_BLUR, _APART, _LEAST = 7.0, 13.0, 0.02
"""Colors to choose from may lie nearer to each other, and be less likely, than those of variants."""


def prepare_colors() -> None:
    """Work out beforehand what the first colors that leave the gamut in great number would have to wait for."""
    max_chroma(np.float32(50), np.float32(0))


def likely_colors(sight: NetworkView, x: float, y: float, most: int = 6) -> list[str]:
    """Colors (`#rrggbb`) that a place could have, likeliest first, about as light as the place is.

    Args:
        sight: what the network sees in the picture.
        x, y: the place, in percent of width and height.
        most: how many colors, at most.
    """
    row, column = Hint(THINGS["no color"], ((x, y),), percent=True).cells(sight.shape, sight.shape)[0]
    window = np.s_[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
    mass = sight.probabilities[window].mean(axis=(0, 1))
    found = peaks(mass, sight.bins.centers, blur=_BLUR, apart=_APART, least=_LEAST, most=most)
    light = float(sight.L[row, column])
    return [_shown(light, sight.bins.centers[each]) for each in found]


def common_colors(sight: NetworkView, x: float, y: float) -> dict[str, str]:
    """The colors of `THINGS`, about as light as a place (percent of width and height) is."""
    row, column = Hint(THINGS["no color"], ((x, y),), percent=True).cells(sight.shape, sight.shape)[0]
    light = float(sight.L[row, column])
    return {name: _shown(light, Hint(color, ((0.0, 0.0),)).ab) for name, color in THINGS.items()}


def _shown(light: float, ab: Floats) -> str:
    lab = np.array([np.clip(light, _DARKEST, _LIGHTEST), *ab], np.float32)
    codes = np.rint(np.clip(lab_to_rgb(fit_lab(lab[None])[0]), 0, 1) * 255).astype(int)
    return "#{:02x}{:02x}{:02x}".format(*codes)
