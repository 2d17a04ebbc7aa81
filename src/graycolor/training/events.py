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
class Estimate:
    """What the run will take, measured before its first step, and a sentence on what would be quicker (or nothing)."""

    minutes: float
    quicker: str


@dataclass(frozen=True)
class Busy:
    """Something begins that is no step and may take long: `what`, as a sentence; `last`: the steps are over."""

    what: str
    last: bool = False


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
        epoch: counted from 1; 0 is the start, judged before the first step.
        loss, validation_loss: of training crops (none before the first step) and of whole validation photographs.
        delta_e2000, delta_e2000_matched, ab_cosine: on the validation photographs, see `graycolor.evaluation.metrics`.
        mse, accuracy: the founding report's own two figures; 0.5 is chance for the second.
        best: better than every epoch before it: by `delta_e2000_matched`, in the phase `finish` by `validation_loss`.
    """

    epoch: int
    step: int
    loss: float | None
    validation_loss: float
    delta_e2000: float
    delta_e2000_matched: float
    ab_cosine: float
    mse: float
    accuracy: float
    learning_rate: float
    minutes: float
    best: bool


Event = Started | Estimate | Busy | StepDone | EpochDone
