"""Weights files: safetensors with a JSON header, the only room that touches them.

A file describes itself (network, bins, prior, decoding, what it was trained on, figures, license), so that it goes
straight from training into `colorize --weights`. Loading is strict and never unpickles anything. The same header
travels in the metadata of an exported ONNX file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from graycolor.bounds import WEIGHTS_BYTES
from graycolor.checked_json import Source, checked, excerpt, parsed_json
from graycolor.errors import WeightsError
from graycolor.files.regular import check_regular, sha256_of, too_many_bytes
from graycolor.names import in_utf8
from graycolor.network.bins import Bins
from graycolor.network.chroma import Calibration
from graycolor.network.config import NetworkConfig
from graycolor.network.tensors import refuse_unlike

if TYPE_CHECKING:
    from torch import Tensor

    from graycolor.network.networks import Network

FORMAT = "1"
DEFAULT_WEIGHTS = "default.safetensors"
DEFAULT_ONNX = "default.onnx"
"""The embedded network's graph, without tensors: `dev/embed.py` writes it."""
DEFAULT_HASH = "default.sha256"
"""SHA-256 of the embedded weights, which would take longer to work out than OpenCV takes to be imported."""

T = TypeVar("T")

_MOST_BINS = 10_000
_WIDEST = 128
"""a and b of sRGB lie within -108 and 99."""
_COUNTERS = "num_batches_tracked"
"""Tensors that training counts in and no file holds."""


@dataclass(frozen=True)
class DecodeSettings:
    """How a distribution over bins becomes a color, fitted on held-out photographs.

    Attributes:
        temperature: of the annealed mean (Zhang et al. 2016); lower is bolder.
        rebalancing_undone: share of the class rebalancing that is taken back, 0..1.
        saturation: factor on the resulting chroma.
        size: short side of the picture that the network sees, pixels.
        calibration: how strongly colors are painted, by hue and confidence; None as the network says them.
    """

    temperature: float = 0.38
    rebalancing_undone: float = 0.5
    saturation: float = 1.0
    size: int = 256
    calibration: Calibration | None = None

    def __post_init__(self) -> None:
        ranges = {"temperature": (0.01, 10), "rebalancing_undone": (0, 1), "saturation": (0, 10), "size": (32, 4096)}
        for name, (least, most) in ranges.items():
            if not least <= getattr(self, name) <= most:
                raise WeightsError(f"The weights' {name} {getattr(self, name):g} is not in {least:g} to {most:g}.")


@dataclass(frozen=True, eq=False)
class Header:
    """Everything a weights file says about itself besides its tensors."""

    config: NetworkConfig
    bins: Bins
    decode: DecodeSettings = field(default_factory=DecodeSettings)
    trained_on: str = ""
    license: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)

    def to_strings(self) -> dict[str, str]:
        """The header as the flat text mapping that safetensors and ONNX store."""
        from graycolor import __version__

        return {
            "format": FORMAT,
            "graycolor": __version__,
            "config": self.config.to_json(),
            "bins": json.dumps(self.bins.centers.tolist()),
            "prior": json.dumps([float(f"{p:.6g}") for p in self.bins.prior]),
            "decode": json.dumps(asdict(self.decode)),
            "trained_on": self.trained_on,
            "figures": json.dumps(dict(self.figures)),
            "license": self.license,
        }

    @classmethod
    def from_strings(cls, strings: Mapping[str, str], name: str) -> Header:
        """Read back `to_strings`.

        Raises:
            WeightsError: the mapping is no graycolor header; the sentence begins with `name`.
        """
        if strings.get("format") != FORMAT:
            raise WeightsError(f"{name} was not made by this graycolor; give a file that `graycolor train` wrote.")

        def said(key: str, kind: type[T], *, finite: bool = True) -> T:
            source = _source(name, key, finite=finite)
            if key not in strings:
                raise source.refusal("is missing")
            return checked(parsed_json(strings[key], source), kind, source)

        bins = Bins(
            _floats(said("bins", list[tuple[float, float]])).reshape(-1, 2), _floats(said("prior", list[float]))
        )
        _refuse_unless_colors(bins, name)
        return cls(
            config=said("config", NetworkConfig),
            bins=bins,
            decode=said("decode", DecodeSettings),
            trained_on=strings.get("trained_on", ""),
            license=strings.get("license", ""),
            figures=said("figures", dict[str, float], finite=False) if "figures" in strings else {},
        )

    @classmethod
    def of_ours(cls, strings: Mapping[str, str]) -> Header:
        """`from_strings` of the embedded network, which nobody else has written: unchecked, as checks take time."""
        config, centers, prior, decode, figures = (
            json.loads(strings[key]) for key in ("config", "bins", "prior", "decode", "figures")
        )
        shape: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in config.items()
        }
        bins = Bins(np.array(centers, np.float32), np.array(prior, np.float32))
        return cls(
            config=NetworkConfig(**shape),
            bins=bins,
            decode=_decode_of(decode),
            trained_on=strings["trained_on"],
            license=strings["license"],
            figures=figures,
        )


def _floats(values: Sequence[Any]) -> NDArray[np.float32]:
    """The values as the network takes them; what is far too large stays so, without an overflow."""
    return np.clip(np.array(values, np.float64), -1e9, 1e9).astype(np.float32)


def _source(name: str, key: str, *, finite: bool = True) -> Source:
    """The source of one entry of a header, for sentences about it."""
    return Source(f"{name} (header, {key})", "copy the file again", WeightsError, finite=finite, root=key)


def _refuse_unless_colors(bins: Bins, name: str) -> None:
    """Refuse bins that are no colors, and a prior that is no distribution over them."""
    if not 2 <= len(bins) <= _MOST_BINS:
        raise _source(name, "bins").refusal(f"has {len(bins)} bins, not 2 to {_MOST_BINS}")
    if np.abs(bins.centers).max() > _WIDEST:
        raise _source(name, "bins").refusal(f"has a bin beyond {_WIDEST}, which no color is")
    if bins.prior.shape != bins.centers.shape[:1]:
        raise _source(name, "prior").refusal(f"has {len(bins.prior)} entries for {len(bins)} bins")
    if bins.prior.min() < 0 or abs(bins.prior.sum(dtype=np.float64) - 1) > 0.01:
        raise _source(name, "prior").refusal("is no distribution: its entries are not 0 or more with a sum of 1")


def _decode_of(values: dict[str, Any]) -> DecodeSettings:
    calibration = values.pop("calibration", None)
    return DecodeSettings(**values, calibration=None if calibration is None else Calibration(**calibration))


def fingerprint(path: Path | None) -> str:
    """The first 16 hexadecimal digits of a weights file's SHA-256; None is the embedded one.

    Raises:
        MissingInputError, WeightsError: it is not there, or cannot be read.
    """
    if path is None:
        return default_path(DEFAULT_HASH).read_text("ascii")[:16]
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
