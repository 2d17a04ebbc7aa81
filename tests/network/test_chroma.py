import numpy as np
import pytest
import torch

from graycolor.network.chroma import Calibration, forecast_of
from graycolor.network.export import shown


def ab_of(hue, chroma=30.0):
    return chroma * np.cos(np.radians(hue)), chroma * np.sin(np.radians(hue))


def factor(hue, confidence, chroma=30.0, **settings):
    a, b = (np.float32([each]) for each in ab_of(hue, chroma))
    return float(Calibration(**settings).factor(a, b, np.float32([confidence]))[0])


def test_guessed_reds_are_painted_less_strongly_and_nothing_else_is():
    assert factor(5, 0.1) == pytest.approx(0.35 * 1.08, abs=1e-3)
    assert factor(5, 0.6) == pytest.approx(1.08, abs=1e-3)
    assert [factor(hue, 0.1) for hue in (90, 130, 180, 250, 290)] == pytest.approx([1.08] * 5, abs=1e-3)


def test_the_factor_grows_with_confidence_and_with_the_distance_in_hue():
    by_confidence = [factor(10, confidence) for confidence in np.linspace(0, 1, 50)]
    by_hue = [factor(5 + away, 0.2) for away in np.linspace(0, 180, 90)]

    assert all(np.diff(by_confidence) >= -1e-6)
    assert all(np.diff(by_hue) >= -1e-6)
    assert max(np.diff(by_confidence)) < 0.1
    assert max(np.diff(by_hue)) < 0.1


def test_the_factor_is_the_same_on_both_sides_of_its_hue_and_for_every_chroma():
    assert factor(5 + 40, 0.3) == pytest.approx(factor(5 - 40, 0.3), abs=1e-4)
    assert factor(20, 0.3, chroma=3) == pytest.approx(factor(20, 0.3, chroma=80), abs=1e-4)
    assert np.isfinite(factor(20, 0.3, chroma=0))


def test_a_factor_of_one_leaves_colors_as_they_are():
    assert factor(5, 0.0, uncertain_red=1.0, gain=1.0) == pytest.approx(1)


@pytest.mark.parametrize("refines", [False, True])
@pytest.mark.parametrize("calibration", [None, Calibration()])
def test_arrays_and_tensors_come_to_the_same_chroma(refines, calibration):
    rng = np.random.default_rng(0)
    ab, confidence = rng.normal(0, 30, (1, 2, 7, 9)).astype(np.float32), rng.random((1, 7, 9), np.float32)
    kernels = (np.full((1, 9, 14, 18), 1 / 9, np.float32),) if refines else ()
    forecast = forecast_of(calibration, ab.copy(), confidence, *kernels)
    other = shown(torch.from_numpy(ab), torch.from_numpy(confidence), calibration, refines=refines)

    np.testing.assert_allclose(forecast.ab, other[0].permute(1, 2, 0), atol=1e-4)


def test_gradients_flow_through_the_calibration():
    ab = torch.randn(1, 2, 4, 4, requires_grad=True)
    shown(ab, torch.rand(1, 4, 4), Calibration(), refines=True).square().sum().backward()

    assert ab.grad is not None
    assert torch.isfinite(ab.grad).all()
    assert ab.grad.abs().min() > 0
