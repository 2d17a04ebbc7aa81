"""Config files read, checked and laid over one another; imported only where there is one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graycolor.checked_json import Source, checked, excerpt
from graycolor.config.keys import COMMON, OF_COMMANDS, Key, nearest
from graycolor.config.places import user_place
from graycolor.errors import ConfigError, UsageError
from graycolor.files.regular import read_regular
from graycolor.looks import LOOKS, Look
from graycolor.settings import EMBEDDED

_LARGEST = 1_000_000
"""Bytes of a config file."""
_ADVICE = "correct it, or take it away"


@dataclass(frozen=True)
class Setting:
    """A value, the file that says it, and whether that is a project's."""

    value: Any
    file: Path
    project: bool


@dataclass(frozen=True)
class Config:
    """What the config files say.

    Attributes:
        user, project: the files; None where there is none.
        settings: of each command, under the keys of `graycolor.config.keys`.
        looks: looks of the user's and the project's own, by name.
    """

    user: Path | None = None
    project: Path | None = None
    settings: Mapping[str, Mapping[str, Setting]] = field(default_factory=lambda: {each: {} for each in OF_COMMANDS})
    looks: Mapping[str, Look] = field(default_factory=dict)


def read_config(user: Path | None, project: Path | None) -> Config:
    """The user's file, and the project's laid over it.

    Raises:
        ConfigError: one cannot be read, or says what is unknown or makes no sense; with file and key.
    """
    settings: dict[str, dict[str, Setting]] = {command: {} for command in OF_COMMANDS}
    looks: dict[str, Look] = {}
    for file in (user, project):
        if file is not None:
            content = _content(file)
            looks |= _looks(content.pop("looks", {}), file)
            for command, key, value in _said(content, file, file == project, looks):
                settings[command][key] = Setting(value, file, file == project)
    return Config(user, project, settings, looks)


def _content(file: Path) -> dict[str, Any]:
    data = read_regular(file, "config file", most=_LARGEST, lift=_ADVICE, wrong=ConfigError)
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is no UTF-8 text; {_ADVICE}.") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{file} is no TOML ({error}); {_ADVICE}.") from error


def _said(
    content: Mapping[str, Any], file: Path, is_project: bool, looks: Mapping[str, Look]
) -> Iterator[tuple[str, str, Any]]:
    """Command, key and checked value of all that a file says; what stands in a command's table comes last."""
    for key, value in content.items():
        if key not in OF_COMMANDS:
            _check(key, key, value, COMMON, file, is_project, looks)
            yield from ((command, key, _value(key, value, file)) for command in OF_COMMANDS)
    for command, keys in OF_COMMANDS.items():
        table = content.get(command, {})
        if not isinstance(table, dict):
            raise _refusal(file, command, f"is a table; write [{command}].")
        for key, value in table.items():
            _check(f"{command}.{key}", key, value, keys, file, is_project, looks)
            yield command, key, _value(key, value, file)


def _check(
    place: str,
    key: str,
    value: Any,
    keys: Mapping[str, Key],
    file: Path,
    is_project: bool,
    looks: Mapping[str, Look],
) -> None:
    if key not in keys:
        raise _refusal(file, place, _unknown(key, keys, place == key))
    if is_project and not keys[key].project:
        raise _refusal(file, place, f"may not be set by a project's file; write it into {user_place()}.")
    known = {**LOOKS, **looks}
    try:
        keys[key].check(key, value)
        if key == "look" and value not in known:
            raise UsageError(f"is {value!r}; {nearest(value, known)}")
    except UsageError as error:
        raise _refusal(file, place, str(error)) from error


def _unknown(key: str, keys: Mapping[str, Key], is_above: bool) -> str:
    """What is wrong with a key that is none of these; `is_above` says that it stands in no table."""
    tables = [command for command, others in OF_COMMANDS.items() if key in others]
    if is_above and tables:
        return f"holds for one command; write it below {' or '.join(f'[{each}]' for each in tables)}."
    known = [*keys, *OF_COMMANDS, "looks"] if is_above else keys
    return f"is unknown; {nearest(key.replace('_', '-'), known)}"


def _refusal(file: Path, place: str, problem: str) -> ConfigError:
    return ConfigError(f"In {file}, {excerpt(place)} {problem}")


def _value(key: str, value: Any, file: Path) -> Any:
    """The value; a path counts from the file that it stands in."""
    named = key == "weights" and value != EMBEDDED
    return str(file.parent / Path(value).expanduser()) if named else value


def _looks(table: Any, file: Path) -> dict[str, Look]:
    if not isinstance(table, dict) or not all(isinstance(numbers, dict) for numbers in table.values()):
        raise _refusal(file, "looks", "is a table of looks; write [looks.NAME].")
    return {name: _look(name, numbers, file) for name, numbers in table.items()}


def _look(name: str, numbers: dict[str, Any], file: Path) -> Look:
    place = f"looks.{name}"
    if name in LOOKS:
        raise _refusal(file, place, "is a look that graycolor has itself; choose another name.")
    known = Look.__dataclass_fields__.keys() - {"name"}
    for key in numbers.keys() - known:
        raise _refusal(file, f"{place}.{key}", f"is unknown; {nearest(key, sorted(known))}")
    source = Source(str(file), _ADVICE, error=ConfigError)
    return checked({**numbers, "name": name}, Look, source, place)
