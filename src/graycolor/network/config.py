"""What a network is, in a few frozen numbers that travel inside every weights file.

Nobody ever types the size of a network twice: a weights file names its own `NetworkConfig`, and a mismatch is refused.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from graycolor.errors import WeightsError

STRIDE = 32
"""Working sizes are padded to multiples of this: the lowest resolution of every encoder."""


@dataclass(frozen=True)
class NetworkConfig:
    """Shape of a colorization network.

    Attributes:
        architecture: name of the network, `lite`.
        encoder_width: EfficientNet width multiplier (1.0 for Lite0 and Lite1, 1.1 for Lite2).
        encoder_depth: EfficientNet depth multiplier (1.0 for Lite0, 1.1 for Lite1, 1.2 for Lite2).
        decoder: channels of the decoder at strides 32, 16, 8 and 4.
        bin_step: side of a bin of the quantised ab plane, in Lab units.
    """

    architecture: str = "lite"
    encoder_width: float = 1.0
    encoder_depth: float = 1.0
    decoder: tuple[int, ...] = (256, 160, 96, 64)
    bin_step: int = 10

    def __post_init__(self) -> None:
        if self.architecture != "lite":
            raise WeightsError(f"This version of graycolor has no network called {self.architecture!r}.")
        if len(self.decoder) != 4 or min(self.decoder) < 1:
            raise WeightsError("A lite network needs four decoder widths, one for each of strides 32, 16, 8, 4.")
        if not (0 < self.encoder_width <= 4 and 0 < self.encoder_depth <= 4 and 2 <= self.bin_step <= 50):
            raise WeightsError("The network's multipliers or bin step are outside what can be built.")

    @classmethod
    def tiny(cls) -> Self:
        """A network small enough that tests run the real commands in seconds."""
        return cls(encoder_width=0.25, encoder_depth=0.3, decoder=(32, 24, 16, 16), bin_step=20)

    def to_json(self) -> str:
        """The config as one line of JSON, for a weights header."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read back `to_json`.

        Raises:
            WeightsError: the text is no config, or one of a newer graycolor.
        """
        try:
            values: dict[str, Any] = json.loads(text)
            unknown = set(values) - {field.name for field in fields(cls)}
            if unknown:
                raise WeightsError(f"These weights need a newer graycolor (unknown setting {sorted(unknown)[0]!r}).")
            values["decoder"] = tuple(values["decoder"])
            return cls(**values)
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, WeightsError):
                raise
            raise WeightsError("The weights file describes no network that can be read.") from error
