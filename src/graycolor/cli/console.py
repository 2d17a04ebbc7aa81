"""Progress, tables and messages: results on stdout, everything else on stderr.

All that the command prints goes through here, and names through `graycolor.names.readable`: a terminal obeys what
stands in the name of a file.
"""

from __future__ import annotations

import io
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import accumulate
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from graycolor.errors import EXIT_FAILED, EXIT_INTERRUPTED, GraycolorError, reason_of
from graycolor.names import json_text, readable

if TYPE_CHECKING:
    import logging

    from rich.console import Console
    from rich.text import Text

Item = TypeVar("Item")

_NO_THREAD = "can't start new thread"
"""All that Python says where a system's bounds on threads or memory are met."""
_LEAST_NAME = 8
"""Columns that a name gets on the narrowest terminal."""
_QUIET_SECONDS = 10.0
"""Between two plain progress lines, where there is no terminal to draw a bar on."""


def debugging() -> bool:
    """Whether the user asked for tracebacks and library warnings (`GRAYCOLOR_DEBUG=1`)."""
    return os.environ.get("GRAYCOLOR_DEBUG", "") not in ("", "0")


def say(message: str) -> None:
    """A note on stderr, of one line."""
    typer.echo(readable(message), err=True)


def tell(line: str) -> None:
    """A line of results on stdout, for people."""
    typer.echo(readable(line))


def tell_json(entry: Any) -> None:
    """A JSON object of results on stdout, for programs; ASCII, so that no locale can spoil it."""
    typer.echo(json_text(entry, ascii_only=True))


def report(error: GraycolorError) -> None:
    """An error on stderr, one sentence; with its traceback when debugging."""
    if debugging():
        import traceback

        for line in "".join(traceback.format_exception(error)).splitlines():
            say(line)
    complain(str(error))


def complain(sentence: str) -> None:
    """What went wrong, on stderr, in one line."""
    typer.secho(f"graycolor: {readable(sentence)}", fg=typer.colors.RED, err=True)


def _listen() -> None:
    """Show the library's notes on stderr, and other libraries' warnings only to those who debug."""
    import logging

    if not debugging():
        warnings.simplefilter("ignore")
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")  # as on stderr: not every encoding has a ×
    handler = logging.StreamHandler()
    handler.setFormatter(_readable_notes())
    logger = logging.getLogger("graycolor")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)


def _readable_notes() -> logging.Formatter:
    import logging

    class Readable(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            return readable(super().format(record))

    return Readable("%(message)s")


@contextmanager
def reported_errors(resume_hint: str | Callable[[], str] = "") -> Iterator[None]:
    """Turn what a command raises into one sentence on stderr and the right exit code.

    `resume_hint`, or what it gives when the keys have stopped the command, says what is kept and how to go on.
    """
    _listen()
    try:
        yield
    except GraycolorError as error:
        report(error)
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        below_the_keys()
        hint = resume_hint if isinstance(resume_hint, str) else resume_hint()
        say(f"graycolor: stopped. {hint}".rstrip())
        raise typer.Exit(EXIT_INTERRUPTED) from None
    except (typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except Exception as error:
        if debugging():
            raise
        complain(_sentence_of(error))
        raise typer.Exit(EXIT_FAILED) from None


def _sentence_of(error: Exception) -> str:
    """What no inner sentence tells of: mostly the system's refusals, which may come from anywhere."""
    if isinstance(error, MemoryError):
        return "The memory does not suffice; close other programs, or say fewer --threads."
    if isinstance(error, OSError):
        reason = reason_of(error)
        if error.filename is None:
            return f"The system refused what it was asked for ({reason}); free some space, or try again."
        return f"{os.fsdecode(error.filename)} cannot be used ({reason}); check its name, permissions and disk."
    if isinstance(error, ImportError):
        return f"A library cannot be loaded ({error}); install graycolor anew, or free some memory."
    if _NO_THREAD in str(error):
        return "The system has no room for another thread; close other programs, or say fewer --threads."
    return (
        f"something failed in a way nobody foresaw ({type(error).__name__}: {error}); "
        "set GRAYCOLOR_DEBUG=1 to see where, and please report it with what graycolor info prints."
    )


def below_the_keys() -> None:
    """End the line on which the terminal has shown `^C`."""
    typer.echo(err=True)


def results() -> Console:
    """A rich console for results, on stdout."""
    return _console(stderr=False)


def notes() -> Console:
    """A rich console for everything else, on stderr."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    """A rich console whose plain strings are only shown: no markup, no emoji by name, nothing that steers.

    What is to be styled, or to have line breaks, is given as a `rich.text.Text` of its own.
    """
    from rich.console import Console

    class Plain(Console):
        def render_str(self, text: str, **options: Any) -> Text:
            return super().render_str(readable(text), **options)

    return Plain(stderr=stderr, markup=False, emoji=False, highlight=False)


def name_within(console: Console, name: str, taken: int) -> str:
    """A name as a line of the terminal has room for it where `taken` of its columns are not free.

    The middle is left out: where a name begins and, twice as much, how it ends tell it from others. What is no terminal
    gets it whole.
    """
    from rich.cells import cell_len

    name, room = readable(name), max(_LEAST_NAME, console.width - taken)
    if not console.is_terminal or cell_len(name) <= room:
        return name
    mark = "…" if console.encoding.startswith("utf") else "..."
    end = _as_fits(reversed(name), 2 * room // 3)[::-1]
    return _as_fits(name, room - cell_len(end) - len(mark)) + mark + end


def _as_fits(letters: Iterable[str], room: int) -> str:
    """So many of the letters, from the first one, as `room` columns take."""
    from rich.cells import cell_len

    widths = accumulate(map(cell_len, letters := list(letters)))
    return "".join(letter for letter, width in zip(letters, widths, strict=True) if width <= room)


def tracked(items: Iterable[Item], total: int, what: str, *, quiet: bool) -> Iterator[Item]:
    """Pass items on while showing how far they are: a bar on a terminal, a line now and then elsewhere."""
    if quiet or total < 2:
        return iter(items)
    return _with_bar(items, total, what) if sys.stderr.isatty() else _with_lines(items, total, what)


def _with_bar(items: Iterable[Item], total: int, what: str) -> Iterator[Item]:
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
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TaskProgressColumn(show_speed=True),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=notes()) as progress:
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
