import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graycolor.network.bins import Bins, annealed_mean, gamut_centers

UNIFORM = Bins.uniform(10)


@pytest.fixture(scope="module")
def bins():
    prior = np.random.default_rng(0).dirichlet(np.full(261, 0.2)).astype(np.float32)
    return Bins(gamut_centers(10), prior)


def test_a_step_of_ten_gives_the_261_bins_of_the_field():
    centers = gamut_centers(10)

    assert len(centers) == 261
    assert [0, 0] in centers.tolist()
    assert centers.tolist() == sorted(centers.tolist())


@given(st.floats(-150, 150), st.floats(-150, 150))
def test_soft_encoding_is_a_distribution_led_by_the_nearest_bin(a, b):
    bins = UNIFORM
    color = np.array([a, b], np.float32)
    index, weights = bins.soft_encoding(color)

    assert weights.sum() == pytest.approx(1, abs=1e-5)
    assert weights[0] == weights.max()
    distance = ((bins.centers - color) ** 2).sum(1)
    assert distance[index[0]] == distance.min()


def test_soft_encoding_follows_its_definition(bins):
    color = np.array([13.0, -7.0])
    squared = np.sort(((bins.centers - color) ** 2).sum(1))[:5]
    _, weights = bins.soft_encoding(color.astype(np.float32))

    assert weights == pytest.approx(np.exp(-squared / 50) / np.exp(-squared / 50).sum(), rel=1e-4)


def test_the_table_says_what_the_formula_says(bins):
    index, weights = bins.encoding_table()
    nearest, soft = bins.soft_encoding(np.array([-34.0, 57.0], np.float32))

    assert np.array_equal(index[110 - 34, 110 + 57], nearest)
    assert weights[110 - 34, 110 + 57] == pytest.approx(soft)


def test_class_weights_average_to_one_under_the_prior(bins):
    assert np.sum(bins.prior * bins.class_weights) == pytest.approx(1, rel=1e-5)
    assert bins.class_weights[np.argmin(bins.prior)] == bins.class_weights.max()


def test_a_certain_network_is_decoded_to_its_bin_with_full_confidence(bins):
    logits = np.zeros((261, 2, 3), np.float32)
    logits[77] = 200
    ab, confidence = annealed_mean(logits, bins.centers, np.zeros(261, np.float32), 0.5)

    assert ab == pytest.approx(np.broadcast_to(bins.centers[77], (2, 3, 2)))
    assert confidence == pytest.approx(1)


def test_a_guessing_network_has_no_confidence(bins):
    _, confidence = annealed_mean(np.zeros((261, 1, 1), np.float32), bins.centers, np.zeros(261, np.float32), 0.5)

    assert confidence == pytest.approx(0, abs=1e-6)


def test_undoing_all_of_the_rebalancing_divides_by_the_class_weights(bins):
    assert np.exp(bins.logit_offset(1.0)) == pytest.approx(1 / bins.class_weights, rel=1e-4)
    assert not bins.logit_offset(0.0).any()


def test_lower_temperature_is_bolder(bins):
    logits = np.random.default_rng(1).normal(0, 2, (261, 20, 20)).astype(np.float32)
    offset = np.zeros(261, np.float32)
    chroma = [
        np.hypot(*np.moveaxis(annealed_mean(logits, bins.centers, offset, t)[0], -1, 0)).mean() for t in (0.2, 1.0)
    ]

    assert chroma[0] > chroma[1]
