"""What follows from how many photographs there are, and of what size, where nobody said otherwise."""

import numpy as np
import pytest

from graycolor.data.store import PhotoStore, write_store
from graycolor.training.config import TrainConfig
from graycolor.training.crops import CropBatches
from graycolor.training.recipe import suited


def test_the_fewer_photographs_the_more_gently_they_are_learnt_from():
    chosen = [suited(photos) for photos in (100, 900, 5_000, 50_000)]
    rates, frozen = ([each[name] for each in chosen] for name in ("learning_rate", "frozen_blocks"))

    assert list(rates) == sorted(rates)
    assert rates[0] < rates[-1] / 3
    assert list(frozen) == sorted(frozen, reverse=True)
    assert (frozen[0], frozen[-1]) == (8, 3)
    assert suited(100)["patience"]
    assert {each["rebalancing"] for each in chosen} == {0.5}, "rare colors count as they did for the embedded weights"
    assert [each["batch"] for each in chosen] == [8, 16, 32, 32], "few photographs make steps enough"


@pytest.mark.parametrize("said", [{"init": "scratch"}, {"architecture": "cnn"}, {"scale": "small"}, {"loss": "mse"}])
def test_what_starts_untrained_is_trained_as_before(said):
    assert suited(100, **said) == {}


def test_what_somebody_said_wins():
    chosen = suited(100, learning_rate=1e-3, patience=0)

    assert {"learning_rate", "patience"}.isdisjoint(chosen)
    assert TrainConfig.of("lite", **chosen, learning_rate=1e-3).learning_rate == 1e-3


def test_own_weights_of_another_network_are_trained_on_with_patience():
    assert suited(100, init="mine.safetensors", architecture="cnn") == {"patience": 4}


@pytest.mark.parametrize(("squares", "crop"), [((96, 96), (96, 96)), ((224, 224), (224, 224)), ((100, 60), (96, 64))])
def test_arrays_are_learnt_from_whole_unworn_and_in_their_own_size(tmp_path, squares, crop):
    config = TrainConfig.of("cnn", scale="tiny", batch=2, **suited(5, squares, architecture="cnn"))
    photos = np.random.default_rng(0).integers(0, 255, (5, *squares, 3), np.uint8)
    write_store(tmp_path / "store", ((str(number), photo) for number, photo in enumerate(photos)))
    batch = CropBatches(PhotoStore.open(tmp_path / "store"), config, 2).batch(0, 0)

    assert batch.gray.shape == (2, 1, *crop)
    assert config.degraded == 0
    if squares == crop:
        assert config.zoom == (squares[0], squares[0])
