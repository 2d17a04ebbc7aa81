from dataclasses import replace

import numpy as np
import onnxruntime
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from graycolor.errors import WeightsError
from graycolor.network import weights
from graycolor.network.bins import Bins
from graycolor.network.chroma import Forecast
from graycolor.network.config import NetworkConfig
from graycolor.network.engine import OnnxEngine
from graycolor.network.export import to_onnx
from graycolor.network.header import Header
from graycolor.network.layers import Refinement, spread_out
from graycolor.network.refine import refined


def kernels_for(height, width, factor, seed=0, trained=True):
    """Kernels of both steps for one picture, as torch tensors with a batch axis."""
    torch.manual_seed(seed)
    stage = Refinement(6, 3, 8, factor).eval()
    if trained:
        torch.nn.init.normal_(stage.head.weight)
        torch.nn.init.normal_(stage.spread.weight)
    fine = (1, 3, 2 * height, 2 * width), (1, 1, 4 * height, 4 * width)
    with torch.no_grad():
        return stage(torch.randn(1, 6, height, width), *(torch.randn(shape) for shape in fine))


def made_fine(ab, kernels):
    spread = spread_out(torch.from_numpy(ab.transpose(2, 0, 1))[None], kernels[0])[0].permute(1, 2, 0).numpy()
    return refined(np.ascontiguousarray(spread), kernels[1][0].numpy())


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from([2, 4]))
def test_kernels_leave_a_single_color_alone(height, width, factor):
    ab = np.full((height, width, 2), [23, -41], np.float32)
    fine = made_fine(ab, kernels_for(height, width, factor))

    assert fine.shape == (height * factor, width * factor, 2)
    assert fine == pytest.approx(np.broadcast_to(np.float32([23, -41]), fine.shape), abs=2e-2)


@pytest.mark.parametrize("factor", [2, 4])
def test_an_untrained_refinement_is_bilinear_interpolation(factor):
    ab = np.random.default_rng(0).normal(0, 30, (5, 7, 2)).astype(np.float32)
    wanted = F.interpolate(torch.from_numpy(ab.transpose(2, 0, 1))[None], scale_factor=factor, mode="bilinear")
    fine = made_fine(ab, kernels_for(5, 7, factor, trained=False))

    assert fine == pytest.approx(wanted[0].numpy().transpose(1, 2, 0), abs=1e-4)


def test_refining_is_linear_in_the_color():
    ab = np.random.default_rng(1).normal(0, 30, (4, 6, 2)).astype(np.float32)
    kernels = kernels_for(4, 6, 2)

    assert made_fine(ab * 1.5, kernels) == pytest.approx(made_fine(ab, kernels) * 1.5, abs=1e-2)


def test_a_color_may_come_from_eight_positions_away():
    kernels = torch.zeros(1, 33, 20, 20)
    kernels[:, -4] = 1
    ab = torch.randn(1, 2, 20, 20)

    assert torch.equal(spread_out(ab, kernels)[..., 2, 3], ab[..., 2, 11])


def test_padding_is_cut_from_colors_and_kernels_alike():
    forecast = Forecast(
        np.ones((8, 8, 2), np.float32), np.ones((8, 8), np.float32), np.zeros((9, 16, 16), np.float32)
    ).cut(5, 7)

    assert forecast.ab.shape == (5, 7, 2)
    assert forecast.confidence.shape == (5, 7)
    assert forecast.fine().shape == (10, 14, 2)


def test_the_exported_network_gives_the_kernels_of_the_torch_one():
    shape = replace(NetworkConfig.tiny(), refine=2, refine_width=8)
    header = Header(shape, Bins.uniform(shape.bin_step))
    network = weights.build(header).eval()
    torch.nn.init.normal_(network.refinement.head.weight, std=0.1)
    torch.nn.init.normal_(network.refinement.spread.weight, std=0.1)
    gray = np.random.default_rng(2).normal(0, 0.5, (64, 96)).astype(np.float32)
    engine = OnnxEngine(to_onnx(network, header), "tiny", 1)
    forecast = engine.forecast(gray, header.bins.logit_offset(0.5), 0.38)
    with torch.no_grad():
        logits, _, fine = network.with_kernels(torch.from_numpy(gray)[None, None])

    assert forecast.kernels.shape == (9, 32, 48)
    assert forecast.kernels == pytest.approx(fine[0].numpy(), abs=5e-3)
    assert engine.logits(gray) == pytest.approx(logits[0].numpy(), abs=5e-2)


def test_a_network_without_a_refinement_exports_none():
    shape = NetworkConfig.tiny()
    header = Header(shape, Bins.uniform(shape.bin_step))
    session = onnxruntime.InferenceSession(to_onnx(weights.build(header).eval(), header))

    assert [output.name for output in session.get_outputs()][:3] == ["logits", "ab", "confidence"]
    assert "kernels" not in [output.name for output in session.get_outputs()]


@pytest.mark.parametrize("wrong", [{"refine": 3}, {"refine": 2, "output": "ab"}, {"refine": 2, "architecture": "cnn"}])
def test_only_the_bins_of_lite_are_refined(wrong):
    with pytest.raises(WeightsError):
        NetworkConfig(**wrong)


def test_the_exported_ab_is_already_mixed():
    shape = replace(NetworkConfig.tiny(), refine=2, refine_width=8)
    header = Header(shape, Bins.uniform(shape.bin_step))
    network = weights.build(header).eval()
    gray = np.random.default_rng(2).normal(0, 0.5, (64, 96)).astype(np.float32)
    offset = header.bins.logit_offset(0.5)
    before = OnnxEngine(to_onnx(network, header), "tiny", 1).forecast(gray, offset, 0.38)
    with torch.no_grad():
        network.refinement.spread.bias[-4] = 33 / 32
        network.refinement.spread.bias[0] = -33 / 32
    after = OnnxEngine(to_onnx(network, header), "tiny", 1).forecast(gray, offset, 0.38)

    assert not np.allclose(before.ab, after.ab)
    assert np.array_equal(before.confidence, after.confidence)


def test_what_is_refined_is_calmed_first():
    shape = replace(NetworkConfig.tiny(), refine=2, refine_width=8)
    header = Header(shape, Bins.uniform(shape.bin_step))
    model = to_onnx(weights.build(header).eval(), header)
    gray = np.random.default_rng(2).normal(0, 0.5, (64, 96)).astype(np.float32)
    feeds = {"gray": gray[None, None], "offset": header.bins.logit_offset(0.5), "sharpness": np.float32([1 / 0.38])}
    (raw,) = onnxruntime.InferenceSession(model).run(["ab"], feeds)
    side = np.exp(-1 / (2 * 0.45**2))
    line = torch.tensor([side, 1, side]) / (1 + 2 * side)
    around = F.pad(torch.from_numpy(raw).transpose(0, 1), (1, 1, 1, 1), mode="replicate")
    expected = F.conv2d(around, torch.outer(line, line)[None, None].float())[:, 0].permute(1, 2, 0)

    assert raw.std() > 0.1
    assert OnnxEngine(model, "tiny", 1).forecast(gray, feeds["offset"], 0.38).ab == pytest.approx(expected, abs=1e-3)
