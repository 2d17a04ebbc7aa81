"""LittleCMS at 16 bits, for profiles that are made of look-up tables: Pillow brings the library, and hands it 8 bits.

Its own functions are called, where they can be seen among Pillow's (not on Windows, where they are linked in). A
profile that is no more than tone curves needs none of this; `tone` has exact tables for it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graycolor.types import Codes

_SPACES = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}
"""Channels of a color space, by its name in the header of a profile."""
_TYPES = {1: 3 << 16 | 1 << 3 | 2, 3: 4 << 16 | 3 << 3 | 2, 4: 6 << 16 | 4 << 3 | 2}
"""LittleCMS's numbers for interleaved 16-bit codes, by channels."""
_PERCEPTUAL, _COLORIMETRIC = 0, 1
_EXACT = 0x0100
"""No shortcut by a table of its own."""


def srgb_of(codes: Codes, profile: bytes) -> NDArray[np.uint16] | None:
    """sRGB (H,W,3) of gray (H,W), RGB (H,W,3) or CMYK (H,W,4) codes under a profile, 65535 being all of an ink.

    None where the profile is damaged or is for other channels, or LittleCMS cannot be called.
    """
    channels = 1 if codes.ndim == 2 else codes.shape[2]
    library = _library()
    if library is None or _SPACES.get(profile[16:20]) != channels:
        return None
    wide = codes if codes.dtype == np.uint16 else codes.astype(np.uint16) * np.uint16(257)
    with _transform(library, profile, channels) as transform:
        return None if transform is None else _transformed(library, transform, np.ascontiguousarray(wide))


def _transformed(library: Any, transform: int, codes: NDArray[Any]) -> NDArray[np.uint16]:
    """Where all channels agree, as in most scans of gray, a table of all codes takes a fraction of the time."""
    agree = codes.ndim == 2 or (codes.shape[2] == 3 and bool((codes == codes[..., :1]).all()))
    if agree and codes.shape[0] * codes.shape[1] > 65536:
        ramp = np.arange(65536, dtype=np.uint16)[None]
        table = _transformed(library, transform, ramp if codes.ndim == 2 else np.dstack([ramp] * 3))
        return table[0][codes if codes.ndim == 2 else codes[..., 0]]
    rgb = np.empty((*codes.shape[:2], 3), np.uint16)
    library.cmsDoTransform(transform, codes.ctypes.data, rgb.ctypes.data, codes.shape[0] * codes.shape[1])
    return rgb


@contextmanager
def _transform(library: Any, profile: bytes, channels: int) -> Iterator[int | None]:
    """From a profile to sRGB, as pictures are meant to be seen, or by colors alone where it has no tables for that."""
    source, target, transform = library.cmsOpenProfileFromMem(profile, len(profile)), None, None
    try:
        target = source and library.cmsCreate_sRGBProfile()
        for intent in (_PERCEPTUAL, _COLORIMETRIC) if target else ():
            transform = transform or library.cmsCreateTransform(
                source, _TYPES[channels], target, _TYPES[3], intent, _EXACT
            )
        yield transform
    finally:
        if transform:
            library.cmsDeleteTransform(transform)
        for opened in filter(None, (source, target)):
            library.cmsCloseProfile(opened)


@cache
def _library() -> Any:
    """LittleCMS as Pillow has it; None where its functions cannot be seen."""
    from PIL import ImageCms

    pointer, number = ctypes.c_void_p, ctypes.c_uint32
    takes = {
        "cmsOpenProfileFromMem": ((ctypes.c_char_p, number), pointer),
        "cmsCreate_sRGBProfile": ((), pointer),
        "cmsCreateTransform": ((pointer, number, pointer, number, number, number), pointer),
        "cmsDoTransform": ((pointer, pointer, pointer, number), None),
        "cmsDeleteTransform": ((pointer,), None),
        "cmsCloseProfile": ((pointer,), ctypes.c_int),
    }
    try:
        library = ctypes.CDLL(ImageCms.core.__file__)
        for name, (arguments, result) in takes.items():
            function = getattr(library, name)
            function.argtypes, function.restype = arguments, result
    except (AttributeError, OSError):
        return None
    return library
