"""Borders of scans (film around a negative's picture, a print's white margin), kept out of what a network judges by.

A border says nothing of colors, and makes the picture smaller in the network's eyes. It stays gray itself. Strict on
purpose: a part of a picture that is taken for a border loses its colors.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from graycolor.network.bins import Bins
from graycolor.network.chroma import Forecast
from graycolor.network.working_picture import MULTIPLE, working_shape
from graycolor.types import Codes, Floats
from graycolor.upsample import area_shrink

MOST_ENLARGED = 1.5
"""How much larger the working picture becomes, at most, so that what is within a border has the usual size."""

_DARK, _LIGHT = 48, 232
"""Codes up to which the film around a picture is black, and from which paper is white."""
_DARK_SPREAD, _LIGHT_SPREAD = 22, 14
"""How far from the border's own code the pixels of a border may lie."""
_SHARE = 0.7
"""Share of a line's pixels that are the border's, and that change where it ends; captions and scratches are others."""
_EDGE = 10
"""Codes by which the picture differs from the border where it begins."""
_DEEPEST = 0.25
"""Largest part of a side that a border may take at each end."""
_SMALLEST = 0.4
"""Smallest part of the area that has to be left."""
_ROUNDS = 3
"""Borders within one another: the bed of a scanner, then the film's edge."""


