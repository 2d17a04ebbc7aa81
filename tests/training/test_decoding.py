import numpy as np
import pytest
import torch
from torch import nn

from graycolor.color.fast import lab_of_rgb8
from graycolor.data.store import PhotoStore
from graycolor.evaluation.metrics import mean_chroma
from graycolor.network.bins import Bins
from graycolor.network.config import NetworkConfig
from graycolor.network.networks import build_network
from graycolor.network.weights import DecodeSettings, Header
from graycolor.training.decoding import fitted_decode


def plain_store(color, count=3):
    pixels = np.tile(np.array(color, np.uint8), (count, 96 * 96, 1))
    offsets = np.arange(count, dtype=np.int64) * 96 * 96 * 3
    return PhotoStore([str(n) for n in range(count)], offsets, np.full((count, 2), 96, np.int64), pixels.ravel())


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


def test_saturation_brings_chroma_to_that_of_the_truth(header):
    store = plain_store((200, 90, 90))
    decode = fitted_decode(saying((40, 0), header), header, store)
    truth = mean_chroma(lab_of_rgb8(store[0])[..., 1:])

    assert decode.saturation == pytest.approx(truth / 40, abs=0.02)
    assert decode.size == 96


def test_saturation_stays_within_reason_where_nothing_was_learnt(header):
    decode = fitted_decode(saying((0, 0), header), header, plain_store((200, 90, 90)))

    assert decode.saturation == 1.5


def test_a_network_that_says_ab_is_left_as_it_is():
    config = NetworkConfig.tiny("cnn", "ab")
    header = Header(config, Bins.uniform(config.bin_step), DecodeSettings(size=96))
    network = build_network(config, 2).eval()

    assert fitted_decode(network, header, plain_store((200, 90, 90))) == header.decode
