"""Timecodes of parts: what stands beside a frame that is not the first."""

from __future__ import annotations

import re
from fractions import Fraction

_TIMECODE = re.compile(r"(\d\d):(\d\d):(\d\d)([:;.,])(\d\d)")
_DAY = 24 * 60


def timecode_after(timecode: str, frames: int, rate: Fraction) -> str:
    """The timecode `frames` after `timecode`; as it is where it is none.

    A semicolon means that two numbers (four at 60 frames a second) are dropped every minute but the tenth.
    """
    match = _TIMECODE.fullmatch(timecode)
    if match is None or not frames:
        return timecode
    hours, minutes, seconds, count = (int(match[part]) for part in (1, 2, 3, 5))
    second = round(rate)
    dropped = 0 if match[4] == ":" else round(second / 15)
    minute = hours * 60 + minutes
    number = (minute * 60 + seconds) * second + count - dropped * (minute - minute // 10) + frames
    return _said(number, second, dropped, match[4])


def _said(number: int, second: int, dropped: int, separator: str) -> str:
    ten = 600 * second - 9 * dropped
    tens, rest = divmod(number, ten)
    if dropped and rest >= 60 * second:
        rest += dropped * (1 + (rest - 60 * second) // (60 * second - dropped))
    minute = tens * 10 + rest // (60 * second)
    seconds, count = divmod(rest % (60 * second), second)
    minute %= _DAY
    return f"{minute // 60:02}:{minute % 60:02}:{seconds:02}{separator}{count:02}"
