"""Settings of a training run: one frozen dataclass, stored in the run folder and in every checkpoint."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from graycolor.errors import UsageError, WeightsError
from graycolor.network.config import NetworkConfig

LOSSES = ("bins", "mse", "l1", "huber")
PHASES = ("color", "detail", "finish")

_BY_ARCHITECTURE: dict[str, dict[str, Any]] = {
    "lite": {"loss": "bins", "learning_rate": 7e-4, "weight_decay": 0.02, "area": 192 * 192, "zoom": (192, 320)},
    # The founding report's own: Adam and mean squared error.
    "cnn": {"loss": "mse", "learning_rate": 1e-3, "weight_decay": 0.0, "area": 128 * 128, "zoom": (128, 192)},
    "resnet-v2": {"loss": "huber", "learning_rate": 1e-3, "weight_decay": 0.01, "area": 128 * 128, "zoom": (128, 192)},
}


@dataclass(frozen=True)
class TrainConfig:
    """How to train a network.

    Attributes:
        dataset: where the photographs were, for whoever looks at the run later, and for going on with it.
        init: `default` (the embedded weights, where they fit), `scratch`, or a weights file; of several the mean.
        architecture, scale, attention: see `NetworkConfig.of`.
        phase: `color` trains the network; `detail`, for `lite` with bins, leaves it as it is and trains a refinement
            of its color to a finer stride; `finish`, for the same, trains the later layers and the refinement so that
            a classifier sees in the colored picture what it sees in the true one.
        temperature, rebalancing_undone: how colors are decoded in the phases `detail` and `finish`, and afterwards;
            None as the weights have it. The phase `color` ends by fitting both.
        size: short side at which pictures are judged and colored afterwards; None as the weights have it.
        refine: factor of the refinement to that finer stride, 2 or 4.
        loss: `bins`, `mse`, `l1` or `huber`; it also says what the network's output is.
        epochs: passes over the training photographs, one crop of each a pass; 0 judges the start, or the mean of
            several, and writes it as it is.
        batch: crops per step, over all processes.
        area: pixels of a crop (its shape varies from step to step, in multiples of 32).
        crop: height and width of every crop instead, in multiples of 32.
        zoom: range of the short side to which a photograph is scaled before it is cropped, log-uniform.
        learning_rate: peak; the encoder of `lite` takes `encoder_rate` of it.
        weight_decay: on kernels.
        warmup: steps of linear warm-up.
        clip: largest gradient norm.
        ema: decay of the moving average of the weights, which is what is judged and kept.
        drop_path: `lite`: chance of passing by the last of the encoder's blocks that can be passed by, less by equal
            steps towards the first (stochastic depth, Huang et al. 2016). With `dropout` and `stretch` against
            learning photographs by heart.
        dropout: `lite`: chance of each of the deepest features to be left out.
        stretch: crops are squeezed in one direction by a factor of up to exp(`stretch`).
        degraded: share of the crops whose gray is made old (noise, blur, fading, JPEG, other gray mixes).
        relit: share of the crops whose scene is seen in poor light (night, haze, against the light, stray light); the
            true colors are those that it has then.
        rebalancing: how far rare colors count for more, from 0 (each place alike) to 1 (Zhang et al. 2016). What the
            fit of the decoding takes back begins there.
        queries: `lite`: color queries of the network (see `NetworkConfig`), added to weights that have none; 0 leaves
            the network as it is.
        fixed_depthwise: `lite`: leave depthwise kernels as they are: a step on one core takes less than half the time
            in bf16, where their gradient is slow, and a tenth less in fp32.
        frozen_blocks: `lite`: encoder blocks (with the stem) that are not trained at all.
        frozen_statistics: `lite`: normalise by the start's statistics, which are those of more crops than a small set
            has.
        patience: epochs without a better validation after which training stops; 0 never.
        validation_photos: photographs of the validation set that are judged after each epoch.
        max_minutes: stop after this long, the learning rate having run down by then.
        checkpoint_minutes: between two checkpoints within an epoch.
        seed: of order, crops and degradations.
    """

    dataset: str = ""
    init: str | tuple[str, ...] = "default"
    architecture: str = "lite"
    scale: str = "base"
    attention: bool = False
    phase: str = "color"
    temperature: float | None = None
    rebalancing_undone: float | None = None
    size: int | None = None
    refine: int = 2
    loss: str = "bins"
    epochs: int = 15
    batch: int = 32
    area: int = 192 * 192
    crop: tuple[int, int] | None = None
    zoom: tuple[int, int] = (192, 320)
    learning_rate: float = 7e-4
    encoder_rate: float = 0.2
    weight_decay: float = 0.02
    warmup: int = 300
    clip: float = 1.0
    ema: float = 0.999
    drop_path: float = 0.0
    dropout: float = 0.0
    stretch: float = 0.0
    degraded: float = 0.33
    relit: float = 0.0
    rebalancing: float = 1.0
    queries: int = 0
    fixed_depthwise: bool = True
    frozen_blocks: int = 3
    frozen_statistics: bool = False
    patience: int = 0
    validation_photos: int = 200
    max_minutes: float | None = None
    checkpoint_minutes: float = 5.0
    seed: int = 0

    def __post_init__(self) -> None:
        _refuse_unless(self.loss in LOSSES, f"There is no loss {self.loss!r}; choose {', '.join(LOSSES)}.")
        _refuse_unless(self.phase in PHASES, f"There is no phase {self.phase!r}; choose {' or '.join(PHASES)}.")
        refinable = self.architecture == "lite" and self.loss == "bins"
        _refuse_unless(self.phase == "color" or refinable, "Only lite with the loss bins has other phases than color.")
        _refuse_unless(
            self.phase != "finish" or self.init != "scratch", "There is nothing to finish from scratch; give --init."
        )
        several = isinstance(self.init, tuple)
        _refuse_unless(not several or "scratch" not in self.init, "What starts from scratch has no other start.")
        _refuse_unless(self.epochs >= 0, "Epochs are counted from 0.")
        _refuse_unless(self.batch >= 1, "Training needs a batch of at least one crop.")
        whole = self.crop is None or all(side >= 32 and side % 32 == 0 for side in self.crop)
        _refuse_unless(whole, "The sides of crops are multiples of 32 pixels.")
        _refuse_unless(0 <= self.ema < 1, "The EMA decay must be at least 0 and below 1.")
        _refuse_unless(self.size is None or 32 <= self.size <= 4096, "Pictures are seen at 32 to 4096 pixels.")
        _refuse_unless(self.temperature is None or 0 < self.temperature <= 10, "The temperature must be 0 to 10.")
        undone = self.rebalancing_undone
        _refuse_unless(undone is None or 0 <= undone <= 1, "Between 0 and all (1) of the rebalancing can be undone.")
        _refuse_unless(0 < self.learning_rate < 1, "The learning rate must be above 0 and below 1.")
        _refuse_unless(0 <= self.drop_path < 1, "The chance of passing by a block must be at least 0 and below 1.")
        _refuse_unless(0 <= self.dropout < 1, "Dropout must be at least 0 and below 1.")
        _refuse_unless(0 <= self.stretch <= 0.5, "Crops can be stretched by 0 to 0.5.")
        _refuse_unless(0 <= self.degraded <= 1, "The share of degraded crops must be between 0 and 1.")
        _refuse_unless(0 <= self.relit <= 1, "The share of crops in poor light must be between 0 and 1.")
        _refuse_unless(0 <= self.rebalancing <= 1, "Colors can be rebalanced by 0 to 1.")
        _refuse_unless(
            32 <= self.zoom[0] <= self.zoom[1], "The zoom range must start at 32 pixels or more and not run backwards."
        )
        _refuse_unless(self.max_minutes is None or self.max_minutes > 0, "The time limit must be above 0 minutes.")

    @classmethod
    def of(cls, architecture: str, **settings: Any) -> Self:
        """Settings that suit an architecture, with `settings` over them; None there means as suits it.

        Raises:
            UsageError: a setting is out of range.
            WeightsError: there is no such network.
        """
        chosen = {key: value for key, value in settings.items() if value is not None}
        config = cls(architecture=architecture, **(_BY_ARCHITECTURE.get(architecture, {}) | chosen))
        config.network()
        return config

    def network(self) -> NetworkConfig:
        """The network that is trained, without a refinement where that is not trained."""
        output = "bins" if self.loss == "bins" else "ab"
        network = NetworkConfig.of(self.architecture, self.scale, output=output, attention=self.attention)
        return replace(network, refine=0 if self.phase == "color" else self.refine, queries=self.queries)

    def refuse_start(self, start: NetworkConfig, name: str) -> None:
        """Refuse weights that training cannot go on from; a refinement and queries may be added.

        Raises:
            WeightsError: they are of another network.
        """
        wanted = self.network()
        kept = {key: getattr(wanted, key) for key in ("refine", "refine_width", "queries")}
        if replace(start, **kept) != wanted:
            what = f"{start.architecture} network of another shape"
            raise WeightsError(f"{name} holds a {what}; give --init weights of this one.")

    def to_json(self) -> str:
        """The settings as JSON."""
        return json.dumps(asdict(self), indent=1)


def _refuse_unless(condition: bool, sentence: str) -> None:
    if not condition:
        raise UsageError(sentence)
