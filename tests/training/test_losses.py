import numpy as np
import pytest
import torch

from graycolor.network.bins import Bins
from graycolor.training.losses import BinLoss, loss_of, phase_positions


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


def test_colors_beyond_the_table_are_taken_to_its_edge(bins):
    loss, weight = BinLoss(bins)(torch.zeros(1, len(bins)), torch.tensor([[500.0, -500.0]]))

    assert (loss / weight).item() == pytest.approx(np.log(len(bins)), rel=1e-5)


@pytest.mark.parametrize(("kind", "expected"), [("mse", (0.25 + 0.01) / 2), ("l1", (0.5 + 0.1) / 2), ("huber", None)])
def test_regression_losses_are_means_over_both_channels(bins, kind, expected):
    raw = torch.atanh(torch.tensor([[0.5, 0.0]]))
    loss, weight = loss_of(kind, bins)(raw, torch.tensor([[0.0, 12.8]]))
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
