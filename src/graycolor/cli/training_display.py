"""What a training run shows while it runs: a live panel on a terminal, plain lines elsewhere; both on stderr."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from graycolor.cli.console import notes, say
from graycolor.training.events import Busy, EpochDone, Estimate, Event, Started, StepDone

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

_ROWS = 12
"""Epochs of the live table: the last ones."""
_QUIET_SECONDS = 30.0


class NoDisplay:
    """Nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        pass

    def __call__(self, event: Event) -> None:
        pass


class PlainDisplay(NoDisplay):
    """A line for the start, for each epoch, and now and then between."""

    def __init__(self) -> None:
        self._spoken = time.monotonic()

    def __call__(self, event: Event) -> None:
        if isinstance(event, Started):
            say(_opening(event))
        elif isinstance(event, Estimate):
            say(_estimate(event))
        elif isinstance(event, Busy):
            if event.last:  # between epochs their lines are enough
                say(event.what)
        elif isinstance(event, EpochDone):
            say(
                f"epoch {event.epoch}: loss {_loss(event)}, validation {event.validation_loss:.4f}, "
                f"dE2000 {event.delta_e2000:.2f} (matched {event.delta_e2000_matched:.2f}), "
                f"cosine {event.ab_cosine:.3f}{', best so far' if event.best else ''}"
            )
        elif time.monotonic() - self._spoken > _QUIET_SECONDS:
            self._spoken = time.monotonic()
            say(f"epoch {event.epoch}, step {event.step} of {event.steps}: {_rates(event)}")


class LiveDisplay:
    """Progress of the epoch, rates, time left, and the last epochs as a table, redrawn in place."""

    def __init__(self, epochs: int) -> None:
        from rich.live import Live
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self._epochs = epochs
        self._done: list[EpochDone] = []
        self._progress = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._task = self._progress.add_task("starting", total=None)
        self._line = "waiting for the first step"
        self._console = notes()
        self._live = Live(console=self._console, get_renderable=self._panel, refresh_per_second=4)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._live.stop()
        self._console.print()

    def __call__(self, event: Event) -> None:
        if isinstance(event, Started):
            self._console.print(_opening(event))
        elif isinstance(event, Estimate):
            self._console.print(_estimate(event))
        elif isinstance(event, Busy):
            self._line = event.what
        elif isinstance(event, StepDone):
            name = self._name(event.epoch)
            self._progress.update(self._task, description=name, completed=event.step, total=event.steps)
            self._line = _rates(event)
        else:
            self._done.append(event)
            if event.epoch < self._epochs:
                self._progress.update(self._task, description=self._name(event.epoch + 1), completed=0)

    def _name(self, epoch: int) -> str:
        return f"epoch {epoch} of {self._epochs}"

    def _panel(self) -> RenderableType:
        from rich.console import Group

        parts: list[RenderableType] = [self._progress, self._line]
        return Group(*parts, epochs_table(self._done[-_ROWS:])) if self._done else Group(*parts)


def epochs_table(epochs: list[EpochDone]) -> Table:
    """Epochs and their figures; the best one is marked."""
    from rich.table import Table

    table = Table("epoch", box=None, header_style="bold")
    for column in ("loss", "validation", "dE2000", "matched", "cosine", "rate", "minutes", ""):
        table.add_column(column, justify="right")
    for epoch in epochs:
        table.add_row(
            str(epoch.epoch),
            _loss(epoch),
            f"{epoch.validation_loss:.4f}",
            f"{epoch.delta_e2000:.2f}",
            f"{epoch.delta_e2000_matched:.2f}",
            f"{epoch.ab_cosine:.3f}",
            f"{epoch.learning_rate:.1e}",
            f"{epoch.minutes:.1f}",
            "best" if epoch.best else "",
        )
    return table


def _loss(epoch: EpochDone) -> str:
    return "-" if epoch.loss is None else f"{epoch.loss:.4f}"


def _estimate(event: Estimate) -> str:
    return f"It will take about {_minutes(event.minutes)}, judging included.{event.quicker and f' {event.quicker}'}"


def _minutes(minutes: float) -> str:
    return f"{minutes:.0f} min" if minutes >= 1 else f"{minutes * 60:.0f} s"


def _opening(event: Started) -> str:
    return (
        f"{event.start} {event.photos:,} photographs to learn from, {event.validation_photos:,} to judge by; "
        f"{event.parameters:,} parameters are trained. Files: {event.run}"
    )


def _rates(event: StepDone) -> str:
    left = _minutes(event.minutes_left)
    return (
        f"loss {event.loss:.4f}, {event.crops_per_second:.1f} crops/s, learning rate {event.learning_rate:.1e}, "
        f"{left} left"
    )
