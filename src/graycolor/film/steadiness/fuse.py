"""The key frames of a shot, each with the weighted average of its own colors and those of the keys around it.

Every key gives its colors to the others along optical flow: less with every key between, and only as far as the
pictures agree that it is the same thing. What has just come into sight therefore has its own colors at once, what has
long been there those of many keys. Sums of weighted colors are carried, not averages, so that the order does not
matter and nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from graycolor.film.steadiness.flow import agreement, carried, comparable, flow_between
from graycolor.types import Floats, Gray

_LEAST = np.float32(1e-4)
"""Weight of a key that agrees nowhere: where neither side does, the nearer one counts."""
_HEAVY = 1e6
"""What weights are multiplied by, so that what OpenCV adds to their sum (a hundred thousandth) is nothing beside it."""
_HALF = 0.5
"""Agreement below which a place counts as unexplained."""
_CHANGED = 0.45
"""Share of unexplained places from which on a picture has changed: fine texture alone reaches a third."""
_UNSURE = 0.02
"""The least confidence that is reckoned with."""


@dataclass(frozen=True, eq=False)
class Link:
    """How one picture is seen from another: steps (H,W,2) there, and how well the two agree (H,W), 0..1."""

    flow: Floats
    agreement: Floats


def link(here: Gray, there: Gray) -> Link:
    """The link from `here` to `there`, both (H,W); one of them may be faded."""
    evened, other = comparable(here, there)
    flow = flow_between(evened, other)
    return Link(flow, agreement(evened, other, flow))


def near_link(here: Gray, there: Gray) -> Link:
    """`link`, followed at half the size: half the time, and enough for a few frames' way.

    Carried colors then err by 1 to 4 % more (`benchmarks/film_steadiness.py`, warp); `link` can stand in its place.
    """
    half = _half_link(here, there)
    return Link(_at_size(half.flow, here), _at_size(half.agreement, here))


def _half_link(here: Gray, there: Gray) -> Link:
    """The link at half the size of the pictures (H,W), its steps in their own pixels."""
    evened, other = comparable(halved(here), halved(there))
    flow = flow_between(evened, other)
    height, width = flow.shape[:2]
    seen = agreement(evened, other, flow)
    for axis, factor in enumerate((here.shape[1] / width, here.shape[0] / height)):
        flow[..., axis] *= np.float32(factor)  # numpy is slow with a factor for each
    return Link(flow, seen)


def _at_size(field: Floats, gray: Gray) -> Floats:
    return cv2.resize(field, gray.shape[::-1], interpolation=cv2.INTER_LINEAR)


def halved(gray: Gray) -> Gray:
    """A gray (H,W) at half the size, rounded up."""
    height, width = gray.shape
    return cv2.resize(gray, ((width + 1) // 2, (height + 1) // 2), interpolation=cv2.INTER_AREA)


def is_changed(before: Gray, after: Gray) -> bool:
    """Whether motion leaves much of `after` (H,W) unexplained by `before`, so that it has to be looked at itself."""
    return float((_half_link(after, before).agreement < _HALF).mean()) > _CHANGED


class Key:
    """A key frame.

    Args:
        place: its number in the shot.
        gray: (H,W).
        ab: (H,W,2), the network's colors of it.
        confidence: (H,W) or one number, 0..1: how sure it is of them.
        before: the key frame before it, or None.
        kept: share of its weight that a color keeps from the key before to this one, and back.
    """

    def __init__(
        self, place: int, gray: Gray, ab: Floats, confidence: Floats | float, *, before: Key | None, kept: float
    ) -> None:
        self.place, self.gray, self._kept = place, gray, kept
        # Frames of a fade show less and less: the square of the contrast is what is left to see. And two guesses are
        # not as good as one certainty: weighed by the square of confidence, colors come out nearer to the truth.
        weight = np.full(gray.shape, gray.var() + 1, np.float32)
        weight *= np.maximum(confidence, _UNSURE, dtype=np.float32) ** 2
        self._own: Floats = cv2.merge([*(plane * weight for plane in cv2.split(ab)), weight])
        self._past = np.zeros_like(self._own)
        self._back: Link | None = None
        """How the next key sees this one's place: from here to there, for colors that come back."""
        self.ab: Floats | None = None
        """(H,W,2), once they are fused."""
        if before is not None:
            self._past = self._over_the_gap(before._own + before._past, link(gray, before.gray))
            before._back = link(before.gray, gray)

    def _over_the_gap(self, colors: Floats, way: Link) -> Floats:
        """Colors carried between the key before and this one, either way."""
        return _times(carried(colors, way.flow), np.float32(self._kept) * way.agreement)

    def future(self, after: Key, beyond: Floats) -> Floats:
        """What the keys behind give this one: those of the next, `after`, and what it has from `beyond`."""
        assert self._back is not None
        return after._over_the_gap(after._own + beyond, self._back)

    def fuse(self, future: Floats) -> None:
        """Settle its colors."""
        total = self._past + self._own + future
        a, b, weight = cv2.split(total)
        self.ab = cv2.merge([a / weight, b / weight])

    @property
    def nothing(self) -> Floats:
        """No colors, with no weight."""
        return np.zeros_like(self._own)


def fuse(keys: Sequence[Key], count: int) -> None:
    """Settle the colors of the first `count` keys, those that are settled left as they are, by all that follow."""
    future = keys[-1].nothing
    for number in range(len(keys) - 1, -1, -1):
        if number + 1 < len(keys):
            future = keys[number].future(keys[number + 1], future)
        if number < count and keys[number].ab is None:
            keys[number].fuse(future)


def mixed(place: int, gray: Gray, sides: Sequence[Key]) -> Floats:
    """Colors (H,W,2) of a frame from one or two fused keys, each by its nearness and how well it explains the frame."""
    colors: list[Floats] = []
    weights: list[Floats] = []
    for side in sides:
        assert side.ab is not None
        if side.place == place:
            return side.ab
        way = near_link(gray, side.gray)
        colors.append(carried(side.ab, way.flow))
        weights.append((way.agreement + _LEAST) * np.float32(_HEAVY / abs(place - side.place)))
    if len(colors) == 1:
        return colors[0]
    mix: Floats = cv2.blendLinear(colors[0], colors[1], weights[0], weights[1])
    return mix


def _times(field: Floats, weight: Floats) -> Floats:
    """A field (H,W,C) times a weight (H,W); numpy takes three times as long for it."""
    product: Floats = cv2.multiply(field, cv2.merge([weight] * field.shape[2]))
    return product
