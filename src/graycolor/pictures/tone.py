"""Tone curves of ICC profiles at 16 bits: what light a code stands for, and the sRGB gray of that light.

Pillow's color management works at 8 bits and is up to 10 steps off in the shadows of a linear gray.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graycolor.color.lab import lightness_to_luminance, linear_to_srgb, srgb_to_linear
from graycolor.color.lightness_join import gray_of_rgb
from graycolor.pictures.littlecms import srgb_of
from graycolor.types import Codes

# Profiles speak of colors under D50, L here is under D65: the middle row of Bradford's matrix (Lam 1985).
_D65_LUMINANCE_OF_D50 = np.array([-0.0282895, 1.0099416, 0.0210077])
TABLES = frozenset({b"A2B0", b"D2B0"})
_SAME_CURVE = 64  # a quarter of an 8-bit step; profiles round their curves


def luminance_tables(profile: bytes) -> NDArray[np.float64] | None:
    """Luminance 0..1 that each 16-bit code of each channel adds, (1 or 3, 65536), as an ICC profile says.

    ICC.1:2022, 10.6 and 10.18; the curve of a gray profile connected by Lab gives L.
    None where the profile is damaged or is not made of tone curves.
    """
    try:
        tags = icc_tags(profile)
        if not TABLES.isdisjoint(tags):
            return None  # which lead, where curves stand beside them
        if profile[16:20] == b"GRAY":
            curve = _tone_curve(tags[b"kTRC"])[None]
            return curve if profile[20:24] != b"Lab " else lightness_to_luminance(100 * curve)
        if profile[16:20] != b"RGB ":
            return None
        colorants = [struct.unpack_from(">3i", tags[name], 8) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
        weights = np.array(colorants) @ _D65_LUMINANCE_OF_D50
        curves = np.stack([_tone_curve(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC")])
        return curves * (weights / weights.sum())[:, None]
    except (KeyError, IndexError, ValueError, ZeroDivisionError, struct.error):
        return None


def gray_by_profile(codes: Codes, profile: bytes | None) -> Codes | None:
    """The sRGB gray (H,W) of equal luminance of gray (H,W) or RGB (H,W,3) codes under `profile`.

    Gray codes under sRGB's own curve come back as they are, others as uint16. None where the profile says nothing
    about them, or tells colors by look-up tables.
    """
    if not profile:
        return None
    tables = luminance_tables(profile)
    if tables is None and codes.ndim != 3:
        return _gray_by_tables(codes, profile)
    if tables is None or len(tables) != (3 if codes.ndim == 3 else 1):
        return None
    step = 1 if codes.dtype == np.uint16 else 257
    if codes.ndim == 3:
        light = tables[:, ::step].astype(np.float32)
        return _encoded(sum(table[codes[..., channel]] for channel, table in enumerate(light)))
    curve = _encoded(tables[0])
    if np.abs(curve - np.arange(65536.0)).max() < _SAME_CURVE:
        return codes
    return curve[::step][codes]


def _gray_by_tables(codes: Codes, profile: bytes) -> NDArray[np.uint16] | None:
    step = 1 if codes.dtype == np.uint16 else 257
    rgb = srgb_of(np.arange(0, 65536, step, dtype=np.uint16)[None], profile)
    return None if rgb is None else gray_of_rgb(rgb)[0][codes]


def tone_of_gray(profile: bytes) -> NDArray[np.uint16] | None:
    """The 16-bit sRGB gray (256,) of every 8-bit code under a gray profile; None where its curve is sRGB's."""
    converted = gray_by_profile(np.arange(256, dtype=np.uint8), profile)
    return None if converted is None or converted.dtype == np.uint8 else converted.astype(np.uint16)


def _encoded(y: Any) -> NDArray[np.uint16]:
    return np.rint(linear_to_srgb(np.clip(y, 0, 1)) * 65535).astype(np.uint16)


def curve_of(codes: NDArray[np.uint16]) -> bytes:
    """The tag of a curve that gives every 8-bit code the light of an sRGB gray of 16 bits."""
    light = np.rint(srgb_to_linear(codes / 65535) * 65535).astype(">u2")
    return b"curv" + bytes(4) + struct.pack(">I", len(light)) + light.tobytes()


def icc_tags(profile: bytes) -> dict[bytes, bytes]:
    """The tags of an ICC profile by name, each with its type."""
    (count,) = struct.unpack_from(">I", profile, 128)
    entries = [struct.unpack_from(">4sII", profile, 132 + 12 * index) for index in range(min(count, 100))]
    return {name: profile[offset : offset + size] for name, offset, size in entries}


def _tone_curve(tag: bytes) -> NDArray[np.float64]:
    """Linear light of all 16-bit codes."""
    codes = np.linspace(0, 1, 65536)
    if tag[:4] == b"para":
        return _parametric(tag, codes)
    if tag[:4] != b"curv":
        raise ValueError("no tone curve")
    (count,) = struct.unpack_from(">I", tag, 8)
    points = np.frombuffer(tag, ">u2", count, 12).astype(np.float64)
    if count < 2:
        return codes ** (points[0] / 256 if count else 1)
    return np.interp(codes, np.linspace(0, 1, count), points / 65535)


def _parametric(tag: bytes, codes: NDArray[np.float64]) -> NDArray[np.float64]:
    (kind,) = struct.unpack_from(">H", tag, 8)
    count = (1, 3, 4, 5, 7)[kind]
    values = np.frombuffer(tag, ">i4", count, 12) / 65536
    g, a, b, c, d, e, f = np.concatenate([values, (1, 1, 0, 0, 0, 0, 0)[count:]])
    if kind in (1, 2):  # these break where the base reaches zero; the third number of 2 is added on both sides
        c, d, e, f = 0, -b / a, c, c
    power = np.maximum(a * codes + b, 0) ** g + e
    return np.clip(np.where(codes >= d, power, c * codes + f), 0, 1)
