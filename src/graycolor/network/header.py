"""What a weights file says of itself: the same text mapping in safetensors and in an exported ONNX file.

Network, bins, prior, decoding, what it was trained on, figures, license: nobody has to say any of them again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from graycolor.checked_json import Source, checked, parsed_json
from graycolor.errors import WeightsError
from graycolor.network.bins import Bins
from graycolor.network.chroma import Calibration
from graycolor.network.config import NetworkConfig

T = TypeVar("T")

FORMAT = "1"
_MOST_BINS = 10_000
_WIDEST = 128
"""a and b of sRGB lie within -108 and 99."""


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
