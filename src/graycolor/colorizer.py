"""Gray in, chroma out: the one door to a network.

A `Colorizer` knows sizes, devices and settings and nothing of files. The gray picture is shrunk (never squashed) to the
working size, the network says what colors it sees there, and the result is carried to full size along the picture's
own edges. The gray itself is never touched.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from graycolor.color.fast import join
from graycolor.errors import InputError, UsageError
from graycolor.network.config import STRIDE
from graycolor.network.engine import Engine, Forecast, open_engine
from graycolor.upsample import ChromaUpsampler, area_shrink

Gray = NDArray[np.uint8] | NDArray[np.uint16]
Floats = NDArray[np.float32]

_MULTIPLE = 4
"""Working sizes are multiples of the largest stride of any network's output."""
_LONGEST = 8
"""Aspect ratios beyond this are shrunk further: a strip would cost as much as a thousand pictures."""


@dataclass(frozen=True)
class ColorizeSettings:
    """What the user may say about the colors; None leaves it to what was fitted for the weights.

    Attributes:
        saturation: factor on the chroma, 0 (gray) to 3.
        temperature: of the annealed mean, 0.05 (boldest) to 2.
        size: short side of the picture that the network sees, 64 to 2048 pixels.
    """

    saturation: float = 1.0
    temperature: float | None = None
    size: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.saturation <= 3:
            raise UsageError(f"The saturation {self.saturation:g} is out of range; choose 0 (gray) to 3.")
        if self.temperature is not None and not 0.05 <= self.temperature <= 2:
            raise UsageError(f"The temperature {self.temperature:g} is out of range; choose 0.05 to 2.")
        if self.size is not None and not 64 <= self.size <= 2048:
            raise UsageError(f"The size {self.size} is out of range; choose 64 to 2048 pixels.")


class Colorizer:
    """Colors gray pictures with one network on one device.

    Args:
        weights: a weights file of `graycolor train`; None for the embedded one.
        device: `auto`, `cpu`, `cuda` or `mps`.
        threads: CPU threads for the network; None for all cores.

    Raises:
        WeightsError, MissingInputError: the weights cannot be used.
        DeviceError: the device is not there.
    """

    def __init__(self, weights: str | Path | None = None, *, device: str = "auto", threads: int | None = None) -> None:
        self._engine: Engine = open_engine(Path(weights) if weights is not None else None, device, threads)

    @classmethod
    def around(cls, engine: Engine) -> Self:
        """A Colorizer around an engine that was opened elsewhere, say while other libraries were loading."""
        colorizer = cls.__new__(cls)
        colorizer._engine = engine
        return colorizer

    @property
    def device(self) -> str:
        """Where the network runs: `cpu`, `cuda` or `mps`."""
        return self._engine.device

    def forecast(self, gray: Gray, settings: ColorizeSettings | None = None) -> Forecast:
        """Chroma and confidence at the network's resolution.

        Args:
            gray: (H,W) uint8 or uint16, the sRGB gray of equal L, upright, any size.
            settings: see `ColorizeSettings`.
        """
        settings, decode = settings or ColorizeSettings(), self._engine.header.decode
        _check(gray)
        seen = working_picture(gray, settings.size or decode.size)
        offset = self._engine.header.bins.logit_offset(decode.rebalancing_undone)
        forecast = self._engine.forecast(padded(seen), offset, settings.temperature or decode.temperature)
        stride = self._engine.header.config.stride
        height, width = seen.shape[0] // stride, seen.shape[1] // stride
        factor = np.float32(decode.saturation * settings.saturation)
        forecast = forecast.cut(height, width)
        return forecast._replace(ab=forecast.ab * factor)

    def chroma(self, gray: Gray, settings: ColorizeSettings | None = None) -> ChromaUpsampler:
        """Chroma of any rows of the full-size picture, without holding all of it at once."""
        return ChromaUpsampler(self.forecast(gray, settings).fine(), gray)

    def colorize(
        self, gray: Gray, settings: ColorizeSettings | None = None, *, depth: int | None = None
    ) -> NDArray[np.uint8] | NDArray[np.uint16]:
        """Gray (H,W) to sRGB (H,W,3) of the same size, L kept within one step of `depth` (8 or 16; None: as `gray`).

        The same picture and settings give the same bytes, whatever else was colored before.
        """
        depth = depth or gray.dtype.itemsize * 8
        return join(gray, self.chroma(gray, settings).rows, depth=depth)


def working_shape(height: int, width: int, size: int) -> tuple[int, int]:
    """Shape of the picture that the network sees: short side `size`, aspect kept, in multiples of 4.

    Pictures longer than 8:1 are scaled by their area instead, so that a strip stays affordable.
    """
    short, long = min(height, width), max(height, width)
    factor = min(size / short, size * (_LONGEST / (short * long)) ** 0.5)
    return _multiple(height * factor), _multiple(width * factor)


def working_picture(gray: Gray, size: int) -> Floats:
    """`gray` at its working shape, scaled as the network wants it: `(g - 127) / 128` of the 8-bit code."""
    codes = area_shrink(gray, working_shape(gray.shape[0], gray.shape[1], size)).astype(np.float32)
    return (codes - np.float32(127)) / np.float32(128)


def _multiple(length: float) -> int:
    return max(_MULTIPLE, round(length / _MULTIPLE) * _MULTIPLE)


def padded(picture: Floats) -> Floats:
    """`picture` mirrored at the bottom and right to multiples of 32, the network's lowest resolution."""
    height, width = picture.shape
    return np.pad(picture, ((0, -height % STRIDE), (0, -width % STRIDE)), mode="symmetric")


def _check(gray: Gray) -> None:
    if gray.ndim != 2 or gray.dtype not in (np.uint8, np.uint16) or gray.size == 0:
        raise InputError(
            f"A gray picture is a (H,W) array of uint8 or uint16, not {gray.shape} of {gray.dtype}; "
            "use graycolor.colorize for other kinds."
        )
