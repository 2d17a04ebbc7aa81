"""A training run in progress: steps, epochs, the moving average, checkpoints and what is kept of it (torch)."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from graycolor.data.store import PhotoStore
from graycolor.errors import InputError, TrainingError
from graycolor.network import weights
from graycolor.network.header import Header
from graycolor.network.networks import Network
from graycolor.training.checkpoint import Place, load_checkpoint, save_checkpoint
from graycolor.training.config import TrainConfig
from graycolor.training.crops import Batch, CropBatches
from graycolor.training.events import Busy, EpochDone, Event, StepDone
from graycolor.training.objectives import Objective, objective_of
from graycolor.training.processes import agreed, shared, total, wait_for_all
from graycolor.training.record import RunFolder
from graycolor.training.setup import make_optimizer
from graycolor.training.validate import Verdict, beyond_chance, contact_sheet, validate

Listener = Callable[[Event], None]


def learning_rate(config: TrainConfig, step: int, steps: int, done: float) -> float:
    """Linear warm-up (a tenth of `steps` at most), then a cosine down to 1 %; `done` is the share 0..1 of the run."""
    cosine = 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))
    return config.learning_rate * cosine * min(1.0, (step + 1) / max(1, min(config.warmup, steps // 10)))


class Fit:
    """A run in progress: network, moving average, optimiser, and where it stands."""

    def __init__(
        self,
        config: TrainConfig,
        run: RunFolder,
        objective: Objective,
        *,
        header: Header,
        batches: CropBatches,
        device: torch.device,
        judges_start: bool = False,
    ) -> None:
        self.judges_start = judges_start
        self.config, self.run, self.header, self.batches = config, run, header, batches
        self.device = device
        self.objective = objective.to(device)
        self.network = objective.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # its stub lacks it
        now = self.network.state_dict()
        self.average = {name: value.clone() for name, value in now.items()}
        self.averaged = {name: value for name, value in now.items() if value.is_floating_point()}
        self.model = shared(objective, batches.world)
        self.optimizer = make_optimizer(self.network, config)
        self.place = Place()
        self.saved = self.began = time.monotonic()
        self.began_at = self.clock = 0.0

    @property
    def steps(self) -> int:
        """Steps of the whole run, should nothing end it sooner."""
        return len(self.batches) * self.config.epochs

    @property
    def minutes(self) -> float:
        """Minutes of training so far, over all sittings."""
        return self.began_at + (time.monotonic() - self.began) / 60

    def run_epochs(self, validation: PhotoStore, listen: Listener, stop: Callable[[], bool]) -> None:
        """The epochs that are left, until the last, the time limit, or patience ends them."""
        place, world = self.place, self.batches.world
        if not place.total_steps and (self.judges_start or not self.config.epochs):
            if self.batches.rank == 0:
                self._judge_start(validation, listen)
            wait_for_all(world)
        while place.epoch < self.config.epochs:
            out_of_time = self._epoch(listen, stop)
            if self.batches.rank == 0:
                self._judge(validation, listen, place.epoch + 1)
            wait_for_all(world)
            place.epoch, place.step, place.loss, place.weight = place.epoch + 1, 0, 0.0, 0.0
            if self.batches.rank == 0:
                self._save()
            tired = 0 < self.config.patience <= place.without_gain
            if agreed(float(out_of_time or tired), world):
                return

    def _epoch(self, listen: Listener, stop: Callable[[], bool]) -> bool:
        """One epoch, or what is left of it; whether the time is up."""
        place, began, first = self.place, time.monotonic(), self.place.step
        for batch in self.batches.epoch(place.epoch, first):
            loss, weight = self.step(batch)
            place.loss, place.weight = place.loss + loss, place.weight + weight
            listen(self._progress(loss / weight, (place.step - first) / (time.monotonic() - began)))
            self._look_at_the_clock(stop)
            if self.clock >= 1:
                return True
        return False

    def _look_at_the_clock(self, stop: Callable[[], bool]) -> None:
        """Stop where asked to, save now and then, and see how much of the time limit is used."""
        world, minutes = self.batches.world, self.minutes
        if agreed(float(stop()), world):
            if self.batches.rank == 0:
                self._save()
                self.run.draw()
            raise KeyboardInterrupt
        if self.batches.rank == 0 and time.monotonic() - self.saved > self.config.checkpoint_minutes * 60:
            self._save()
        if self.config.max_minutes is not None:
            self.clock = agreed(minutes / self.config.max_minutes, world)

    def _done(self) -> float:
        """How much of the run is done, 0..1, by steps or by the clock, whichever is further."""
        return max(self.place.total_steps / self.steps, self.clock)

    def step(self, batch: Batch) -> tuple[float, float]:
        """One step; the summed loss over all processes and its weight."""
        rate = learning_rate(self.config, self.place.total_steps, self.steps, self._done())
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group["rate"]
        if self.config.drop_path or self.config.dropout:
            # What is left out follows from the step, so that a run can stop and go on.
            place = self.config.seed, self.place.total_steps, self.batches.rank
            torch.manual_seed(int(np.random.default_rng(place).integers(2**63)))
        loss, weight = self.loss_of(self.model, batch)
        world = self.batches.world
        all_loss, all_weight = total(loss, world).item(), total(weight, world)
        self._refuse_unless_finite("loss", all_loss)
        self.optimizer.zero_grad()
        # Gradients are averaged over the processes: each counts by its share of the common weight.
        (loss * world / all_weight).backward()
        norm = nn.utils.clip_grad_norm_(self.network.parameters(), self.config.clip)
        self._refuse_unless_finite("gradient", norm.item())
        self.optimizer.step()
        self._average()
        self.place.step += 1
        self.place.total_steps += 1
        return all_loss, all_weight.item()

    def loss_of(self, model: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
        """The summed loss of a batch by the objective or by what shares it, and its weight."""
        gray = torch.as_tensor(batch.gray).to(self.device, memory_format=torch.channels_last)
        with self._precision():
            loss, weight = model(gray, torch.as_tensor(batch.chroma).to(self.device), self.place.total_steps % 4)
        return loss, weight

    def _refuse_unless_finite(self, what: str, value: float) -> None:
        """Asked before the weights change, so that neither they nor a checkpoint ever take in what is no number."""
        if math.isfinite(value):
            return
        kept = f"the checkpoint in {self.run.path} is kept" if self.run.resume.is_file() else "nothing was written yet"
        advice = f" --init {self.run.last}" if self.run.last.is_file() else ""
        raise TrainingError(
            f"The {what} is not a number at step {self.place.total_steps + 1}; {kept}. Start again with a lower "
            f"--learning-rate than {self.config.learning_rate:g}{advice}."
        )

    def _precision(self) -> torch.autocast | nullcontext[None]:
        """bf16 where the processor multiplies in it (measured: 1.5 times as fast there, slower elsewhere)."""
        fast = self.device.type == "cuda" or (self.device.type == "cpu" and torch.cpu._is_avx512_bf16_supported())
        return torch.autocast(self.device.type, torch.bfloat16) if fast else nullcontext()

    @torch.no_grad()
    def _average(self) -> None:
        decay = min(self.config.ema, (self.place.total_steps + 1) / (self.place.total_steps + 10))
        averages = [self.average[name] for name in self.averaged]
        torch._foreach_lerp_(averages, list(self.averaged.values()), 1 - decay)

    def _judge_start(self, validation: PhotoStore, listen: Listener) -> None:
        try:
            self._judge(validation, listen, 0)
        except InputError:  # its colors are no numbers, which the first step says, where there is one
            if not self.config.epochs:
                raise

    def _judge(self, validation: PhotoStore, listen: Listener, epoch: int) -> None:
        place, averaged = self.place, weights.build(self.header)
        shown = min(self.config.validation_photos, len(validation))
        what = f"epoch {epoch}" if epoch else "the start"
        photographs = "1 photograph" if shown == 1 else f"{shown:,} photographs"
        listen(Busy(f"Judging {what} on {photographs}.", last=0 < epoch == self.config.epochs))
        averaged.load_state_dict(self.average)
        averaged.eval()
        verdict = validate(
            objective_of(self.config, averaged, self.header), self.header, validation, self.config.validation_photos
        )
        # What is finished is more than the error of each pixel, so there the loss says which epoch was best.
        figure = verdict.loss if self.config.phase == "finish" else verdict.delta_e2000_matched
        best = figure < place.best and self._beats_the_start(verdict)
        if not epoch:
            place.start = list(verdict.by_photograph)
        place.best = figure if best else place.best
        # What few photographs cannot yet tell from chance may be a gain that grows: patience asks only whether it does.
        place.without_gain = 0 if figure < place.lowest else place.without_gain + 1
        place.lowest = min(figure, place.lowest)
        done = EpochDone(
            epoch=epoch,
            step=place.total_steps,
            loss=place.loss / max(place.weight, 1e-9) if epoch else None,
            validation_loss=verdict.loss,
            delta_e2000=verdict.delta_e2000,
            delta_e2000_matched=verdict.delta_e2000_matched,
            ab_cosine=verdict.ab_cosine,
            mse=verdict.mse,
            accuracy=verdict.accuracy,
            learning_rate=self.optimizer.param_groups[-1]["lr"],
            minutes=self.minutes,
            best=best,
        )
        self._keep(averaged, done)
        self.run.add(done, contact_sheet(averaged, self.header, validation))
        listen(done)

    def _beats_the_start(self, verdict: Verdict) -> bool:
        """What was trained before gives way only to what is better by more than chance: few photographs scatter."""
        return not self.place.start or beyond_chance(self.place.start, verdict.by_photograph)

    def _keep(self, averaged: Network, done: EpochDone) -> None:
        figures = {"delta_e2000_matched": done.delta_e2000_matched, "ab_cosine": done.ab_cosine, "epoch": done.epoch}
        header = replace(self.header, figures=figures, trained_on=self.header.trained_on or "see the run's config.json")
        weights.save(self.run.last, averaged, header)
        if done.best:
            weights.save(self.run.best, averaged, header)

    def _progress(self, loss: float, steps_per_second: float) -> StepDone:
        place, config = self.place, self.config
        left = (self.steps - place.total_steps) / steps_per_second / 60
        if config.max_minutes is not None:
            left = min(left, max(0.0, config.max_minutes - self.minutes))
        rate = self.optimizer.param_groups[-1]["lr"]
        return StepDone(
            epoch=place.epoch + 1,
            step=place.step,
            steps=len(self.batches),
            loss=loss,
            learning_rate=rate,
            crops_per_second=steps_per_second * config.batch,
            minutes_left=left,
        )

    def _save(self) -> None:
        self.place.minutes, self.saved = self.minutes, time.monotonic()
        parts = {
            "network": self.network.state_dict(),
            "average": self.average,
            "optimizer": self.optimizer.state_dict(),
        }
        save_checkpoint(self.run.resume, self.place, **parts)

    def load(self) -> None:
        """Take over where the run's checkpoint stands."""
        self.place, parts = load_checkpoint(self.run.resume)
        try:
            self.network.load_state_dict(parts["network"])
            self.optimizer.load_state_dict(parts["optimizer"])
            weights.build(self.header).load_state_dict(parts["average"])
            self.average = {name: value.to(self.device) for name, value in parts["average"].items()}
        except (KeyError, RuntimeError, ValueError, TypeError, AttributeError) as error:
            raise TrainingError(f"{self.run.resume} is a checkpoint of another network; start a new run.") from error
        self.began_at = self.place.minutes
