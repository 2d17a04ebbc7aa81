import pytest

from graycolor.errors import UsageError
from graycolor.training.config import TrainConfig
from graycolor.training.presets import PRESETS, preset


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_a_training_that_can_be(name):
    assert TrainConfig.of(**preset(name)).architecture == "lite"


def test_a_finish_decodes_what_was_learnt_before_it_as_it_was_weighed():
    long, finish = preset("long"), preset("long-finish")

    assert finish["phase"] == "finish"
    assert [finish[key] for key in ("rebalancing", "rebalancing_undone", "relit")] == [
        long[key] for key in ("rebalancing", "rebalancing_undone", "relit")
    ]


def test_a_changed_copy_changes_no_preset():
    preset("long")["epochs"] = 1

    assert preset("long")["epochs"] > 1


def test_a_preset_that_is_none_is_refused_with_those_that_are():
    with pytest.raises(UsageError, match="long-finish"):
        preset("short")
