"""What `graycolor COMMAND --help` shows: names on the left, what they do on the right, readable at 80 columns too.

Typer's own tables give each kind of name a column, which leaves a quarter of a narrow terminal to the sentences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import RenderableType

_NAMES = 30
"""Columns that names may take; longer ones have a line of their own above their sentence."""
_DETAILS = re.compile(r"\s*\[[^\[\]]*(?:env var|default|required|<=|>=)[^\[\]]*\]$")


def print_help(command: click.Command, context: click.Context) -> None:
    """Print the help of a command to stdout, as wide as the terminal."""
    console = Console(highlight=False, soft_wrap=False)
    console.print()
    for paragraph in (context.get_usage(), command.help or ""):
        console.print(Padding(Text(paragraph.strip()), (0, 1, 1, 1)))
    records = [(param, param.get_help_record(context)) for param in command.get_params(context)]
    for title, kind in (("Arguments", click.Argument), ("Options", click.Option)):
        rows = [record for param, record in records if record is not None and isinstance(param, kind)]
        if rows:
            console.print(Panel(_table(rows), title=title, title_align="left", border_style="dim"))
    if command.epilog:
        console.print(Padding(Text(command.epilog.strip()), (0, 1, 1, 1)))


def _table(rows: Sequence[tuple[str, str]]) -> RenderableType:
    width = min(_NAMES, max(len(names) for names, _ in rows))
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(width=width, no_wrap=True, style="bold cyan")
    table.add_column(ratio=1)
    for names, sentence in rows:
        if len(names) > width:
            names = _short(names, width)
        table.add_row(names, _colored(sentence))
    return table


def _short(names: str, width: int) -> str:
    """Names on two lines: the options, then what they take."""
    options, _, value = names.rpartition(" ")
    return f"{options}\n  {value}"


def _colored(sentence: str) -> Text:
    """A sentence whose default and variable are dim."""
    text = Text(sentence)
    if found := _DETAILS.search(sentence):
        text.stylize("dim", found.start())
    return text
