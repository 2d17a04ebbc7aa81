import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from graycolor.cli.app import app
from graycolor.data.store import build_store
from graycolor.network import weights
from graycolor.network.bins import Bins
from graycolor.network.chroma import Calibration
from graycolor.network.config import NetworkConfig
from graycolor.network.header import DecodeSettings, Header
from graycolor.training.config import TrainConfig
from graycolor.training.objectives import objective_of
from graycolor.training.validate import beyond_chance, validate


def trained(phase):
    """A network that says strong colors, whose refinement and calibration change them."""
    torch.manual_seed(0)
    config = replace(NetworkConfig.tiny(), refine=2 if phase == "detail" else 0)
    header = Header(config, Bins.uniform(config.bin_step), DecodeSettings(0.5, 0.5, 1.4, 96, Calibration()))
    network = weights.build(header)
    torch.nn.init.normal_(network.head.weight, std=0.8)
    return network.eval(), header


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["color", "detail"])
def test_figures_of_a_run_are_those_of_eval_on_the_same_photographs(tmp_path, drawn_photos, phase, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    network, header = trained(phase)
    path = tmp_path / "own.safetensors"
    weights.save(path, network, header, half=False)
    folder = tmp_path / "photos"
    folder.mkdir()
    photos = drawn_photos(5)
    for number, (_, data) in enumerate(photos):
        (folder / f"{number}.png").write_bytes(data)
    store = build_store(tmp_path / "val", photos, max_side=500)
    config = TrainConfig.of("lite", scale="tiny", phase=phase)
    verdict = validate(objective_of(config, network, header), header, store, 5)
    told = CliRunner().invoke(app, ["eval", str(folder), "--weights", str(path), "--json", "--device", "cpu"])
    rows = json.loads(told.stdout)

    (row,) = (row for row in rows["rows"] if row["name"] not in ("gray", "mean color", "truth"))
    for name in ("delta_e2000", "delta_e2000_matched", "ab_cosine", "mse", "accuracy"):
        assert getattr(verdict, name) == pytest.approx(row["figures"][name]["value"], abs=0.02), name


def test_a_gain_is_one_where_it_is_larger_than_its_scatter():
    before = np.array([10.0, 12, 8, 15, 9, 11, 14, 10, 13, 12])
    noise = np.array([1.0, -1, 2, -2, 1, -1, 2, -2, 1, -1])

    assert beyond_chance(before, before - 0.5)
    assert not beyond_chance(before, before - 0.5 + noise)
    assert not beyond_chance(before, before + 0.5)
    assert beyond_chance(before[:3], before[:3] - 0.1)
