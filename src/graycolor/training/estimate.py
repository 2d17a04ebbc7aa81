"""How long a run will take, measured before its first step, and what would be quicker (torch)."""

from __future__ import annotations

import time
from contextlib import suppress
from copy import deepcopy

import torch

from graycolor.data.store import PhotoStore
from graycolor.errors import InputError
from graycolor.training.config import TrainConfig
from graycolor.training.crops import Batch
from graycolor.training.events import Estimate
from graycolor.training.fit import Fit
from graycolor.training.helpers import processes_of
from graycolor.training.objectives import objective_of
from graycolor.training.validate import validate

_SHARE = 4
"""The part of a batch, and the number of photographs, that are tried: enough to tell minutes from hours."""
_LONG = 3.0
"""Minutes from which on something quicker is named."""


def estimate(fit: Fit, validation: PhotoStore) -> Estimate:
    """Minutes for the steps that are left and for judging their epochs; nothing of the run changes."""
    steps = (fit.steps - fit.place.total_steps) * _seconds_of_a_step(fit)
    epochs = fit.config.epochs - fit.place.epoch
    minutes = (steps + epochs * _seconds_of_judging(fit, validation)) / 60
    if fit.config.max_minutes is not None:
        minutes = min(minutes, max(0.0, fit.config.max_minutes - fit.minutes))
    return Estimate(minutes, quicker(fit.config, fit.device.type, fit.batches.world) if minutes >= _LONG else "")


def _seconds_of_a_step(fit: Fit) -> float:
    """The second of two forward and backward passes of a copy; the first only gets memory."""
    objective = deepcopy(fit.objective)
    whole = fit.batches.batch(0, 0)
    part = max(2, len(whole.gray) // _SHARE)
    batch = Batch(whole.gray[:part], whole.chroma[:part])
    for _ in range(2):
        began = time.monotonic()
        loss, _ = fit.loss_of(objective, batch)
        loss.backward()
        loss.item()  # a GPU says so once it is done
    return (time.monotonic() - began) * len(whole.gray) / part


def _seconds_of_judging(fit: Fit, validation: PhotoStore) -> float:
    few = min(_SHARE, len(validation))
    network = deepcopy(fit.network).cpu().eval()
    began = time.monotonic()
    with suppress(InputError):  # its colors are no numbers, which the first step says
        validate(objective_of(fit.config, network, fit.header), fit.header, validation, few)
    return (time.monotonic() - began) / few * min(fit.config.validation_photos, len(validation))


def quicker(config: TrainConfig, device: str, world: int) -> str:
    """A sentence on what would be quicker; empty where there is nothing to name."""
    ways = []
    cores = processes_of(config.batch)
    if device == "cpu" and world == 1 and cores > 1:
        ways.append(f"--processes {cores} (one for each core)")
    if config.scale != "small" and (config.init == "scratch" or config.architecture != "lite"):
        ways.append("--scale small")
    ways += ["a GPU"] if device == "cpu" and not torch.cuda.is_available() else []
    ways.append("--max-minutes, by which it then ends")
    return f"Quicker: {'; '.join(ways)}."
