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


def saved_as(path, header, seed, **changes):
    torch.manual_seed(seed)
    header = replace(header, config=replace(header.config, **changes))
    weights.save(path, weights.build(header), header, half=False)
    return path


def test_the_mean_of_weights_is_the_mean_of_each_tensor_decoded_as_the_first(tmp_path, header):
    first = saved_as(tmp_path / "first.safetensors", header, 1)
    second = saved_as(tmp_path / "second.safetensors", replace(header, decode=DecodeSettings(temperature=0.9)), 2)
    mean, told = weights.load_mean([first, second])
    ones, others = (weights.load(path)[0].state_dict() for path in (first, second))

    assert told.decode == header.decode
    for key, value in mean.state_dict().items():
        assert torch.allclose(value.float(), (ones[key] + others[key]).float() / 2, atol=1e-6)


def test_a_refinement_stays_in_the_mean_only_where_all_have_one(tmp_path, header):
    plain = saved_as(tmp_path / "plain.safetensors", header, 1)
    refined = [saved_as(tmp_path / f"{seed}.safetensors", header, seed, refine=2) for seed in (2, 3)]

    assert weights.load_mean(refined)[0].refinement is not None
    for paths in ([plain, *refined], [*refined, plain]):
        mean, told = weights.load_mean(paths)
        assert mean.refinement is None
        assert told.config.refine == 0


def test_unlike_weights_have_no_mean(tmp_path, header):
    one = saved_as(tmp_path / "one.safetensors", header, 1)
    wider = saved_as(tmp_path / "wider.safetensors", header, 2, decoder=(40, 24, 16, 16))

    with pytest.raises(WeightsError, match=r"wider\.safetensors is of another shape than .*one\.safetensors"):
        weights.load_mean([one, wider])


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
