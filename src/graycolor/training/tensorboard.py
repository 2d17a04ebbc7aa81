"""Curves for TensorBoard, where it is installed; nothing at all where it is not."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from graycolor.training.events import EpochDone, Event, Started, StepDone

_FIGURES = ("loss", "validation_loss", "delta_e2000", "delta_e2000_matched", "ab_cosine", "mse", "accuracy")
_EVERY = 10
"""Steps between two points of a curve."""


class TensorBoard:
    """A listener that writes `tensorboard/` into the run folder."""

    def __init__(self) -> None:
        self._writer: Any = None
        self._step = 0

    def __call__(self, event: Event) -> None:
        if isinstance(event, Started):
            self._open(event)
        elif self._writer is not None and isinstance(event, StepDone | EpochDone):
            self._write(event)

    def _open(self, event: Started) -> None:
        if find_spec("tensorboard") is not None:
            from torch.utils.tensorboard import SummaryWriter

            self._writer = SummaryWriter(str(event.run / "tensorboard"))

    def _write(self, event: StepDone | EpochDone) -> None:
        if isinstance(event, StepDone):
            self._step = (event.epoch - 1) * event.steps + event.step
            if self._step % _EVERY:
                return
            self._writer.add_scalar("step/loss", event.loss, self._step)
            self._writer.add_scalar("step/learning_rate", event.learning_rate, self._step)
            return
        for name in _FIGURES:
            if (figure := getattr(event, name)) is not None:
                self._writer.add_scalar(f"epoch/{name}", figure, event.step)
        self._writer.flush()
