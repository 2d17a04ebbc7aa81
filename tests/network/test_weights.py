import json
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from graycolor.errors import MissingInputError, WeightsError
from graycolor.files.regular import sha256_of
from graycolor.network import weights
from graycolor.network.bins import Bins
from graycolor.network.config import NetworkConfig
from graycolor.network.header import DecodeSettings, Header


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


@pytest.mark.parametrize(
    ("key", "text", "sentence"),
    [
        *((key, "{]", "no JSON at line 1") for key in ("bins", "prior", "decode", "config")),
        ("config", '{"future": 1}', "future is unknown"),
        ("config", '{"blocks": [1, 1, 1, 1000000000]}', "at most"),
        ("config", '{"architecture": "gpt"}', "no network called 'gpt'"),
        ("bins", "[[NaN, 0]]", r"bins\[0\]\[0\] is no number"),
        ("bins", "[[1, 2, 3]]", r"\[0\] must have 2 entries, not 3"),
        ("bins", "[[1000, 2], [0, 0]]", "no color is"),
        ("bins", "[]", "has 0 bins"),
        ("bins", "[" * 100_000, "nested"),
        ("prior", "[0.5, 0.5]", "has 2 entries for"),
        ("prior", "[-1, 2]", "has 2 entries for"),
        ("bins", "[[1e308, 0], [0, 0]]", "no color is"),
        ("prior", '["a"]', "must be a number, not text"),
        ("decode", '{"temperature": 0}', "temperature 0 is not in 0.01 to 10"),
        ("decode", '{"calibration": {"sure": 0.1}}', "calibration of colors is out of range"),
        ("decode", '{"calibration": {"gain": "1"}}', r"calibration\.gain must be a number, not text"),
        ("decode", '{"rebalancing_undone": 2}', "rebalancing_undone 2 is not in 0 to 1"),
        ("decode", '{"size": 1e9}', "size must be a whole number"),
        ("decode", '{"saturation": 1e999}', "saturation is no number"),
    ],
)
def test_a_damaged_header_is_told_with_its_place(tmp_path, header, key, text, sentence):
    save_file({"a": torch.zeros(1)}, tmp_path / "bad.safetensors", header.to_strings() | {key: text})

    with pytest.raises(WeightsError, match=rf"bad\.safetensors.*{sentence}"):
        weights.read_header(tmp_path / "bad.safetensors")


def test_a_prior_that_is_no_distribution_is_refused(tmp_path, header):
    for prior in ([1.0] * len(header.bins), [2.0, -1.0] + [0.0] * (len(header.bins) - 2)):
        save_file({"a": torch.zeros(1)}, tmp_path / "bad.safetensors", header.to_strings() | {"prior": str(prior)})
        with pytest.raises(WeightsError, match="no distribution"):
            weights.read_header(tmp_path / "bad.safetensors")


def test_figures_that_are_no_numbers_are_read_as_earlier_versions_wrote_them(tmp_path, header):
    save_file(
        {"a": torch.zeros(1)}, tmp_path / "nan.safetensors", replace(header, figures={"x": float("nan")}).to_strings()
    )

    assert np.isnan(weights.read_header(tmp_path / "nan.safetensors").figures["x"])


def test_a_small_file_that_claims_a_large_network_is_refused_before_it_is_built(tmp_path, header):
    resource = pytest.importorskip("resource")  # Windows has none
    claims = replace(header, config=replace(NetworkConfig(), encoder_width=4.0, encoder_depth=4.0, decoder=(4096,) * 4))
    save_file({"head.bias": torch.zeros(1)}, tmp_path / "claims.safetensors", claims.to_strings())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(WeightsError, match="lacks tensor"):
        weights.load(tmp_path / "claims.safetensors")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kB; the network would take 2 GB


def changed(saved, header, change):
    tensors = load_file(saved)
    change(tensors)
    save_file(tensors, saved, header.to_strings())
    return saved


def test_tensors_that_are_no_floats_are_named(saved, header):
    path = changed(saved, header, lambda tensors: tensors.update({"head.bias": tensors["head.bias"].to(torch.int32)}))

    with pytest.raises(WeightsError, match=r"head\.bias holds I32, not floats"):
        weights.load(path)


def test_tensors_that_hold_what_is_no_number_are_named(saved, header):
    path = changed(saved, header, lambda tensors: tensors["head.bias"].fill_(float("nan")))

    with pytest.raises(WeightsError, match=r"head\.bias holds what is no number"):
        weights.load(path)


def test_a_tensor_that_lies_elsewhere_is_named(saved):
    data = saved.read_bytes()
    length = int.from_bytes(data[:8], "little")
    said = json.loads(data[8 : 8 + length])
    said["head.bias"]["data_offsets"] = said["head.weight"]["data_offsets"]
    text = json.dumps(said).encode()
    saved.write_bytes(len(text).to_bytes(8, "little") + text + data[8 + length :])

    with pytest.raises(WeightsError, match=r"its tensor head\.(bias|weight) does not lie where it should"):
        weights.load(saved)


def test_the_embedded_header_is_the_same_checked_and_unchecked():
    with safe_open(weights.default_path(), "numpy") as file:
        strings = file.metadata()
    ours, anybodys = Header.of_ours(strings), Header.from_strings(strings, "default")

    assert ours.to_strings() == anybodys.to_strings()
    assert (ours.config, ours.decode) == (anybodys.config, anybodys.decode)


def test_the_embedded_hash_is_that_of_the_embedded_weights():
    path = weights.default_path()

    assert weights.default_path(weights.DEFAULT_HASH).read_text() == f"{sha256_of(path)}\n"
    assert weights.fingerprint(None) == weights.fingerprint(path)


def test_the_embedded_weights_describe_themselves():
    header = weights.read_header(weights.default_path())

    assert header.config == NetworkConfig(refine=2, queries=32)
    assert header.license
    assert header.trained_on
    assert header.bins.prior.sum() == pytest.approx(1, abs=1e-3)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="file systems that refuse such names")
def test_weights_whose_name_is_no_utf8(saved, header):
    foreign = saved.rename(saved.with_name("\udcff\x1b.safetensors"))
    assert weights.load(foreign)[1].config == header.config
    assert weights.read_header(foreign).config == header.config


@pytest.mark.parametrize(("architecture", "output"), [("lite", "bins"), ("cnn", "ab"), ("resnet-v2", "ab")])
def test_shapes_are_known_without_torchs_compiler_which_takes_seconds_to_import(architecture, output, monkeypatch):
    config = NetworkConfig.tiny(architecture, output)
    config = replace(config, refine=2, queries=4) if architecture == "lite" else config
    header = Header(config, Bins.uniform(config.bin_step))
    monkeypatch.setitem(sys.modules, "torch._dynamo", None)

    shapes = weights._shapes(header)

    assert shapes == {
        name: tuple(tensor.shape)
        for name, tensor in weights.build(header).state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
