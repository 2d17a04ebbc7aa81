"""What a PNG without a profile says of its colors: gAMA and cHRM (PNG 3, 11.3.2), as the profile they stand for."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graycolor.pictures.profiles import named_tag, packed, srgb_profile
from graycolor.pictures.tone import icc_tags

if TYPE_CHECKING:
    from PIL import Image

_USUAL = 1 / 2.2
"""What programs write who mean sRGB, whose curve is no power."""
_AS_USUAL, _AS_PRIMARIES = 0.005, 0.002
"""Within which a gamma and primaries are sRGB's, as programs round them."""
_LEAST, _MOST = 0.05, 10.0
"""A gamma beyond is damage."""
_SRGB = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
"""White, red, green and blue as x and y."""
_D50 = np.array([0.9642, 1.0, 0.8249])
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_HEADER, _NEAR = 33, 1 << 14
_SRGB_POINTS = (1, 13, 0, 1)
_GRAY_MODES = ("1", "L", "LA", "La", "I", "I;16")


def profile_of_png(image: Image.Image) -> bytes | None:
    """The profile that a PNG's chunks stand for; None where they say sRGB, nothing, or nonsense."""
    if "icc_profile" in image.info or "srgb" in image.info:
        return None
    gamma, points = image.info.get("gamma"), image.info.get("chromaticity")
    exponent = 1 / gamma if gamma and _LEAST < gamma < _MOST else None
    is_usual = exponent is None or abs(1 / exponent - _USUAL) < _AS_USUAL
    if image.mode in _GRAY_MODES:
        return None if is_usual or exponent is None else _gray(exponent)
    matrix = None if points is None or np.allclose(points, _SRGB, atol=_AS_PRIMARIES) else _colorants(points)
    if matrix is None and is_usual:
        return None
    return _color(exponent, matrix)


def foreign_color_space(png: bytes) -> str:
    """The code points (ITU-T H.273) of a PNG's cICP chunk where they are not sRGB's; empty where there are none."""
    at = png.find(b"cICP", _HEADER, _HEADER + _NEAR)  # it comes before palette and pixels
    points = tuple(png[at + 4 : at + 8]) if at > 0 and png[at - 4 : at] == b"\0\0\0\4" else _SRGB_POINTS
    return "" if points[:2] == _SRGB_POINTS[:2] else "-".join(map(str, points))


def _gray(exponent: float) -> bytes:
    tags = icc_tags(srgb_profile())
    kept = {name: tags[name] for name in (b"cprt", b"wtpt")}
    return packed(kept | {b"desc": named_tag("A PNG's gamma"), b"kTRC": _power(exponent)}, b"GRAY")


def _color(exponent: float | None, matrix: NDArray[np.float64] | None) -> bytes:
    tags = icc_tags(srgb_profile()) | {b"desc": named_tag("A PNG's gamma and primaries")}
    if exponent is not None:
        tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), _power(exponent))
    if matrix is not None:
        for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), matrix.T, strict=True):
            tags[name] = b"XYZ " + bytes(4) + struct.pack(">3i", *(round(value * 65536) for value in column))
    return packed(tags)


def _power(exponent: float) -> bytes:
    return b"para" + bytes(4) + struct.pack(">HHi", 0, 0, round(exponent * 65536))


def _colorants(points: Any) -> NDArray[np.float64] | None:
    """XYZ under D50 of red, green and blue, as columns; None where they are no triangle around their white."""
    xy = np.array(points, np.float64).reshape(4, 2)
    if not (xy[:, 1] > 0).all():
        return None
    white, *primaries = np.column_stack([xy[:, 0] / xy[:, 1], np.ones(4), (1 - xy.sum(1)) / xy[:, 1]])
    columns = np.array(primaries).T
    if abs(np.linalg.det(columns)) < 1e-6:
        return None
    scaled = columns * np.linalg.solve(columns, white)
    cones = (_BRADFORD @ _D50) / (_BRADFORD @ white)
    adapted: NDArray[np.float64] = np.linalg.inv(_BRADFORD) @ (cones[:, None] * (_BRADFORD @ scaled))
    return adapted if np.isfinite(adapted).all() and np.abs(adapted).max() < 10 else None
