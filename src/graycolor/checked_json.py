"""JSON that people and other programs write, read against a type: whatever is wrong is one sentence with its place.

The types are checked by msgspec, which is imported by the first file that somebody hands in: what is our own, like the
header of the embedded network, has no need of it. The text is parsed by Python's own parser, because names that are
no UTF-8 pass through it unharmed.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from graycolor.errors import GraycolorError, InputError
from graycolor.files.regular import read_regular

T = TypeVar("T")

LARGEST = 16_000_000
"""Bytes of a file that people write."""
_LARGEST_WHOLE = 2**64
_SHOWN = 80
"""Characters of a name or a place in a sentence."""


class Source(NamedTuple):
    """Whose JSON it is, and what to say where it is wrong.

    Attributes:
        name: of the file, as sentences begin with it.
        advice: what to do about it, as sentences end with it.
        error: what is raised.
        largest: bytes that it may have.
        noun: what it is.
        finite: whether numbers that nobody means (NaN, infinite ones, whole ones beyond 64 bits) are refused.
        root: what a list is called that is the whole file.
    """

    name: str
    advice: str
    error: type[GraycolorError] = InputError
    largest: int = LARGEST
    noun: str = "file"
    finite: bool = True
    root: str = ""

    def refusal(self, problem: str) -> GraycolorError:
        """The error for a problem with the whole file."""
        return self.error(f"{self.name} {problem}; {self.advice}.")

    def refusal_at(self, place: str, problem: str) -> GraycolorError:
        """The error for a problem at one place, like `settings.hints[2].color`."""
        return self.error(f"In {self.name}, {excerpt(place) or 'the content'} {problem}; {self.advice}.")


def read_json(path: Path, source: Source) -> Any:
    """The plain values in a file.

    Raises:
        GraycolorError: as `source` says: the file cannot be read, is too large, or holds no JSON.
    """
    data = read_regular(path, source.noun, most=source.largest, lift=source.advice, wrong=source.error)
    return parsed_json(data, source)


def parsed_json(data: bytes | str, source: Source) -> Any:
    """The plain values in a text: UTF-8, or UTF-16 and UTF-32 as some editors on Windows write them.

    Raises:
        GraycolorError: as `source` says.
    """
    if not data.strip():
        raise source.refusal("is empty")
    try:
        text = data if isinstance(data, str) else decoded(data)
        values = json.loads(text, object_pairs_hook=_once)
        root = source.root if isinstance(values, list) else ""
        wrong = next(_endless(values, root), None) if source.finite else None
    except json.JSONDecodeError as error:
        problem = f"{error.msg[:1].lower()}{error.msg[1:]}".removesuffix(" at").removesuffix(" starting at")
        raise source.refusal(f"is no JSON at line {error.lineno}, column {error.colno} ({problem})") from error
    except _TwiceError as error:
        raise source.refusal(f"says {excerpt(str(error))} twice in one object") from error
    except UnicodeError as error:
        raise source.refusal("is neither UTF-8 nor UTF-16 text") from error
    except RecursionError as error:
        raise source.refusal("is nested deeper than any such file") from error
    except ValueError as error:  # Python refuses integers of more than some thousand digits
        raise source.refusal("holds a number of too many digits") from error
    if wrong is not None:
        raise source.refusal_at(wrong, "is no number, or one too large")
    return values


def begins_as_json(head: bytes) -> bool:
    """Whether a file that begins so is a list or an object in JSON, rather than, say, a picture."""
    text = head.decode(json.detect_encoding(head), "ignore")
    return text.lstrip()[:1] in ("[", "{")


def decoded(data: bytes) -> str:
    """Bytes as text, without the mark that some editors begin it with; bytes of names in no UTF-8 become surrogates."""
    encoding = json.detect_encoding(data)
    return data.decode(encoding, "surrogateescape" if encoding.startswith("utf-8") else "strict")


def checked(value: Any, kind: type[T], source: Source, place: str = "") -> T:
    """Plain values as a dataclass, a msgspec struct, or any other type; unknown names are refused.

    Raises:
        GraycolorError: as `source` says; `place` is where in the file the values stand.
    """
    import msgspec

    try:
        _refuse_unknown(value, kind, source, place)
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        where, problem = _said(str(error))
        where = f"{place}.{where}".strip(".").replace(".[", "[")
        if problem is None:  # a sentence of our own, about values that do not go together
            raise source.error(f"{source.name} holds what makes no sense: {error.__cause__ or error}") from error
        raise source.refusal_at(where, problem) from error
    except UnicodeError as error:
        raise source.refusal("names a setting in letters that are no text") from error


def _refuse_unknown(value: Any, kind: Any, source: Source, place: str) -> None:
    """Refuse names that a dataclass has not; structs refuse theirs by themselves."""
    if is_dataclass(kind) and isinstance(value, dict):
        unknown = sorted(value.keys() - {field.name for field in fields(kind)})
        if unknown:
            where = f"{place}.{unknown[0]}".strip(".")
            raise source.refusal_at(where, "is unknown: a mistake, or of a newer graycolor")


class _TwiceError(Exception):
    """A name stands twice in one object: one of the two would be lost."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _TwiceError(name)
        found[name] = value
    return found


def _endless(value: Any, place: str) -> Iterator[str]:
    """The places of numbers that nobody means."""
    if isinstance(value, (int, float)):
        if not (math.isfinite(value) if isinstance(value, float) else abs(value) <= _LARGEST_WHOLE):
            yield place
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _endless(each, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _endless(each, f"{place}[{number}]")


_WORDS = {
    "float": "a number",
    "int": "a whole number",
    "str": "text",
    "bool": "true or false",
    "array": "a list [...]",
    "object": "an object {...}",
    "null": "null",
}
_LIMITS = {">=": "at least", "<=": "at most", ">": "above", "<": "below"}
_SENTENCES = (
    (r"Expected `array` of length (\d+), got (\d+)", lambda m: f"must have {m[1]} entries, not {m[2]}"),
    (r"Expected `(.+)`, got `(.+)`", lambda m: f"must be {_words(m[1])}, not {_words(m[2])}"),
    (r"Expected `\w+` ([<>]=?) (\S+)", lambda m: f"must be {_LIMITS[m[1]]} {m[2].removesuffix('.0')}"),
    (r"Object missing required field `(.+)`", lambda m: "is missing"),
    (r"Object contains unknown field `(.+)`", lambda m: "is unknown: a mistake, or of a newer graycolor"),
    (r"Number out of range|Integer value out of range", lambda m: "is too large a number"),
)
"""What msgspec says, and what a person is told."""


def _said(message: str) -> tuple[str, str | None]:
    """The place in a message of msgspec's, and the problem in plain words; None for a message that is not its own."""
    problem, _, where = message.partition(" - at `")
    where = where.rstrip("`").removeprefix("key in ").removeprefix("$").removeprefix(".")
    for pattern, sentence in _SENTENCES:
        found = re.fullmatch(pattern, problem, re.DOTALL)
        if found:
            name = found[1] if problem.startswith("Object") else ""
            return f"{where}.{name}".strip("."), sentence(found)
    return where, None


def _words(types: str) -> str:
    return " or ".join(_WORDS.get(each, each) for each in types.split(" | "))


def excerpt(text: str) -> str:
    """A name from a file that does no harm in a sentence: nothing unprintable, nothing endless."""
    plain = text if text.isprintable() else ascii(text)[1:-1]
    return plain if len(plain) <= _SHOWN else f"{plain[: _SHOWN - 1]}…"
