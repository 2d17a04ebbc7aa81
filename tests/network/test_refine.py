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
from graycolor.network.config import NetworkConfig
from graycolor.network.engine import Forecast, OnnxEngine
from graycolor.network.export import to_onnx
from graycolor.network.layers import Refinement
from graycolor.network.refine import refined
from graycolor.network.weights import Header


def kernels_for(height, width, factor, seed=0):
    torch.manual_seed(seed)
    stage = Refinement(6, 3, 8, factor).eval()
    torch.nn.init.normal_(stage.head.weight)
    fine = (1, 3, 2 * height, 2 * width), (1, 1, 4 * height, 4 * width)
    with torch.no_grad():
        return stage(torch.randn(1, 6, height, width), *(torch.randn(shape) for shape in fine))[0].numpy()


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from([2, 4]))
def test_kernels_leave_a_single_color_alone(height, width, factor):
    ab = np.full((height, width, 2), [23, -41], np.float32)
    fine = refined(ab, kernels_for(height, width, factor))

    assert fine.shape == (height * factor, width * factor, 2)
    assert fine == pytest.approx(np.broadcast_to(np.float32([23, -41]), fine.shape), abs=1e-3)


@pytest.mark.parametrize("factor", [2, 4])
def test_an_untrained_refinement_is_bilinear_interpolation(factor):
    stage = Refinement(6, 3, 8, factor).eval()
    with torch.no_grad():
        kernels = stage(torch.randn(1, 6, 5, 7), torch.randn(1, 3, 10, 14), torch.randn(1, 1, 20, 28))[0].numpy()
    ab = np.random.default_rng(0).normal(0, 30, (5, 7, 2)).astype(np.float32)
    wanted = F.interpolate(torch.from_numpy(ab.transpose(2, 0, 1))[None], scale_factor=factor, mode="bilinear")

    assert refined(ab, kernels) == pytest.approx(wanted[0].numpy().transpose(1, 2, 0), abs=1e-4)


def test_refining_is_linear_in_the_color():
    ab = np.random.default_rng(1).normal(0, 30, (4, 6, 2)).astype(np.float32)
    kernels = kernels_for(4, 6, 2)

    assert refined(ab * 1.5, kernels) == pytest.approx(refined(ab, kernels) * 1.5, abs=1e-3)


def test_padding_is_cut_from_colors_and_kernels_alike():
    forecast = Forecast(np.ones((8, 8, 2), np.float32), np.ones((8, 8), np.float32), kernels_for(8, 8, 2)).cut(5, 7)

    assert forecast.ab.shape == (5, 7, 2)
    assert forecast.confidence.shape == (5, 7)
    assert forecast.fine().shape == (10, 14, 2)


def test_the_exported_network_gives_the_kernels_of_the_torch_one():
    shape = replace(NetworkConfig.tiny(), refine=2, refine_width=8)
    header = Header(shape, Bins.uniform(shape.bin_step))
    network = weights.build(header).eval()
    torch.nn.init.normal_(network.refinement.head.weight)
    gray = np.random.default_rng(2).normal(0, 0.5, (64, 96)).astype(np.float32)
    engine = OnnxEngine(to_onnx(network, header), "tiny", 1)
    forecast = engine.forecast(gray, header.bins.logit_offset(0.5), 0.38)
    with torch.no_grad():
        logits, kernels = network.with_kernels(torch.from_numpy(gray)[None, None])

    assert forecast.kernels.shape == (9, 32, 48)
    assert forecast.kernels == pytest.approx(kernels[0].numpy(), abs=5e-3)
    assert engine.logits(gray) == pytest.approx(logits[0].numpy(), abs=5e-2)


def test_a_network_without_a_refinement_exports_none():
    shape = NetworkConfig.tiny()
    header = Header(shape, Bins.uniform(shape.bin_step))
    session = onnxruntime.InferenceSession(to_onnx(weights.build(header).eval(), header))

    assert [output.name for output in session.get_outputs()] == ["logits", "ab", "confidence"]


@pytest.mark.parametrize("wrong", [{"refine": 3}, {"refine": 2, "output": "ab"}, {"refine": 2, "architecture": "cnn"}])
def test_only_the_bins_of_lite_are_refined(wrong):
    with pytest.raises(WeightsError):
        NetworkConfig(**wrong)
