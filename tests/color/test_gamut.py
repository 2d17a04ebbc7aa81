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


def test_largest_chroma_is_the_border_of_the_gamut():
    rng = np.random.default_rng(1)
    L, hue = rng.uniform(1, 99, 20_000), rng.uniform(-4, 4, 20_000)
    ray = np.stack([np.cos(hue), np.sin(hue)], -1) * max_chroma(L, hue)[:, None]

    def inside(share):
        linear = lab_to_linear(np.column_stack([L, ray * share]))
        return ((linear >= 0) & (linear <= 1)).all(-1).mean()

    # The rest lies beside blue and green, where the gamut folds and the table is too coarse.
    assert inside(0.98) > 0.998
    assert inside(1.02) < 0.005


def test_yellow_beyond_a_gap_in_the_gamut_is_found():
    L, hue = 96.8, np.radians(103.0)
    ray = np.linspace(0, 120, 12_001)
    linear = lab_to_linear(np.stack([np.full_like(ray, L), ray * np.cos(hue), ray * np.sin(hue)], -1))
    inside = ((linear >= 0) & (linear <= 1)).all(-1)
    wanted = ray[inside].max()
    fitted = fit_lab(np.array([[L, 120 * np.cos(hue), 120 * np.sin(hue)]]))

    assert not inside[ray < wanted].all()
    assert np.hypot(*fitted[0, 1:]) == pytest.approx(wanted, rel=0.025)


def test_many_colors_get_what_each_gets_alone_but_for_the_margin_of_the_table():
    lab = np.random.default_rng(3).uniform([2, -120, -120], [98, 120, 120], (3000, 3))
    many = fit_lab(lab)
    alone = np.concatenate([fit_lab(lab[start : start + 100]) for start in range(0, 3000, 100)])
    linear = lab_to_linear(many)

    assert many[:, 0] == pytest.approx(lab[:, 0])
    assert np.hypot(*many[:, 1:].T) == pytest.approx(np.hypot(*alone[:, 1:].T), rel=0.025)
    assert -2e-6 <= linear.min() <= linear.max() <= 1 + 2e-6


def test_largest_chroma_of_the_primaries_is_nearly_their_own():
    lab = rgb_to_lab(np.eye(3))
    chroma, hue = np.hypot(lab[:, 1], lab[:, 2]), np.arctan2(lab[:, 2], lab[:, 1])

    assert max_chroma(lab[:, 0], hue) == pytest.approx(chroma, rel=0.03)


def test_too_much_of_a_pure_color_is_fitted_to_the_pure_color():
    pure = rgb_to_lab(np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 1], [1, 0, 1]]))

    assert fit_lab(pure * [1, 1.5, 1.5]) == pytest.approx(pure, rel=0.002)


def test_black_and_white_have_no_room_for_chroma():
    assert max_chroma(np.array([0.0, 100.0]), 1.0) == pytest.approx(0, abs=0.1)


def test_torch_fits_as_numpy_does():
    lab = np.random.default_rng(2).uniform([0, -120, -120], [100, 120, 120], (200, 3))

    assert fit_lab(torch.from_numpy(lab)).numpy() == pytest.approx(fit_lab(lab), abs=1e-9)
    assert fit_lab(torch.from_numpy(lab[0])).numpy() == pytest.approx(fit_lab(lab[0]), abs=1e-9)
    assert max_chroma(*torch.from_numpy(lab[:, :2]).T).numpy() == pytest.approx(max_chroma(*lab[:, :2].T))


@pytest.mark.parametrize("L", [-3.0, 104.0])
def test_impossible_lightness_comes_back_gray(L):
    assert fit_lab(np.array([[L, 40, -40]])) == pytest.approx(np.array([[L, 0, 0]]), abs=1e-4)
