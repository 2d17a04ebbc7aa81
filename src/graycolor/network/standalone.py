"""A network that needs no graycolor: gray in, the chroma that graycolor would paint out (torch).

All that lies between a network's answer and its colors is inside: rebalancing, temperature, calming, calibration, the
finer second stage and saturation, as the weights' header has them. Written as one ONNX file, or as a program of
`torch.export`.
"""

from __future__ import annotations

import io
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from graycolor.errors import OutputError, UsageError, WeightsError
from graycolor.files import write_atomic
from graycolor.network.config import STRIDE
from graycolor.network.export import Decoded, shown
from graycolor.network.layers import finer
from graycolor.network.weights import Header, default_path, load
from graycolor.types import Floats

if TYPE_CHECKING:
    from graycolor.network.networks import Network

OPSET = 17
INPUT, OUTPUTS = "gray", ("ab", "confidence")
TOLERANCE = 0.01
"""How far ab of an exported network may be from that of the module, in units of Lab; a just visible step is about 1."""
_SIDES = (256, 192)
"""Shape of the example that is traced; every multiple of 32 is as good."""


class Standalone(nn.Module):
    """A network with all that makes colors of its answer.

    Input: gray (1,1,H,W), sRGB codes as (code - 127) / 128; H and W multiples of 32.
    Outputs: ab (1,2,h,w), the chroma of CIE Lab, and confidence (1,h',w') in 0..1, each at a stride of its own.
    """

    offset: Tensor

    def __init__(self, network: Network, header: Header) -> None:
        super().__init__()
        self.decoded, self.decode = Decoded(network, header), header.decode
        self.refines = header.config.refine > 0
        self.register_buffer("offset", torch.from_numpy(header.bins.logit_offset(header.decode.rebalancing_undone)))
        self.register_buffer("sharpness", torch.tensor([1 / header.decode.temperature]))

    def forward(self, gray: Tensor) -> tuple[Tensor, Tensor]:
        _, ab, confidence, *kernels = self.decoded(gray, self.offset, self.sharpness)
        ab = shown(ab, confidence, self.decode.calibration, refines=self.refines) * self.decode.saturation
        return finer(ab, kernels[0]) if kernels else ab, confidence


def as_onnx(standalone: Standalone, header: Header) -> bytes:
    """One ONNX file (opset `OPSET`), height and width free, with the header in its metadata."""
    import onnx

    buffer: Any = io.BytesIO()
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # see `graycolor.network.export.to_onnx`
        torch.onnx.export(
            standalone,
            (torch.zeros(1, 1, *_SIDES),),
            buffer,
            dynamo=False,
            opset_version=OPSET,
            input_names=[INPUT],
            output_names=list(OUTPUTS),
            dynamic_axes={
                INPUT: {2: "height", 3: "width"},
                "ab": {2: "h", 3: "w"},
                "confidence": {1: "rows", 2: "cols"},
            },
        )
    model = onnx.load_from_string(buffer.getvalue())
    for key, value in header.to_strings().items():
        model.metadata_props.add(key=key, value=value)
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString()


def as_torch_program(standalone: Standalone, header: Header) -> bytes:
    """A program of `torch.export`, height and width free, with the header among its extra files."""
    height, width = (STRIDE * torch.export.Dim(name, min=1, max=256) for name in ("height", "width"))
    with torch.no_grad():
        program = torch.export.export(
            standalone, (torch.zeros(1, 1, *_SIDES),), dynamic_shapes=({2: height, 3: width},), strict=False
        )
    buffer = io.BytesIO()
    torch.export.save(program, buffer, extra_files=header.to_strings())
    return buffer.getvalue()


def difference(data: bytes, suffix: str, standalone: Standalone) -> float:
    """How far ab of an exported network is from the module's at most, on drawn pictures of three shapes."""
    run = _onnx_runner(data) if suffix == ".onnx" else _torch_runner(data)
    with torch.no_grad():
        return max(float(np.abs(run(gray) - standalone(torch.from_numpy(gray))[0].numpy()).max()) for gray in _drawn())


def _drawn() -> list[Floats]:
    """Pictures in which the network sees something: soft shapes, upright, long and small."""
    pictures = []
    for height, width in ((192, 256), (320, 128), (64, 64)):
        y, x = np.mgrid[:height, :width].astype(np.float32) / 64
        pictures.append((np.sin(3 * x + y) * np.cos(2 * y - x * y / 3))[None, None])
    return pictures


def _onnx_runner(data: bytes) -> Any:
    import onnxruntime

    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    return lambda gray: session.run(["ab"], {INPUT: gray})[0]


def _torch_runner(data: bytes) -> Any:
    module = torch.export.load(io.BytesIO(data)).module()
    return lambda gray: module(torch.from_numpy(gray))[0].numpy()


WRITERS = {".onnx": as_onnx, ".pt2": as_torch_program}
"""What writes a network, by the suffix of the file."""


@dataclass(frozen=True)
class Exported:
    """A network that was written: how many bytes, and how far its ab is from the module's at most, in units of Lab."""

    bytes: int
    difference: float


def export_network(path: Path, weights: Path | None = None, *, overwrite: bool = False) -> Exported:
    """Write weights (None: the embedded ones) to `path` as its suffix says, after a comparison with the module.

    Raises:
        UsageError: no form of network has this suffix.
        MissingInputError, WeightsError: the weights cannot be used, or come out as another network.
        OutputError: the file is there already, or cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in WRITERS:
        raise UsageError(f"{path} is no name for a network; end it with {' or '.join(WRITERS)}.")
    if os.path.lexists(path) and not overwrite:
        raise OutputError(f"{path} is already there; use --overwrite to replace it, or choose another name.")
    network, header = load(weights or default_path())
    standalone = Standalone(network, header).eval()
    data = WRITERS[suffix](standalone, header)
    apart = difference(data, suffix, standalone)
    if not apart <= TOLERANCE:
        raise WeightsError(
            f"The exported network is {apart:.3g} units of Lab away from its weights, more than {TOLERANCE}; nothing "
            "was written. Please report it with what graycolor info prints."
        )
    write_atomic(path, data, overwrite=overwrite)
    return Exported(len(data), apart)
