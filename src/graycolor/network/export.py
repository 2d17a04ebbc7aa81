"""A network as ONNX: gray in; logits, ab, confidence, kernels and what it encodes out (torch; once for a weights file).

The annealed mean is part of the graph, so the CPU path needs no torch and no softmax of its own. Its settings stay
inputs, because the user may change them. `to_graph` leaves the tensors out: they are in the weights file, and
`graycolor.network.folding` makes them ready. `to_onnx` is the same graph with them. Written by torch's TorchScript
exporter: the newer one splits the weights off into a second file.
"""

from __future__ import annotations

import copy
import io
import math
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from graycolor.color.normalize import AB_SCALE
from graycolor.network.chroma import CALM, Calibration
from graycolor.network.folding import folded, graph_tensors
from graycolor.network.header import Header
from graycolor.network.layers import ConvBN, FrozenConvBN, spread_out
from graycolor.network.lite import Lite

if TYPE_CHECKING:
    from graycolor.network.networks import Network

INPUTS = ("gray", "offset", "sharpness")
OUTPUTS = ("logits", "ab", "confidence")
KERNELS = "kernels"
"""A fourth output, of networks with a refinement."""
ENCODED = ("encoded8", "encoded16")
"""Outputs of networks that can tell places apart by more than their colors."""


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


class DecodedWithPlaces(Decoded):
    """`Decoded`, and what its encoder sees (`Lite.encoded`) as further outputs; other networks have none."""

    def forward(self, gray: Tensor, offset: Tensor, sharpness: Tensor) -> tuple[Tensor, ...]:
        return *super().forward(gray, offset, sharpness), *self.encoded(gray)

    def encoded(self, gray: Tensor) -> tuple[Tensor, ...]:
        """Feature maps (B,C,_,_) of gray (B,1,H,W)."""
        return self.network.encoded(gray) if tells_places(self.network) else ()


def tells_places(network: Network) -> TypeGuard[Lite]:
    """Whether a network can say what it sees in a place beside its color."""
    return isinstance(network, Lite)


def shown(ab: Tensor, confidence: Tensor, calibration: Calibration | None, *, refines: bool) -> Tensor:
    """`graycolor.network.chroma.forecast_of` for batches, with gradients: (B,2,h,w) and (B,h,w) to (B,2,h,w)."""
    ab = _calmed(ab) if refines else ab
    if calibration is None:
        return ab
    return ab * calibration.factor(ab[:, 0], ab[:, 1], confidence)[:, None]


def _calmed(ab: Tensor) -> Tensor:
    """A Gaussian over 3x3 places, the border repeated outwards; as sums of shifted maps, which every exporter knows."""
    beside = math.exp(-1 / (2 * CALM**2))
    middle, beside = 1 / (1 + 2 * beside), beside / (1 + 2 * beside)
    wide = F.pad(ab, (1, 1, 1, 1), mode="replicate")
    across = middle * wide[..., 1:-1] + beside * (wide[..., :-2] + wide[..., 2:])
    return middle * across[:, :, 1:-1] + beside * (across[:, :, :-2] + across[:, :, 2:])


def to_onnx(network: Network, header: Header) -> bytes:
    """The network and its decoding as ONNX (opset 17), height and width free, the header in its metadata."""
    from onnx import numpy_helper

    model = _model(network, header)
    tensors = graph_tensors(_arrays(network), header.bins.centers)
    for name in _taken_out(model.graph):
        model.graph.initializer.append(numpy_helper.from_array(tensors[name], name))
    for key, value in header.to_strings().items():
        model.metadata_props.add(key=key, value=value)
    return bytes(model.SerializeToString())


def to_graph(network: Network, header: Header) -> bytes:
    """`to_onnx` without tensors and header: those are given by name when a session opens (`graph_tensors`)."""
    from onnx import TensorProto

    model = _model(network, header)
    for name, shape in _taken_out(model.graph).items():
        tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape)
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="given when a session opens")
        model.graph.initializer.append(tensor)
    return bytes(model.SerializeToString())


