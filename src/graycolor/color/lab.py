"""sRGB and CIE Lab (D65, 2 degrees), written once for numpy arrays and torch tensors of any leading shape.

Everybody shares these functions: training, coloring and measuring must mean the same by a color. The arithmetic keeps
the type and the device it is given and is differentiable in torch; nothing is clipped, so out-of-gamut colors survive
the way there and back. The matrix is derived from the primaries (IEC 61966-2-1), and the white is the matrix's own row
sums, so that every gray has a = b = 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

_PRIMARIES = np.array([[0.64, 0.33], [0.30, 0.60], [0.15, 0.06]])
_WHITE_XY = np.array([0.3127, 0.3290])


def _xyz_of_xy(xy: np.ndarray) -> np.ndarray:
    x, y = xy[..., 0], xy[..., 1]
    return np.stack([x / y, np.ones_like(x), (1 - x - y) / y], axis=-1)


def _rgb_to_xyz_matrix() -> np.ndarray:
    """The 3x3 matrix from linear sRGB to XYZ: the primaries, scaled so that their sum is the white."""
    primaries = _xyz_of_xy(_PRIMARIES).T
    return primaries * np.linalg.solve(primaries, _xyz_of_xy(_WHITE_XY))


XYZ_OF_RGB = _rgb_to_xyz_matrix()
"""3x3, linear sRGB to XYZ with Y = 1 for white."""
WHITE = XYZ_OF_RGB.sum(axis=1)
"""XYZ of white, the row sums of `XYZ_OF_RGB`: (0.95046, 1, 1.08906)."""
LUMINANCE_WEIGHTS = XYZ_OF_RGB[1]
"""Shares of linear R, G and B in the luminance Y: (0.2126, 0.7152, 0.0722)."""

# Rows divided by the white: each sums to 1, so equal R, G and B give equal x, y and z, and with them a = b = 0.
_RELATIVE_OF_RGB = XYZ_OF_RGB / WHITE[:, None]
_RGB_OF_RELATIVE = np.linalg.inv(_RELATIVE_OF_RGB)
_EPSILON = 216 / 24389
_KAPPA = 24389 / 27


def _where(condition: Any, yes: Any, no: Any) -> Any:
    """`numpy.where` of whichever library the condition belongs to."""
    if isinstance(condition, (np.ndarray, np.generic)):
        return np.where(condition, yes, no)
    return yes.where(condition, no)


def _stacked(channels: list[Any]) -> Any:
    if isinstance(channels[0], (np.ndarray, np.generic)):
        return np.stack(channels, axis=-1)
    # A tensor's own methods, so that this room needs no torch.
    stacked = channels[0].new_empty((*channels[0].shape, len(channels)))
    for index, channel in enumerate(channels):
        stacked[..., index] = channel
    return stacked


def srgb_to_linear(encoded: Any) -> Any:
    """sRGB values (0..1) to linear light; odd-symmetric below 0, continued above 1 (IEC 61966-2-1)."""
    size = abs(encoded)
    bright = size > 0.04045
    # The power sees 1 where the straight branch is taken: its slope at 0 would spoil gradients.
    curve = ((_where(bright, size, size * 0 + 1) + 0.055) / 1.055) ** 2.4
    return _where(bright, _signed(curve, encoded), encoded / 12.92)


def linear_to_srgb(linear: Any) -> Any:
    """Linear light to sRGB values; the inverse of `srgb_to_linear`, without clipping."""
    size = abs(linear)
    bright = size > 0.0031308
    curve = 1.055 * _where(bright, size, size * 0 + 1) ** (1 / 2.4) - 0.055
    return _where(bright, _signed(curve, linear), linear * 12.92)


def _signed(size: Any, like: Any) -> Any:
    return _where(like < 0, -size, size)


def luminance(linear_rgb: Any) -> Any:
    """Relative luminance Y (...,) of linear RGB (..., 3); Y of a gray is exactly that gray."""
    r, g, b = linear_rgb[..., 0], linear_rgb[..., 1], linear_rgb[..., 2]
    return _mixed(r, g, b, LUMINANCE_WEIGHTS)


def _mixed(r: Any, g: Any, b: Any, row: np.ndarray) -> Any:
    """`row @ (r, g, b)` for a row that sums to 1, as g plus differences: exactly g where r = g = b."""
    return g + float(row[0]) * (r - g) + float(row[2]) * (b - g)


def lightness(y: Any) -> Any:
    """L (0..100) of relative luminance Y (0..1)."""
    return 116 * _cube_root(y) - 16


def lightness_to_luminance(L: Any) -> Any:
    """Relative luminance Y of L; the inverse of `lightness`."""
    return _cubed((L + 16) / 116)


def _cube_root(t: Any) -> Any:
    """CIE's f: the cube root, with a straight line near black."""
    bright = t > _EPSILON
    return _where(bright, _where(bright, t, t * 0 + 1) ** (1 / 3), (t * _KAPPA + 16) / 116)


def _cubed(f: Any) -> Any:
    return _where(f > _EPSILON ** (1 / 3), f**3, (116 * f - 16) / _KAPPA)


def rgb_to_lab(rgb: Any) -> Any:
    """sRGB (..., 3) in 0..1 to Lab (..., 3): L in 0..100, a and b in about -128..127.

    Grays get a = b = 0 (with torch to within rounding).
    """
    linear = srgb_to_linear(rgb)
    r, g, b = linear[..., 0], linear[..., 1], linear[..., 2]
    fx, fy, fz = (_cube_root(_mixed(r, g, b, row)) for row in _RELATIVE_OF_RGB)
    return _stacked([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)])


def lab_to_linear(lab: Any) -> Any:
    """Lab (..., 3) to linear RGB (..., 3), not clipped: colors outside the gamut leave 0..1."""
    fy = (lab[..., 0] + 16) / 116
    x, y, z = _cubed(fy + lab[..., 1] / 500), _cubed(fy), _cubed(fy - lab[..., 2] / 200)
    # As in `_mixed`: these rows sum to 1 as well, and a gray must come back as one.
    return _stacked([y + float(row[0]) * (x - y) + float(row[2]) * (z - y) for row in _RGB_OF_RELATIVE])


def lab_to_rgb(lab: Any) -> Any:
    """Lab (..., 3) to sRGB (..., 3), not clipped; the inverse of `rgb_to_lab`."""
    return linear_to_srgb(lab_to_linear(lab))
