import numpy as np
import pytest
import scipy.linalg
import skimage.metrics
from hypothesis import given, settings
from hypothesis import strategies as st

from graycolor.evaluation.metrics import (
    colorfulness,
    colorfulness_abs,
    edge_band,
    frechet_distance,
    psnr,
    report_accuracy,
    report_mse,
    ssim,
)


def noisy_pair(seed=0, shape=(48, 64, 3)):
    rng = np.random.default_rng(seed)
    rgb = rng.integers(0, 256, shape, np.uint8)
    return rgb, np.clip(rgb + rng.normal(0, 20, shape), 0, 255).astype(np.uint8)


@settings(max_examples=25)  # the reference takes its time
@given(st.integers(0, 50), st.integers(16, 40), st.integers(16, 40))
def test_psnr_and_ssim_are_those_of_scikit_image(seed, height, width):
    rgb, other = noisy_pair(seed, (height, width, 3))
    wanted = skimage.metrics.structural_similarity(
        rgb, other, channel_axis=2, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255
    )

    assert psnr(rgb, other) == pytest.approx(skimage.metrics.peak_signal_noise_ratio(rgb, other, data_range=255))
    assert ssim(rgb, other) == pytest.approx(wanted, abs=1e-6)


def test_equal_pictures_are_as_alike_as_can_be():
    rgb, _ = noisy_pair()

    assert psnr(rgb, rgb) == 100
    assert ssim(rgb, rgb) == pytest.approx(1)


def test_frechet_distance_is_that_of_the_definition():
    rng = np.random.default_rng(0)
    a, b = rng.normal(0, 1, (60, 5)), rng.normal(0.5, 2, (40, 5))
    covariances = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    cross = scipy.linalg.sqrtm(covariances[0] @ covariances[1]).real
    wanted = np.sum((a.mean(0) - b.mean(0)) ** 2) + np.trace(covariances[0] + covariances[1] - 2 * cross)

    assert frechet_distance(a, b) == pytest.approx(wanted)


def test_frechet_distance_of_fewer_pictures_than_features():
    rng = np.random.default_rng(1)
    a, b = rng.normal(0, 1, (10, 40)), rng.normal(1, 1, (10, 40))

    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-6)
    assert frechet_distance(a, b) > 20


def test_the_edge_band_lies_around_the_strongest_edge():
    ab = np.zeros((100, 200, 2), np.float32)
    ab[:, 100:] = 40
    band = edge_band(ab)

    assert band[:, 98:102].all()
    assert not band[:, :90].any()
    assert not band[:, 110:].any()


def test_a_flat_picture_has_no_edges():
    assert not edge_band(np.zeros((30, 30, 2), np.float32)).any()


def test_the_reports_figures():
    ab = np.array([[[10.0, -10.0], [5.0, 50.0]]])
    other = np.array([[[20.0, 0.0], [60.0, 50.0]]])

    assert report_accuracy(ab, other) == 0.5
    assert report_mse(ab, other) == pytest.approx(np.mean((ab / 128 - other / 128) ** 2))


def test_absolute_colorfulness_overlooks_the_sign():
    """Half red, half cyan: opponent channels of opposite sign, which the signed measure sees apart."""
    rgb = np.zeros((2, 2, 3), np.uint8)
    rgb[0], rgb[1] = (100, 0, 0), (0, 100, 100)

    assert colorfulness(rgb) > colorfulness_abs(rgb)
