from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from graycolor.color.lightness_join import lab_of_rgb8
from graycolor.data.store import PhotoStore, write_store
from graycolor.evaluation.metrics import mean_chroma
from graycolor.network.bins import Bins
from graycolor.network.config import NetworkConfig
from graycolor.network.header import DecodeSettings, Header
from graycolor.network.networks import build_network
from graycolor.training.decoding import fitted_decode, suited_saturation


def plain_store(path, color, count=3):
    photo = np.full((96, 96, 3), color, np.uint8)
    write_store(path, [(str(number), photo) for number in range(count)])
    return PhotoStore.open(path)


def saying(ab, header):
    """A network that says the same duller color everywhere."""
    network = build_network(header.config, len(header.bins)).eval()
    distance = np.sum((header.bins.centers - np.asarray(ab, np.float32)) ** 2, axis=1)
    nn.init.zeros_(network.head.weight)
    network.head.bias = nn.Parameter(torch.from_numpy(np.where(distance == distance.min(), 40.0, 0).astype(np.float32)))
    return network


@pytest.fixture
def header():
    config = NetworkConfig.tiny()
    return Header(config, Bins.uniform(config.bin_step), DecodeSettings(size=96))


def test_saturation_brings_chroma_to_that_of_the_truth(tmp_path, header):
    store = plain_store(tmp_path / "photos", (200, 90, 90))
    decode = fitted_decode(saying((40, 0), header), header, store)
    truth = mean_chroma(lab_of_rgb8(store[0])[..., 1:])

    assert decode.saturation == pytest.approx(truth / 40, abs=0.02)
    assert decode.size == 96


def test_saturation_alone_can_be_fitted(tmp_path, header):
    store = plain_store(tmp_path / "photos", (200, 90, 90))
    learnt = replace(header, decode=DecodeSettings(temperature=0.66, rebalancing_undone=0.3, size=96))
    decode = fitted_decode(saying((40, 0), header), learnt, store, only_saturation=True)

    assert (decode.temperature, decode.rebalancing_undone) == (0.66, 0.3)
    assert decode.saturation > 1


def test_saturation_stays_within_reason_where_nothing_was_learnt(tmp_path, header):
    decode = fitted_decode(saying((0, 0), header), header, plain_store(tmp_path / "photos", (200, 90, 90)))

    assert decode.saturation == 1.55


def test_a_network_that_says_ab_is_left_as_it_is(tmp_path):
    config = NetworkConfig.tiny("cnn", "ab")
    header = Header(config, Bins.uniform(config.bin_step), DecodeSettings(size=96))
    network = build_network(config, 2).eval()

    assert fitted_decode(network, header, plain_store(tmp_path / "photos", (200, 90, 90))) == header.decode


def test_saturation_follows_a_kind_of_photographs_where_others_of_it_gain(tmp_path, header):
    pale, like_it = (plain_store(tmp_path / name, (150, 120, 120), 10) for name in ("pale", "like it"))
    decode = suited_saturation(saying((40, 0), header), header, pale, like_it)
    truth = mean_chroma(lab_of_rgb8(pale[0])[..., 1:])

    assert decode.saturation == pytest.approx(truth / 40, abs=0.02)
    assert replace(decode, saturation=1.0) == replace(header.decode, saturation=1.0)


def test_saturation_stays_where_others_would_lose(tmp_path, header):
    pale, strong = plain_store(tmp_path / "pale", (150, 120, 120), 10), plain_store(tmp_path / "s", (200, 90, 90), 10)

    assert suited_saturation(saying((40, 0), header), header, pale, strong) == header.decode
