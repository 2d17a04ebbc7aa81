"""Frames a second, as people write them: `24`, `23.976`, `16.667`, `24000/1001`."""

from __future__ import annotations

import re
from fractions import Fraction

from graycolor.checked_json import excerpt
from graycolor.errors import UsageError

_WRITTEN = re.compile(r"(\d{1,6})(?:\.(\d{1,6}))?|(\d{1,9})/(\d{1,6})", re.ASCII)
_MOST = 1000
_TELEVISION, _THIRD = Fraction(1000, 1001), Fraction(1, 3)


def rate_of(text: str) -> Fraction:
    """A rate; a rounded number stands for the one that is meant: 23.976 for 24000/1001, 16.667 for 50/3.

    Raises:
        UsageError: it is no rate.
    """
    found = _WRITTEN.fullmatch(text.strip())
    rate = Fraction(0)
    if found and found[3]:
        rate = Fraction(int(found[3]), int(found[4])) if int(found[4]) else rate
    elif found:
        rate = _meant(Fraction(text.strip()), len(found[2] or ""))
    if not 0 < rate <= _MOST:
        raise UsageError(f"'{excerpt(text)}' is no rate; write frames a second like 24, 16.667 or 24000/1001.")
    return rate


def _meant(said: Fraction, places: int) -> Fraction:
    """The rate of television or the third of a whole number that is written so with so many decimals."""
    for step in (_TELEVISION, _THIRD):
        candidate = round(said / step) * step
        if places >= 2 and round(candidate, places) == said:
            return candidate
    return said
