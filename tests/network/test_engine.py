import subprocess
import sys

import numpy as np
import pytest

from graycolor.errors import DeviceError, MissingInputError, WeightsError
from graycolor.network import engine, weights
from graycolor.network.bins import Bins, annealed_mean
from graycolor.network.config import NetworkConfig
from graycolor.network.engine import OnnxEngine, TorchEngine, open_engine
from graycolor.network.export import to_onnx
from graycolor.network.folding import folded
from graycolor.network.header import Header


@pytest.fixture
def own_weights(tmp_path):
    config = NetworkConfig.tiny()
    header = Header(config, Bins.uniform(config.bin_step))
    weights.save(tmp_path / "own.safetensors", weights.build(header), header)
    return tmp_path / "own.safetensors"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def seen(height, width):
    return np.random.default_rng(0).normal(0, 0.6, (height, width)).astype(np.float32)


def test_the_embedded_onnx_says_what_the_embedded_weights_say():
    fast, slow = open_engine(None, "cpu", 1), TorchEngine(weights.default_path(), "cpu")
    offset = slow.header.bins.logit_offset(0.5)
    one, other = (e.forecast(seen(128, 192), offset, 0.38) for e in (fast, slow))

    assert one.ab.shape == other.ab.shape == (32, 48, 2)
    assert np.abs(one.ab - other.ab).max() < 1e-3
    assert np.abs(one.confidence - other.confidence).max() < 1e-4
    assert fast.header.to_strings() == slow.header.to_strings()


def test_the_embedded_graph_is_that_of_the_embedded_weights(cache):
    offset = weights.read_header(weights.default_path()).bins.logit_offset(0.5)
    ours, cached = open_engine(None, "cpu", 1), open_engine(weights.default_path(), "cpu", 1)
    one, other = (each.forecast(seen(128, 192), offset, 0.38) for each in (ours, cached))

    assert weights.default_path(weights.DEFAULT_ONNX).stat().st_size < 200_000
    assert np.array_equal(one.ab, other.ab)
    assert np.array_equal(one.confidence, other.confidence)


def test_folded_kernels_are_those_that_torch_would_fold():
    network, _ = weights.load(weights.default_path())
    ready = folded({name: tensor.numpy() for name, tensor in network.state_dict().items()})
    kernel, bias = network.encoder.stem.folded()

    assert ready["encoder.stem.weight"] == pytest.approx(kernel.detach().numpy(), rel=1e-6)
    assert ready["encoder.stem.bias"] == pytest.approx(bias.detach().numpy(), abs=1e-6)


@pytest.mark.parametrize(
    "opened", [lambda: open_engine(None, "cpu", 1), lambda: TorchEngine(weights.default_path(), "cpu")]
)
def test_many_pictures_are_as_good_as_one_by_one(opened):
    some = opened()
    offset = some.header.bins.logit_offset(0.5)
    pictures = [seen(64, 96), seen(64, 96)[::-1].copy(), seen(64, 96) * 0.5]
    many = some.forecasts(pictures, offset, 0.38)

    for picture, forecast in zip(pictures, many, strict=True):
        alone = some.forecast(picture, offset, 0.38)
        assert np.abs(forecast.ab - alone.ab).max() < 0.01
        assert np.abs(forecast.confidence - alone.confidence).max() < 0.001


def test_what_the_encoder_sees_comes_with_the_same_colors():
    engines = open_engine(None, "cpu", 1), TorchEngine(weights.default_path(), "cpu")
    offset, pictures = engines[0].header.bins.logit_offset(0.5), [seen(64, 96), seen(64, 96)[::-1].copy()]
    one, other = (each.forecasts_and_encoded(pictures, offset, 0.38) for each in engines)

    assert all(each.tells_places for each in engines)
    for (forecast, encoded), (slow, same), picture in zip(one, other, pictures, strict=True):
        assert np.array_equal(forecast.ab, engines[0].forecast(picture, offset, 0.38).ab)
        assert np.abs(forecast.ab - slow.ab).max() < 0.01
        assert [each.shape for each in encoded] == [(40, 8, 12), (112, 4, 6)]
        for mine, theirs in zip(encoded, same, strict=True):
            assert np.abs(mine - theirs).max() < 1e-3 * np.abs(theirs).max()


