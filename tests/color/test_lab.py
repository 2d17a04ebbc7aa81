import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from skimage.color import rgb2lab

from graycolor.color.lab import (
    LUMINANCE_WEIGHTS,
    lab_to_rgb,
    lightness,
    lightness_to_luminance,
    linear_to_srgb,
    luminance,
    rgb_to_lab,
    srgb_to_linear,
)

# Lab (D65) of the sRGB primaries as published by Bruce Lindbloom's calculator, to its printed digits.
PUBLISHED = {
    (1, 0, 0): (53.2408, 80.0925, 67.2032),
    (0, 1, 0): (87.7347, -86.1827, 83.1793),
    (0, 0, 1): (32.2970, 79.1875, -107.8602),
    (1, 1, 0): (97.1393, -21.5537, 94.4780),
    (0, 1, 1): (91.1132, -48.0875, -14.1312),
    (1, 0, 1): (60.3242, 98.2343, -60.8249),
    (1, 1, 1): (100, 0, 0),
    (0, 0, 0): (0, 0, 0),
}


@pytest.mark.parametrize(("rgb", "lab"), PUBLISHED.items())
def test_published_colors_come_out(rgb, lab):
    assert rgb_to_lab(np.array(rgb, float)) == pytest.approx(lab, abs=0.02)


def test_agrees_with_scikit_image():
    rgb = np.random.default_rng(0).random((50, 40, 3))

    assert rgb_to_lab(rgb) == pytest.approx(rgb2lab(rgb), abs=0.02)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_grays_have_no_chroma_at_all(dtype):
    grays = np.repeat(np.linspace(0, 1, 65536, dtype=dtype)[:, None], 3, axis=1)

    assert not rgb_to_lab(grays)[:, 1:].any()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_gray_tensors_have_no_chroma_at_all(dtype):
    """To the last place: where torch splits the work between threads it rounds one lane another way."""
    grays = torch.linspace(0, 1, 65537, dtype=dtype)[:, None].expand(-1, 3)

    assert rgb_to_lab(grays)[:, 1:].abs().max() <= 200 * torch.finfo(dtype).eps


def test_gray_lab_comes_back_as_an_exact_gray():
    lab = np.zeros((1001, 3))
    lab[:, 0] = np.linspace(0, 100, 1001)

    assert not np.ptp(lab_to_rgb(lab), axis=1).any()


@pytest.mark.slow
def test_every_8_bit_color_comes_back():
    greens_blues = np.stack(np.meshgrid(np.arange(256), np.arange(256), indexing="ij"), -1).reshape(-1, 2)
    for red in range(256):
        codes = np.column_stack([np.full(65536, red), greens_blues])
        back = lab_to_rgb(rgb_to_lab((codes / 255).astype(np.float32)))

        assert np.array_equal(np.rint(back * 255), codes)


def test_numpy_and_torch_agree_in_any_shape():
    rgb = np.random.default_rng(1).random((2, 3, 5, 3)).astype(np.float32)
    lab = rgb_to_lab(torch.from_numpy(rgb))

    assert lab.shape == rgb.shape
    assert lab.numpy() == pytest.approx(rgb_to_lab(rgb), abs=1e-3)
    assert lab_to_rgb(lab).numpy() == pytest.approx(rgb, abs=1e-5)


def test_gradients_are_finite_at_black_and_white():
    rgb = torch.tensor([[0.0, 0, 0], [1, 1, 1], [1, 0, 0]], requires_grad=True)
    rgb_to_lab(rgb).sum().backward()

    assert rgb.grad is not None
    assert torch.isfinite(rgb.grad).all()
    assert rgb.grad[0].abs().sum() > 0


def test_gradients_are_those_of_finite_differences():
    rgb = torch.tensor([[0.2, 0.5, 0.9], [-0.1, 1.2, 0.01]], dtype=torch.float64, requires_grad=True)

    assert torch.autograd.gradcheck(rgb_to_lab, rgb)
    assert torch.autograd.gradcheck(lambda lab: lab_to_rgb(100 * lab), rgb)


def test_gradients_of_the_way_back_are_finite_out_of_gamut():
    lab = torch.tensor([[50.0, 120, -120], [0, 0, 0]], requires_grad=True)
    lab_to_rgb(lab).sum().backward()

    assert torch.isfinite(lab.grad).all()


@given(st.floats(-2, 3))
def test_transfer_curve_and_its_inverse_undo_each_other(value):
    assert linear_to_srgb(srgb_to_linear(np.float64(value))) == pytest.approx(value, abs=1e-6)


@given(st.floats(0, 1))
def test_lightness_and_luminance_undo_each_other(y):
    assert lightness_to_luminance(lightness(np.float64(y))) == pytest.approx(y, abs=1e-9)


def test_luminance_is_that_of_the_primaries():
    assert luminance(np.eye(3)) == pytest.approx(LUMINANCE_WEIGHTS)
    assert pytest.approx([0.2126, 0.7152, 0.0722], abs=1e-4) == LUMINANCE_WEIGHTS
