"""The `graycolor` command. Imports nothing heavy: every command fetches what it needs when it runs."""

from __future__ import annotations

from typing import Annotated

import click
import typer

from graycolor import __version__
from graycolor.cli import colorize, evaluate, prepare, train, video, web
from graycolor.cli.console import complain
from graycolor.cli.spelling import PlainCommand, PlainGroup, sentence_of
from graycolor.errors import EXIT_INTERRUPTED
from graycolor.streams import patient_streams

app = typer.Typer(
    name="graycolor",
    help="Colors gray photographs and old films, and never touches their light.",
    cls=PlainGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode="rich",
)
app.command(cls=PlainCommand, epilog=colorize.EPILOG)(colorize.colorize)
app.command(cls=PlainCommand, epilog=video.EPILOG)(video.video)
app.command(cls=PlainCommand, epilog=web.EPILOG)(web.web)
app.command(cls=PlainCommand, epilog=prepare.EPILOG)(prepare.prepare)
app.command(cls=PlainCommand, epilog=train.EPILOG)(train.train)
app.command("eval", cls=PlainCommand, epilog=evaluate.EPILOG)(evaluate.evaluate)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"graycolor {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop."),
    ] = False,
) -> None:
    """Color gray photographs and old films without touching their light."""


def main() -> None:
    """Run the command line."""
    with patient_streams():
        raise SystemExit(run())


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
