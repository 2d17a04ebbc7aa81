"""The formats of photographs that work here, each found out by writing a small picture and reading it back."""

from __future__ import annotations

import numpy as np

from graycolor.errors import GraycolorError
from graycolor.pictures.formats import FORMATS

WORKS = "read and written"
_SIDE = 64
"""Pixels of the side of the picture that is tried; JPEG 2000 takes no smaller ones at 16 bits."""


def formats_here() -> dict[str, str]:
    """Every format by its name: `WORKS`, or what is wrong with it."""
    return {name: _tried(name) for name in FORMATS}


def _tried(name: str) -> str:
    from graycolor.pictures.metadata.record import Metadata
    from graycolor.pictures.picture import Picture
    from graycolor.pictures.read import decode_picture
    from graycolor.pictures.write import encode_picture

    gray = np.tile(np.arange(0, 2 * _SIDE, 2, dtype=np.uint8), (_SIDE, 1))
    picture = Picture(gray, None, 8, "PNG", Metadata(), was_color=False, encoding={})
    try:
        decode_picture(encode_picture(np.dstack([gray] * 3), picture, name), name)
    except GraycolorError as error:
        return str(error)
    except Exception as error:  # libraries raise whatever they like where they were built without a format
        return f"{type(error).__name__}: {error}"
    return WORKS
