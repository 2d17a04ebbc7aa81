"""What a person says of a moment of a film: a color at a place, a photograph that leads; both hold in their shot."""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from graycolor.checked_json import excerpt
from graycolor.errors import UsageError
from graycolor.guidance.hints import Hint

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}
_LONGEST = 1e9
"""Seconds: a third of a century; beyond, clocks of films end."""
_MOMENT = re.compile(r"\d{1,15}|[\d.]+[smh]|\d+:[\d:.]+")

_FORM = "FRAME:X,Y,COLOR, like 120:50%,20%,#aa3322, or with a time, like 1:30.5:120,80,olive"


def seconds_of(text: str) -> float:
    """Seconds of `90`, `10s`, `2m`, `1h`, `1:30` or `1:02:03.5`.

    Raises:
        UsageError: it is written otherwise.
    """
    try:
        seconds = _seconds(text)
    except (ValueError, OverflowError):
        seconds = math.nan
    if not 0 <= seconds < _LONGEST:  # NaN neither
        raise UsageError(f"'{excerpt(text)}' is no time; write 90, 10s, 2m, 1:30 or 1:02:03.")
    return seconds


def _seconds(text: str) -> float:
    if text[-1:] in _UNITS:
        return float(text[:-1]) * _UNITS[text[-1]]
    parts = [float(part) for part in text.split(":")]
    if len(parts) > 3 or any(part >= 60 for part in parts[1:]):
        raise ValueError  # no clock shows it
    return sum(part * 60**place for place, part in enumerate(reversed(parts)))


@dataclass(frozen=True)
class Moment:
    """A frame of a film, counted from 0, or the frame that is shown after so many seconds; one of the two is None."""

    frame: int | None = None
    seconds: float | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """A frame's number, or a time like `12.5s` or `1:30`.

        Raises:
            UsageError: it is written otherwise.
        """
        if not _MOMENT.fullmatch(text):
            raise UsageError(
                f"'{excerpt(text)}' is no moment of a film; write a frame's number, or a time like 12.5s or 1:30."
            )
        return cls(frame=int(text)) if text.isdigit() else cls(seconds=seconds_of(text))

    def __str__(self) -> str:
        return f"frame {self.frame}" if self.seconds is None else f"{self.seconds:g} s"


@dataclass(frozen=True)
class FilmHint:
    """A color at a place of one frame; it follows what is there to the ends of the shot."""

    moment: Moment
    hint: Hint

    @classmethod
    def parse(cls, text: str) -> Self:
        """`FRAME:X,Y,#RRGGBB`, with a time in place of the frame where that is easier: `1:30:50%,20%,#aa3322`.

        Raises:
            UsageError: it is written otherwise.
        """
        moment, colon, hint = text.rpartition(":")
        if not colon:
            raise UsageError(f"The hint '{excerpt(text)}' does not say of which frame it is; write {_FORM}.")
        if not _MOMENT.fullmatch(moment):
            raise UsageError(f"The hint '{excerpt(text)}' does not begin with a frame or a time; write {_FORM}.")
        return cls(Moment.parse(moment), Hint.parse(hint, whole=text, form=_FORM))


@dataclass(frozen=True)
class FilmReference:
    """A photograph that leads the shot of a moment, or, without one, the whole film."""

    photo: Path
    moment: Moment | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """`PHOTO` or `FRAME:PHOTO`."""
        moment, colon, photo = text.rpartition(":")
        if colon and _MOMENT.fullmatch(moment) and not os.path.exists(text):  # noqa: PTH110 - a Path raises on odd names
            return cls(Path(photo), Moment.parse(moment))
        return cls(Path(text))
