"""Weights files: safetensors with a JSON header, the only room that touches them.

A file describes itself (`graycolor.network.header`), so that it goes straight from training into `colorize --weights`.
Loading is strict and never unpickles anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from graycolor.bounds import WEIGHTS_BYTES
from graycolor.checked_json import excerpt
from graycolor.errors import WeightsError
from graycolor.files.regular import check_regular, read_regular, sha256_of, too_many_bytes
from graycolor.names import in_utf8
from graycolor.network.header import Header
from graycolor.network.tensors import refuse_unlike

if TYPE_CHECKING:
    from torch import Tensor

    from graycolor.network.networks import Network

DEFAULT_WEIGHTS = "default.safetensors"
DEFAULT_ONNX = "default.onnx"
"""The embedded network's graph, without tensors: `dev/embed.py` writes it."""
DEFAULT_HASH = "default.sha256"
"""SHA-256 of the embedded weights, which would take longer to work out than OpenCV takes to be imported."""

_COUNTERS = "num_batches_tracked"
"""Tensors that training counts in and no file holds."""


def fingerprint(path: Path | None) -> str:
    """The first 16 hexadecimal digits of a weights file's SHA-256; None is the embedded one.

    Raises:
        MissingInputError, WeightsError: it is not there, or cannot be read.
    """
    if path is None:
        return read_regular(default_path(DEFAULT_HASH), "hash", most=100)[:16].decode("ascii")
    check_weights(path)
    return sha256_of(path, "weights file", WeightsError)[:16]


def check_weights(path: Path) -> None:
    """Refuse what is no file, or larger than any network's weights.

    Raises:
        MissingInputError, WeightsError: see above.
    """
    check_regular(path, "weights file", WeightsError)
    size = path.stat().st_size
    if size > WEIGHTS_BYTES:
        raise WeightsError(too_many_bytes(str(path), size, WEIGHTS_BYTES, "name a file that graycolor train wrote"))


def default_path(name: str = DEFAULT_WEIGHTS) -> Path:
    """Where the embedded weights (or their ONNX form) lie in this installation."""
    return Path(__file__).with_name(name)


def read_header(path: Path) -> Header:
    """The header of a weights file, without its tensors and without torch."""
    with _opened_weights(path, "numpy") as file:
        return Header.from_strings(file.metadata() or {}, path.name)


def load(path: Path) -> tuple[Network, Header]:
    """Build the network that a weights file describes and fill it, in fp32, evaluation mode.

    Raises:
        MissingInputError: there is no such file.
        WeightsError: it is truncated, foreign, or its tensors are not exactly those of the network it names.
    """
    with _opened_weights(path, "pt") as file:
        header = Header.from_strings(file.metadata() or {}, path.name)
        refuse_unlike(_shapes(header), file, path.name)
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - a handle is no mapping
    network = build(header)
    fill(network, tensors, path.name)
    return network.eval(), header


def _shapes(header: Header) -> dict[str, tuple[int, ...]]:
    """The tensors that the header's network has, and their shapes; nothing is allocated for it."""
    import torch

    with torch.device("meta"):
        tensors = build(header).state_dict()
    return {name: tuple(tensor.shape) for name, tensor in tensors.items() if not name.endswith(_COUNTERS)}


def load_mean(paths: Sequence[Path]) -> tuple[Network, Header]:
    """The mean of several weights files of one shape, tensor by tensor (Wortsman et al. 2022, "Model soups").

    Runs that went on from the same weights lie near enough to each other that their mean is often better than each. A
    refinement that not all of them have is left out. The header, and with it prior and decoding, is that of the first.

    Raises:
        MissingInputError: there is no such file.
        WeightsError: they are damaged, or of different shapes.
    """
    loaded = [load(path) for path in paths]
    header = loaded[0][1]
    if any(other.config != header.config for _, other in loaded):
        header = replace(header, config=replace(header.config, refine=0))
    network = build(header)
    for path, (_, other) in zip(paths, loaded, strict=True):
        alike = replace(other.config, refine=header.config.refine) == header.config
        if not (alike and np.array_equal(other.bins.centers, header.bins.centers)):
            raise WeightsError(f"{path} is of another shape than {paths[0]}; only like weights have a mean.")
    tensors = [one.state_dict() for one, _ in loaded]
    means = {key: sum(each[key] for each in tensors) / len(tensors) for key in network.state_dict()}
    network.load_state_dict(means)
    return network.eval(), header


def build(header: Header) -> Network:
    """An untrained network of the header's shape."""
    from graycolor.network.networks import build_network

    return build_network(header.config, len(header.bins))


def fill(network: Network, tensors: Mapping[str, Tensor], name: str) -> None:
    """Copy tensors of the right shapes into a network, each by name.

    Raises:
        WeightsError: one holds what is no number.
    """
    dtypes = {key: value.dtype for key, value in network.state_dict().items()}
    cast = {key: value.to(dtypes[key]) for key, value in tensors.items()}
    for key, value in cast.items():
        if not bool(value.isfinite().all()):
            raise WeightsError(f"{name} is damaged: {key} holds what is no number; copy it again.")
    network.load_state_dict(cast, strict=False)


def save(path: Path, network: Network, header: Header, *, half: bool = True) -> None:
    """Write a network as safetensors: kernels in fp16 (unless `half` is off), per-channel vectors in fp32.

    The file is written aside and renamed, so a reader never sees half of it.
    """
    from safetensors.torch import save as serialize

    from graycolor.files import write_atomic

    tensors = {
        key: (value.half() if half and value.ndim > 1 else value.float()).contiguous().cpu()
        for key, value in network.state_dict().items()
        if not key.endswith(_COUNTERS)
    }
    write_atomic(path, serialize(tensors, header.to_strings()), overwrite=True)


def _opened_weights(path: Path, framework: str) -> Any:
    from safetensors import SafetensorError, safe_open

    check_weights(path)
    try:
        with in_utf8(path) as place:
            return safe_open(str(place), framework)
    except (SafetensorError, OSError) as error:
        tensor = re.search(r"tensor `(.+)`", str(error), re.DOTALL)
        what = f" (its tensor {excerpt(tensor[1])} does not lie where it should)" if tensor else ""
        raise WeightsError(f"{path} is no weights file, or a damaged one{what}; copy it again.") from error
