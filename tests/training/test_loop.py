import io
import json
import math
import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image

from graycolor.data.store import build_store
from graycolor.errors import TrainingError, UsageError
from graycolor.network import weights
from graycolor.network.bins import Bins
from graycolor.network.config import NetworkConfig
from graycolor.network.weights import Header
from graycolor.training.config import TrainConfig
from graycolor.training.loop import learning_rate, train


@pytest.fixture
def config(tmp_path):
    """A tiny network and drawn photographs: skies above grass."""
    rng = np.random.default_rng(0)
    photos = []
    for number in range(8):
        pixels = np.zeros((96, 128, 3), np.uint8)
        pixels[:48], pixels[48:] = (90, 140, 230), (60, 130, 40)
        pixels = np.clip(pixels + rng.normal(0, 12, pixels.shape), 0, 255).astype(np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "PNG")
        photos.append((f"{number}.png", buffer.getvalue()))
    build_store(tmp_path / "photos", photos, max_side=500)
    shape = NetworkConfig.tiny()
    header = Header(shape, Bins.uniform(shape.bin_step))
    torch.manual_seed(0)
    weights.save(tmp_path / "start.safetensors", weights.build(header), header)
    return TrainConfig(
        store=tmp_path / "photos", validation=tmp_path / "photos", run=tmp_path / "run",
        init=tmp_path / "start.safetensors", minutes=0.25, batch=4, area=64 * 64, zoom=(64, 96),
        learning_rate=3e-3, warmup=10, degraded=0.2, frozen_blocks=1,
    )  # fmt: skip


@pytest.mark.slow
def test_training_lowers_the_loss_and_leaves_usable_weights(config):
    path = train(config)
    losses = [json.loads(line)["loss"] for line in (config.run / "history.jsonl").read_text().splitlines()]
    _, header = weights.load(path)

    assert losses[-1] < 0.8 * losses[0]
    assert header.config == NetworkConfig.tiny()


@pytest.mark.slow
def test_two_processes_train_together(config, tmp_path):
    script = tmp_path / "both.py"
    script.write_text(
        "from pathlib import Path\n"
        "from graycolor.training.config import TrainConfig\n"
        "from graycolor.training.loop import train\n"
        f"root = Path({str(tmp_path)!r})\n"
        "train(TrainConfig(store=root/'photos', validation=root/'photos', run=root/'run',"
        " init=root/'start.safetensors',"
        " minutes=0.15, batch=4, area=4096, zoom=(64, 96), frozen_blocks=1))\n"
    )
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", str(script)]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | {"OMP_NUM_THREADS": "1"}, timeout=120)

    weights.load(tmp_path / "run" / "last.safetensors")


def test_a_loss_that_is_no_number_stops_the_run(config):
    network, header = weights.load(config.init)
    with torch.no_grad():
        network.head.bias.fill_(math.nan)
    weights.save(config.init, network, header)

    with pytest.raises(TrainingError, match="not a number at step 0"):
        train(config)


def test_the_learning_rate_warms_up_and_falls_to_a_hundredth(config):
    assert learning_rate(config, 0, 0) == pytest.approx(config.learning_rate / 10)
    assert learning_rate(config, 100, 0) == pytest.approx(config.learning_rate)
    assert learning_rate(config, 100, 1) == pytest.approx(config.learning_rate / 100)


@pytest.mark.parametrize("wrong", [{"minutes": 0}, {"batch": 0}, {"ema": 1.0}, {"zoom": (20, 10)}])
def test_settings_that_cannot_work_are_refused(config, wrong):
    from dataclasses import replace

    with pytest.raises(UsageError):
        replace(config, **wrong)
