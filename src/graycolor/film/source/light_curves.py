"""Codes of film scans and the light that they stand for, both ways: display codes, printing density, and plain light.

Light is relative: 1 is white, 0 black, and what is brighter than white goes on above it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graycolor.color.lab import linear_to_srgb, srgb_to_linear
from graycolor.types import AnyCodes, Floats

VIDEO, LOG, LINEAR = "video", "log", "linear"
CURVES = (VIDEO, LOG, LINEAR)
_BLACK, _WHITE, _OF = 95, 685, 1023
"""The 10-bit codes of black and white in printing density (Kodak, Cineon digital film system, 1995)."""
_DENSITY, _GAMMA = 0.002, 0.6
"""Density of a step of 10 bits, and the negative's gamma."""
_KNEE = 0.8
"""Light from which on highlights are pressed together, so that what is brighter than white is still seen apart."""


@dataclass(frozen=True)
class Curve:
    """What codes stand for.

    Attributes:
        kind: `video` (codes as a screen shows them), `log` (printing density) or `linear`.
        bits: of a code.
        black, white: codes of black and white; those of `log` are given by its definition.
    """

    kind: str
    bits: int
    black: float
    white: float

    @property
    def top(self) -> int:
        """The greatest code."""
        return (1 << self.bits) - 1

    @property
    def brightest(self) -> float:
        """The light of the greatest code."""
        return float(_light(np.array([float(self.top)]), self)[0])

    def light(self, codes: AnyCodes) -> Floats:
        """The light of codes of any shape; below black it is negative."""
        return np.asarray(_light_table(self)[codes], np.float32)

    def codes(self, light: Floats) -> NDArray[np.uint16]:
        """The nearest codes; what has none gets the least or the greatest."""
        return np.rint(np.clip(_unrounded(np.asarray(light, np.float64), self), 0, self.top)).astype(np.uint16)

    def display(self, codes: AnyCodes) -> NDArray[np.uint16]:
        """16-bit sRGB gray as a screen shows these codes."""
        return np.asarray(_display_table(self)[codes], np.uint16)


def video(bits: int) -> Curve:
    """Codes that a screen shows as they are, black at 0."""
    return Curve(VIDEO, bits, 0.0, float((1 << bits) - 1))


def shown(light: Any) -> NDArray[np.uint16]:
    """16-bit sRGB gray of light, highlights pressed together."""
    over = np.maximum(light - _KNEE, 0)
    pressed = np.minimum(light, _KNEE) + (1 - _KNEE) * -np.expm1(-over / (1 - _KNEE))
    return np.rint(linear_to_srgb(np.clip(pressed, 0, 1)) * 65535).astype(np.uint16)


def _light(codes: NDArray[np.float64], curve: Curve) -> NDArray[np.float64]:
    if curve.kind == LOG:
        density = codes * (_OF / curve.top)
        black = 10 ** ((_BLACK - _WHITE) * _DENSITY / _GAMMA)
        return (10 ** ((density - _WHITE) * (_DENSITY / _GAMMA)) - black) / (1 - black)
    share = (codes - curve.black) / (curve.white - curve.black)
    return share if curve.kind == LINEAR else np.asarray(srgb_to_linear(share), np.float64)


def _unrounded(light: NDArray[np.float64], curve: Curve) -> NDArray[np.float64]:
    if curve.kind == LOG:
        black = 10 ** ((_BLACK - _WHITE) * _DENSITY / _GAMMA)
        shifted = np.maximum(light * (1 - black) + black, 1e-9)
        return (np.log10(shifted) * (_GAMMA / _DENSITY) + _WHITE) * (curve.top / _OF)
    share = light if curve.kind == LINEAR else np.asarray(linear_to_srgb(light), np.float64)
    return share * (curve.white - curve.black) + curve.black


@cache
def _light_table(curve: Curve) -> NDArray[np.float64]:
    return _light(np.arange(curve.top + 1, dtype=np.float64), curve)


@cache
def _display_table(curve: Curve) -> NDArray[np.uint16]:
    codes = np.arange(curve.top + 1, dtype=np.float64)
    if curve.kind == VIDEO:
        share = np.clip((codes - curve.black) / (curve.white - curve.black), 0, 1)
        return np.rint(share * 65535).astype(np.uint16)
    return shown(_light(codes, curve))
