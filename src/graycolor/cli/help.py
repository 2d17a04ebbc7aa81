"""What `graycolor COMMAND --help` shows, by panels: names on the left, what they do on the right, also at 80 columns.

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

from graycolor.cli.panels import panels_of

if TYPE_CHECKING:
    from rich.console import RenderableType

_NAMES = 26
"""Columns that names may take; longer ones have a line of their own above their sentence."""
_DETAILS = re.compile(r"\s*\[[^\[\]]*(?:env var|default|required|<=|>=)[^\[\]]*\]$")


def print_help(command: click.Command, context: click.Context) -> None:
    """Print the help of a command to stdout, as wide as the terminal."""
    console = Console(highlight=False, soft_wrap=False)
    console.print()
    for paragraph in (context.get_usage(), command.help or ""):
        console.print(Padding(Text(paragraph.strip()), (0, 1, 1, 1)))
    panels = panels_of(command, context)
    width = min(_NAMES, max(len(names) for _, each in panels for names, _ in _rows(each, context)))
    for title, parameters in panels:
        table = _table(_rows(parameters, context), width)
        console.print(Panel(table, title=title, title_align="left", border_style="dim"))
    if command.epilog:
        console.print(Padding(Text(command.epilog.strip()), (0, 1, 1, 1)))


def _rows(parameters: Sequence[click.Parameter], context: click.Context) -> list[tuple[str, str]]:
    """Names and sentences; of two names for a switch the second is what holds unless the first is said."""
    records = [(each, each.get_help_record(context)) for each in parameters]
    return [(record[0], _without(each.secondary_opts, record[1])) for each, record in records if record]


def _without(usual: Sequence[str], sentence: str) -> str:
    """A sentence that does not name a default which its option shows anyway."""
    for name in usual:
        default = f"default: {name.lstrip('-')}]"
        sentence = sentence.replace(f"  [{default}", "").replace(f"; {default}", "]")
    return sentence


def _table(rows: Sequence[tuple[str, str]], width: int) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(width=width, no_wrap=True, style="bold cyan")
    table.add_column(ratio=1)
    for names, sentence in rows:
        if len(names) > width:
            names = _short(names)
        table.add_row(names, _colored(sentence))
    return table


def _short(names: str) -> str:
    """Names on two lines: the options, then what they take."""
    options, _, value = names.rpartition(" ")
    return f"{options}\n  {value}"


def _colored(sentence: str) -> Text:
    """A sentence whose default and variable are dim."""
    text = Text(sentence)
    if found := _DETAILS.search(sentence):
        text.stylize("dim", found.start())
    return text
