"""Colors that a person placed: parsed from text, JSON or painted strokes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from graycolor.bounds import HINT_FILE_BYTES
from graycolor.checked_json import Source, begins_as_json, checked, excerpt, parsed_json
from graycolor.color.lab import rgb_to_lab
from graycolor.errors import BoundError, InputError, UsageError
from graycolor.files.regular import read_regular
from graycolor.types import Floats

_FORM = "X,Y,COLOR, like 120,80,#aa3322 or 50%,20%,olive"
_COLOR = re.compile(r"#?([0-9a-fA-F]{6})")
_STROKE_POINTS = 2000
_STROKE_COLORS = 64
_OPAQUE = 128
"""Alpha from which a painted pixel is meant."""


@dataclass(frozen=True)
class Hint:
    """One color and where it was placed.

    Attributes:
        color: `#RRGGBB`, or a name like `wine red` or CSS's `olive`; hue and chroma count, light is the picture's.
        points: x, y of each place in the upright picture: pixels from the top left, or percent of width and height.
        percent: which of the two.
    """

    color: str
    points: tuple[tuple[float, float], ...]
    percent: bool = False

    def __post_init__(self) -> None:
        rgb_of_color(self.color)  # so that a refusal comes now
        most = 100 if self.percent else math.inf
        # NaN is in no range.
        if not self.points or not all(0 <= x <= most and 0 <= y <= most for x, y in self.points):
            raise UsageError("A hint needs a place inside the picture; give X,Y in pixels or as percent, like 50%,20%.")

    @classmethod
    def parse(cls, text: str, *, whole: str = "", form: str = _FORM) -> Self:
        """`X,Y,#RRGGBB` or `X,Y,NAME`, X and Y both in pixels or both with a percent sign.

        Where the text is a part of something longer, `whole` and its `form` are what a person is told.

        Raises:
            UsageError: it is written otherwise.
        """
        parts = [part.strip() for part in text.split(",")]
        try:
            x, y, color = parts
            percent = x.endswith("%")
            if percent != y.endswith("%"):
                raise ValueError
            return cls(color, ((float(x.rstrip("%")), float(y.rstrip("%"))),), percent)
        except (ValueError, TypeError) as error:
            if isinstance(error, UsageError):
                raise
            raise UsageError(f"The hint '{excerpt(whole or text)}' cannot be read; write {form}.") from None

    @cached_property
    def ab(self) -> Floats:
        """Its a and b (2,)."""
        return rgb_to_lab(np.array(rgb_of_color(self.color)) / 255)[1:].astype(np.float32)

    def cells(self, size: tuple[int, int], shape: tuple[int, int]) -> NDArray[np.int64]:
        """The cells (k,2), y and x, of a grid of `shape` that its points lie in; `size` is the picture's (H,W).

        Raises:
            UsageError: a point lies outside the picture.
        """
        xy = np.array(self.points, np.float64)
        height, width = size
        share = xy / 100 if self.percent else (xy + 0.5) / (width, height)
        if share.max() > 1:
            x, y = self.points[int(share.max(axis=1).argmax())]
            raise UsageError(f"The hint at {x:g},{y:g} lies outside the picture of {width} x {height} pixels.")
        cells = np.minimum(share[:, ::-1] * shape, np.array(shape) - 1).astype(np.int64)
        return np.unique(cells, axis=0)


_LIKE_PERCENT, _LARGE = 100, 400
"""Pixels that could be meant as percent, and the shorter side of a picture in which they are all in one corner."""


def doubts_about(hints: Iterable[Hint], size: tuple[int, int]) -> list[str]:
    """Sentences on hints whose pixels look like percent; `size` is the picture's width and height."""
    return [
        f"The hint at {x:g},{y:g} was taken as pixels, near the top left corner of {size[0]} x {size[1]}; for percent "
        f"write {x:g}%,{y:g}%."
        for hint in hints
        if min(size) >= _LARGE and not hint.percent and len(hint.points) == 1
        for x, y in hint.points
        if max(x, y) <= _LIKE_PERCENT
    ]


