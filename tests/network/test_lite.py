import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from graycolor.network import weights
from graycolor.network.bins import Bins, gamut_centers
from graycolor.network.config import NetworkConfig
from graycolor.network.layers import Queries
from graycolor.network.lite import EfficientNetEncoder, Lite


@pytest.mark.materials
def test_the_warm_start_gives_the_logits_of_its_author(materials):
    """Tolerances as the author of the weights stated them."""
    folder = materials / "weights"
    network = Lite(NetworkConfig(), 261).eval()
    weights.fill(network, load_file(folder / "lite0-warm.safetensors"), "warm start")
    example = np.load(folder / "example.npz")
    with torch.no_grad():
        gray = torch.from_numpy(example["grey"]).float()[None, None]
        logits = network((gray - 127) / 128)[0].numpy()
    wanted = example["logits"].astype(np.float32)
    error = np.abs(logits - wanted)
    softmax = [torch.softmax(torch.from_numpy(z), 0) for z in (logits, wanted)]

    assert error.max() <= 0.05
    assert error[wanted > -30].max() <= 0.01
    assert (softmax[0] - softmax[1]).abs().max() <= 0.002


@pytest.mark.materials
def test_bins_and_class_weights_are_those_of_the_warm_start(materials):
    stored = json.loads((materials / "weights" / "bins.json").read_text())
    bins = Bins(gamut_centers(10), np.array(stored["prior"], np.float32))

    assert bins.centers.tolist() == stored["centres"]
    assert bins.class_weights == pytest.approx(np.array(stored["weight"]), abs=1e-4)


def test_lite_has_the_size_it_is_known_for():
    network = Lite(NetworkConfig(), 261)

    assert sum(p.numel() for p in network.parameters()) == 4_832_261


@pytest.mark.parametrize(("height", "width"), [(32, 32), (64, 160), (224, 96)])
def test_logits_come_at_stride_four(height, width):
    network = Lite(NetworkConfig.tiny(), 80).eval()
    with torch.no_grad():
        assert network(torch.zeros(2, 1, height, width)).shape == (2, 80, height // 4, width // 4)


def test_encoder_multipliers_give_the_published_efficientnet_lite_widths():
    assert EfficientNetEncoder(1.0, 1.0).channels == [16, 24, 40, 112, 1280]
    assert EfficientNetEncoder(1.1, 1.2).channels == [16, 24, 48, 120, 1280]
    assert len(EfficientNetEncoder(1.0, 1.0).blocks) == 16
    assert len(EfficientNetEncoder(1.1, 1.2).blocks) == 21


def queried(count=8):
    torch.manual_seed(0)
    return Lite(replace(NetworkConfig.tiny(), queries=count), 80).eval()


def test_untrained_queries_change_nothing():
    plain, asking = Lite(NetworkConfig.tiny(), 80).eval(), queried()
    plain.load_state_dict({k: v for k, v in asking.state_dict().items() if not k.startswith(("q32", "q16"))})
    gray = torch.randn(2, 1, 64, 96)
    with torch.no_grad():
        assert torch.equal(plain(gray), asking(gray))


def test_queries_give_every_place_a_mixture_of_what_was_gathered_anywhere():
    torch.manual_seed(1)
    queries = Queries(6, 3)
    torch.nn.init.normal_(queries.out.weight)
    x = torch.randn(1, 6, 4, 5)
    weight = {name: parameter.detach().numpy() for name, parameter in queries.named_parameters()}

    def linear(name, places):
        return places @ weight[f"{name}.weight"][:, :, 0, 0].T + weight[f"{name}.bias"]

    places = x[0].flatten(1).T.numpy()
    pick, give = (np.exp(linear(name, places)) for name in ("pick", "give"))
    descriptors = (pick / pick.sum(0)).T @ linear("value", places)
    wanted = places + linear("out", (give / give.sum(1, keepdims=True)) @ descriptors)

    np.testing.assert_allclose(queries(x)[0].flatten(1).T.detach(), wanted, atol=1e-5)


def test_an_impulse_moves_with_the_picture():
    """Translation by the lowest stride moves the features alike: the padding is where the weights expect it."""
    network = Lite(NetworkConfig.tiny(), 80).eval()
    picture = torch.zeros(1, 1, 256, 256)
    picture[..., 100:110, 100:110] = 1
    with torch.no_grad():
        one = network.encoder(picture)[0]
        other = network.encoder(torch.roll(picture, (32, 32), (2, 3)))[0]

    assert torch.allclose(one[..., 16:40, 16:40], other[..., 24:48, 24:48], atol=1e-4)
