"""Progress, tables and messages: results on stdout, everything else on stderr."""

from __future__ import annotations

import os
import sys
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import typer

from graycolor.errors import EXIT_FAILED, EXIT_INTERRUPTED, GraycolorError

if TYPE_CHECKING:
    from rich.console import Console

Item = TypeVar("Item")

_QUIET_SECONDS = 10.0
"""Between two plain progress lines, where there is no terminal to draw a bar on."""


def debugging() -> bool:
    """Whether the user asked for tracebacks and library warnings (`GRAYCOLOR_DEBUG=1`)."""
    return os.environ.get("GRAYCOLOR_DEBUG", "") not in ("", "0")


def say(message: str) -> None:
    """A note on stderr."""
    typer.echo(message, err=True)


def report(error: GraycolorError) -> None:
    """An error on stderr, one sentence; with its traceback when debugging."""
    if debugging():
        import traceback

        traceback.print_exception(error)
    complain(str(error))


def complain(sentence: str) -> None:
    """What went wrong, on stderr."""
    typer.secho(f"graycolor: {sentence}", fg=typer.colors.RED, err=True)


def _listen() -> None:
    """Show the library's notes on stderr, and other libraries' warnings only to those who debug."""
    import logging

    if not debugging():
        warnings.simplefilter("ignore")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger = logging.getLogger("graycolor")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)


@contextmanager
def reported_errors(resume_hint: str = "") -> Iterator[None]:
    """Turn what a command raises into one sentence on stderr and the right exit code."""
    _listen()
    try:
        yield
    except GraycolorError as error:
        report(error)
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        say(f"\ngraycolor: stopped. {resume_hint}".rstrip())
        raise typer.Exit(EXIT_INTERRUPTED) from None
    except (typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except Exception as error:
        if debugging():
            raise
        complain(
            f"something failed in a way nobody foresaw ({type(error).__name__}: {error}); "
            "set GRAYCOLOR_DEBUG=1 to see where, and please report it."
        )
        raise typer.Exit(EXIT_FAILED) from None


def results() -> Console:
    """A rich console for results, on stdout."""
    from rich.console import Console

    return Console()


def tracked(items: Iterable[Item], total: int, what: str, *, quiet: bool) -> Iterator[Item]:
    """Pass items on while showing how far they are: a bar on a terminal, a line now and then elsewhere."""
    if quiet or total < 2:
        return iter(items)
    return _with_bar(items, total, what) if sys.stderr.isatty() else _with_lines(items, total, what)


def _with_bar(items: Iterable[Item], total: int, what: str) -> Iterator[Item]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn(what), BarColumn(), MofNCompleteColumn(), TaskProgressColumn(show_speed=True),
        TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(what, total=total)
        for item in items:
            progress.advance(task)
            yield item


def _with_lines(items: Iterable[Item], total: int, what: str) -> Iterator[Item]:
    started = spoken = time.monotonic()
    for done, item in enumerate(items, 1):
        if time.monotonic() - spoken > _QUIET_SECONDS:
            spoken = time.monotonic()
            rate = done / (spoken - started)
            say(f"{what}: {done} of {total}, {rate:.1f}/s, {(total - done) / rate:.0f} s left")
        yield item
