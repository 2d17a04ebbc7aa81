"""Palettes: colors for values from the lowest to the highest, by name or from a file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graycolor.color.lightness_join import lab_of_rgb8
from graycolor.errors import InputError, UsageError
from graycolor.files.nearby import nearest_name
from graycolor.files.regular import read_regular
from graycolor.types import Floats
from graycolor.values.palette_tables import TABLES

REVERSED = "_r"
"""What a name ends with for the palette from its other end."""
_BYTES = 1_000_000
_MOST_COLORS = 65536
_BINARY = 768
"""Bytes of a table as ImageJ writes it: 256 reds, 256 greens, 256 blues."""
_SLACK = 1.0
"""L by which the lightness of a palette may go back before it counts as uneven: 8 bits round it."""


@dataclass(frozen=True, eq=False)
class Palette:
    """Colors of values.

    Attributes:
        name: what it is called.
        rgb: (N,3) uint8 sRGB, evenly spaced from the lowest value to the highest; between them is a mixture.
    """

    name: str
    rgb: NDArray[np.uint8]

    @property
    def lab(self) -> Floats:
        """(N,3) L, a and b of its colors."""
        return lab_of_rgb8(np.ascontiguousarray(self.rgb[None]))[0]

    @property
    def is_even(self) -> bool:
        """Whether its lightness goes one way: else equal steps of value look unequal, and a gray print of it lies."""
        steps = np.diff(self.lab[:, 0])
        return bool((steps > -_SLACK).all() or (steps < _SLACK).all())


def palette_of(said: str) -> Palette:
    """A palette by its name, with `_r` at its end from the other end, or from a file.

    Raises:
        UsageError: there is neither a palette nor a file of that name.
        InputError: the file holds no palette.
    """
    name = said.removesuffix(REVERSED)
    if name in TABLES:
        rgb = np.frombuffer(bytes.fromhex(TABLES[name]), np.uint8).reshape(-1, 3)
        return Palette(said, rgb[::-1] if said != name else rgb)
    path = Path(said)
    if not path.is_file():
        raise _no_palette(said)
    return Palette(path.stem, _from_file(read_regular(path, "palette", most=_BYTES), path))


def _no_palette(said: str) -> UsageError:
    from difflib import get_close_matches

    close = get_close_matches(said, list(TABLES), 1)
    if Path(said).suffix:
        return UsageError(f"There is no palette file {said}; {nearest_name(said)}")
    wanted = f"did you mean {close[0]}?" if close else f"choose {', '.join(TABLES)}, or a file."
    return UsageError(f"There is no palette {said!r}; {wanted}")


def _from_file(data: bytes, path: Path) -> NDArray[np.uint8]:
    """Colors of a file: ImageJ's 768 bytes, or a line for each color, as `#RRGGBB`, 0..255 or 0..1."""
    if len(data) == _BINARY and any(byte > 127 or byte < 9 for byte in data):
        return np.ascontiguousarray(np.frombuffer(data, np.uint8).reshape(3, 256).T)
    text = data.decode("utf-8-sig", "replace")
    lines = [
        line.strip()
        for line in text.splitlines()
        if line.strip() and not re.match(r"\s*(#(?![0-9a-fA-F]{6})|//)", line)
    ]
    colors = [_color(line, path) for line in lines]
    if not 2 <= len(colors) <= _MOST_COLORS:
        raise InputError(
            f"{path} holds {len(colors)} colors, and a palette has 2 to {_MOST_COLORS:,}; add a line for each."
        )
    values = np.array(colors)
    if values.max() <= 1 and "." in text:
        values = values * 255
    if values.min() < 0 or values.max() > 255:
        raise InputError(f"{path} holds numbers beyond 0 to 255; write each color as #RRGGBB, 0..255 or 0..1.")
    return np.rint(values).astype(np.uint8)


def _color(line: str, path: Path) -> tuple[float, ...]:
    if found := re.fullmatch(r"#?([0-9a-fA-F]{6})", line):
        return tuple(bytes.fromhex(found[1]))
    try:
        red, green, blue = (float(number) for number in re.split(r"[\s,;]+", line))
    except ValueError:
        raise InputError(
            f"{path} has a line that is no color ({line[:40]!r}); write #RRGGBB, 0..255 or 0..1."
        ) from None
    return red, green, blue
