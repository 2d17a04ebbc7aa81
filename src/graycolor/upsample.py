"""Chroma from the network's size to full size, along the edges of the gray picture, in stripes of rows.

Measured on true chroma, every smoothing filter (guided, bilateral) loses to plain bicubic interpolation. What wins is
consistency with the small map (one back-projection) and a damped injection of the gray's own detail where gray and
chroma vary together; both are done at an intermediate size of up to 0.15 megapixels, and plain bicubic does the rest.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.color.blocks import halved
from graycolor.color.lightness_join import lightness_of_gray
from graycolor.types import Codes, Floats

Planes = tuple[Floats, Floats]

_FINER = 49
"""Pixels of the intermediate size for each of the small map: seven times its resolution. Measured on true chroma of
large photographs, made as small as the network's map is: what the gray's detail gains over plain interpolation is
11.5 % of the error at 4 times, 12.3 % at 7 times, 12.4 % at 10 times; the time grows with the pixels."""
_INTERMEDIATE_PIXELS = 150_000
"""Most pixels of a finer map: 5.4 % of bicubic's error is gained with them, 5.5 % with 200,000, 5.6 with 400,000."""
_NOISE = 16.0
"""Variance of L below which a correlation with chroma is taken for chance."""
_GAIN = 0.7
_CUBIC = -0.75
"""OpenCV's cubic coefficient: stripes must equal one whole resize."""


class ChromaUpsampler:
    """Full-size chroma of a gray picture, by rows.

    Args:
        ab: (h,w,2) float32, the small chroma map; it covers the whole picture.
        gray: (H,W) uint8 or uint16.
    """

    def __init__(self, ab: Floats, gray: Codes) -> None:
        self.shape = gray.shape
        height, width = _intermediate_shape(gray.shape[0], gray.shape[1], intermediate_pixels(ab))
        small_gray = gray if (height, width) == gray.shape else area_shrink(gray, (height, width))
        guided = along_edges(ab, small_gray)
        # The horizontal pass is done once, at the intermediate height: it is small there.
        self._wide = _resized(guided, (height, gray.shape[1]), cv2.INTER_CUBIC)

    def rows(self, top: int, bottom: int) -> Floats:
        """Chroma (bottom-top,W,2) of a range of rows; the same whatever the ranges asked for before."""
        if self._wide.shape[0] == self.shape[0]:
            return self._wide[top:bottom]
        return self._cubic_rows(top, bottom)

    def _cubic_rows(self, top: int, bottom: int) -> Floats:
        source = self._wide.reshape(self._wide.shape[0], -1)
        first, weights = _cubic_taps(np.arange(top, bottom), source.shape[0] / self.shape[0])
        taken = np.clip(first[:, None] + np.arange(4), 0, source.shape[0] - 1)
        out = np.empty((bottom - top, source.shape[1]), np.float32)
        for row, (taps, shares) in enumerate(zip(taken.tolist(), weights.tolist(), strict=True)):
            line, (a, b, c, d) = out[row : row + 1], (source[tap : tap + 1] for tap in taps)
            cv2.addWeighted(a, shares[0], b, shares[1], 0, line)
            cv2.scaleAdd(c, shares[2], line, line)
            cv2.scaleAdd(d, shares[3], line, line)
        return out.reshape(bottom - top, self.shape[1], 2)


def along_edges(ab: Floats, gray: Codes) -> Floats:
    """Chroma `ab` (h,w,2) at the size of `gray` (H,W), with the gray's edges; for sizes up to some megapixels."""
    return np.asarray(cv2.merge(planes_along_edges(ab, gray)), np.float32)


def planes_along_edges(ab: Floats, gray: Codes) -> tuple[Floats, Floats]:
    """`along_edges` as planes (H,W) of a and b, which OpenCV works on faster than on pairs."""
    a, b = (np.ascontiguousarray(ab[..., channel], np.float32) for channel in range(2))
    return _along_edges((a, b), lightness_of_gray(gray))