def rgb_of_color(color: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of `#RRGGBB` or of a color's name (see `color_words`).

    Raises:
        UsageError: it is neither.
    """
    if _COLOR.fullmatch(color):
        red, green, blue = bytes.fromhex(color.lstrip("#"))
        return red, green, blue
    from graycolor.guidance.color_words import THINGS, hex_of, nearest

    known = hex_of(color)
    if known is None:
        close = nearest(color)
        words = ", ".join(list(THINGS)[:3])
        meant = f"did you mean {close[0]}?" if close else f"write {words}, a name of CSS like olive, or #RRGGBB."
        raise UsageError(f"The hint's color '{excerpt(color)}' is not known; {meant}")
    return rgb_of_color(known)


def read_hints(path: Path) -> tuple[Hint, ...]:
    """Hints of a file: JSON (`[{"x": 120, "y": "40%", "color": "#aa3322"}, ...]`) or a picture with painted strokes.

    A picture needs transparency: what is opaque is a hint of its color at its place, whatever size the picture has.

    Raises:
        MissingInputError, InputError: it is not there or holds no hints.
        UsageError: a hint in it makes no sense.
    """
    data = read_regular(path, "hints file", most=HINT_FILE_BYTES)
    if not data:
        raise InputError(f"{path} is empty (0 bytes); paint strokes into a PNG, or list hints as JSON.")
    hints = _hints_of_json(data, path) if begins_as_json(data[:64]) else _hints_of_strokes(data, path)
    if not hints:
        raise InputError(f"{path} holds no hints; paint strokes on transparency, or list x, y and color as JSON.")
    return tuple(hints)


def _hints_of_json(data: bytes, path: Path) -> list[Hint]:
    from graycolor.guidance.hint_entries import HintsFile

    source = Source(str(path), 'write [{"x": 120, "y": 80, "color": "#aa3322"}, ...]', root="hints")
    values = parsed_json(data, source)
    entries = checked({"hints": values} if isinstance(values, list) else values, HintsFile, source).hints
    return [entry.hint(source, f"hints[{number}]") for number, entry in enumerate(entries)]


def _hints_of_strokes(data: bytes, path: Path) -> list[Hint]:
    from graycolor.pictures.door import opened_picture

    try:
        image = opened_picture(data, str(path))
        transparent, rgba = image.has_transparency_data, np.asarray(image.convert("RGBA"))
    except BoundError:
        raise
    except Exception as error:  # decoders raise whatever their author thought of
        raise InputError(f"{path} is neither a picture nor JSON; paint strokes into a PNG, or list hints.") from error
    if not transparent:
        raise InputError(f"{path} has no transparency; paint the strokes on a transparent layer, or give JSON.")
    return strokes(rgba, str(path))


def strokes(rgba: NDArray[np.uint8], name: str = "The strokes") -> list[Hint]:
    """Hints of painted strokes (H,W,4): one for every color, its places in percent.

    Raises:
        InputError: it holds more colors than anybody paints.
    """
    y, x = np.nonzero(rgba[..., 3] >= _OPAQUE)
    colors = rgba[y, x, :3].astype(np.int64)
    kinds, kind = np.unique(colors >> 4, axis=0, return_inverse=True)
    # Soft brushes leave a few pixels of every shade between two colors.
    counts = np.bincount(kind.ravel(), minlength=len(kinds))
    meant = np.flatnonzero(counts >= max(1, 0.01 * counts.max(initial=0)))
    if len(meant) > _STROKE_COLORS:
        raise InputError(f"{name} hold {len(meant)} colors; paint strokes of at most {_STROKE_COLORS} plain ones.")
    size = np.array([rgba.shape[1], rgba.shape[0]])
    hints = []
    for number in meant:
        own = np.flatnonzero(kind.ravel() == number)
        code = "#{:02x}{:02x}{:02x}".format(*np.rint(colors[own].mean(axis=0)).astype(int))
        places = np.stack([x[own], y[own]], axis=1)[:: -(-len(own) // _STROKE_POINTS)]
        percent = np.round((places + 0.5) / size * 100, 4)
        hints.append(Hint(code, tuple((float(px), float(py)) for px, py in percent), percent=True))
    return hints


def as_hints(hints: Iterable[Hint | str]) -> tuple[Hint, ...]:
    """Hints as they are, or as `Hint.parse` reads them; one alone counts as one.

    Raises:
        UsageError: one is neither, or makes no sense.
    """
    if isinstance(hints, (Hint, str)):
        hints = [hints]
    if not isinstance(hints, Iterable):
        raise UsageError(f"Hints are a list of text like 120,80,#aa3322 or of Hint, not {type(hints).__name__}.")
    return tuple(map(_as_hint, hints))


def _as_hint(hint: Hint | str) -> Hint:
    if not isinstance(hint, (Hint, str)):
        raise UsageError(f"A hint is text like 120,80,#aa3322 or a Hint, not {type(hint).__name__}.")
    return hint if isinstance(hint, Hint) else Hint.parse(hint)
