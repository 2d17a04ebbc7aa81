"""Commands that are built when they are called: only that one's parameters, and only its module, are needed then.

To read the signatures of all commands takes as long as importing the command line itself. In plain words each entry of
`COMMANDS` is `app.command(name, cls=PlainCommand, epilog=module.EPILOG)(function)`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import click
import typer

from graycolor.cli.configured import ConfiguredCommand
from graycolor.cli.spelling import PlainCommand, PlainGroup


class _Entry(NamedTuple):
    """The help of a command, and whether config files count for it; its module, where that has another name."""

    help: str
    configured: bool = False
    module: str | None = None


COMMANDS = {
    "colorize": _Entry(
        "Color photographs, each kept in its format, size and depth, with all metadata.",
        configured=True,
    ),
    "video": _Entry(
        "Color films. Sound, subtitles, chapters and times stay as they are, and so does the gray of every frame.",
        configured=True,
    ),
    "web": _Entry(
        "Color photographs and films in the browser: drop them, look closely, click where you know a color.",
    ),
    "values": _Entry(
        "Show the values of gray scientific pictures as colors of a palette. Nothing is guessed.",
    ),
    "prepare": _Entry(
        "Make a dataset of photographs: filtered, without copies, shrunk, and split for training and judging.",
    ),
    "train": _Entry(
        "Train a network: live progress, a contact sheet each epoch, curves, checkpoints, and weights that color.",
    ),
    "export": _Entry(
        "Write a network as one file that needs no graycolor, and compare the two.",
    ),
    "info": _Entry(
        "Show versions, device, weights, formats, codecs, packages and places of this installation.",
    ),
    "config": _Entry(
        "Show what holds for colorize and video without a flag, and where it comes from.",
    ),
    "eval": _Entry(
        "Judge colors against photographs whose colors are known, beside gray, the mean color and the truth.",
        module="evaluate",
    ),
}


def built(name: str) -> click.Command:
    """A command with all its parameters."""
    entry = COMMANDS[name]
    own = entry.module or name
    module = import_module(f"graycolor.cli.{own}")
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")
    form = ConfiguredCommand if entry.configured else PlainCommand
    alone.command(name, cls=form, epilog=module.EPILOG)(getattr(module, own))
    return typer.main.get_command(alone)


class _Late(click.Command):
    """A command that a list of commands can show; to be parsed for, it is built."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        return built(str(self.name)).make_context(info_name, args, parent, **extra)


class LateGroup(PlainGroup):
    """The command of commands, which builds the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in the order in which they are shown."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by its name."""
        return _Late(cmd_name, help=COMMANDS[cmd_name].help) if cmd_name in COMMANDS else None
