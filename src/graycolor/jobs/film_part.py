"""The part of a film that is wanted, as its frames' own times say it."""

from __future__ import annotations

from fractions import Fraction

from graycolor.errors import InputError
from graycolor.film.job.user_hints import seconds_of
from graycolor.film.output.timecode import frames_from, is_timecode
from graycolor.film.source.probe import Film
from graycolor.film.source.read import Span


def start_of(text: str) -> float | str:
    """Where a part begins, as `span_of` takes it: seconds, or the timecode that the text is.

    Raises:
        UsageError: it is neither.
    """
    return text if is_timecode(text) else seconds_of(text)


def span_of(
    film: Film, start: float | str | None, *, length: float | None, preview: float | None, frames: int | None
) -> Span:
    """The part from `start` (seconds, or a timecode) on; a preview without one begins a third into the film.

    Raises:
        InputError: the film has no such timecode.
    """

    def pts(seconds: float | Fraction) -> int:
        return film.start + round(Fraction(seconds) / film.time_base)

    begin = _after_timecode(film, start) if isinstance(start, str) else start
    if preview is not None and begin is None:
        begin = max(0.0, min(film.seconds / 3, film.seconds - preview))
    length = length or preview
    first = None if not begin else pts(begin)
    end = None if length is None else pts(Fraction(begin or 0) + Fraction(length))
    return Span(first, end, frames)


def length_told(film: Film) -> str:
    """How long a film is, such as `0:03`; empty where nobody knows."""
    seconds = round(film.seconds)
    minutes = f"{seconds // 60 % 60:02}" if seconds >= 3600 else f"{seconds // 60}"
    hours = f"{seconds // 3600}:" if seconds >= 3600 else ""
    return f"{hours}{minutes}:{seconds % 60:02}" if film.seconds else ""


def _after_timecode(film: Film, timecode: str) -> Fraction:
    if not film.timecode:
        raise InputError(
            f"{film.path} has no timecode, so {timecode} is nowhere in it; give the start as seconds from its "
            "beginning, like 90 or 1:30."
        )
    frames = frames_from(film.timecode, timecode, film.rate)
    if frames is None or frames < 0:
        raise InputError(f"{film.path} begins at the timecode {film.timecode}; {timecode} is not in it.")
    return frames / film.rate
