"""The inputs of a command, and its output: those on its line, and those in lists (`@LIST`, `--files-from LIST`)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from graycolor.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

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


def said_places(
    context: typer.Context,
    argument: str,
    inputs: Sequence[str] | None,
    lists: Sequence[str],
    manifest: Path | None,
    out: str | None,
) -> tuple[list[str], str | None, bool]:
    """Inputs and output, and whether they are an archive: named by a manifest, or by addresses in a store.

    Args:
        context, argument, inputs, lists: see `said_inputs`.
        manifest: a table that names the inputs.
        out: where results go.

    Raises:
        UsageError: inputs are named twice, or by an address that is none; see `said_inputs` for others.
    """
    if manifest is not None and (inputs or lists):
        raise UsageError("The manifest names the inputs; leave out either it or the others.")
    names = [] if manifest is not None else said_inputs(context, argument, inputs, lists)
    if not any("://" in name for name in (*names, out or "")):
        return names, out, manifest is not None
    from graycolor.stores.address import is_address, is_stored, without_file

    names, out = [without_file(name) for name in names], without_file(out) if out else out
    return names, out, manifest is not None or any(map(is_stored, names)) or is_address(out or "")


def _expanded(said: str) -> list[str]:
    return _of(said[1:]) if said.startswith(_LIST) and len(said) > 1 and not os.path.lexists(said) else [said]


def _of(name: str) -> list[str]:
    from graycolor.files.name_lists import read_names

    return read_names(name)
