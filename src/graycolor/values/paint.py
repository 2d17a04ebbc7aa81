"""Values to colors: a range, a palette, and, where it is wanted, the lightness that the gray picture has."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Self, cast

import numpy as np
from numpy.typing import NDArray

from graycolor.color.lightness_join import join, stripes
from graycolor.errors import InputError, UsageError
from graycolor.types import Floats
from graycolor.values.palettes import Palette

_WINDOW = "window"


@dataclass(frozen=True)
class End:
    """One end of a range: a value, or the percentile of the picture's own."""

    number: float
    percent: bool = False


@dataclass(frozen=True)
class ValueRange:
    """What the first and the last color of a palette stand for; with `by_file` the window that a file proposes."""

    low: End = End(0, percent=True)
    high: End = End(100, percent=True)
    by_file: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """`LOW,HIGH`: numbers, or percentiles with a percent sign; or `window`, which the file names.

        Raises:
            UsageError: it is written otherwise, or does not rise.
        """
        if text.strip() == _WINDOW:
            return cls(by_file=True)
        try:
            low, high = (_end(part.strip()) for part in text.split(","))
        except ValueError:
            wanted = "write LOW,HIGH, like 0,400 or 1%,99%, or window"
            raise UsageError(f"The range {text!r} cannot be read; {wanted}.") from None
        if low.percent == high.percent and not low.number < high.number:
            raise UsageError(f"The range {text!r} does not rise; write the lower value first.")
        return cls(low, high)

    def of(self, values: NDArray[Any], window: tuple[float, float] | None = None) -> tuple[float, float]:
        """The two values for a picture, whose file proposes `window` or nothing.

        Raises:
            InputError: it holds no number.
            UsageError: the range does not rise for it, or its file proposes none.
        """
        numbers = values[np.isfinite(values)]
        if not numbers.size:
            raise InputError("it holds no value that is a number; there is nothing to show.")
        if self.by_file:
            if window is None:
                raise UsageError("Its file proposes no window; choose another --range.")
            return window
        low, high = (_value(end, numbers) for end in (self.low, self.high))
        if low > high or (low == high and not self._is_by_percent):
            raise UsageError(f"Its range would be {low:g} to {high:g}, which does not rise; choose another --range.")
        return low, high

    @property
    def _is_by_percent(self) -> bool:
        return self.low.percent and self.high.percent


def _end(text: str) -> End:
    end = End(float(text.removesuffix("%")), text.endswith("%"))
    if not math.isfinite(end.number) or (end.percent and not 0 <= end.number <= 100):
        raise ValueError(text)
    return end


def _value(end: End, numbers: NDArray[Any]) -> float:
    return float(np.percentile(numbers, end.number)) if end.percent else end.number


def painted(
    values: NDArray[Any], palette: Palette, low: float, high: float, *, keep_lightness: bool
) -> NDArray[np.uint8]:
    """Values (H,W) as sRGB (H,W,3), or (H,W,4) with nothing to be seen where a value is no number.

    Values beyond `low` and `high` get the colors of these. With `keep_lightness` only the hue and the chroma are the
    palette's: L equals that of the gray picture whose black is `low` and whose white is `high`, within one step.
    """
    known = np.isfinite(values)
    share = _share(values, low, high)
    rgb = _light_kept(share, palette) if keep_lightness else _mixed(share, palette.rgb)
    return rgb if known.all() else np.dstack([rgb, known.astype(np.uint8) * 255])


def _share(values: NDArray[Any], low: float, high: float) -> Floats:
    """How far from `low` to `high` values lie, 0 to 1; 0 for what is no number."""
    share = (values.astype(np.float64) - low) / ((high - low) or 1)
    return np.clip(np.nan_to_num(share, nan=0, posinf=0, neginf=0), 0, 1)


def _mixed(share: Floats, colors: Any) -> NDArray[np.uint8]:
    mixed = np.empty((*share.shape, 3), np.uint8)
    for top, bottom in stripes(*share.shape):
        mixed[top:bottom] = np.rint(_between(share[top:bottom], colors))
    return mixed


def _between(share: Floats, colors: Any) -> Floats:
    """Colors (H,W,C) at shares (H,W) of the way through a table (N,C)."""
    places = np.arange(len(colors))
    columns = [np.interp(share * (len(colors) - 1), places, column) for column in np.asarray(colors, np.float64).T]
    return np.stack(columns, axis=-1)


def _light_kept(share: Floats, palette: Palette) -> NDArray[np.uint8]:
    gray, chroma = np.rint(share * 65535).astype(np.uint16), palette.lab[:, 1:]
    rows = lambda top, bottom: _between(share[top:bottom], chroma).astype(np.float32)  # noqa: E731
    return cast("NDArray[np.uint8]", join(gray, rows, depth=8))
