"""What may stand in a config file: names of options, what each takes, and which of them a project may set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graycolor.errors import GraycolorError, UsageError
from graycolor.settings import ColorizeSettings

_FLAG = "true or false"
_KINDS: Mapping[str, tuple[type, ...]] = {
    "a number": (int, float),
    "a whole number": (int,),
    "text": (str,),
    "a number of pixels": (int, str),
    _FLAG: (bool,),
}


@dataclass(frozen=True)
class Key:
    """One key.

    Attributes:
        kind: what it takes, one of `_KINDS`.
        project: whether a project's file may set it: only what decides on colors and how they are encoded. A folder
            that somebody else has packed must not choose what else is read or written, lift a bound, or take out of a
            result what says that its colors are guessed.
        low, high: the range of a number, where the settings do not check it themselves.
        among: the texts to choose from; nothing where any will do.
    """

    kind: str
    project: bool = True
    low: float | None = None
    high: float | None = None
    among: tuple[str, ...] = ()

    def check(self, name: str, value: Any) -> None:
        """Refuse a value; the sentence lacks its beginning, which is where the key stands.

        Raises:
            UsageError: it is of another kind, out of range, or none of the texts.
        """
        if not isinstance(value, _KINDS[self.kind]) or isinstance(value, bool) != (self.kind == _FLAG):
            raise UsageError(f"must be {self.kind}, not {_shown(value)}.")
        if self.among and value not in self.among:
            raise UsageError(f"is {_shown(value)}; {nearest(value, self.among)}")
        number: Any = value
        if (self.low is not None and number < self.low) or (self.high is not None and number > self.high):
            range_ = f"{self.low:g} or more" if self.high is None else f"{self.low:g} to {self.high:g}"
            raise UsageError(f"is {number:g}; choose {range_}.")
        if name in ("saturation", "temperature", "size"):
            _check_setting(name, value)


def _check_setting(name: str, value: Any) -> None:
    try:
        ColorizeSettings(**{name: value})
    except GraycolorError as error:
        raise UsageError(f"cannot be used: {error}") from error


def _shown(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)


def nearest(word: object, known: Iterable[str]) -> str:
    """The one of the known words that may be meant, or all of them: the end of a sentence."""
    from difflib import get_close_matches

    words = list(known)
    close = get_close_matches(str(word), words, 1)
    return f"did you mean {close[0]}?" if close else f"choose one of {', '.join(words)}."


_INPUT = Key("text", among=("auto", "gray", "color"))
COMMON: Mapping[str, Key] = {
    "look": Key("text"),
    "saturation": Key("a number"),
    "temperature": Key("a number"),
    "size": Key("a whole number"),
    "denoise": Key(_FLAG),
    "weights": Key("text", project=False),
    "device": Key("text", project=False, among=("auto", "cpu", "cuda", "mps")),
    "threads": Key("a whole number", project=False, low=1),
}
"""Keys that hold for every command that colors, or in its table for one of them."""
OF_COMMANDS: Mapping[str, Mapping[str, Key]] = {
    "colorize": {
        **COMMON,
        "input": _INPUT,
        "format": Key("text"),
        "quality": Key("a whole number", low=1, high=100),
        "keep": Key("text", among=("luma", "lightness")),
        "interleaved": Key(_FLAG),
        "keep-times": Key(_FLAG, project=False),
        "save-settings": Key(_FLAG, project=False),
        "strip-metadata": Key(_FLAG, project=False),
        "no-mark": Key(_FLAG, project=False),
        "show": Key(_FLAG, project=False),
        "max-pixels": Key("a number of pixels", project=False),
    },
    "video": {
        **COMMON,
        "input": _INPUT,
        "codec": Key("text", among=("h264", "hevc", "av1", "ffv1", "prores", "dnxhr")),
        "quality": Key("a whole number", low=0),
        "preset": Key("text"),
        "smoothing": Key("a number", low=0, high=1),
        "key-every": Key("a whole number", low=1, high=16),
        "no-mark": Key(_FLAG, project=False),
    },
}
"""Keys of each command. `train`, `prepare` and `eval` have none: what they say is compared with what others say."""
