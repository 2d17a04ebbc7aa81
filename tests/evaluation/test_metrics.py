import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.color import deltaE_ciede2000

from graycolor.evaluation.metrics import ab_cosine, bootstrap_interval, ciede2000, colorfulness, mean_chroma

# Pairs from the table of test data in Sharma, Wu and Dalal 2005: hue discontinuities and near-neutrals.
SHARMA = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, 3.1571, -77.2803), (50, 0, -82.7485), 2.8615),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
    ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((50, 2.5, 0), (56, -27, -3), 31.9030),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((90.9257, -0.5406, -0.9208), (88.6381, -0.8985, -0.7239), 1.5381),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.mark.parametrize(("one", "other", "difference"), SHARMA)
def test_ciede2000_gives_the_published_differences(one, other, difference):
    assert ciede2000(np.array(one, float), np.array(other, float)) == pytest.approx(difference, abs=1e-4)


def test_ciede2000_agrees_with_scikit_image():
    rng = np.random.default_rng(0)
    one = rng.uniform([0, -100, -100], [100, 100, 100], (5000, 3))
    other = one + rng.normal(0, 25, one.shape)
    one[:200, 1:], other[100:300, 1:] = 0, 0

    assert ciede2000(one, other) == pytest.approx(deltaE_ciede2000(one, other), abs=1e-9)


@given(st.floats(0.1, 10))
def test_cosine_does_not_see_saturation(factor):
    ab = np.random.default_rng(1).normal(0, 20, (30, 40, 2))

    assert ab_cosine(ab, ab * factor) == pytest.approx(1)
    assert ab_cosine(ab, -ab * factor) == pytest.approx(-1)


def test_gray_has_no_cosine_and_no_colorfulness():
    assert ab_cosine(np.random.default_rng(2).normal(0, 20, (8, 8, 2)), np.zeros((8, 8, 2))) == 0
    assert colorfulness(np.full((8, 8, 3), 77, np.uint8)) == 0
    assert mean_chroma(np.zeros((8, 8, 2))) == 0


def test_colorfulness_follows_its_definition():
    rgb = np.zeros((2, 1, 3), np.uint8)
    rgb[0, 0] = (200, 100, 0)  # rg 100, yb 150; the other pixel is black: rg 0, yb 0
    spread, mean = np.hypot(50, 75), np.hypot(50, 75)

    assert colorfulness(rgb) == pytest.approx(spread + 0.3 * mean)


def test_bootstrap_interval_is_that_of_the_mean():
    values = np.random.default_rng(3).normal(10, 2, 400)
    low, high = bootstrap_interval(values)

    assert low < values.mean() < high
    assert high - low == pytest.approx(2 * 1.96 * 2 / 20, rel=0.2)
    assert bootstrap_interval(values) == (low, high)
