"""What to type for a film: the options that make the same result, and moments and hints in their full form."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Any

from graycolor.film.job.user_hints import FilmHint, FilmReference, Moment
from graycolor.jobs.film_plan import FilmOptions


def words_of(options: FilmOptions) -> list[str]:
    """The words of the command line for what is not as usual: colors, steadiness, encoder, part, hints, references."""
    usual, words = _named(FilmOptions()), []
    for name, value in _named(options).items():
        if value != usual[name]:
            words += [f"--{name}", *([] if value is True else [_written(value)])]
    words += [word for hint in options.hints for word in ("--hint", hint_text(hint))]
    words += [word for each in options.references for word in ("--reference", _reference_text(each))]
    return words


def _named(options: FilmOptions) -> dict[str, Any]:
    """What can be said of a film, by the names of the command's options."""
    colors, steady, encode = options.settings, options.steady, options.encode
    return {
        "saturation": colors.saturation,
        "temperature": colors.temperature,
        "size": colors.size,
        "denoise": colors.denoise,
        "look": colors.look_name,
        "smoothing": steady.smoothing,
        "key-every": steady.key_every,
        "codec": encode.codec,
        "quality": encode.quality,
        "preset": encode.preset,
        "lossless": encode.lossless,
        "rate": options.rate,
        "sound": options.sound,
        "transfer": options.transfer,
        "input": options.source,
        "start": options.start,
        "duration": options.duration,
        "preview": options.preview,
        "frames": options.frames,
    }


def _written(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else f"{value}"


def hint_text(said: FilmHint) -> str:
    """A hint as the command takes it, at its first place."""
    (x, y), unit = said.hint.points[0], "%" if said.hint.percent else ""
    return f"{_moment_text(said.moment)}:{x:.10g}{unit},{y:.10g}{unit},{said.hint.color}"


def _reference_text(said: FilmReference) -> str:
    return f"{said.photo}" if said.moment is None else f"{_moment_text(said.moment)}:{said.photo}"


def _moment_text(moment: Moment) -> str:
    return f"{moment.frame}" if moment.seconds is None else time_text(Fraction(moment.seconds))


def time_text(seconds: Fraction) -> str:
    """A time as hints take it, such as `12.48s` or `1:30.5`, never behind the frame that is shown at it."""
    thousandths = floor(seconds * 1000 + Fraction(1, 1000))  # a time that was a float may lie a trace below itself
    minutes, rest = divmod(thousandths, 60_000)
    hours, minutes = divmod(minutes, 60)
    said = f"{rest / 1000:.3f}".rstrip("0").rstrip(".")
    padded = said if rest >= 10_000 else f"0{said}"
    if hours:
        return f"{hours}:{minutes:02}:{padded}"
    return f"{minutes}:{padded}" if minutes else f"{said}s"
