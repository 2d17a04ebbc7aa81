import pytest

from graycolor.errors import WeightsError
from graycolor.network.config import NetworkConfig


@pytest.mark.parametrize("config", [NetworkConfig(), NetworkConfig.tiny()])
def test_a_config_survives_its_json(config):
    assert NetworkConfig.from_json(config.to_json()) == config


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}x", '{"architecture": "unknown", "decoder": [1, 1, 1, 1]}', '{"decoder": [1]}', '{"decoder": null}',
     '{"decoder": [256, 160, 96, 64], "future_setting": 1}'],
)  # fmt: skip
def test_anything_else_is_refused(text):
    with pytest.raises(WeightsError):
        NetworkConfig.from_json(text)