def area_shrink(gray: Codes, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """`gray` (H,W) as 8-bit codes of `shape` (h,w), by averaging areas; an axis that grows is interpolated.

    The plain form is OpenCV's area average of the whole, near which a test holds it (docs/design.md, Tricks). It is
    halved down to twice the shape. From there Pillow, which goes by a whole-number factor first, is five times faster
    than OpenCV's area average, and it keeps the edges where they are when the factor does not divide the size.
    """
    from PIL import Image

    codes = np.asarray(gray if gray.dtype == np.uint8 else cv2.convertScaleAbs(gray, alpha=1 / 257), np.uint8)
    height, width = _no_larger(shape, gray.shape)
    codes = halved(codes, min(codes.shape[0] // height, codes.shape[1] // width).bit_length() - 2)
    small = np.asarray(Image.fromarray(codes).resize((width, height), Image.Resampling.BOX, reducing_gap=2.0))
    return _resized(small, shape, cv2.INTER_LINEAR)


def cell_lightness(codes: NDArray[np.uint8], shape: tuple[int, int]) -> Floats:
    """Mean L (h,w), 0 to 100, of each cell of a grid of `shape` over 8-bit gray codes (H,W)."""
    return np.asarray(_resized(lightness_of_gray(codes), shape, cv2.INTER_AREA), np.float32)


def intermediate_pixels(ab: Floats) -> int:
    """How many pixels the gray's detail is worth for a small map (h,w,2); beyond them plain interpolation does."""
    return min(_INTERMEDIATE_PIXELS, _FINER * ab.shape[0] * ab.shape[1])


def _intermediate_shape(height: int, width: int, pixels: int) -> tuple[int, int]:
    factor = min(1.0, (pixels / (height * width)) ** 0.5)
    return max(1, round(height * factor)), max(1, round(width * factor))


def _along_edges(planes: Planes, L: Floats) -> Planes:
    """Planes (h,w) of chroma at the size of `L` (H,W): bicubic, plus L's own edges, consistent with the planes."""
    small, large = planes[0].shape, L.shape
    if small[0] >= large[0] or small[1] >= large[1]:
        a, b = (_resized(plane, _no_larger(large, small), cv2.INTER_AREA) for plane in planes)
        return _resized(a, large, cv2.INTER_CUBIC), _resized(b, large, cv2.INTER_CUBIC)
    L_small = _resized(L, small, cv2.INTER_AREA)
    detail = _resized(L_small, large, cv2.INTER_CUBIC)
    cv2.subtract(L, detail, detail)
    slopes = _luma_slopes(planes, L_small)
    return _guided(planes[0], slopes[0], detail), _guided(planes[1], slopes[1], detail)


def _guided(plane: Floats, slope: Floats, detail: Floats) -> Floats:
    """One plane of chroma (h,w) at the size of `detail` (H,W); in place, as fresh memory costs as much as a step."""
    small, large = plane.shape, detail.shape
    change = _resized(slope, large, cv2.INTER_LINEAR)
    guided = _resized(plane, large, cv2.INTER_CUBIC)
    cv2.accumulateProduct(change, detail, guided)
    missing = cv2.subtract(plane, _resized(guided, small, cv2.INTER_AREA))
    cv2.resize(missing, large[::-1], change, interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.add(guided, change, guided), np.float32)


def _luma_slopes(planes: Planes, L: Floats) -> Planes:
    """Change of a and b per unit of L in each 3x3 window (h,w), damped by how well L explains them (r squared)."""
    mean_L = _mean3(L)
    var_L = _mean3(L * L) - mean_L**2
    means, covs = [_mean3(plane) for plane in planes], [_mean3(plane * L) for plane in planes]
    var = _mean3(planes[0] ** 2 + planes[1] ** 2)
    for mean, cov in zip(means, covs, strict=True):
        cov -= mean * mean_L
        var -= mean**2
    explained = (covs[0] ** 2 + covs[1] ** 2) / np.maximum(var_L * var, 1e-6)
    share = np.float32(_GAIN) * np.clip(explained, 0, 1) / (np.maximum(var_L, 0) + np.float32(_NOISE))
    return covs[0] * share, covs[1] * share


def _mean3(values: Floats) -> Floats:
    return cv2.blur(values, (3, 3), borderType=cv2.BORDER_REPLICATE)


def _no_larger(shape: tuple[int, ...], limit: tuple[int, ...]) -> tuple[int, int]:
    """`shape` where it shrinks a picture of shape `limit`; an axis that would grow keeps its length."""
    return min(shape[0], limit[0]), min(shape[1], limit[1])


def _resized(values: NDArray, shape: tuple[int, ...], method: int) -> NDArray:
    if values.shape[:2] == shape:
        return values
    return cv2.resize(values, (shape[1], shape[0]), interpolation=method)


def _cubic_taps(rows: NDArray[np.int64], scale: float) -> tuple[NDArray[np.int64], Floats]:
    """First source row (n,) and the four weights (n,4) of bicubic interpolation for output rows, half-pixel centers."""
    position = (rows + 0.5) * scale - 0.5
    base = np.floor(position)
    t = (position - base)[:, None]
    near, far = np.concatenate([t, 1 - t], 1), np.concatenate([1 + t, 2 - t], 1)
    inner = ((_CUBIC + 2) * near - (_CUBIC + 3)) * near**2 + 1
    outer = ((_CUBIC * far - 5 * _CUBIC) * far + 8 * _CUBIC) * far - 4 * _CUBIC
    weights = np.stack([outer[:, 0], inner[:, 0], inner[:, 1], outer[:, 1]], 1)
    return base.astype(np.int64) - 1, weights.astype(np.float32)
