"""From settings to objects: the network with its start, what of it is trained, and the optimiser (torch)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from graycolor.color.lightness_join import lab_of_rgb8
from graycolor.data.store import PhotoStore
from graycolor.errors import WeightsError
from graycolor.names import path_told
from graycolor.network import weights
from graycolor.network.bins import Bins
from graycolor.network.chroma import Calibration
from graycolor.network.config import STRIDE
from graycolor.network.header import DecodeSettings, Header
from graycolor.network.layers import MBConv
from graycolor.network.lite import Lite
from graycolor.network.networks import Network
from graycolor.settings import EMBEDDED
from graycolor.training.config import TrainConfig
from graycolor.training.fixed_depthwise import fix_depthwise

_PRIOR_PHOTOS = 2000
_PRIOR_SMOOTHING = 5.0


class Start(NamedTuple):
    """The network to train, its header, one sentence on where it starts, and whether all of it was trained before."""

    network: Network
    header: Header
    sentence: str
    trained: bool = False


def start_network(config: TrainConfig, photos: PhotoStore) -> Start:
    """Where the settings want a run to start.

    Raises:
        WeightsError: the file is of another network.
    """
    shape, init = config.network(), config.init
    if init == "scratch" or (init == EMBEDDED and shape.architecture != "lite"):
        network, header = _untrained(config, photos)
        return Start(network, header, f"A new {config.architecture} network, from scratch.")
    starts = init if isinstance(init, tuple) else (init,)
    paths = [weights.default_path() if one == EMBEDDED else path_told(one) for one in starts]
    network, header = _loaded(config, paths)
    name = _spoken(starts)
    try:
        config.refuse_start(header.config, name)
    except WeightsError:
        if init != EMBEDDED or config.phase != "color":
            raise
        said = "A new decoder on the encoder of the embedded weights."
        return Start(*_with_encoder_of(network, config, photos), said)
    return _going_on(network, header, config, name)


def _going_on(network: Network, header: Header, config: TrainConfig, name: str) -> Start:
    """The network of `name`, with what the settings want added to it."""
    shape, said = config.network(), [f"Starting from {name}"]
    if shape.queries and not header.config.queries:
        network, header = _grown(network, replace(header, config=replace(header.config, queries=shape.queries)))
        said.append("with color queries added")
    if config.phase == "color" or header.config.refine == shape.refine:
        said += ["their refinement stays as it is"] if header.config.refine != shape.refine else []
        return Start(network, header, f"{'; '.join(said)}.", trained=True)
    if config.phase == "finish":
        raise WeightsError(f"There is no refinement to finish in {name}; run --phase detail on it first.")
    refining = replace(header.config, refine=shape.refine, refine_width=shape.refine_width)
    return Start(*_grown(network, replace(header, config=refining)), f"A new refinement on {name}.")


def _grown(network: Network, header: Header) -> tuple[Network, Header]:
    """A network of the header's shape with every tensor of `network` that fits it; the others are untrained."""
    larger = weights.build(header)
    wanted = larger.state_dict()
    fitting = {
        name: tensor
        for name, tensor in network.state_dict().items()
        if name in wanted and wanted[name].shape == tensor.shape
    }
    larger.load_state_dict(fitting, strict=False)
    return larger, header


def _loaded(config: TrainConfig, paths: Sequence[Path]) -> tuple[Network, Header]:
    """The mean of weights, decoded as the settings want it."""
    network, header = weights.load_mean(paths)
    names = ("temperature", "rebalancing_undone", "size")
    wanted: Any = {name: getattr(config, name) for name in names if getattr(config, name) is not None}
    return network, replace(header, decode=replace(header.decode, **wanted))


def _spoken(starts: Sequence[str]) -> str:
    names = ["the embedded weights" if one == EMBEDDED else one for one in starts]
    return names[0] if len(names) == 1 else f"the mean of {', '.join(names[:-1])} and {names[-1]}"


def _untrained(config: TrainConfig, photos: PhotoStore) -> tuple[Network, Header]:
    shape = config.network()
    bins = Bins.uniform(shape.bin_step)
    if shape.output == "bins":
        bins = replace(bins, prior=prior_of(photos, bins))
    calibration = Calibration() if shape.output == "bins" else None
    header = Header(shape, bins, DecodeSettings(size=_working_size(config), calibration=calibration))
    network = weights.build(header)
    if shape.output == "bins":
        # No time lost on learning the histogram.
        likely = torch.from_numpy(bins.prior * bins.class_weights)
        nn.init.zeros_(network.head.weight)
        network.head.bias = nn.Parameter(torch.log(likely / likely.sum() + 1e-8))
    return network, header


