"""Checkpoints: all that a run needs to go on as if it had never stopped (torch).

Written aside and renamed, read by the safe loader only. Batches follow from seed, epoch and number, so no generator's
state has to be kept.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from graycolor.checked_json import Source, checked
from graycolor.errors import TrainingError
from graycolor.files import write_atomic


@dataclass
class Place:
    """Where a run stands.

    Attributes:
        epoch: the one in progress, from 0.
        step: steps done in that epoch.
        total_steps: steps done in all.
        loss, weight: summed over the epoch's steps so far.
        best: `delta_e2000_matched` (or the loss, in the phase `finish`) of the weights that are kept as the best.
        lowest: the least such figure of all epochs, also where chance could explain that it is below the start's.
        without_gain: epochs since that least figure.
        minutes: of training so far, over all sittings.
        start: the figure of each validation photograph before the first step, where the start was judged.
    """

    epoch: int = 0
    step: int = 0
    total_steps: int = 0
    loss: float = 0.0
    weight: float = 0.0
    best: float = float("inf")
    lowest: float = float("inf")
    without_gain: int = 0
    minutes: float = 0.0
    start: list[float] = field(default_factory=list)


def save_checkpoint(path: Path, place: Place, **parts: dict[str, Any]) -> None:
    """Write a checkpoint: the place, and state dicts by name."""
    buffer = io.BytesIO()
    torch.save({"place": vars(place), **parts}, buffer)
    write_atomic(path, buffer.getvalue(), overwrite=True)


def load_checkpoint(path: Path) -> tuple[Place, dict[str, dict[str, Any]]]:
    """Read back `save_checkpoint`.

    Raises:
        TrainingError: the file is damaged or no checkpoint.
    """
    try:
        parts: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        return checked(parts.pop("place"), Place, Source(str(path), "start a new run", TrainingError)), parts
    except Exception as error:  # the safe loader raises many kinds
        raise TrainingError(
            f"{path} is damaged; start a new run with --init {path.parent / 'last.safetensors'}."
        ) from error
