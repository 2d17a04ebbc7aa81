"""What a network is, in a few frozen numbers that travel inside every weights file.

Nobody ever types the size of a network twice: a weights file names its own `NetworkConfig`, and a mismatch is refused.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Self

from graycolor.errors import WeightsError

STRIDE = 32
"""Working sizes are padded to multiples of this: the lowest resolution of every encoder."""

MIDDLE, SPAN = 127, 128
"""The network takes `(code - 127) / 128` of 8-bit codes, as the ImageNet weights of its encoder want it."""

ARCHITECTURES = ("lite", "cnn", "resnet-v2")
SCALES = ("small", "base", "large")
OUTPUTS = ("bins", "ab")

_TINY = {
    "encoder_width": 0.25,
    "encoder_depth": 0.3,
    "decoder": (32, 24, 16, 16),
    "widths": (8, 12, 16, 24),
    "blocks": (1, 1, 1, 1),
    "bin_step": 20,
}
"""Small enough that tests run the real commands in seconds; a scale of no use to anybody else."""
_SHAPES: dict[tuple[str, str], Any] = {
    **{(architecture, "tiny"): _TINY for architecture in ARCHITECTURES},
    ("lite", "small"): {"decoder": (160, 96, 64, 48)},
    ("lite", "base"): {},
    ("lite", "large"): {"encoder_width": 1.1, "encoder_depth": 1.2, "decoder": (320, 208, 128, 80)},
    ("cnn", "small"): {"widths": (32, 64, 128, 256)},
    ("cnn", "base"): {"widths": (64, 128, 256, 512)},
    ("cnn", "large"): {"widths": (96, 192, 384, 768)},
    ("resnet-v2", "small"): {"widths": (32, 64, 128, 256), "blocks": (1, 1, 1, 1)},
    ("resnet-v2", "base"): {"widths": (48, 96, 160, 256), "blocks": (1, 2, 2, 2)},
    ("resnet-v2", "large"): {"widths": (64, 128, 256, 512), "blocks": (3, 4, 6, 3)},
}


_MOST_CHANNELS, _MOST_BLOCKS = 4096, 64
"""Bounds for one level of a network that a file may claim, so that none is begun that never ends."""


@dataclass(frozen=True)
class NetworkConfig:
    """Shape of a colorization network.

    Attributes:
        architecture: `lite`, `cnn` or `resnet-v2`.
        output: `bins`, a distribution over color bins, or `ab`, the color itself in -1..1 (as in the founding report).
        encoder_width: `lite`: EfficientNet width multiplier (1.0 for Lite0 and Lite1, 1.1 for Lite2).
        encoder_depth: `lite`: EfficientNet depth multiplier (1.0 for Lite0, 1.1 for Lite1, 1.2 for Lite2).
        decoder: `lite`: channels of the decoder at strides 32, 16, 8 and 4.
        refine: `lite`: factor by which a second stage makes the color finer than stride 4 (2 or 4); 0 without one.
        refine_width: `lite`: channels of that stage.
        queries: `lite`: descriptors of the whole picture that every place may take its color from; 0 without them.
        widths: the others: channels of the encoder's four levels.
        blocks: `resnet-v2`: residual blocks of each level.
        attention: `resnet-v2`: self-attention at the lowest resolution.
        halved: the others: everything happens at half of the size, and so is the answer, which takes a quarter of the
            time: color is coarser than light. Weights of before have none of that.
        bin_step: side of a bin of the quantised ab plane, in Lab units.
    """

    architecture: str = "lite"
    output: str = "bins"
    encoder_width: float = 1.0
    encoder_depth: float = 1.0
    decoder: tuple[int, ...] = (256, 160, 96, 64)
    refine: int = 0
    refine_width: int = 16
    queries: int = 0
    widths: tuple[int, ...] = (64, 128, 256, 512)
    blocks: tuple[int, ...] = (2, 2, 2, 2)
    attention: bool = False
    halved: bool = False
    bin_step: int = 10

    def __post_init__(self) -> None:
        if self.architecture not in ARCHITECTURES:
            raise WeightsError(f"This version of graycolor has no network called {self.architecture!r}.")
        if self.output not in OUTPUTS:
            raise WeightsError(f"A network's output is bins or ab, not {self.output!r}.")
        if any(len(four) != 4 or min(four) < 1 for four in (self.decoder, self.widths, self.blocks)):
            raise WeightsError("A network needs four widths and four block counts, one for each of its levels.")
        if max(*self.decoder, *self.widths) > _MOST_CHANNELS or max(self.blocks) > _MOST_BLOCKS:
            raise WeightsError(f"A network has at most {_MOST_CHANNELS} channels and {_MOST_BLOCKS} blocks a level.")
        if not (0 < self.encoder_width <= 4 and 0 < self.encoder_depth <= 4 and 2 <= self.bin_step <= 50):
            raise WeightsError("The network's multipliers or bin step are outside what can be built.")
        refinable = self.architecture == "lite" and self.output == "bins"
        if self.refine not in ((0, 2, 4) if refinable else (0,)) or not 1 <= self.refine_width <= 512:
            raise WeightsError("Only lite's bins can be refined, by 2 or by 4.")
        if not 0 <= self.queries <= (256 if self.architecture == "lite" else 0):
            raise WeightsError("Only lite has color queries, up to 256 of them.")

    @property
    def stride(self) -> int:
        """Pixels of the working picture per pixel of the output, in each direction."""
        return 4 if self.architecture == "lite" else 2 if self.halved else 1

    @property
    def fine_stride(self) -> int:
        """The same for the color after its refinement."""
        return self.stride // max(1, self.refine)

    @classmethod
    def of(cls, architecture: str, scale: str = "base", *, output: str = "bins", attention: bool = False) -> Self:
        """The network of a name and scale (`small`, `base` or `large`).

        Raises:
            WeightsError: there is none of that name and scale, or it has no attention.
        """
        if (architecture, scale) not in _SHAPES:
            what, said, known = "scale", scale, SCALES
            if architecture not in ARCHITECTURES:
                what, said, known = "network", architecture, ARCHITECTURES
            raise WeightsError(f"There is no {what} {said!r}; choose {', '.join(known)}.")
        if attention and architecture != "resnet-v2":
            raise WeightsError(f"Self-attention is for resnet-v2, not for {architecture}; leave out --attention.")
        shape: Any = _SHAPES[architecture, scale]
        halved = architecture != "lite"
        return cls(architecture=architecture, output=output, attention=attention, halved=halved, **shape)

    @classmethod
    def tiny(cls, architecture: str = "lite", output: str = "bins") -> Self:
        """A network small enough that tests run the real commands in seconds."""
        return cls.of(architecture, "tiny", output=output)

    def to_json(self) -> str:
        """The config as one line of JSON, for a weights header."""
        return json.dumps(asdict(self))