def _working_size(config: TrainConfig) -> int:
    """The size that pictures are seen at, in the middle of what crops are cut from: a network knows no other."""
    return round(math.sqrt(config.zoom[0] * config.zoom[1]) / STRIDE) * STRIDE


def _with_encoder_of(source: Network, config: TrainConfig, photos: PhotoStore) -> tuple[Network, Header]:
    network, header = _untrained(config, photos)
    theirs, ours = source.state_dict(), network.state_dict()
    fitting = {
        name: value
        for name, value in theirs.items()
        if name.startswith("encoder.") and name in ours and ours[name].shape == value.shape
    }
    network.load_state_dict(fitting, strict=False)
    return network, header


def prior_of(photos: PhotoStore, bins: Bins) -> NDArray[np.float32]:
    """How often each bin occurs in the photographs: mean soft histogram of up to 2,000, smoothed in ab."""
    index, soft = bins.encoding_table()
    reach, counts = index.shape[0] // 2, np.zeros(len(bins))
    for number in np.unique(np.linspace(0, len(photos) - 1, _PRIOR_PHOTOS).astype(int)):
        ab = lab_of_rgb8(cv2.resize(photos[number], (48, 48), interpolation=cv2.INTER_AREA))[..., 1:]
        a, b = np.moveaxis(np.rint(ab).astype(int) + reach, -1, 0)
        np.add.at(counts, index[a, b], soft[a, b])
    squared = np.sum((bins.centers[:, None] - bins.centers[None]) ** 2, -1)
    kernel = np.exp(-squared / (2 * _PRIOR_SMOOTHING**2))
    smoothed = (kernel / kernel.sum(0)) @ counts
    return (smoothed / smoothed.sum()).astype(np.float32)


def choose_trained(network: Network, config: TrainConfig) -> None:
    """Fix what is not trained: for `lite` dear early layers and depthwise kernels, or all but the refinement."""
    network.train()
    if not isinstance(network, Lite):
        return
    if config.phase == "detail":
        _train_only_refinement(network)
        return
    _freeze_layers(network, config)
    if config.phase == "finish" or config.frozen_statistics:
        _freeze_statistics(network)
    if config.phase != "finish":
        if network.refinement is not None:
            network.refinement.requires_grad_(False).eval()
        _disturb(network, config)


def _freeze_layers(network: Lite, config: TrainConfig) -> None:
    if config.fixed_depthwise:
        fix_depthwise(network)
    if config.frozen_blocks:
        for module in (network.encoder.stem, *list(network.encoder.blocks)[: config.frozen_blocks]):
            module.requires_grad_(False)


def _freeze_statistics(network: Lite) -> None:
    """Normalise by what was learnt from more crops than a step, or a small set, has."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()


def _disturb(network: Lite, config: TrainConfig) -> None:
    """Chances of what is left out while training."""
    network.dropout = config.dropout
    passable = [block for block in network.encoder.blocks if isinstance(block, MBConv) and block.residual]
    frozen = list(network.encoder.blocks)[: config.frozen_blocks]
    for number, block in enumerate(passable, 1):
        block.drop_path = 0.0 if block in frozen else config.drop_path * number / len(passable)


def _train_only_refinement(network: Lite) -> None:
    network.requires_grad_(False).eval()
    assert network.refinement is not None
    network.refinement.requires_grad_(True).train()


def make_optimizer(network: Network, config: TrainConfig) -> torch.optim.Optimizer:
    """AdamW over the trained parameters: the encoder of `lite` slower, decay on the other kernels only."""
    encoder: list[nn.Parameter] = []
    kernels: list[nn.Parameter] = []
    vectors: list[nn.Parameter] = []
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            group = encoder if name.startswith("encoder.") else kernels if parameter.ndim > 1 else vectors
            group.append(parameter)
    groups = [
        {"params": encoder, "rate": config.encoder_rate, "weight_decay": 0.0},
        {"params": kernels, "rate": 1.0, "weight_decay": config.weight_decay},
        {"params": vectors, "rate": 1.0, "weight_decay": 0.0},
    ]
    # One pass over each tensor: a tenth of a step on a CPU went into the steps of Adam one after the other.
    return torch.optim.AdamW([group for group in groups if group["params"]], betas=(0.9, 0.99), fused=True)
