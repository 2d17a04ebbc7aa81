"""The numbers we are judged by: pure functions of two pictures, by their published definitions."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.color.colorfulness import colorfulness_of
from graycolor.color.normalize import AB_SCALE
from graycolor.types import Reals

_NEUTRAL = 0.1
"""Mean chroma that rounding to 8 bits and back leaves in a gray picture."""


def ciede2000(lab: Reals, other: Reals) -> Reals:
    """CIEDE2000 color difference (...,) of Lab colors (..., 3), all weights 1 (Sharma, Wu and Dalal 2005)."""
    L1, a1, b1 = np.moveaxis(lab, -1, 0)
    L2, a2, b2 = np.moveaxis(other, -1, 0)
    seventh = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    stretch = 1.5 - 0.5 * np.sqrt(seventh / (seventh + 25.0**7))
    C1, C2 = np.hypot(a1 * stretch, b1), np.hypot(a2 * stretch, b2)
    h1, h2 = np.arctan2(b1, a1 * stretch), np.arctan2(b2, a2 * stretch)
    turn, mean_hue = _hue_difference_and_mean(h1, h2, C1 * C2)
    mean_C, mean_L = (C1 + C2) / 2, (L1 + L2) / 2
    dL = (L2 - L1) / _lightness_weight(mean_L)
    dC = (C2 - C1) / (1 + 0.045 * mean_C)
    dH = 2 * np.sqrt(C1 * C2) * np.sin(turn / 2) / (1 + 0.015 * mean_C * _hue_weight(mean_hue))
    return np.sqrt(np.maximum(dL**2 + dC**2 + dH**2 + _rotation(mean_C, mean_hue) * dC * dH, 0))


def _hue_difference_and_mean(h1: Reals, h2: Reals, chroma_product: Reals) -> tuple[Reals, Reals]:
    """Signed difference and mean of two hues, the short way round (equations 10 and 14)."""
    turn = (h2 - h1 + np.pi) % (2 * np.pi) - np.pi
    neutral = chroma_product == 0
    mean = np.where(neutral, h1 + h2, h1 + turn / 2)
    return np.where(neutral, 0, turn), mean


def _lightness_weight(L: Reals) -> Reals:
    return 1 + 0.015 * (L - 50) ** 2 / np.sqrt(20 + (L - 50) ** 2)


def _hue_weight(hue: Reals) -> Reals:
    return (
        1
        - 0.17 * np.cos(hue - np.radians(30))
        + 0.24 * np.cos(2 * hue)
        + 0.32 * np.cos(3 * hue + np.radians(6))
        - 0.20 * np.cos(4 * hue - np.radians(63))
    )


def _rotation(chroma: Reals, hue: Reals) -> Reals:
    degrees = np.degrees(hue) % 360
    angle = np.radians(30) * np.exp(-(((degrees - 275) / 25) ** 2))
    return -2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7)) * np.sin(2 * angle)


def ab_cosine(ab: Reals, other: Reals) -> float:
    """Cosine between two chroma fields (..., 2), flattened; 0 where one of them is gray to within rounding."""
    if min(mean_chroma(ab), mean_chroma(other)) < _NEUTRAL:
        return 0.0
    return float(np.sum(ab * other, dtype=np.float64) / (np.linalg.norm(ab) * np.linalg.norm(other)))


def mean_chroma(ab: Reals) -> float:
    """Mean of hypot(a, b) over a chroma field (..., 2)."""
    return float(np.hypot(ab[..., 0], ab[..., 1]).mean())


def colorfulness(rgb: NDArray[np.uint8]) -> float:
    """Colorfulness of 8-bit RGB (H,W,3): M3 of Hasler and Suesstrunk 2003, signed opponent channels."""
    r, g, b = np.moveaxis(rgb.astype(np.float64), -1, 0)
    rg, yb = r - g, (r + g) / 2 - b
    return colorfulness_of((rg.mean(), rg.std()), (yb.mean(), yb.std()))


def colorfulness_abs(rgb: NDArray[np.uint8]) -> float:
    """The same with absolute opponent channels, as some other tools' code has it."""
    r, g, b = np.moveaxis(rgb.astype(np.float64), -1, 0)
    rg, yb = np.abs(r - g), np.abs((r + g) / 2 - b)
    return colorfulness_of((rg.mean(), rg.std()), (yb.mean(), yb.std()))


