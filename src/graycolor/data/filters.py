"""What makes a picture useless for learning colors, each with the word that the manifest gives as the reason.

Gray and toned pictures teach that everything is gray or brown; drawings, cut-outs and frames teach flat paper. The
thresholds were set by looking at what they leave out of some five thousand photographs of thirty kinds.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from graycolor.bounds import PIXELS
from graycolor.color.colorfulness import colorfulness_of
from graycolor.color.lightness_join import lab_of_rgb8
from graycolor.types import Codes8, Floats

DAMAGED = "damaged"
GRAY = "gray"
TONED = "toned"
PALE = "too little color"
SMALL = "too small"
LARGE = "too large"
LONG = "extreme aspect"
BORDER = "border"
DRAWING = "drawing"
BACKGROUND = "blank background"
TRANSPARENT = "transparent"
DUPLICATE = "duplicate"
NEAR = "near duplicate"

MEANINGS = {
    DAMAGED: "cannot be decoded",
    GRAY: "no color at all",
    TONED: "one hue throughout, as sepia",
    PALE: "colorfulness below --min-colorfulness",
    SMALL: "short side below --min-side",
    LARGE: "over a bound: more pixels than --max-pixels, or more parts than a photograph has",
    LONG: "more than three times as long as wide",
    BORDER: "a frame around it, or bars on two sides",
    DRAWING: "a few flat colors: drawings, logos, text",
    BACKGROUND: "cut out before white or black",
    TRANSPARENT: "partly transparent",
    DUPLICATE: "the same file as another",
    NEAR: "looks the same as another",
}
"""Every reason, in the order in which tables show them."""

MAX_ASPECT = 3.0

_THUMBNAIL = 64
_OPPONENTS = np.array([[1, -1, 0], [0.5, 0.5, -1]], np.float32)
"""Red-green and yellow-blue of Hasler and Suesstrunk 2003: quick to have, where Lab would take most of the time."""
_NO_COLOR = 7.0
"""What the compression of a gray photograph reaches in its most colored places."""
_COLORED_SHARE = 0.01
_NEARLY_A_LINE = 4.0
"""Opponent colors spread wider than this are never toned; Lab is computed for the few others."""
_ONE_HUE = 0.97
_NARROW = 1.2
_LINE = 0.7
_FLAT_EDGE = 3.0
_FEW_COLORS = 8
_DRAWN = 0.8
_WHITE, _BLACK = 250, 8
_WHITE_SHARE = 0.4
_BLACK_SHARE = 0.5


@dataclass(frozen=True)
class FilterSettings:
    """What a person may want otherwise.

    Attributes:
        min_colorfulness: of Hasler and Suesstrunk 2003; 0 keeps pale photographs (gray ones are still left out).
        min_side: least short side of the original, in pixels.
        max_pixels: most pixels of the original; see `graycolor.bounds`.
    """

    min_colorfulness: float = 6.0
    min_side: int = 128
    max_pixels: int = PIXELS


def size_reason(width: int, height: int, settings: FilterSettings) -> str | None:
    """Why a picture of this size is left out; None when it is not."""
    short, long = sorted((width, height))
    if width * height > settings.max_pixels:
        return LARGE
    if short < settings.min_side:
        return SMALL
    return LONG if long > MAX_ASPECT * short else None


def thumbnail(rgb: Codes8) -> Codes8:
    """The picture (H,W,3) averaged down to (64,64,3), which is all that most filters look at."""
    height, width = rgb.shape[:2]
    if min(height, width) >= 2 * _THUMBNAIL:  # halving is many times faster than other factors
        rgb = cv2.resize(rgb[: height & ~1, : width & ~1], (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    return cv2.resize(rgb, (_THUMBNAIL, _THUMBNAIL), interpolation=cv2.INTER_AREA)


def color_reason(rgb: Codes8, small: Codes8, settings: FilterSettings) -> str | None:
    """Why a photograph (H,W,3) with its thumbnail is left out by what it shows; None when it is not."""
    rg, yb = cv2.split(cv2.transform(small.astype(np.float32), _OPPONENTS))
    if (cv2.magnitude(rg, yb) >= _NO_COLOR).mean() < _COLORED_SHARE:
        return GRAY
    if _is_drawn(rgb):
        return DRAWING
    if _across(rg, yb) < _NEARLY_A_LINE and _is_toned(small):
        return TONED
    if colorfulness_of(_mean_and_deviation(rg), _mean_and_deviation(yb)) < settings.min_colorfulness:
        return PALE
    if _has_blank_background(small):
        return BACKGROUND
    return BORDER if _has_border(small) else None


def _is_drawn(rgb: Codes8) -> bool:
    """Whether eight colors of 15 bits make up most of it: noise and light spread a photograph over many more.

    Every sixth pixel both ways is looked at; sorting those few is faster than counting all.
    """
    few = (rgb[::6, ::6] >> 3).astype(np.uint16)
    codes = np.sort((few[..., 0] << 10 | few[..., 1] << 5 | few[..., 2]).ravel())
    ends = np.flatnonzero(codes[1:] != codes[:-1])
    counts = np.sort(np.concatenate([ends[:1] + 1, ends[1:] - ends[:-1], len(codes) - 1 - ends[-1:]]))
    return bool(len(ends) < _FEW_COLORS or counts[-_FEW_COLORS:].sum() >= _DRAWN * len(codes))


def _is_toned(small: Codes8) -> bool:
    """Whether all colors lie on a line in the ab plane, or keep to one hue: sepia, cyanotype, tinted prints."""
    _, a, b = cv2.split(lab_of_rgb8(small))
    across = _across(a, b)
    length = np.maximum(cv2.magnitude(a, b), 1e-3)
    agreement = np.hypot((a / length).mean(), (b / length).mean())
    return bool(across < _LINE or (agreement > _ONE_HUE and across < _NARROW))


def _across(x: Floats, y: Floats) -> float:
    """Spread of points (x, y) across the line along which they spread most: the smaller principal deviation."""
    (mx, sx), (my, sy) = (_mean_and_deviation(plane) for plane in (x, y))
    covariance = float(cv2.mean(cv2.multiply(x, y))[0]) - mx * my
    return float(np.sqrt(max((sx**2 + sy**2 - np.hypot(sx**2 - sy**2, 2 * covariance)) / 2, 0)))


def _mean_and_deviation(plane: Floats) -> tuple[float, float]:
    mean, deviation = cv2.meanStdDev(plane)
    return float(mean[0, 0]), float(deviation[0, 0])


def _has_blank_background(small: Codes8) -> bool:
    r, g, b = cv2.split(small)
    white = (cv2.min(cv2.min(r, g), b) >= _WHITE).mean()
    black = (cv2.max(cv2.max(r, g), b) <= _BLACK).mean()
    return bool(white > _WHITE_SHARE or black > _BLACK_SHARE)


def _has_border(small: Codes8) -> bool:
    """Whether two opposite edges are each one flat color."""
    edges = (small[:2], small[-2:], small[:, :2], small[:, -2:])
    top, bottom, left, right = (cv2.meanStdDev(edge)[1].max() < _FLAT_EDGE for edge in edges)
    return bool((top and bottom) or (left and right))
