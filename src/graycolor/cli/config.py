"""`graycolor config`: what holds without a flag, and where from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from graycolor.cli.configured import config_of, origin, parameters
from graycolor.cli.console import tell, tell_json
from graycolor.cli.late import built
from graycolor.config.places import PROJECT_NAME, user_place

if TYPE_CHECKING:
    from graycolor.config.read import Config

EPILOG = f"Example:  graycolor config   (your own file is config.toml, a project's is {PROJECT_NAME})"

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of the table.")]


class _Row(NamedTuple):
    command: str
    key: str
    value: Any
    origin: str


def config(context: typer.Context, as_json: AsJson = False) -> None:
    """Show what holds for colorize and video without a flag, and where it comes from."""
    from graycolor.config.read import Config

    found = config_of(context) or Config()
    rows = list(_rows(found))
    if as_json:
        tell_json(_as_dict(found, rows))
        return
    own = found.user or f"none; it would be {user_place()}"
    tell(f"Your file:       {own}")
    tell(f"Project's file:  {found.project or f'none; it would be {PROJECT_NAME} here or in a folder above'}")
    for row in rows:
        tell(f"{row.command:9} {row.key:15} {_shown(row.value):12} {row.origin}")
    for name, look in found.looks.items():
        tell(f"look      {name:15} {', '.join(f'{key} = {value}' for key, value in _numbers(look).items())}")


def _rows(found: Config) -> Iterator[_Row]:
    from graycolor.config.keys import OF_COMMANDS

    for name, keys in OF_COMMANDS.items():
        command, said = built(name), found.settings[name]
        names, params = parameters(command), {each.name: each for each in command.params}
        yield from (_Row(name, key, *origin(params[names[key]], said.get(key))) for key in keys)


def _as_dict(found: Config, rows: list[_Row]) -> dict[str, Any]:

    from graycolor.names import told

    settings: dict[str, dict[str, Any]] = {}
    for row in rows:
        settings.setdefault(row.command, {})[row.key] = {"value": row.value, "from": row.origin}
    return {
        "files": {"user": found.user and told(found.user), "project": found.project and told(found.project)},
        "settings": settings,
        "looks": {name: _numbers(look) for name, look in found.looks.items()},
    }


def _numbers(look: Any) -> dict[str, Any]:
    return {key: value for key, value in look.as_dict().items() if key != "name"}


def _shown(value: Any) -> str:
    """A value as it is written in a file; nothing where the weights or the input decide."""
    return "auto" if value is None else {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
