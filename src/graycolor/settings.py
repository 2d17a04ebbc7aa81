"""What the user may say of a run: about the colors of every picture, and by which weights."""

from __future__ import annotations

import os
from dataclasses import dataclass
from numbers import Integral, Real
from pathlib import Path
from typing import Any

from graycolor.errors import UsageError, WeightsError
from graycolor.looks import Look, look_of

EMBEDDED = "default"
"""What the embedded weights are called wherever weights are named; a file of that name is `./default`."""


@dataclass(frozen=True)
class ColorizeSettings:
    """What the user may say about the colors; None leaves it to what was fitted for the weights.

    Attributes:
        saturation: factor on the chroma, 0 (gray) to 3.
        temperature: of the annealed mean, 0.05 (boldest) to 2.
        size: short side of the picture that the network sees, 64 to 2048 pixels; of long pictures, see `working_shape`.
        denoise: take noise and grain out of the picture that the network sees; the result keeps its own.
        look: how the colors are treated: a name from `graycolor.looks.LOOKS`, or a `Look` of one's own.
    """

    saturation: float = 1.0
    temperature: float | None = None
    size: int | None = None
    denoise: bool = False
    look: str | Look = "natural"

    def __post_init__(self) -> None:
        for name, kind in (("saturation", Real), ("temperature", Real), ("size", Integral)):
            value = getattr(self, name)
            if not isinstance(value, kind) and (value is not None or name == "saturation"):
                raise UsageError(f"The {name} is a {'whole ' if kind is Integral else ''}number, not {value!r}.")
        if not 0 <= self.saturation <= 3:
            raise UsageError(f"The saturation {self.saturation:g} is out of range; choose 0 (gray) to 3.")
        if self.temperature is not None and not 0.05 <= self.temperature <= 2:
            raise UsageError(f"The temperature {self.temperature:g} is out of range; choose 0.05 to 2.")
        if self.size is not None and not 64 <= self.size <= 2048:
            raise UsageError(f"The size {self.size} is out of range; choose 64 to 2048 pixels.")
        look_of(self.look)  # so that a refusal comes now

    @property
    def look_name(self) -> str:
        """What the look is called."""
        return look_of(self.look).name

    def as_dict(self) -> dict[str, Any]:
        """The settings as plain values, for sidecars and logs."""
        look = self.look if isinstance(self.look, str) else self.look.as_dict()
        return {
            "saturation": self.saturation,
            "temperature": self.temperature,
            "size": self.size,
            "denoise": self.denoise,
            "look": look,
        }


def said_settings(settings: ColorizeSettings | None) -> ColorizeSettings:
    """The settings, or the usual ones where nobody said any.

    Raises:
        UsageError: they are something else.
    """
    if settings is None:
        return ColorizeSettings()
    if not isinstance(settings, ColorizeSettings):
        raise UsageError(f"Settings are a ColorizeSettings, not {type(settings).__name__}.")
    return settings


def weights_path(weights: str | Path | None) -> Path | None:
    """The path that somebody gave for weights; None for the embedded ones, which `default` names too.

    Raises:
        WeightsError: it is none.
    """
    if weights is None or (isinstance(weights, (str, os.PathLike)) and os.fspath(weights) == EMBEDDED):
        return None
    if not isinstance(weights, (str, os.PathLike)) or not os.fspath(weights):
        raise WeightsError(
            f"Weights are given by the path of their file, not as {weights!r}; None or {EMBEDDED!r} are the embedded "
            "ones."
        )
    return Path(weights)
