"""The training loop: setup, fit, validate (torch).

One process per core or GPU, started by `torchrun` or `helpers`, or one alone. A run can be stopped at any step and
resumed: on a CPU it ends with the same bits as one that was never stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import torch

from graycolor.data.store import PhotoStore
from graycolor.errors import TrainingError
from graycolor.network import weights
from graycolor.progress import progress_bar
from graycolor.training.config import TrainConfig
from graycolor.training.crops import CropBatches
from graycolor.training.decoding import FITTING_PHOTOS, fitted_decode, suited_saturation
from graycolor.training.estimate import estimate
from graycolor.training.events import Busy, Event, Started, StepDone
from graycolor.training.fit import Fit, Listener
from graycolor.training.gpu_crops import GpuCropBatches
from graycolor.training.objectives import objective_of
from graycolor.training.processes import device_of, join_group, leave_group
from graycolor.training.record import RunFolder
from graycolor.training.setup import choose_trained, start_network

_ENOUGH = 40
"""Validation photographs from which on decoding is fitted anew for what was decoded well before."""


def train(
    config: TrainConfig,
    run: RunFolder,
    photos: PhotoStore,
    validation: PhotoStore,
    *,
    resume: bool = False,
    device: str = "cpu",
    listen: Listener = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    progress: bool = False,
) -> RunFolder:
    """Train a network into a run folder; see `TrainConfig` and `start_network`.

    `device` is `cpu`, `cuda` (under torchrun each process takes its own GPU) or `mps`. `stop` is asked every
    few steps: when it says so, a checkpoint is written and KeyboardInterrupt raised. `listen` hears of every step and
    epoch; `progress` shows a bar (tqdm) of the steps.

    Raises:
        TrainingError: the loss is no longer a number (the last checkpoint stays), or a checkpoint does not fit.
        WeightsError: the weights to start from are of another network.
    """
    rank, world = join_group()
    if config.batch % world:
        raise TrainingError(f"A batch of {config.batch} cannot be shared by {world} processes; choose a multiple.")
    cv2.setNumThreads(1)
    torch.manual_seed(config.seed)
    network, header, sentence, trained = start_network(config, photos)
    choose_trained(network, config)
    objective = objective_of(config, network, header)
    place = device_of(device)
    batches: CropBatches = CropBatches(photos, config, objective.stride, rank, world)
    if place.type == "cuda":
        batches = GpuCropBatches(photos, config, objective.stride, rank, world, device=place)
    fit = Fit(config, run, objective, header=header, batches=batches, device=place, judges_start=trained)
    if resume:
        fit.load()
        sentence = f"Continuing {run.path.name} at epoch {fit.place.epoch + 1}."
    if rank == 0:
        parameters = sum(p.numel() for p in network.parameters() if p.requires_grad)
        shown = min(config.validation_photos, len(validation))
        listen(
            Started(
                run=run.path,
                start=sentence,
                photos=len(photos),
                validation_photos=shown,
                steps=len(fit.batches) * config.epochs,
                parameters=parameters,
            )
        )
    heard = listen if rank == 0 else lambda _: None
    if rank == 0 and fit.steps > fit.place.total_steps:
        heard(estimate(fit, validation))
    _run_epochs(fit, validation, heard, stop, progress=progress and rank == 0)
    del fit  # and its hold on the other processes
    if rank == 0:
        _finish(run, photos, validation, config, heard, trained=trained)
    leave_group()
    return run


def _run_epochs(
    fit: Fit, validation: PhotoStore, listen: Listener, stop: Callable[[], bool], *, progress: bool
) -> None:
    """The epochs that are left, with a bar of the run's steps if one is wanted."""
    with progress_bar(fit.run.path.name, "step", shown=progress) as advance:
        earlier = fit.place.total_steps

        def tell(event: Event) -> None:
            listen(event)
            if isinstance(event, StepDone):
                advance(fit.place.total_steps, fit.steps, earlier=earlier)

        fit.run_epochs(validation, tell, stop)


def _finish(
    run: RunFolder,
    photos: PhotoStore,
    validation: PhotoStore,
    config: TrainConfig,
    listen: Listener,
    *,
    trained: bool,
) -> None:
    """What is left after the last step: curves, and for both files how they are best decoded.

    Where the start was decoded well, and is still the best or few photographs judge, only the strength of the colors
    is fitted, so that they are no stronger than those of the photographs that were learnt from.
    """
    listen(Busy("Drawing the curves.", last=True))
    run.draw()
    for path in (run.best, run.last):
        header = weights.read_header(path)
        if header.config.output == "ab":
            continue
        known = bool(trained and config.epochs)
        few = known and (len(validation) < _ENOUGH or (header.figures or {}).get("epoch") == 0)
        shown = min(len(photos if few else validation), FITTING_PHOTOS)
        what = "how strong the colors are" if few else "how colors are decoded"
        listen(Busy(f"Fitting {what} in {path.name}, on {shown:,} photographs.", last=True))
        _fit_decode(path, photos if few else None, validation, config)


def _fit_decode(path: Path, photos: PhotoStore | None, validation: PhotoStore, config: TrainConfig) -> None:
    """Write how the finished network is best decoded into its file: with `photos`, only how strong its colors are."""
    network, header = weights.load(path)
    if photos is not None:
        decode = suited_saturation(network.eval(), header, photos, validation)
    else:
        only_saturation = config.phase != "color"
        decode = fitted_decode(
            network.eval(), header, validation, rebalancing=config.rebalancing, only_saturation=only_saturation
        )
    if decode != header.decode:
        weights.save(path, network, replace(header, decode=decode))