def edge_band(ab: Reals) -> NDArray[np.bool_]:
    """(H,W) where a chroma field (H,W,2) has its strongest 5 % of gradients, and 2 % of the short side around them."""
    field = np.ascontiguousarray(ab, np.float32)
    slopes = [cv2.Sobel(field[..., c], cv2.CV_32F, dx, 1 - dx) for c in (0, 1) for dx in (0, 1)]
    strength = np.sqrt(sum(slope**2 for slope in slopes))
    strongest = (strength >= np.quantile(strength, 0.95)) & (strength > 0)
    width = max(1, round(0.02 * min(ab.shape[:2])))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width | 1, width | 1))
    return cv2.dilate(strongest.astype(np.uint8), kernel) > 0


def psnr(rgb: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Peak signal-to-noise ratio of two 8-bit RGB pictures (H,W,3), in dB; 100 where they are equal."""
    error = np.mean((rgb.astype(np.float64) - other) ** 2)
    return 100.0 if error == 0 else float(10 * np.log10(255**2 / error))


def ssim(rgb: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Structural similarity of 8-bit RGB (H,W,3), mean over channels (Wang et al. 2004: Gaussian of sigma 1.5)."""
    x, y = rgb.astype(np.float64), other.astype(np.float64)
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    mx, my = _window_mean(x), _window_mean(y)
    vx, vy, cov = _window_mean(x * x) - mx**2, _window_mean(y * y) - my**2, _window_mean(x * y) - mx * my
    similarity = (2 * mx * my + c1) * (2 * cov + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
    inner = similarity[_SSIM_REACH:-_SSIM_REACH, _SSIM_REACH:-_SSIM_REACH]
    return float((inner if inner.size else similarity).mean())


_SSIM_REACH = 5
"""Half the window of SSIM: the border, where it does not fit, is left out."""


def _window_mean(values: Reals) -> Reals:
    side = 2 * _SSIM_REACH + 1
    return cv2.GaussianBlur(values, (side, side), 1.5, borderType=cv2.BORDER_REFLECT)


def report_mse(ab: Reals, other: Reals) -> float:
    """The founding report's error: mean squared difference of ab scaled to -1..1 (`ab / 128`)."""
    return float(np.mean((ab.astype(np.float64) - other) ** 2) / AB_SCALE**2)


def report_accuracy(ab: Reals, other: Reals) -> float:
    """The founding report's "accuracy", Keras on a two-channel target: how often the larger channel is the same one."""
    return float(np.mean(np.argmax(ab, -1) == np.argmax(other, -1)))


def frechet_distance(features: Reals, other: Reals) -> float:
    """Fréchet distance of Gaussians fitted to two sets of features (N,D) and (M,D) (Heusel et al. 2017)."""
    a, b = features.astype(np.float64), other.astype(np.float64)
    first, second = _centered_root(a), _centered_root(b)
    # The trace of the root of the covariances' product is the sum of the singular values of their roots' product.
    cross = np.linalg.svd(first @ second.T, compute_uv=False).sum()
    spread = (first**2).sum() + (second**2).sum() - 2 * cross
    return float(np.sum((a.mean(0) - b.mean(0)) ** 2) + max(0.0, spread))


def _centered_root(features: Reals) -> Reals:
    """R (min(N,D),D) with the features' covariance as R^T R: small for few pictures, however many the features."""
    centered = (features - features.mean(0)) / np.sqrt(len(features) - 1)
    return centered if len(features) <= features.shape[1] else np.asarray(np.linalg.qr(centered, "r"))


def bootstrap_interval(values: Reals, *, resamples: int = 1000, seed: int = 0) -> tuple[float, float]:
    """95 % interval of the mean over pictures, by the percentile bootstrap (Efron 1979)."""
    values = np.asarray(values, np.float64)
    drawn = np.random.default_rng(seed).integers(len(values), size=(resamples, len(values)))
    low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)
