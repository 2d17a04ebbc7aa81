import json

import pytest

from graycolor.checked_json import Source, checked
from graycolor.errors import WeightsError
from graycolor.network.config import NetworkConfig

SOURCE = Source("own.safetensors", "copy it again", WeightsError)


@pytest.mark.parametrize("config", [NetworkConfig(), NetworkConfig.tiny()])
def test_a_config_survives_its_json(config):
    assert checked(json.loads(config.to_json()), NetworkConfig, SOURCE) == config


@pytest.mark.parametrize(
    "values",
    [
        [],
        {"architecture": "unknown", "decoder": [1, 1, 1, 1]},
        {"decoder": [1]},
        {"decoder": None},
        {"decoder": [256, 160, 96, 64], "future_setting": 1},
        {"decoder": [10**12, 1, 1, 1]},
        {"blocks": [1, 1, 1, 10**9]},
        {"widths": [1, 1, 1, 1.5]},
    ],
)
def test_anything_else_is_refused(values):
    with pytest.raises(WeightsError):
        checked(values, NetworkConfig, SOURCE)