def _model(network: Network, header: Header) -> Any:
    """The graph, as short as ONNX Runtime can make it; every tensor of the network is an input."""
    import onnx

    buffer: Any = io.BytesIO()  # the exporter takes files too, its stub says otherwise
    example = (torch.zeros(1, 1, 64, 96), torch.zeros(len(header.bins)), torch.ones(1))
    with warnings.catch_warnings(), torch.no_grad():
        # The TorchScript exporter announces its successor (see above why it is not used) and what it cannot fold.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            DecodedWithPlaces(_with_norms_folded(network), header).eval(),
            example,
            buffer,
            dynamo=False,
            opset_version=17,
            input_names=list(INPUTS),
            output_names=[
                *OUTPUTS,
                *([KERNELS] if header.config.refine else []),
                *(ENCODED if tells_places(network) else []),
            ],
            dynamic_axes={"gray": {2: "height", 3: "width"}},
            training=torch.onnx.TrainingMode.PRESERVE,  # it would fold and rename tensors otherwise
            do_constant_folding=False,
        )
    model = onnx.load_from_string(buffer.getvalue())
    _pad_in_convolutions(model.graph)
    _tensors_become_inputs(model.graph)
    return _shortened(model)


class _Convolution(nn.Module):
    """`FrozenConvBN` or `ConvBN`, its normalisation folded; padded alike."""

    def __init__(self, layer: FrozenConvBN | ConvBN, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(weight), nn.Parameter(bias)
        self.stride, self.groups, self.pads = 1, 1, (weight.shape[-1] // 2,) * 4
        if isinstance(layer, FrozenConvBN):
            self.stride, self.groups, self.pads = layer.stride, layer.groups, layer.pads

    def forward(self, x: Tensor) -> Tensor:
        even = self.pads[0] == self.pads[1]
        x = x if even else F.pad(x, self.pads)
        return F.conv2d(x, self.weight, self.bias, self.stride, self.pads[0] if even else 0, 1, self.groups)

    def activated(self, x: Tensor) -> Tensor:
        return F.relu6(self(x))


def _with_norms_folded(network: Network) -> Network:
    """A copy of the network without normalisations behind convolutions."""
    network = copy.deepcopy(network)
    ready = {name: torch.from_numpy(tensor) for name, tensor in folded(_arrays(network)).items()}
    for name, module in list(network.named_modules()):
        if isinstance(module, FrozenConvBN | ConvBN):
            parent, _, own = name.rpartition(".")
            plain = _Convolution(module, ready[f"{name}.weight"], ready[f"{name}.bias"])
            setattr(network.get_submodule(parent), own, plain)
    return network


def _arrays(network: Network) -> dict[str, Any]:
    return {name: tensor.numpy() for name, tensor in network.state_dict().items()}


def _tensors_become_inputs(graph: Any) -> None:
    """What is an input is no constant: ONNX Runtime leaves it as it is, and by its name."""
    from onnx import helper

    tensors = graph.initializer
    graph.input.extend(helper.make_tensor_value_info(each.name, each.data_type, each.dims) for each in tensors)
    del graph.initializer[:]


def _taken_out(graph: Any) -> dict[str, list[int]]:
    """Take the tensors out of a graph's inputs; their names and shapes."""
    tensors = [each for each in graph.input if each.name not in INPUTS]
    for each in tensors:
        graph.input.remove(each)
    return {each.name: [side.dim_value for side in each.type.tensor_type.shape.dim] for each in tensors}


def _shortened(model: Any) -> Any:
    """The graph as ONNX Runtime simplifies it, so that it need not do so at every start."""
    import onnx
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # it warns of what it has just been asked for
    # Not ORT_ENABLE_ALL: that lays channels out for this machine's processor.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    with tempfile.TemporaryDirectory() as folder:
        short = Path(folder) / "short.onnx"
        options.optimized_model_filepath = str(short)
        onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        shortened = onnx.load(short)
    # It names every set of operators that it knows, and an older one would refuse those that it does not.
    used = [each for each in shortened.opset_import if each.domain in ("", "com.microsoft")]
    del shortened.opset_import[:]
    shortened.opset_import.extend(used)
    return shortened


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
