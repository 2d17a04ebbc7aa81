"""Requests that cannot be understood, answered with one sentence that names what would work."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
from typer.core import TyperCommand, TyperGroup


class PlainCommand(TyperCommand):
    """A command that takes no file for an option: `*.jpg` may find `-old.jpg`, which would be `-o ld.jpg`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        for each in _before_dashes(args):
            if each.startswith("-") and each != "-" and os.path.lexists(each):
                raise click.UsageError(
                    f"{each} is a file here, but its name begins like an option; write ./{each}, or put -- before the "
                    "names.",
                    ctx,
                )
        self._refuse_empty(ctx, _before_dashes(args))
        return super().parse_args(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Print the help in graycolor's own layout; nothing is left for click to print."""
        from graycolor.cli.help import print_help

        print_help(self, ctx)

    def _refuse_empty(self, ctx: click.Context, args: Sequence[str]) -> None:
        """An empty name would be the folder one is in."""
        options = [each for each in self.params if isinstance(each, click.Option) and not each.is_flag]
        names = {name for each in options for name in each.opts}
        empty = {name for name, value in pairwise(args) if not value} | {arg[:-1] for arg in args if arg.endswith("=")}
        for name in sorted(empty & names):
            what = f"name something, or leave {name} out (a variable that is not set is empty)."
            raise click.UsageError(f"{name} was given nothing; {what}", ctx)


class PlainGroup(TyperGroup):
    """The command of commands; a file in place of one is told how it is colored."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if self.get_command(ctx, args[0]) is None:
            raise click.UsageError(_no_command(args[0], self.list_commands(ctx)), ctx)
        return super().resolve_command(ctx, args)


def _before_dashes(args: Sequence[str]) -> Sequence[str]:
    return args[: args.index("--")] if "--" in args else args


def _no_command(name: str, commands: Sequence[str]) -> str:
    import difflib

    close = difflib.get_close_matches(name, commands, 1, cutoff=0.7)
    path = Path(name)
    if name == "help":
        return "Help is an option: graycolor --help for all commands, graycolor colorize --help for one."
    if os.path.lexists(name) or (path.suffix and not close):
        from graycolor.files.foreign import is_film

        command = "video" if is_film(path) else "colorize"
        return f"{name} is no command; to color it: graycolor {command} {shlex.quote(name)}"
    wanted = f"did you mean graycolor {close[0]}?" if close else f"choose one of {', '.join(commands)}"
    return f"There is no command {name!r}; {wanted}"


def sentence_of(error: click.ClickException) -> str:
    """What click says, as one sentence, with where to look."""
    message = error.format_message().strip().rstrip(".")
    if isinstance(error, click.NoSuchOption):
        return _no_option(error)
    if type(error) is click.UsageError or not isinstance(error, click.UsageError):
        return message if message.endswith("?") else f"{message}."
    return f"{message}; see {_command_of(error)} --help."


def _no_option(error: click.NoSuchOption) -> str:
    """The nearest option, or where they are listed."""
    dash = "" if error.option_name.startswith("--") else " (a name that begins with a dash is written ./-NAME)"
    nearest = _nearest_option(error)
    meant = f"did you mean {nearest}?" if nearest else f"see {_command_of(error)} --help."
    return f"There is no option {error.option_name}{dash}; {meant}"


def _nearest_option(error: click.NoSuchOption) -> str:
    """The option that was meant, by its word without the dashes, which all have; empty where none is near."""
    import difflib

    shown = [each for each in (error.ctx.command.params if error.ctx else ()) if not getattr(each, "hidden", False)]
    words = [name[2:] for each in shown for name in (*each.opts, *each.secondary_opts) if name.startswith("--")]
    word = error.option_name.lstrip("-")
    begun = [each for each in words if len(word) > 2 and each.startswith(word)]
    nearest = begun or difflib.get_close_matches(word, words, 1)
    return f"--{nearest[0]}" if nearest else ""


def _command_of(error: click.UsageError) -> str:
    """The command that was typed; an option without its value comes without it."""
    if error.ctx is not None:
        return error.ctx.command_path
    from graycolor.cli.late import COMMANDS

    return " ".join(["graycolor", *(name for name in sys.argv[1:2] if name in COMMANDS)])
