from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from graycolor.errors import MissingInputError, WeightsError
from graycolor.network import weights
from graycolor.network.bins import Bins
from graycolor.network.config import NetworkConfig
from graycolor.network.weights import DecodeSettings, Header


@pytest.fixture
def header():
    config = NetworkConfig.tiny()
    return Header(
        config,
        Bins.uniform(config.bin_step),
        DecodeSettings(temperature=0.5),
        "drawn scenes",
        "MIT",
        {"x": 1.5},
    )


@pytest.fixture
def saved(tmp_path, header):
    torch.manual_seed(0)
    path = tmp_path / "tiny.safetensors"
    weights.save(path, weights.build(header), header, half=False)
    return path


def test_weights_come_back_with_all_they_say_of_themselves(saved, header):
    network, loaded = weights.load(saved)
    torch.manual_seed(0)
    original = weights.build(header)

    assert (loaded.config, loaded.decode) == (header.config, header.decode)
    assert (loaded.trained_on, loaded.license, dict(loaded.figures)) == ("drawn scenes", "MIT", {"x": 1.5})
    assert np.array_equal(loaded.bins.centers, header.bins.centers)
    for key, value in original.state_dict().items():
        assert torch.equal(network.state_dict()[key], value)


def test_halved_weights_stay_close(tmp_path, header):
    network = weights.build(header)
    weights.save(tmp_path / "half.safetensors", network, header)
    loaded, _ = weights.load(tmp_path / "half.safetensors")

    assert torch.allclose(loaded.head.weight, network.head.weight, rtol=1e-3, atol=1e-6)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(MissingInputError, match="nowhere"):
        weights.load(tmp_path / "nowhere.safetensors")


@pytest.mark.parametrize("keep", [0, 4, 100, 0.5, 0.999])
def test_a_truncated_file_is_refused(saved, keep):
    data = saved.read_bytes()
    saved.write_bytes(data[: keep if isinstance(keep, int) else int(len(data) * keep)])

    with pytest.raises(WeightsError, match="damaged"):
        weights.load(saved)


def test_a_foreign_safetensors_file_is_refused(tmp_path):
    save_file({"a": torch.zeros(3)}, tmp_path / "foreign.safetensors")

    with pytest.raises(WeightsError, match="not made by this graycolor"):
        weights.load(tmp_path / "foreign.safetensors")


def test_a_pickle_is_refused_unread(tmp_path):
    torch.save({"weights": torch.zeros(3)}, tmp_path / "peer.pth")

    with pytest.raises(WeightsError, match="no weights file"):
        weights.load(tmp_path / "peer.pth")


def test_tensors_of_another_architecture_are_refused(tmp_path, header):
    wider = replace(header, config=replace(header.config, decoder=(40, 24, 16, 16)))
    tensors = {k: v for k, v in weights.build(header).state_dict().items() if not k.endswith("tracked")}
    save_file(tensors, tmp_path / "other.safetensors", wider.to_strings())

    with pytest.raises(WeightsError, match="for another network"):
        weights.load(tmp_path / "other.safetensors")


def test_a_missing_tensor_is_named(tmp_path, header):
    tensors = {k: v for k, v in weights.build(header).state_dict().items() if not k.endswith("tracked")}
    del tensors["head.bias"]
    save_file(tensors, tmp_path / "holed.safetensors", header.to_strings())

    with pytest.raises(WeightsError, match=r"lacks tensor head\.bias"):
        weights.load(tmp_path / "holed.safetensors")


@pytest.mark.parametrize("key", ["bins", "prior", "decode", "config"])
def test_a_damaged_header_is_refused(tmp_path, header, key):
    strings = header.to_strings() | {key: "{]"}
    save_file({"a": torch.zeros(1)}, tmp_path / "bad.safetensors", strings)

    with pytest.raises(WeightsError):
        weights.load(tmp_path / "bad.safetensors")


def test_the_embedded_weights_describe_themselves():
    header = weights.read_header(weights.default_path())

    assert header.config == NetworkConfig(refine=2)
    assert header.license
    assert header.trained_on
    assert header.bins.prior.sum() == pytest.approx(1, abs=1e-3)
