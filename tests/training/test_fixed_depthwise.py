import pytest
import torch

from graycolor.network.config import NetworkConfig
from graycolor.network.layers import FrozenConvBN
from graycolor.network.lite import Lite
from graycolor.training.fixed_depthwise import fix_depthwise


@pytest.mark.parametrize(("dtype", "near"), [(torch.float32, 1e-5), (torch.bfloat16, 0.02)])
@pytest.mark.parametrize(("kernel", "stride"), [(3, 1), (5, 1), (3, 2), (5, 2), (5, 3)])
def test_output_and_input_gradient_are_the_ordinary_ones(kernel, stride, dtype, near):
    torch.manual_seed(0)
    layer = FrozenConvBN(8, 8, kernel, stride, groups=8)
    x = torch.randn(2, 8, 16, 24).to(dtype).requires_grad_()
    with torch.autocast("cpu", torch.bfloat16, enabled=dtype is torch.bfloat16):
        y = layer(x)
        fix_depthwise(layer)
        fixed = layer(x)
    weights = torch.randn_like(y)
    (expected,) = torch.autograd.grad((y * weights).sum(), x)
    (gradient,) = torch.autograd.grad((fixed * weights).sum(), x)

    assert fixed.dtype == gradient.dtype == dtype
    assert torch.allclose(fixed, y)
    assert torch.allclose(gradient, expected, rtol=near, atol=near)


def test_a_network_keeps_its_parameters_and_its_result():
    network = Lite(NetworkConfig.tiny(), 60).eval()
    picture = torch.randn(1, 1, 64, 64)
    names, before = list(network.state_dict()), network(picture)
    fix_depthwise(network)

    assert list(network.state_dict()) == names
    assert torch.allclose(network(picture), before, atol=1e-5)
    assert not network.encoder.blocks[0].dw.weight.requires_grad


def test_kernels_and_gammas_of_depthwise_layers_get_no_gradient_and_biases_do():
    network = Lite(NetworkConfig.tiny(), 60)
    fix_depthwise(network)
    network(torch.randn(1, 1, 64, 64)).sum().backward()

    for block in network.encoder.blocks:
        assert block.dw.weight.grad is None
        assert block.dw.gamma.grad is None
        assert block.dw.beta.grad is not None
