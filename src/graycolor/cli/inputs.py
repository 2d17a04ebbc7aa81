"""The inputs of a command: those on its line, and those in lists (`@LIST`, `--files-from LIST`)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from graycolor.errors import UsageError

if TYPE_CHECKING:
    import typer

_STDIN, _LIST = "-", "@"


def said_inputs(context: typer.Context, argument: str, inputs: Sequence[str] | None, lists: Sequence[str]) -> list[str]:
    """All inputs, in the order in which they were said, those of `lists` last.

    Args:
        context: of the command.
        argument: what its help calls them.
        inputs: what stood on the command line; `@NAME` is a list, unless a file has that very name.
        lists: further lists; `-` is standard input.

    Raises:
        InputError, MissingInputError: a list cannot be read, or holds no names.
        UsageError: standard input is asked for twice.
        click.MissingParameter: there is nothing at all.
    """
    if not inputs and not lists:
        raise click.MissingParameter(ctx=context, param_hint=f"'{argument}...'", param_type="argument")
    said = inputs or ()
    from_stdin = [*said, *(_LIST + name for name in lists)].count(_LIST + _STDIN)
    if from_stdin > 1 or (from_stdin and _STDIN in said):
        raise UsageError("Standard input is asked for twice; give the list, or the picture, as a file.")
    return [name for each in said for name in _expanded(each)] + [name for each in lists for name in _of(each)]


def _expanded(said: str) -> list[str]:
    return _of(said[1:]) if said.startswith(_LIST) and len(said) > 1 and not os.path.lexists(said) else [said]


def _of(name: str) -> list[str]:
    from graycolor.files.name_lists import read_names

    return read_names(name)
