"""The training loop: setup, fit, validate (torch).

One process per core or GPU, started by `torchrun`; alone it runs without. Gradients are averaged by
DistributedDataParallel. Checkpoints are written aside and renamed, so a kill loses a few minutes at most.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from graycolor.data.store import PhotoStore
from graycolor.errors import TrainingError
from graycolor.network import weights
from graycolor.network.bins import Bins
from graycolor.network.lite import Lite
from graycolor.training.config import TrainConfig
from graycolor.training.crops import Batch, CropSampler
from graycolor.training.fixed_depthwise import fix_depthwise
from graycolor.training.losses import BinLoss, phase_positions


@dataclass(frozen=True)
class Progress:
    """Where a run stands: what is shown, and a line of `history.jsonl`."""

    step: int
    crops: int
    loss: float
    learning_rate: float
    crops_per_second: float
    minutes: float


class _Trunk(nn.Module):
    """Features and head in one forward pass, so that DistributedDataParallel sees every parameter used."""

    def __init__(self, network: Lite, bins: Bins) -> None:
        super().__init__()
        self.network, self.loss = network, BinLoss(bins)

    def forward(self, gray: Tensor, chroma: Tensor, phase: int) -> Tensor:
        features, target = phase_positions(self.network.features(gray), chroma, phase)
        head = self.network.head
        logits = torch.nn.functional.linear(features, head.weight[:, :, 0, 0], head.bias)
        return self.loss(logits.float(), target)


def learning_rate(config: TrainConfig, step: int, elapsed: float) -> float:
    """Linear warm-up over steps, then a cosine over the clock down to 1 % (`elapsed` is the share 0..1 of the time)."""
    cosine = 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1.0, elapsed)))
    return config.learning_rate * cosine * min(1.0, (step + 1) / config.warmup)


def train(config: TrainConfig, on_progress: Callable[[Progress], None] = lambda _: None) -> Path:
    """Train from `config.init` for `config.minutes`; returns the path of the newest weights.

    Raises:
        TrainingError: the loss is no longer a number; the last good checkpoint stays.
    """
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    rank, world = _join_group()
    torch.manual_seed(config.seed)
    network, header = weights.load(config.init)
    network.train()
    if config.fixed_depthwise:
        fix_depthwise(network)
    freeze(network, config.frozen_blocks)
    sampler = CropSampler(
        PhotoStore.open(config.store), batch=config.batch, area=config.area, zoom=config.zoom,
        degraded=config.degraded, seed=config.seed, rank=rank, world=world,
    )  # fmt: skip
    run = _Run(config, network, header, rank, world)
    return run.fit(iter(sampler), on_progress)


def freeze(network: Lite, blocks: int) -> None:
    """Train neither the stem nor the first `blocks` blocks of the encoder: the dearest layers, and ImageNet's own."""
    if blocks:
        for module in (network.encoder.stem, *list(network.encoder.blocks)[:blocks]):
            module.requires_grad_(False)


def _join_group() -> tuple[int, int]:
    if dist.is_torchelastic_launched():
        dist.init_process_group("gloo")
        return dist.get_rank(), dist.get_world_size()
    return 0, 1


class _Run:
    """State of one run: network, optimiser, moving average, counters."""

    def __init__(self, config: TrainConfig, network: Lite, header: weights.Header, rank: int, world: int) -> None:
        self.config, self.header, self.rank, self.world = config, header, rank, world
        self.network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # its stub lacks it
        self.ema = {name: value.clone() for name, value in network.state_dict().items()}
        trunk = _Trunk(self.network, header.bins)
        self.model = DistributedDataParallel(trunk, broadcast_buffers=False) if world > 1 else trunk
        self.optimizer = torch.optim.AdamW(self._groups(), betas=(0.9, 0.99))
        self.step = 0
        self._elapsed = 0.0

    def _groups(self) -> list[dict[str, object]]:
        encoder: list[nn.Parameter] = []
        kernels: list[nn.Parameter] = []
        vectors: list[nn.Parameter] = []
        for name, parameter in self.network.named_parameters():
            if parameter.requires_grad:
                group = encoder if name.startswith("encoder.") else kernels if parameter.ndim > 1 else vectors
                group.append(parameter)
        decay, rate = self.config.weight_decay, self.config.encoder_rate
        return [
            {"params": encoder, "rate": rate, "weight_decay": 0.0},
            {"params": kernels, "rate": 1.0, "weight_decay": decay},
            {"params": vectors, "rate": 1.0, "weight_decay": 0.0},
        ]

    def fit(self, batches: Iterator[Batch], on_progress: Callable[[Progress], None]) -> Path:
        config, started, saved = self.config, time.monotonic(), time.monotonic()
        limit, losses = config.minutes * 60, []
        path = config.run / "last.safetensors"
        while (elapsed := self._agreed(time.monotonic() - started)) < limit:
            losses.append(self._one_step(next(batches), elapsed / limit))
            if self.step % 50 == 0 and self.rank == 0:
                on_progress(self._progress(losses, time.monotonic() - started))
                losses = []
            if time.monotonic() - saved > config.checkpoint_minutes * 60 and self.rank == 0:
                self._save(path)
                saved = time.monotonic()
        if self.rank == 0:
            self._save(path)
        return path

    def _agreed(self, elapsed: float) -> float:
        """The first process's clock, so that all stop at the same step; asked every ten steps."""
        if self.world == 1 or self.step % 10:
            return elapsed if self.world == 1 else self._elapsed
        clock = torch.tensor(elapsed)
        dist.broadcast(clock, 0)
        self._elapsed = clock.item()
        return self._elapsed

    def _one_step(self, batch: Batch, elapsed: float) -> float:
        gray = torch.from_numpy(batch.gray).contiguous(memory_format=torch.channels_last)
        rate = learning_rate(self.config, self.step, elapsed)
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group["rate"]
        with torch.autocast("cpu", torch.bfloat16):
            loss = self.model(gray, torch.from_numpy(batch.chroma), self.step % 4)
        if not math.isfinite(loss.item()):
            raise TrainingError(
                f"The loss is not a number at step {self.step}; lower the learning rate and go on from the last "
                "checkpoint."
            )
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), self.config.clip)
        self.optimizer.step()
        self._average()
        self.step += 1
        return loss.item()

    @torch.no_grad()
    def _average(self) -> None:
        if self.rank:
            return
        decay = min(self.config.ema, (self.step + 1) / (self.step + 10))
        for name, value in self.network.state_dict().items():
            if value.is_floating_point():
                self.ema[name].lerp_(value, 1 - decay)

    def _progress(self, losses: list[float], seconds: float) -> Progress:
        crops = self.step * self.config.batch * self.world
        rate = self.optimizer.param_groups[1]["lr"]
        progress = Progress(self.step, crops, float(np.mean(losses)), rate, crops / seconds, seconds / 60)
        self.config.run.mkdir(parents=True, exist_ok=True)
        with (self.config.run / "history.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(progress.__dict__) + "\n")
        return progress

    def _save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        averaged = weights.build(self.header)
        averaged.load_state_dict(self.ema)
        weights.save(path, averaged, replace(self.header))
