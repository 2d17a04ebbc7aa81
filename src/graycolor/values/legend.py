"""A palette's legend: a bar with values beside it, as a picture of its own."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw

from graycolor.values.paint import painted
from graycolor.values.palettes import Palette

_HEIGHT, _BAR, _MARGIN = 400, 40, 24
_TEXT, _TICK, _GAP = 15, 8, 6
_INK, _PAPER = (0, 0, 0), (255, 255, 255)
_ABOUT = 5
"""Values that are written beside a bar, more or less."""


def legend(palette: Palette, low: float, high: float, unit: str, *, keep_lightness: bool) -> Image.Image:
    """The bar from `high` above to `low` below, with round values beside it and their unit above."""
    ramp = np.linspace(high, low, _HEIGHT)[:, None].repeat(_BAR, axis=1)
    bar = Image.fromarray(painted(ramp, palette, low, high, keep_lightness=keep_lightness)[..., :3])
    values = ticks(low, high)
    labels = labels_of(values)
    draw = ImageDraw.Draw(Image.new("RGB", (1, 1)))
    wide = max(draw.textlength(text, font_size=_TEXT) for text in [*labels, unit])
    left = _MARGIN + _BAR + _TICK + _GAP
    picture = Image.new("RGB", (math.ceil(left + wide) + _MARGIN, _HEIGHT + 2 * _MARGIN + 2 * _TEXT), _PAPER)
    top = _MARGIN + 2 * _TEXT
    picture.paste(bar, (_MARGIN, top))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((_MARGIN - 1, top - 1, _MARGIN + _BAR, top + _HEIGHT), outline=_INK)
    draw.text((_MARGIN, _MARGIN), unit, _INK, font_size=_TEXT)
    for value, text in zip(values, labels, strict=True):
        y = top + (_HEIGHT - 1) * ((high - value) / ((high - low) or 1))
        draw.line((_MARGIN + _BAR, y, _MARGIN + _BAR + _TICK, y), _INK)
        draw.text((left, y), text, _INK, font_size=_TEXT, anchor="lm")
    return picture


def ticks(low: float, high: float) -> list[float]:
    """Round values (1, 2 or 5 times a power of ten apart) from `low` to `high`."""
    if not high > low:
        return [low]
    rough = (high - low) / _ABOUT
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def labels_of(values: list[float]) -> list[str]:
    """Values as they are written: with as many digits as tell neighbors apart."""
    for digits in range(3, 17):
        labels = [f"{value:.{digits}g}" for value in values]
        if len(set(labels)) == len(labels) and all(
            math.isclose(float(t), v, rel_tol=1e-9, abs_tol=1e-300) for t, v in zip(labels, values, strict=True)
        ):
            break
    return [_without_power(text, value) for text, value in zip(labels, values, strict=True)]


def _without_power(text: str, value: float) -> str:
    """1000 instead of 1e+03, as long as it is no longer than people read."""
    return f"{value:.6g}" if "e+" in text and abs(value) < 1e6 else text
