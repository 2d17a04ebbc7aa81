"""The `graycolor` command. Imports nothing heavy: every command fetches what it needs when it runs."""

from __future__ import annotations

import gc
from typing import Annotated

import click
import typer

from graycolor import __version__
from graycolor.cli.console import complain
from graycolor.cli.late import LateGroup
from graycolor.cli.spelling import sentence_of
from graycolor.errors import EXIT_INTERRUPTED
from graycolor.streams import patient_streams

app = typer.Typer(
    name="graycolor",
    help="Colors gray photographs and old films, and never touches their light.",
    cls=LateGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode="rich",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"graycolor {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool,
        typer.Option("--version", "-V", callback=_print_version, is_eager=True, help="Print the version and stop."),
    ] = False,
) -> None:
    """Color gray photographs and old films without touching their light."""


def main() -> None:
    """Run the command line."""
    with patient_streams():
        exit_code = run()
        # Python searches everything for garbage when it ends, more than once: a tenth of the CPU time of a photograph
        # that is colored alone (benchmarks/tricks.py). The plain form is to leave this out; no result depends on it.
        gc.freeze()
        raise SystemExit(exit_code)


def run() -> int:
    """The exit code of what was asked for; a request that cannot be understood gets one sentence."""
    try:
        return int(app(prog_name="graycolor", standalone_mode=False) or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        complain(sentence_of(error))
        return error.exit_code
    except click.Abort:
        return EXIT_INTERRUPTED
