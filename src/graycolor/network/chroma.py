"""From what a network says to the chroma that is shown: the one way for coloring, judging, fitting and training.

The annealed mean over bins is calmed where it will be refined, then calibrated: a color is painted as strongly as the
network's confidence bears it out. Users, films and the refinement start from there. Arrays and tensors go through the
same arithmetic; no torch is imported here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import cv2
import numpy as np

from graycolor.errors import WeightsError
from graycolor.network.refine import refined
from graycolor.types import Floats

CALM = 0.45
"""Standard deviation in coarse positions. Of 0.35 to 0.7 it brings the network's colors nearest to the true ones."""


@dataclass(frozen=True)
class Calibration:
    """How strongly colors are painted, by hue and confidence.

    Uncertain reds carry hardly any information: between hues of 0 and 30 degrees the factor on the chroma that is least
    wrong was 0.02 where the network was guessing, for greens and blues 0.7 to 0.85. Painted as strongly as the others
    they are the red patches that people see first.

    Attributes:
        uncertain_red: factor on the chroma of reds that were guessed; 1 leaves them as they are.
        unsure, sure: confidence up to which a color counts as guessed, and from which it counts as known.
        hue: middle of the reds, degrees in the ab plane.
        narrow, wide: distances from that hue, in degrees, up to which a color is wholly red, and from which not at all.
        gain: factor on all chroma, which makes up for what the reds lose.
    """

    uncertain_red: float = 0.35
    unsure: float = 0.25
    sure: float = 0.5
    hue: float = 5.0
    narrow: float = 28.0
    wide: float = 58.0
    gain: float = 1.08

    def __post_init__(self) -> None:
        rising = 0 <= self.unsure < self.sure <= 1 and 0 <= self.narrow < self.wide <= 180
        if not (rising and 0 <= self.uncertain_red <= 2 and 0 < self.gain <= 4 and abs(self.hue) <= 360):
            raise WeightsError("The weights' calibration of colors is out of range.")

    def factor(self, a: Any, b: Any, confidence: Any) -> Any:
        """What to multiply chroma with: a, b and confidence of one shape, arrays or tensors."""
        hue = math.radians(self.hue)
        # The cosine of the distance in hue, which needs no angle of every place.
        near = (a * math.cos(hue) + b * math.sin(hue)) / (a * a + b * b + 1e-6) ** 0.5
        narrow, wide = (math.cos(math.radians(distance)) for distance in (self.narrow, self.wide))
        red = _smooth((near - wide) / (narrow - wide))
        guessed = 1 - _smooth((confidence - self.unsure) / (self.sure - self.unsure))
        return self.gain * (1 - (1 - self.uncertain_red) * red * guessed)


def _smooth(t: Any) -> Any:
    """From 0 to 1 as `t` goes from 0 to 1, without corners."""
    t = t.clip(0, 1)
    return t * t * (3 - 2 * t)


class Forecast(NamedTuple):
    """What a network says of one picture, at its own resolution (stride 4).

    Attributes:
        ab: (h,w,2) decoded chroma.
        confidence: (h,w), 0 where the network was guessing, 1 where it was certain.
        kernels: (9,f*h,f*w) that make the chroma finer; None where the network has no refinement.
        heard: share of a reference in the colors, 0..1, a mean over the picture; None where there was none.
    """

    ab: Floats
    confidence: Floats
    kernels: Floats | None = None
    heard: float | None = None

    def cut(self, height: int, width: int) -> Forecast:
        """The top left part of this shape: what lies beyond is padding."""
        factor = 1 if self.kernels is None else self.kernels.shape[1] // self.ab.shape[0]
        kernels = None if self.kernels is None else self.kernels[:, : height * factor, : width * factor]
        return self._replace(ab=self.ab[:height, :width], confidence=self.confidence[:height, :width], kernels=kernels)

    def fine(self) -> Floats:
        """The chroma, finer where the network can."""
        return self.ab if self.kernels is None else refined(self.ab, self.kernels)


def forecast_of(
    calibration: Calibration | None, ab: Floats, confidence: Floats, kernels: Floats | None = None
) -> Forecast:
    """A `Forecast` from a network's outputs for one picture: (1,2,h,w), (1,h,w) and, if it refines, (1,9,_,_)."""
    chroma = np.ascontiguousarray(ab[0].transpose(1, 2, 0))
    if kernels is not None:
        chroma = calmed(chroma)
    if calibration is not None:
        chroma *= calibration.factor(chroma[..., 0], chroma[..., 1], confidence[0])[..., None]
    return Forecast(chroma, confidence[0], None if kernels is None else kernels[0])


def calmed(ab: Floats) -> Floats:
    """The network's own coarse colors (h,w,2), a little smoother: what changes from place to place is mostly error.

    What makes them finer sharpens that too, so this comes before it, and before what a user or a film adds.
    """
    return np.asarray(cv2.GaussianBlur(ab, (3, 3), CALM, borderType=cv2.BORDER_REPLICATE), np.float32)
