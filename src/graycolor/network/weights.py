"""Weights files: safetensors with a JSON header, the only room that touches them.

A file describes itself (network, bins, prior, decoding, what it was trained on, figures, license), so that it goes
straight from training into `colorize --weights`. Loading is strict and never unpickles anything. The same header
travels in the metadata of an exported ONNX file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from graycolor.errors import MissingInputError, WeightsError
from graycolor.network.bins import Bins
from graycolor.network.chroma import Calibration
from graycolor.network.config import NetworkConfig

if TYPE_CHECKING:
    from torch import Tensor

    from graycolor.network.networks import Network

FORMAT = "1"
DEFAULT_WEIGHTS = "default.safetensors"
DEFAULT_ONNX = "default.onnx"


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
        if not (0 < self.temperature <= 10 and 0 <= self.saturation <= 10 and 32 <= self.size <= 4096):
            raise WeightsError("The weights file's decoding settings are out of range.")


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
        try:
            centers = np.array(json.loads(strings["bins"]), np.float32)
            prior = np.array(json.loads(strings["prior"]), np.float32)
            decode = _decode_of(json.loads(strings["decode"]))
            figures: dict[str, Any] = json.loads(strings.get("figures", "{}"))
        except (KeyError, TypeError, ValueError) as error:
            raise WeightsError(f"{name} has a damaged header; copy it again.") from error
        if centers.ndim != 2 or centers.shape[1] != 2 or prior.shape != centers.shape[:1]:
            raise WeightsError(f"{name} has a damaged header: its bins and its prior do not match.")
        config = NetworkConfig.from_json(strings["config"])
        return cls(
            config,
            Bins(centers, prior),
            decode,
            strings.get("trained_on", ""),
            strings.get("license", ""),
            figures,
        )


def _decode_of(values: dict[str, Any]) -> DecodeSettings:
    calibration = values.pop("calibration", None)
    return DecodeSettings(**values, calibration=None if calibration is None else Calibration(**calibration))


def fingerprint(path: Path | None) -> str:
    """The first 16 hexadecimal digits of a weights file's SHA-256; None is the embedded one.

    Raises:
        OSError: it cannot be read.
    """
    import hashlib

    with (path or default_path()).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def default_path(name: str = DEFAULT_WEIGHTS) -> Path:
    """Where the embedded weights (or their ONNX form) lie in this installation."""
    return Path(str(resources.files("graycolor.network").joinpath(name)))


def read_header(path: Path) -> Header:
    """The header of a weights file, without its tensors and without torch."""
    with _opened(path, "numpy") as file:
        return Header.from_strings(file.metadata() or {}, path.name)


def load(path: Path) -> tuple[Network, Header]:
    """Build the network that a weights file describes and fill it, in fp32, evaluation mode.

    Raises:
        MissingInputError: there is no such file.
        WeightsError: it is truncated, foreign, or its tensors are not exactly those of the network it names.
    """
    with _opened(path, "pt") as file:
        header = Header.from_strings(file.metadata() or {}, path.name)
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - a handle is no mapping
    network = build(header)
    fill(network, tensors, path.name)
    return network.eval(), header


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
    """Copy tensors into a network, each by name and shape, none missing and none left over."""
    wanted = {key: value for key, value in network.state_dict().items() if not key.endswith("num_batches_tracked")}
    for key in sorted(wanted.keys() ^ tensors.keys()):
        side = "lacks" if key in wanted else "holds an unknown"
        raise WeightsError(f"{name} is for another network: it {side} tensor {key}.")
    for key, value in wanted.items():
        if tensors[key].shape != value.shape:
            raise WeightsError(
                f"{name} is for another network: {key} is {tuple(tensors[key].shape)}, not {tuple(value.shape)}."
            )
    network.load_state_dict({key: value.to(wanted[key].dtype) for key, value in tensors.items()}, strict=False)


def save(path: Path, network: Network, header: Header, *, half: bool = True) -> None:
    """Write a network as safetensors: kernels in fp16 (unless `half` is off), per-channel vectors in fp32.

    The file is written aside and renamed, so a reader never sees half of it.
    """
    from safetensors.torch import save as serialize

    from graycolor.files import write_aside

    tensors = {
        key: (value.half() if half and value.ndim > 1 else value.float()).contiguous().cpu()
        for key, value in network.state_dict().items()
        if not key.endswith("num_batches_tracked")
    }
    write_aside(path, serialize(tensors, header.to_strings()), overwrite=True)


def _opened(path: Path, framework: str) -> Any:
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise MissingInputError(f"There is no weights file {path}.")
    try:
        return safe_open(str(path), framework)
    except (SafetensorError, OSError) as error:
        raise WeightsError(f"{path} is no weights file, or a damaged one; copy it again.") from error
