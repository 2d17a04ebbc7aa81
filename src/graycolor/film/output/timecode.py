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
    return _said(_number(match, rate, match[4]) + frames, round(rate), _dropped(match[4], rate), match[4])


def is_timecode(text: str) -> bool:
    """Whether a text is a timecode, with its frames."""
    return _TIMECODE.fullmatch(text) is not None


def frames_from(first: str, later: str, rate: Fraction) -> int | None:
    """Frames from one timecode to another of the same film; None where one of them is none.

    Whether numbers are dropped is what `first` says: people write colons for everything.
    """
    begin, end = _TIMECODE.fullmatch(first), _TIMECODE.fullmatch(later)
    if begin is None or end is None or not _is_time(end, rate):
        return None
    return _number(end, rate, begin[4]) - _number(begin, rate, begin[4])


def _is_time(match: re.Match[str], rate: Fraction) -> bool:
    return int(match[2]) < 60 and int(match[3]) < 60 and int(match[5]) < round(rate)


def _number(match: re.Match[str], rate: Fraction, separator: str) -> int:
    """How many frames after midnight."""
    hours, minutes, seconds, count = (int(match[part]) for part in (1, 2, 3, 5))
    minute = hours * 60 + minutes
    whole = (minute * 60 + seconds) * round(rate) + count
    return whole - _dropped(separator, rate) * (minute - minute // 10)


def _dropped(separator: str, rate: Fraction) -> int:
    return 0 if separator == ":" else round(round(rate) / 15)


def _said(number: int, second: int, dropped: int, separator: str) -> str:
    ten = 600 * second - 9 * dropped
    tens, rest = divmod(number, ten)
    if dropped and rest >= 60 * second:
        rest += dropped * (1 + (rest - 60 * second) // (60 * second - dropped))
    minute = tens * 10 + rest // (60 * second)
    seconds, count = divmod(rest % (60 * second), second)
    minute %= _DAY
    return f"{minute // 60:02}:{minute % 60:02}:{seconds:02}{separator}{count:02}"