class Margins(NamedTuple):
    """How many lines of a picture are border, from each side."""

    top: int = 0
    bottom: int = 0
    left: int = 0
    right: int = 0

    def __bool__(self) -> bool:
        return any(self)

    def within(self, codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """What of codes (H,W) lies inside."""
        return codes[self.top : codes.shape[0] - self.bottom, self.left : codes.shape[1] - self.right]

    def and_then(self, inner: Margins) -> Margins:
        """These, and those of what lies inside."""
        return Margins(*(ours + theirs for ours, theirs in zip(self, inner, strict=True)))


class Seen(NamedTuple):
    """A picture at its working shape.

    Attributes:
        codes: (h,w) uint8 gray, all of it.
        margins: its border in pixels, multiples of the largest stride; the network sees what is within.
    """

    codes: NDArray[np.uint8]
    margins: Margins = Margins()

    @property
    def shown(self) -> NDArray[np.uint8]:
        """The part of the codes that the network sees."""
        return self.margins.within(self.codes)

    def placed(self, forecast: Forecast, stride: int) -> Forecast:
        """The forecast (for `shown`) of the whole picture: its border is gray, and known to be.

        Where the network tells no confidence, which is 0 everywhere, the border tells none either.
        """
        height, width = (side // stride for side in self.shown.shape)
        forecast = forecast.cut(height, width)
        if not self.margins:
            return forecast
        kernels = forecast.kernels
        if kernels is not None:
            factor = kernels.shape[1] // height
            kernels = self._around(_closed(kernels, factor), stride / factor, 0.0)
            kernels[4] += 1 - kernels.sum(0)
        return forecast._replace(
            ab=self._around(forecast.ab.transpose(2, 0, 1), stride, 0.0).transpose(1, 2, 0),
            confidence=self._around(forecast.confidence, stride, float(forecast.confidence.any())),
            kernels=kernels,
        )

    def placed_logits(self, logits: Floats, bins: Bins, stride: int) -> Floats:
        """The logits (bins,h,w) of the whole picture: its border is gray."""
        height, width = (side // stride for side in self.shown.shape)
        logits = logits[:, :height, :width]
        if not self.margins:
            return logits
        gray = int(np.square(bins.centers).sum(1).argmin())
        whole = self._around(logits, stride, _NEVER)
        whole[gray] = np.where(whole[gray] == _NEVER, 0, whole[gray])
        return whole

    def _around(self, maps: Floats, stride: float, value: float) -> Floats:
        """Maps (...,h,w) of what is within, with `value` where the border is."""
        top, bottom, left, right = (round(lines / stride) for lines in self.margins)
        beside = [(0, 0)] * (maps.ndim - 2)
        around = np.pad(maps, [*beside, (top, bottom), (left, right)], constant_values=value)
        return np.ascontiguousarray(around, np.float32)


_NEVER = -50.0
"""A logit of what is out of the question."""


def seen_whole(gray: Codes, size: int) -> Seen:
    """The picture at its working shape, whether it has a border or not."""
    return Seen(area_shrink(gray, working_shape(gray.shape[0], gray.shape[1], size)))


def seen_within_border(gray: Codes, size: int) -> Seen:
    """The picture at its working shape; where it has a border, what is within is as large as other pictures are."""
    seen = seen_whole(gray, size)
    codes, shape = seen.codes, seen.codes.shape
    margins = border_of(codes)
    if not margins:
        return seen
    height, width = margins.within(codes).shape
    factor = min(MOST_ENLARGED, working_shape(height, width, size)[0] / height)
    larger = tuple(round(side * factor / MULTIPLE) * MULTIPLE for side in shape)
    rows, columns = (there / here / MULTIPLE for there, here in zip(larger, shape, strict=True))
    scaled = (margins.top * rows, margins.bottom * rows, margins.left * columns, margins.right * columns)
    return Seen(area_shrink(gray, (larger[0], larger[1])), Margins(*(int(cells) * MULTIPLE for cells in scaled)))


def border_of(codes: NDArray[np.uint8]) -> Margins:
    """The border of a small gray picture (H,W): on three sides or two opposite ones, straight, and of one tone."""
    found = Margins()
    for number in range(_ROUNDS):
        within = found.within(codes)
        margins = max((_one_border(within, dark=dark) for dark in (True, False)), key=_sides_and_size)
        if not margins or (number == 0 and not _is_frame(margins)):
            break
        further = found.and_then(margins)
        if further.within(codes).size < _SMALLEST * codes.size:
            break
        found = further
    return found


def _sides_and_size(margins: Margins) -> tuple[int, int]:
    return sum(lines > 0 for lines in margins), sum(margins)


def _is_frame(margins: Margins) -> bool:
    top, bottom, left, right = (lines > 0 for lines in margins)
    return top + bottom + left + right >= 3 or (top and bottom) or (left and right)


def _one_border(codes: NDArray[np.uint8], *, dark: bool) -> Margins:
    """A black or a white border on every side that has one."""
    top, bottom = _lines(codes, dark=dark), _lines(codes[::-1], dark=dark)
    columns = codes[top : len(codes) - bottom].T
    left, right = _lines(columns, dark=dark), _lines(columns[::-1], dark=dark)
    rows = codes[:, left : codes.shape[1] - right]
    return Margins(_lines(rows, dark=dark), _lines(rows[::-1], dark=dark), left, right)


def _lines(codes: NDArray[np.uint8], *, dark: bool) -> int:
    """How many of the first lines of codes (n,m) are a border."""
    most = int(len(codes) * _DEEPEST)
    level = np.median(codes[: max(2, len(codes) // 100)])
    if level > _DARK if dark else level < _LIGHT:
        return 0
    lines = codes[: most + 5].astype(np.float32)
    like = lines < level + _DARK_SPREAD if dark else lines > level - _LIGHT_SPREAD
    others = np.flatnonzero(like.mean(1) < _SHARE)
    depth = int(others[0]) if len(others) else most
    if not 0 < depth < most or np.median(np.abs(lines[:depth] - level)) > _DARK_SPREAD / 4:
        return 0
    return depth if _ends_straight(lines, depth, dark=dark) else 0


def _ends_straight(lines: Floats, depth: int, *, dark: bool) -> bool:
    """Whether most columns change where the border ends, give or take two lines; a dark corner does not."""
    before = lines[max(0, depth - 4) : max(1, depth - 1)].mean(0)
    after = lines[depth + 1 : depth + 5].mean(0)
    change = after - before if dark else before - after
    return bool((change > _EDGE).mean() >= _SHARE)


def _closed(kernels: Floats, factor: int) -> Floats:
    """Kernels (9,H,W) that take nothing from beyond the picture: what they took from there, they take from its edge."""
    closed = kernels.copy().reshape(3, 3, *kernels.shape[1:])
    for outer, edge in ((0, slice(None, factor)), (2, slice(-factor, None))):
        closed[1, :, edge] += closed[outer, :, edge]
        closed[outer, :, edge] = 0
        closed[:, 1, :, edge] += closed[:, outer, :, edge]
        closed[:, outer, :, edge] = 0
    return closed.reshape(kernels.shape)
