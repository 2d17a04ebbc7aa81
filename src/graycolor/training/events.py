"""What a run tells whoever watches: plain facts, shown by the command line and kept in `history.jsonl`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Started:
    """A run begins (or goes on): where its files are, from which weights, and how long it will be."""

    run: Path
    start: str
    photos: int
    validation_photos: int
    steps: int
    parameters: int


@dataclass(frozen=True)
class StepDone:
    """A step is done; `loss` is its own, `minutes_left` an estimate."""

    epoch: int
    step: int
    steps: int
    loss: float
    learning_rate: float
    crops_per_second: float
    minutes_left: float


@dataclass(frozen=True)
class EpochDone:
    """An epoch is done and judged: one line of the history.

    Attributes:
        loss, validation_loss: of training crops and of whole validation photographs.
        delta_e2000, delta_e2000_matched, ab_cosine: on the validation photographs, see `graycolor.evaluation.metrics`.
        mse, accuracy: the founding report's own two figures; 0.5 is chance for the second.
        best: better than every epoch before it: by `delta_e2000_matched`, in the phase `finish` by `validation_loss`.
    """

    epoch: int
    step: int
    loss: float
    validation_loss: float
    delta_e2000: float
    delta_e2000_matched: float
    ab_cosine: float
    mse: float
    accuracy: float
    learning_rate: float
    minutes: float
    best: bool


Event = Started | StepDone | EpochDone