def test_a_network_without_such_an_encoder_tells_no_places(tmp_path, cache):
    config = NetworkConfig.tiny("cnn")
    header = Header(config, Bins.uniform(config.bin_step))
    weights.save(tmp_path / "own.safetensors", weights.build(header), header)
    zeros = np.zeros(len(header.bins), np.float32)

    for each in (open_engine(tmp_path / "own.safetensors", "cpu", 1), TorchEngine(tmp_path / "own.safetensors", "cpu")):
        assert not each.tells_places
        assert each.forecasts_and_encoded([seen(64, 96)], zeros, 1.0)[0][1] == ()


def test_the_graph_decodes_by_the_formula(own_weights):
    fast = OnnxEngine(to_onnx(*weights.load(own_weights)), "own", 1)
    offset = fast.header.bins.logit_offset(0.7)
    ab, confidence = annealed_mean(fast.logits(seen(64, 96)), fast.header.bins.centers, offset, 0.45)
    forecast = fast.forecast(seen(64, 96), offset, 0.45)

    assert np.abs(forecast.ab - ab).max() < 1e-2
    assert np.abs(forecast.confidence - confidence).max() < 1e-4


@pytest.mark.parametrize("outputs", [("ab",), ("ab", "confidence", "logits")])
def test_a_graph_of_another_network_is_refused_whatever_its_header_says(own_weights, outputs):
    from onnx import TensorProto, helper

    _, header = weights.load(own_weights)
    nodes = [helper.make_node("Identity", ["gray"], [name]) for name in outputs]
    gray = helper.make_tensor_value_info("gray", TensorProto.FLOAT, [1, 1, None, None])
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
    model = helper.make_model(
        helper.make_graph(nodes, "g", [gray], values), opset_imports=[helper.make_opsetid("", 17)], ir_version=8
    )
    for key, value in header.to_strings().items():
        model.metadata_props.add(key=key, value=value)

    with pytest.raises(WeightsError, match="another network than its header names"):
        OnnxEngine(model.SerializeToString(), "foreign", 1).forecast(
            seen(64, 96), np.zeros(len(header.bins), np.float32), 1
        )


def test_exported_convolutions_pad_by_themselves_and_say_the_same(own_weights):
    import onnx

    data = to_onnx(*weights.load(own_weights))
    graph = onnx.load_from_string(data).graph
    pads = {node.output[0] for node in graph.node if node.op_type == "Pad"}
    fast, slow = OnnxEngine(data, "own", 1), TorchEngine(own_weights, "cpu")
    offset = slow.header.bins.logit_offset(0.5)
    one, other = (e.forecast(seen(96, 160), offset, 0.38).ab for e in (fast, slow))

    assert not any(node.input[0] in pads for node in graph.node if node.op_type in ("Conv", "FusedConv"))
    assert np.abs(one - other).max() < 1e-3


def test_ones_own_weights_are_exported_once(own_weights, cache, monkeypatch):
    first = open_engine(own_weights, "cpu", 1)
    monkeypatch.setattr(engine, "_export", None)  # a second export would fail on this
    second = open_engine(own_weights, "cpu", 1)
    zeros = np.zeros(len(first.header.bins), np.float32)

    assert np.array_equal(first.forecast(seen(64, 64), zeros, 1).ab, second.forecast(seen(64, 64), zeros, 1).ab)
    assert len(list(cache.rglob("*.onnx"))) == 1


def test_coloring_on_the_cpu_never_imports_torch(examples):
    code = (
        "import sys, graycolor, numpy as np; graycolor.colorize(np.zeros((40, 60), np.uint8), device='cpu'); "
        "sys.exit('torch' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_device_that_is_not_there_is_refused():
    with pytest.raises(DeviceError, match="no mps device"):
        open_engine(None, "mps")
    with pytest.raises(DeviceError, match="no device 'tpu'"):
        open_engine(None, "tpu")


def test_missing_and_foreign_weights_are_refused(tmp_path):
    foreign = tmp_path / "foreign.onnx"
    foreign.write_bytes(b"not a network")

    with pytest.raises(MissingInputError):
        open_engine(tmp_path / "nowhere.safetensors", "cpu")
    with pytest.raises(WeightsError, match="damaged or foreign"):
        OnnxEngine(foreign, foreign.name, 1)
