"""The `graycolor` command. Imports nothing heavy: every command fetches what it needs when it runs."""

from __future__ import annotations

from typing import Annotated

import typer

from graycolor import __version__
from graycolor.cli import colorize, evaluate, prepare, train, video

app = typer.Typer(
    name="graycolor",
    help="Gives gray photographs and old films their colors back, and never touches their light.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode="rich",
)
app.command(epilog=colorize.EPILOG)(colorize.colorize)
app.command(epilog=video.EPILOG)(video.video)
app.command(epilog=prepare.EPILOG)(prepare.prepare)
app.command(epilog=train.EPILOG)(train.train)
app.command("eval", epilog=evaluate.EPILOG)(evaluate.evaluate)


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
    """Gives gray photographs and old films their colors back, and never touches their light."""


def main() -> None:
    """Run the command line."""
    app()
