"""The planes of FFmpeg's frames as arrays."""

from __future__ import annotations

from typing import Any

import numpy as np


def plane_of(frame: Any, number: int, bits: int) -> Any:
    """A view of one plane's codes (h,w); it keeps the frame alive, and writes into it."""
    plane = frame.planes[number]
    dtype = np.dtype(np.uint8 if bits == 8 else np.uint16)
    rows = np.frombuffer(plane, dtype).reshape(plane.height, plane.line_size // dtype.itemsize)
    return rows[:, : plane.width]
