"""A built-in photograph is colored and compared with what its colors were when graycolor was made."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

TOLERANCE = 8
"""Most steps (of 255) that a channel of a pixel may differ: torch and ONNX Runtime round differently, by up to four."""
_GRAY, _COLOR = "photograph.png", "photograph-expected.png"


@dataclass(frozen=True)
class Checked:
    """What became of the built-in photograph.

    Attributes:
        lightness: how far the lightness of a pixel moved at most, in steps of the gray (of 255); may be 1.
        difference: how far a channel of a pixel is at most from what was expected, in steps (of 255), or None for
            weights of one's own, of which nothing is expected; may be `TOLERANCE`.
        seconds: that opening the network and coloring took.
    """

    lightness: float
    difference: int | None
    seconds: float

    @property
    def is_good(self) -> bool:
        """Whether this installation colors as it should."""
        return self.lightness <= 1 and (self.difference is None or self.difference <= TOLERANCE)

    def as_dict(self) -> dict[str, Any]:
        """The outcome as one JSON object."""
        return {"good": self.is_good, "tolerance": TOLERANCE, **asdict(self)}


def check(weights: Path | None = None, device: str = "auto") -> Checked:
    """Color the built-in photograph with these weights (None: the embedded ones) on this device.

    Raises:
        GraycolorError: it cannot be colored at all.
    """
    from graycolor.color.lightness_join import gray_of_rgb
    from graycolor.colorizer import Colorizer
    from graycolor.jobs.guide import reference_pixels
    from graycolor.pictures.door import bytes_of
    from graycolor.pictures.read import decode_picture

    gray, started = decode_picture(bytes_of(_place(_GRAY)), _GRAY).gray, time.monotonic()
    rgb = Colorizer(weights, device=device).colorize(gray)
    seconds = time.monotonic() - started
    difference = int(np.abs(rgb - reference_pixels(_place(_COLOR)).astype(int)).max()) if weights is None else None
    return Checked(float(np.abs(gray_of_rgb(rgb) / 257 - gray).max()), difference, seconds)


def _place(name: str) -> Path:
    return Path(__file__).with_name(name)
