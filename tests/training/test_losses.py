import numpy as np
import pytest
import torch
from skimage.color import deltaE_ciede94

from graycolor.network.bins import Bins
from graycolor.training.losses import BinLoss, cie94_sum, divergence, loss_of, matched, phase_positions, unlikeness


@pytest.fixture(scope="module")
def bins():
    uniform = Bins.uniform(20)
    prior = np.random.default_rng(0).dirichlet(np.ones(len(uniform))).astype(np.float32)
    return Bins(uniform.centers, prior)


def test_the_bin_loss_is_the_cross_entropy_of_its_definition(bins):
    rng = np.random.default_rng(1)
    ab = rng.integers(-60, 60, (50, 2)).astype(np.float32)
    logits = torch.from_numpy(rng.normal(0, 2, (50, len(bins))).astype(np.float32))
    index, soft = bins.soft_encoding(ab)
    target = np.zeros((50, len(bins)), np.float32)
    np.put_along_axis(target, index, soft, 1)
    weights = bins.class_weights[index[:, 0]]
    each = -(torch.log_softmax(logits, 1).numpy() * target).sum(1)
    loss, weight = BinLoss(bins)(logits, torch.from_numpy(ab))

    assert loss.item() == pytest.approx((weights * each).sum(), rel=1e-4)
    assert weight.item() == pytest.approx(weights.sum(), rel=1e-4)


def test_less_rebalancing_brings_the_weights_nearer_to_each_other(bins):
    ab, logits = bins.centers[[3, 40]].copy(), torch.zeros(2, len(bins))
    weights = bins.class_weights[bins.soft_encoding(ab)[0][:, 0]]

    for rebalancing in (0.0, 0.5, 1.0):
        _, weight = BinLoss(bins, rebalancing)(logits, torch.from_numpy(ab))
        assert weight.item() == pytest.approx((weights**rebalancing).sum(), rel=1e-5)


def test_colors_beyond_the_table_are_taken_to_its_edge(bins):
    loss, weight = BinLoss(bins)(torch.zeros(1, len(bins)), torch.tensor([[500.0, -500.0]]))

    assert (loss / weight).item() == pytest.approx(np.log(len(bins)), rel=1e-5)


@pytest.mark.parametrize(("kind", "expected"), [("mse", (0.25 + 0.01) / 2), ("l1", (0.5 + 0.1) / 2), ("huber", None)])
def test_regression_losses_are_means_over_both_channels(bins, kind, expected):
    raw = torch.atanh(torch.tensor([[0.5, 0.0]]))
    loss, weight = loss_of(kind, bins, 1.0)(raw, torch.tensor([[0.0, 12.8]]))
    delta = 8 / 128
    expected = expected or (delta * (0.5 - delta / 2) + delta * (0.1 - delta / 2)) / 2

    assert (loss / weight).item() == pytest.approx(expected, rel=1e-5)


def test_four_phases_see_every_position_once():
    features = torch.arange(24.0).reshape(1, 1, 4, 6)
    chroma = torch.stack([torch.arange(24.0).reshape(1, 4, 6)] * 2, -1)
    seen = []
    for phase in range(4):
        picked, target = phase_positions(features, chroma, phase)
        assert torch.equal(picked[:, 0], target[:, 0])
        seen += picked[:, 0].tolist()

    assert sorted(seen) == list(range(24))


def test_differences_of_hue_are_those_of_an_independent_cie94():
    angles, chroma = np.random.default_rng(2).uniform(0, 2 * np.pi, (2, 40)), np.linspace(5, 90, 40)
    first, second = (np.stack([np.cos(angle), np.sin(angle)], 1) * chroma[:, None] for angle in angles)
    lit = [np.pad(ab, ((0, 0), (1, 0)), constant_values=50) for ab in (first, second)]
    ours = cie94_sum(torch.from_numpy(first), torch.from_numpy(second)).item()

    assert ours == pytest.approx(deltaE_ciede94(*lit).sum(), rel=1e-3)


def test_differences_of_chroma_weigh_less_for_strong_colors_and_the_same_both_ways():
    dull, strong = torch.tensor([[10.0, 0.0]]), torch.tensor([[40.0, 0.0]])
    wanted = 30 / (1 + 0.045 * 20)

    assert cie94_sum(dull, strong).item() == pytest.approx(wanted, rel=1e-3)
    assert cie94_sum(strong, dull).item() == pytest.approx(wanted, rel=1e-3)


def test_gray_has_a_finite_gradient():
    guess = torch.zeros(2, 2, 3, requires_grad=True)
    cie94_sum(matched(guess, torch.zeros(2, 2, 3)), torch.zeros(2, 2, 3)).backward()

    assert torch.isfinite(guess.grad).all()


def test_matched_colors_have_the_truths_mean_chroma_and_their_own_hues():
    torch.manual_seed(3)
    guess, truth = torch.randn(4, 2, 5, 5) * 7, torch.randn(4, 2, 5, 5) * 20
    brought = matched(guess, truth)

    assert brought.norm(dim=1).mean().item() == pytest.approx(truth.norm(dim=1).mean().item(), rel=1e-5)
    assert torch.allclose(torch.atan2(brought[:, 1], brought[:, 0]), torch.atan2(guess[:, 1], guess[:, 0]))


def test_unlikeness_is_the_squared_distance_of_directions():
    rng = np.random.default_rng(5)
    one, other = rng.normal(size=(2, 8, 3, 4)), rng.normal(size=(2, 8, 3, 4))
    unit = [each / np.linalg.norm(each, axis=1, keepdims=True) for each in (one, other)]
    wanted = ((unit[0] - unit[1]) ** 2).sum(1).mean()
    one, other = torch.from_numpy(one), torch.from_numpy(other)

    assert unlikeness(one, other).item() == pytest.approx(wanted, rel=1e-5)
    assert unlikeness(one, 3 * one).item() == pytest.approx(0, abs=1e-9)
    assert unlikeness(one, -one).item() == pytest.approx(4, rel=1e-5)
    assert torch.isfinite(unlikeness(torch.zeros(1, 8, 1, 1), torch.ones(1, 8, 1, 1)))


def test_divergence_is_that_of_the_softened_classes():
    rng = np.random.default_rng(6)
    guess, truth = rng.normal(size=(5, 10)) * 3, rng.normal(size=(5, 10)) * 3
    p, q = (np.exp(each / 2) / np.exp(each / 2).sum(1, keepdims=True) for each in (truth, guess))
    wanted = (p * np.log(p / q)).sum(1).mean() * 4
    guess, truth = torch.from_numpy(guess), torch.from_numpy(truth)

    assert divergence(guess, truth).item() == pytest.approx(wanted, rel=1e-5)
    assert divergence(truth, truth).item() == pytest.approx(0, abs=1e-6)
