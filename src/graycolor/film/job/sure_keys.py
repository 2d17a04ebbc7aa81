"""How sure the network was of a film's key frames, told of the shots that they are in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.film.output.segments import Segment, ShotPart
from graycolor.film.steadiness.steady import ColorKeys, KeyColors, Look

_SIDE = 24
"""Cells across the longer side of the picture in which the least sure place is looked for: hints reach that far."""
_SHOWN = (30, 225)
"""Gray levels between which a hint of a place is seen in its color."""


class _Sure(NamedTuple):
    """Mean confidence in a key frame, and where it is least, in percent of width and height."""

    mean: float
    place: tuple[float, float]


class SureKeys:
    """Colors key frames as `color_keys` does; how sure the network was of them is known until their segment is told."""

    def __init__(self, color_keys: ColorKeys) -> None:
        self._color_keys = color_keys
        self._sure: dict[int, _Sure] = {}

    def __call__(self, keys: Sequence[Look]) -> Sequence[KeyColors]:
        """What the network says of key frames."""
        colored = self._color_keys(keys)
        self._sure |= {key.number: _sure_of(key, own) for key, own in zip(keys, colored, strict=True)}
        return colored

    def told(self, segment: Segment) -> Segment:
        """The segment, whose frames all have their colors, with what its key frames say of its shots.

        Those that it only looked at are forgotten: which they are depends on where it ends.
        """
        found = {pts: self._sure[pts] for pts in sorted(self._sure) if pts <= segment.last}
        self._sure.clear()
        ends = [*(part.first for part in segment.shots[1:]), segment.last + 1]
        return replace(
            segment,
            shots=tuple(_told(part, end, found) for part, end in zip(segment.shots, ends, strict=True)),
        )


def _sure_of(key: Look, colors: KeyColors) -> _Sure:
    height, width = key.gray.shape
    factor = min(1.0, _SIDE / max(height, width))
    size = max(1, round(width * factor)), max(1, round(height * factor))
    confidence = np.broadcast_to(np.asarray(colors.confidence, np.float32), key.gray.shape)
    least = cv2.resize(confidence, size, interpolation=cv2.INTER_AREA)
    light = cv2.resize(key.gray, size, interpolation=cv2.INTER_AREA)
    shows = (light >= _SHOWN[0]) & (light <= _SHOWN[1]) & _within(least.shape)
    y, x = np.unravel_index(np.argmin(np.where(shows, least, least + 1)), least.shape)
    return _Sure(float(least.mean()), (100 * (float(x) + 0.5) / size[0], 100 * (float(y) + 0.5) / size[1]))


def _within(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Cells that do not lie at the edge of the picture, where a hint has half a neighborhood."""
    within = np.zeros(shape, np.bool_)
    within[1:-1, 1:-1] = True
    return within


def _told(part: ShotPart, end: int, found: dict[int, _Sure]) -> ShotPart:
    own = {pts: sure for pts, sure in found.items() if part.first <= pts < end}
    if not own:
        return part
    middle = (part.first + end) / 2
    still = min(own, key=lambda pts: abs(pts - middle))
    x, y = own[still].place
    sure = round(sum(each.mean for each in own.values()), 4)
    return replace(part, keys=len(own), sure=sure, still=still, place=(round(x, 1), round(y, 1)))
