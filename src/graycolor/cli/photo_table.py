"""What `graycolor colorize` says at the end, and `video` of an archive: a table, sums, what is doubtful."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graycolor.cli.console import name_within, results
from graycolor.files import ExistsError
from graycolor.names import readable

if TYPE_CHECKING:
    from rich.console import Console

    from graycolor.files import Refusal
    from graycolor.jobs.outcome import Outcome

_LONGEST_TABLE = 40
"""Rows of the closing table; a batch of thousands ends with its sums."""
_HEADINGS = ("pixels", "seconds", "sure of it")
_BETWEEN = 2
"""Spaces between two columns."""
_INDENT = "  "
_NOT_TOLD = "not told"
"""Where a network knows no confidence."""
_NAMED = 20
"""Doubtful pictures, and failures, that are named."""


@dataclass
class Tally:
    """What became of a run's files, without keeping them all.

    Attributes:
        rows: the first colored ones.
        doubtful: the least sure ones, as (-confidence, name).
        reasons: why the first failed ones did.
        colored, failed, there, doubts, left_alone, skipped, not_begun: how many; `there` are those whose results were
            there already, and nobody said what to do about them.
        seconds: of work.
        untold: the log or the page lacks something.
    """

    rows: list[Outcome] = field(default_factory=list)
    doubtful: list[tuple[float, str]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    colored: int = 0
    failed: int = 0
    there: int = 0
    doubts: int = 0
    left_alone: int = 0
    skipped: int = 0
    not_begun: int = 0
    seconds: float = 0.0
    untold: bool = False

    def refuse(self, refusal: Refusal) -> None:
        """Count an input that was not begun."""
        if isinstance(refusal.error, ExistsError):
            self.there += 1
        else:
            self._fail(refusal.error)

    def _fail(self, error: Exception) -> None:
        self.failed += 1
        if len(self.reasons) < _NAMED:
            self.reasons.append(str(error))

    def count(self, seconds: float) -> None:
        """Count what was colored in so many seconds, without a row in the table."""
        self.colored, self.seconds = self.colored + 1, self.seconds + seconds

    def add(self, outcome: Outcome) -> None:
        """Count what became of a file."""
        self.left_alone += bool(outcome.left_alone)
        if outcome.error is not None:
            self._fail(outcome.error)
        if not outcome.colored:
            self.seconds += outcome.seconds
            return
        self.count(outcome.seconds)
        if len(self.rows) < _LONGEST_TABLE:
            self.rows.append(outcome)
        if outcome.doubtful:
            self.doubts += 1
            entry = (-outcome.confidence, str(outcome.results[0]))
            (heapq.heappush if len(self.doubtful) < _NAMED else heapq.heappushpop)(self.doubtful, entry)

    @property
    def files(self) -> int:
        """All that were asked for."""
        return self.colored + self.failed + self.there + self.left_alone + self.skipped + self.not_begun

    @property
    def exit_code(self) -> int:
        """1 where something was refused, failed or is untold, or where all pictures were to be left alone."""
        return int(bool(self.failed or self.there) or self.untold or not (self.colored or self.skipped))


def print_table(tally: Tally, *, again: bool = False) -> None:
    """The results with their figures, then the sums, and what a person should look at.

    Failures were told as they came; they are listed with `again`. A terminal gets names as long as its lines are;
    whatever else reads this gets them whole, each result on a line.
    """
    console = results()
    if tally.rows:
        _print_rows(console, tally.rows)
    if tally.files > 1:
        console.print(_sums(tally), soft_wrap=not console.is_terminal)
        least = [(f" ({-confidence:.0%} sure)", name) for confidence, name in sorted(tally.doubtful, reverse=True)]
        doubtful = [name_within(console, name, len(_INDENT + sure)) + sure for sure, name in least]
        _list("Doubtful, look at them first:", doubtful, tally.doubts)
        _list("Failed:", tally.reasons if again else (), tally.failed)


def _print_rows(console: Console, rows: Sequence[Outcome]) -> None:
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    figures = [_figures(outcome) for outcome in rows]
    taken = sum(_BETWEEN + max(map(len, column)) for column in zip(_HEADINGS, *figures, strict=True))
    names = [name_within(console, _names(outcome), taken) for outcome in rows]
    table = Table(box=None, pad_edge=False)
    table.add_column("result", no_wrap=True)
    for heading in _HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    for name, (size, seconds, sure), outcome in zip(names, figures, rows, strict=True):
        table.add_row(name, size, seconds, Text(sure, "yellow" if outcome.doubtful else ""))
    if not console.is_terminal:
        console.width = max(console.width, taken + max(map(cell_len, names)))
    console.print(table)


def _figures(outcome: Outcome) -> tuple[str, str, str]:
    sure = f"{outcome.confidence:.0%}" if outcome.confidence else _NOT_TOLD
    size = f"{outcome.width} x {outcome.height}"
    return size, f"{outcome.seconds:.2f}", f"doubtful, {sure}" if outcome.doubtful else sure


def _names(outcome: Outcome) -> str:
    """The result, or the first and the last of its variants."""
    first, *others = (result for result in outcome.results if not result.stem.endswith("-confidence"))
    return readable(f"{first} ... {others[-1].stem.rpartition('-')[2]}" if others else first)


def _sums(tally: Tally) -> str:
    parts = [f"{tally.colored} colored in {tally.seconds:.1f} s of work"]
    for count, what in (
        (tally.failed, "failed"),
        (tally.there, "there already and not done again"),
        (tally.left_alone, "left alone, with colors of their own"),
        (tally.skipped, "skipped, done already"),
        (tally.not_begun, "not begun"),
    ):
        if count:
            parts.append(f"{count} {what}")
    return ", ".join(parts)


def _list(title: str, entries: Sequence[str], count: int) -> None:
    if not entries:
        return
    console = results()
    console.print(title)
    for entry in entries:
        console.print(f"{_INDENT}{entry}", soft_wrap=not console.is_terminal)
    if count > len(entries):
        console.print(f"{_INDENT}and {count - len(entries)} more; --log keeps them all")
