"""Batch normalisation folded into convolutions: a weights file's tensors as the network's ONNX graph takes them.

Numpy alone: the embedded network is opened without torch. The graph holds no tensor of its own, so weights are stored
once, in the form in which they are trained.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graycolor.types import Floats

FROZEN_EPSILON, EPSILON = 1e-3, 1e-5
"""What is added to the variances of `layers.FrozenConvBN` (as in EfficientNet) and of `layers.ConvBN`."""
_LAYERS = (
    ((".weight", ".gamma", ".beta", ".mean", ".var"), FROZEN_EPSILON),
    ((".conv.weight", ".bn.weight", ".bn.bias", ".bn.running_mean", ".bn.running_var"), EPSILON),
)
"""The tensors of both layers: kernel, scale, shift, mean and variance."""
_DTYPES = {"F16": "<f2", "F32": "<f4"}


def folded(tensors: Mapping[str, NDArray[Any]]) -> dict[str, Floats]:
    """Tensors of a network (by their names in it), each convolution and its normalisation as one kernel and bias."""
    left, ready = dict(tensors), {}
    for parts, epsilon in _LAYERS:
        for place in [name.removesuffix(parts[1]) for name in tensors if name.endswith(parts[1])]:
            kernel, scale, shift, mean, var = (np.array(left.pop(place + part), np.float32) for part in parts)
            scale /= np.sqrt(var + np.float32(epsilon))
            ready[f"{place}.weight"] = np.multiply(kernel, scale[:, None, None, None], out=kernel)
            ready[f"{place}.bias"] = shift - mean * scale
    return ready | {name: np.array(tensor, np.float32) for name, tensor in left.items()}


def graph_tensors(tensors: Mapping[str, NDArray[Any]], centers: Floats) -> dict[str, Floats]:
    """What the graph of a network takes, by its names there; see `graycolor.network.export.to_graph`."""
    return {f"network.{name}": tensor for name, tensor in folded(tensors).items()} | {"centers": centers}


def read_ours(path: Path) -> tuple[dict[str, str], dict[str, NDArray[Any]]]:
    """Header and tensors of the embedded weights, unchecked: nobody else wrote them, and checks take time."""
    data = np.memmap(path, np.uint8, "r")
    start = 8 + int(data[:8].view("<u8")[0])
    entries = json.loads(data[8:start].tobytes())
    strings = entries.pop("__metadata__")
    tensors = {
        name: data[start + entry["data_offsets"][0] : start + entry["data_offsets"][1]]
        .view(_DTYPES[entry["dtype"]])
        .reshape(entry["shape"])
        for name, entry in entries.items()
    }
    return strings, tensors
