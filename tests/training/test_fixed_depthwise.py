import pytest
import torch

from graycolor.network.config import NetworkConfig
from graycolor.network.layers import FrozenConvBN
from graycolor.network.lite import Lite
from graycolor.training.fixed_depthwise import fix_depthwise


@pytest.mark.parametrize(("kernel", "stride"), [(3, 1), (5, 1), (3, 2), (5, 2)])
def test_output_and_input_gradient_are_the_ordinary_ones(kernel, stride):
    torch.manual_seed(0)
    layer = FrozenConvBN(8, 8, kernel, stride, groups=8)
    x = torch.randn(2, 8, 16, 24, requires_grad=True)
    y = layer(x)
    weights = torch.randn_like(y)
    (expected,) = torch.autograd.grad((y * weights).sum(), x)
    fix_depthwise(layer)
    fixed = layer(x)
    (gradient,) = torch.autograd.grad((fixed * weights).sum(), x)

    assert torch.allclose(fixed, y)
    assert torch.allclose(gradient, expected, atol=1e-5)


def test_a_network_keeps_its_parameters_and_its_result():
    network = Lite(NetworkConfig.tiny(), 60).eval()
    picture = torch.randn(1, 1, 64, 64)
    names, before = list(network.state_dict()), network(picture)
    fix_depthwise(network)

    assert list(network.state_dict()) == names
    assert torch.allclose(network(picture), before, atol=1e-5)
    assert not network.encoder.blocks[0].dw.weight.requires_grad
