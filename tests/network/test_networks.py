import re
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from graycolor.errors import WeightsError
from graycolor.network.config import ARCHITECTURES, SCALES, NetworkConfig
from graycolor.network.layers import biased_relu6
from graycolor.network.networks import build_network


@pytest.mark.parametrize("architecture", ["cnn", "resnet-v2"])
@pytest.mark.parametrize(("height", "width"), [(32, 64), (96, 32)])
def test_the_others_answer_at_half_the_size_and_older_weights_at_all_of_it(architecture, height, width):
    config = NetworkConfig.tiny(architecture, "ab")
    for halved, stride in ((True, 2), (False, 1)):
        network = build_network(replace(config, halved=halved), 0).eval()
        with torch.no_grad():
            assert network(torch.zeros(2, 1, height, width)).shape == (2, 2, height // stride, width // stride)
    assert (config.stride, replace(config, halved=False).stride) == (2, 1)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_scales_grow(architecture):
    with torch.device("meta"):
        networks = [build_network(NetworkConfig.of(architecture, scale, output="ab"), 0) for scale in SCALES]
    sizes = [sum(p.numel() for p in network.parameters()) for network in networks]

    assert sizes == sorted(sizes)
    assert len(set(sizes)) == 3


@pytest.mark.parametrize("architecture", ["cnn", "resnet-v2"])
def test_color_depends_on_more_than_the_pixel_itself(architecture):
    """A network that only looked at single pixels could not know what it sees."""
    torch.manual_seed(0)
    network = build_network(NetworkConfig.tiny(architecture, "ab"), 0).eval()
    gray = torch.randn(1, 1, 64, 64)
    changed = gray.clone()
    changed[..., 40:, 40:] += 1
    with torch.no_grad():
        difference = (network(gray) - network(changed)).abs().sum(1)[0]

    assert difference[18, 18] > 0


def test_attention_carries_news_across_the_whole_picture():
    torch.manual_seed(0)
    far = {}
    for attention in (False, True):
        config = NetworkConfig.of("resnet-v2", "tiny", output="ab", attention=attention)
        network = build_network(config, 0).eval()
        if attention:
            torch.nn.init.normal_(network.attention.out.weight)
        gray = torch.zeros(1, 1, 32, 512)
        changed = gray.clone()
        changed[..., :16] += 1
        with torch.no_grad():
            far[attention] = (network(gray) - network(changed)).abs()[..., -16:].max().item()

    assert far[False] == pytest.approx(0, abs=1e-7)
    assert far[True] > 1e-7


def test_bias_and_relu6_in_place_are_the_plain_ones_and_so_are_their_gradients():
    torch.manual_seed(0)
    y, bias = torch.randn(2, 5, 6, 7) * 5, torch.randn(5, requires_grad=True)
    weights = torch.randn_like(y)

    def answers(function):
        leaf = y.clone().requires_grad_()
        out = function(leaf * 1, bias)
        return out, *torch.autograd.grad((out * weights).sum(), (leaf, bias))

    fast, plain = answers(biased_relu6), answers(lambda y, bias: F.relu6(y + bias[:, None, None]))

    assert all(torch.allclose(one, other, atol=1e-5) for one, other in zip(fast, plain, strict=True))


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"architecture": "CNN"}, "There is no network 'CNN'; choose lite, cnn, resnet-v2."),
        ({"architecture": "cnn", "scale": "huge"}, "There is no scale 'huge'; choose small, base, large."),
        ({"architecture": "cnn", "attention": True}, "Self-attention is for resnet-v2, not for cnn"),
    ],
)
def test_what_a_network_cannot_be_is_named_alone(asked, sentence):
    with pytest.raises(WeightsError, match=re.escape(sentence)):
        NetworkConfig.of(**asked)
