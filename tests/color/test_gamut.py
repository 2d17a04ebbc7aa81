import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from graycolor.color.gamut import fit_lab, fit_linear, max_chroma
from graycolor.color.lab import lab_to_linear, luminance, rgb_to_lab

ANY_LAB = st.tuples(st.floats(0, 100), st.floats(-150, 150), st.floats(-150, 150)).map(lambda lab: np.array([lab]))


@given(ANY_LAB)
def test_fitting_in_lab_keeps_lightness_and_hue_and_lands_in_the_gamut(lab):
    fitted = fit_lab(lab)
    linear = lab_to_linear(fitted)
    cross = lab[0, 1] * fitted[0, 2] - lab[0, 2] * fitted[0, 1]

    assert fitted[0, 0] == lab[0, 0]
    assert cross == pytest.approx(0, abs=1e-6)
    assert np.hypot(*fitted[0, 1:]) <= np.hypot(*lab[0, 1:]) + 1e-9
    assert linear.min() >= -2e-6
    assert linear.max() <= 1 + 2e-6


@given(ANY_LAB)
def test_fitting_in_linear_light_keeps_luminance_and_lands_in_the_gamut(lab):
    linear = lab_to_linear(lab)
    y = np.clip(luminance(linear), 0, 1)
    fitted = fit_linear(linear, y)

    assert luminance(fitted) == pytest.approx(y, abs=1e-9)
    assert fitted.min() >= -1e-9
    assert fitted.max() <= 1 + 1e-9


def test_colors_inside_the_gamut_are_left_alone():
    lab = rgb_to_lab(np.random.default_rng(0).uniform(0.02, 0.98, (500, 3)))

    assert fit_lab(lab) == pytest.approx(lab, abs=1e-4)
    assert fit_linear(lab_to_linear(lab), luminance(lab_to_linear(lab))) == pytest.approx(lab_to_linear(lab))


def test_largest_chroma_of_the_primaries_is_their_own():
    lab = rgb_to_lab(np.eye(3))
    chroma, hue = np.hypot(lab[:, 1], lab[:, 2]), np.arctan2(lab[:, 2], lab[:, 1])

    assert max_chroma(lab[:, 0], hue) == pytest.approx(chroma, rel=0.01)


def test_black_and_white_have_no_room_for_chroma():
    assert max_chroma(np.array([0.0, 100.0]), 1.0) == pytest.approx(0, abs=0.1)


def test_torch_fits_as_numpy_does():
    lab = np.random.default_rng(2).uniform([0, -120, -120], [100, 120, 120], (200, 3))

    assert fit_lab(torch.from_numpy(lab)).numpy() == pytest.approx(fit_lab(lab), abs=1e-9)
