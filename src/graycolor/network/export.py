"""A network as one ONNX file: gray in; logits, ab, confidence and kernels out (torch; done once for a weights file).

The annealed mean is part of the graph, so the CPU path needs no torch and no softmax of its own. Its settings stay
inputs, because the user may change them. Written by torch's TorchScript exporter: the newer one splits the weights off
into a second file.
"""

from __future__ import annotations

import io
import math
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from graycolor.color.normalize import AB_SCALE
from graycolor.network.chroma import CALM, Calibration
from graycolor.network.header import Header
from graycolor.network.layers import spread_out

if TYPE_CHECKING:
    from graycolor.network.networks import Network

INPUTS = ("gray", "offset", "sharpness")
OUTPUTS = ("logits", "ab", "confidence")
KERNELS = "kernels"
"""A fourth output, of networks with a refinement."""


class Decoded(nn.Module):
    """A network with the annealed mean behind it.

    Inputs: gray (B,1,H,W); offset (bins,), added to the logits; sharpness (1,), one over the temperature.
    Outputs at the network's stride: its raw output (B,bins or 2,h,w), ab (B,2,h,w) and confidence (B,h,w); see
    `graycolor.network.bins.annealed_mean`; where the network has a refinement, ab is mixed by it
    and the kernels of its second step come as a fourth. A network that
    says ab itself has no settings and knows no confidence: that is 0.
    """

    centers: Tensor

    def __init__(self, network: Network, header: Header) -> None:
        super().__init__()
        self.network = network
        self.refines = header.config.refine > 0
        self.says_ab = header.config.output == "ab"
        self.register_buffer("centers", torch.from_numpy(header.bins.centers))
        self.widest_entropy = math.log(len(header.bins))

    def forward(self, gray: Tensor, offset: Tensor, sharpness: Tensor) -> tuple[Tensor, ...]:
        return self.colors(self.seen(gray), offset, sharpness)

    def seen(self, gray: Tensor) -> tuple[Tensor, ...]:
        """What the network says of gray (B,1,H,W), whatever the settings: its raw output, and kernels if it refines."""
        network: Any = self.network
        return network.with_kernels(gray) if self.refines else (network(gray),)

    def colors(self, seen: tuple[Tensor, ...], offset: Tensor, sharpness: Tensor) -> tuple[Tensor, ...]:
        """The outputs, from what `seen` gave and the settings."""
        raw, *kernels = seen
        _, ab, confidence = self._decoded(raw, offset, sharpness)
        if not kernels:
            return raw, ab, confidence
        spread, fine = kernels
        return raw, spread_out(ab, spread), confidence, fine

    def _decoded(self, raw: Tensor, offset: Tensor, sharpness: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        if self.says_ab:
            return raw, torch.tanh(raw) * AB_SCALE, torch.zeros_like(raw[:, 0])
        z = raw.permute(0, 2, 3, 1) + offset
        ab = torch.softmax(z * sharpness, -1) @ self.centers
        log_likely = torch.log_softmax(z, -1)
        entropy = -(log_likely.exp() * log_likely).sum(-1)
        return raw, ab.permute(0, 3, 1, 2), 1 - entropy / self.widest_entropy


def shown(ab: Tensor, confidence: Tensor, calibration: Calibration | None, *, refines: bool) -> Tensor:
    """`graycolor.network.chroma.forecast_of` for batches, with gradients: (B,2,h,w) and (B,h,w) to (B,2,h,w)."""
    ab = _calmed(ab) if refines else ab
    if calibration is None:
        return ab
    return ab * calibration.factor(ab[:, 0], ab[:, 1], confidence)[:, None]


def _calmed(ab: Tensor) -> Tensor:
    reach = torch.arange(-1, 2, dtype=ab.dtype, device=ab.device)
    kernel = torch.exp(-(reach**2) / (2 * CALM**2))
    kernel = (kernel / kernel.sum()).expand(ab.shape[1], 1, 1, 3)
    across = F.conv2d(F.pad(ab, (1, 1, 0, 0), mode="replicate"), kernel, groups=ab.shape[1])
    down = F.pad(across, (0, 0, 1, 1), mode="replicate")
    return F.conv2d(down, kernel.transpose(2, 3), groups=ab.shape[1])


def to_onnx(network: Network, header: Header) -> bytes:
    """The network and its decoding as ONNX (opset 17), height and width free, the header in its metadata."""
    import onnx

    buffer: Any = io.BytesIO()  # the exporter takes files too, its stub says otherwise
    example = (torch.zeros(1, 1, 64, 96), torch.zeros(len(header.bins)), torch.ones(1))
    with warnings.catch_warnings(), torch.no_grad():
        # The TorchScript exporter announces its successor (see above why it is not used) and what it cannot fold.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Decoded(network, header).eval(),
            example,
            buffer,
            dynamo=False,
            opset_version=17,
            input_names=list(INPUTS),
            output_names=[*OUTPUTS, *([KERNELS] if header.config.refine else [])],
            dynamic_axes={"gray": {2: "height", 3: "width"}},
        )
    model = onnx.load_from_string(buffer.getvalue())
    _pad_in_convolutions(model.graph)
    _halve_kernels(model.graph)
    for key, value in header.to_strings().items():
        model.metadata_props.add(key=key, value=value)
    return model.SerializeToString()


def _pad_in_convolutions(graph: Any) -> None:
    """Let strided convolutions pad by themselves, as `layers` says: the same numbers, an eighth faster.

    The exporter writes a node before each, whose amounts it computes in the graph. ONNX Runtime cannot see that they
    are constant, so it leaves its own layout of channels and comes back, on the network's largest maps.
    """
    for pad in [node for node in graph.node if node.op_type == "Pad"]:
        users = [node for node in graph.node if pad.output[0] in node.input]
        if [user.op_type for user in users] == ["Conv"] and _pads_with_zeros(pad):
            says = {attribute.name: attribute.ints for attribute in users[0].attribute}
            total = says["kernel_shape"][0] - says["strides"][0]
            says["pads"][:] = [total // 2] * 2 + [total - total // 2] * 2
            users[0].input[0] = pad.input[0]
            graph.node.remove(pad)


def _pads_with_zeros(pad: Any) -> bool:
    return any(attribute.name == "mode" and attribute.s == b"constant" for attribute in pad.attribute)


def _halve_kernels(graph: Any) -> None:
    """Store kernels in fp16, cast back when the session opens: half the file, fp32 arithmetic all the same."""
    from onnx import TensorProto, helper, numpy_helper

    casts = []
    for tensor in graph.initializer:
        if tensor.data_type == TensorProto.FLOAT and len(tensor.dims) > 1:
            name, kernel = tensor.name, numpy_helper.to_array(tensor)
            tensor.CopyFrom(numpy_helper.from_array(kernel.astype(np.float16), f"{name}.half"))
            casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
