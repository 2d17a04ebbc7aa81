"""What makes a picture useless for learning colors, each with the word that the manifest gives as the reason.

Gray and toned pictures teach that everything is gray or brown; drawings, cut-outs and frames teach flat paper. The
thresholds were set by looking at what they leave out of some five thousand photographs of thirty kinds.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.color.fast import lab_of_rgb8

Codes = NDArray[np.uint8]

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
    LARGE: "more pixels than memory should be trusted with",
    LONG: "more than three times as long as wide",
    BORDER: "a frame around it, or bars on two sides",
    DRAWING: "a few flat colors: drawings, logos, text",
    BACKGROUND: "cut out before white or black",
    TRANSPARENT: "partly transparent",
    DUPLICATE: "the same file as another",
    NEAR: "looks the same as another",
}
"""Every reason, in the order in which tables show them."""

MAX_PIXELS = 175_000_000
MAX_ASPECT = 3.0

_THUMBNAIL = 64
_NO_CHROMA = 4.0
"""Lab chroma that the compression of a gray photograph reaches in its most colored places."""
_ONE_HUE = 0.97
_NARROW = 1.2
_LINE = 0.7
_FLAT_EDGE = 3.0
_FEW_COLORS = 8
_DRAWN = 0.8
_WHITE_SHARE = 0.4
_BLACK_SHARE = 0.5


@dataclass(frozen=True)
class FilterSettings:
    """What a person may want otherwise.

    Attributes:
        min_colorfulness: of Hasler and Suesstrunk 2003; 0 keeps pale photographs (gray ones are still left out).
        min_side: least short side of the original, in pixels.
    """

    min_colorfulness: float = 6.0
    min_side: int = 128


def size_reason(width: int, height: int, settings: FilterSettings) -> str | None:
    """Why a picture of this size is left out; None when it is not."""
    short, long = sorted((width, height))
    if width * height > MAX_PIXELS:
        return LARGE
    if short < settings.min_side:
        return SMALL
    return LONG if long > MAX_ASPECT * short else None


def color_reason(rgb: Codes, settings: FilterSettings) -> str | None:
    """Why a photograph (H,W,3) is left out by what it shows; None when it is not."""
    small = cv2.resize(rgb, (_THUMBNAIL, _THUMBNAIL), interpolation=cv2.INTER_AREA)
    ab = lab_of_rgb8(small)[..., 1:].reshape(-1, 2)
    chroma = np.hypot(ab[:, 0], ab[:, 1])
    if np.percentile(chroma, 99) < _NO_CHROMA:
        return GRAY
    if _is_drawn(rgb):
        return DRAWING
    if _is_toned(ab, chroma):
        return TONED
    if _colorfulness(small) < settings.min_colorfulness:
        return PALE
    if _has_blank_background(small):
        return BACKGROUND
    return BORDER if _has_border(small) else None


def _is_drawn(rgb: Codes) -> bool:
    """Whether eight colors of 15 bits make up most of it: noise and light spread a photograph over many more."""
    codes = (rgb[::2, ::2] >> 3).astype(np.int32)
    counts = np.bincount((codes[..., 0] << 10 | codes[..., 1] << 5 | codes[..., 2]).ravel(), minlength=2**15)
    return bool(np.partition(counts, -_FEW_COLORS)[-_FEW_COLORS:].sum() >= _DRAWN * counts.sum())


def _is_toned(ab: NDArray[np.float32], chroma: NDArray[np.float32]) -> bool:
    """Whether all colors lie on a line in the ab plane, or keep to one hue: sepia, cyanotype, tinted prints."""
    across = float(np.sqrt(max(np.linalg.eigvalsh(np.cov(ab.T))[0], 0)))
    agreement = float(np.hypot(*(ab / np.maximum(chroma, 1e-3)[:, None]).mean(axis=0)))
    return across < _LINE or (agreement > _ONE_HUE and across < _NARROW)


def _colorfulness(rgb: Codes) -> float:
    """M3 of Hasler and Suesstrunk 2003 with signed opponent channels."""
    r, g, b = cv2.split(rgb.astype(np.float32))
    rg, yb = r - g, (r + g) / 2 - b
    return float(np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean()))


def _has_blank_background(small: Codes) -> bool:
    white = (small.min(axis=-1) >= 250).mean()
    black = (small.max(axis=-1) <= 8).mean()
    return bool(white > _WHITE_SHARE or black > _BLACK_SHARE)


def _has_border(small: Codes) -> bool:
    """Whether two opposite edges are each one flat color."""
    edges = (small[:2], small[-2:], small[:, :2], small[:, -2:])
    top, bottom, left, right = (edge.reshape(-1, 3).std(axis=0).max() < _FLAT_EDGE for edge in edges)
    return bool((top and bottom) or (left and right))
