"""Settings of a training run: one frozen dataclass, stored in the run folder and in every checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from graycolor.errors import UsageError


@dataclass(frozen=True)
class TrainConfig:
    """How to train a network.

    Attributes:
        store: decoded training photographs (a `PhotoStore` path).
        validation: decoded held-out photographs.
        run: folder for checkpoints and history.
        init: weights to go on from.
        minutes: length of the run; the learning rate's cosine follows this clock.
        batch: crops per step and process.
        area: pixels of a crop (its shape varies from step to step, in multiples of 32).
        zoom: range of the short side to which a photograph is scaled before it is cropped, log-uniform.
        learning_rate: peak, for the decoder; the encoder takes `encoder_rate` of it.
        weight_decay: on the kernels of the decoder.
        warmup: steps of linear warm-up.
        clip: largest gradient norm.
        ema: decay of the moving average of the weights.
        degraded: share of the crops whose gray is made old (noise, blur, fading, JPEG, other gray mixes).
        fixed_depthwise: leave depthwise kernels as they are: a third faster on CPUs, where their gradient is slow.
        frozen_blocks: encoder blocks (with the stem) that are not trained at all.
        seed: of crops, degradations and order.
    """

    store: Path
    validation: Path
    run: Path
    init: Path
    minutes: float
    batch: int = 16
    area: int = 192 * 192
    zoom: tuple[int, int] = (192, 320)
    learning_rate: float = 7e-4
    encoder_rate: float = 0.2
    weight_decay: float = 0.02
    warmup: int = 300
    clip: float = 1.0
    ema: float = 0.999
    degraded: float = 0.33
    fixed_depthwise: bool = True
    frozen_blocks: int = 3
    checkpoint_minutes: float = 5.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.minutes <= 0 or self.batch < 1 or not 0 <= self.ema < 1:
            raise UsageError("Training needs a positive time, a batch of at least 1, and an EMA decay below 1.")
        if self.zoom[0] < 64 or self.zoom[1] < self.zoom[0]:
            raise UsageError("The zoom range must start at 64 pixels or more and not run backwards.")
