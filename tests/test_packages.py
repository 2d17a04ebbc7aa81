"""Work for which a package is missing is refused before it begins, with what to type."""

import sys

import numpy as np
import pytest
from PIL import Image

from graycolor import packages
from graycolor.cli.app import run
from graycolor.errors import MissingPackageError
from graycolor.network import weights
from graycolor.network.bins import Bins
from graycolor.network.config import NetworkConfig
from graycolor.network.weights import Header


@pytest.fixture
def light(tmp_path, monkeypatch, capsys):
    """Runs the command as typed where the packages of `requirements-light.txt` are and no others."""
    for module in ("torch", "onnx", "matplotlib", "imagehash", "scipy", "pillow_heif"):
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    Image.fromarray(np.tile(np.arange(0, 240, 2, dtype=np.uint8), (80, 1))).save(tmp_path / "old.jpg")

    def asked(*arguments):
        monkeypatch.setattr(sys, "argv", ["graycolor", *arguments])
        return run(), capsys.readouterr().err

    return asked


@pytest.fixture
def own_weights(tmp_path):
    config = NetworkConfig.tiny()
    header = Header(config, Bins.uniform(config.bin_step))
    weights.save(tmp_path / "own.safetensors", weights.build(header), header)


@pytest.mark.parametrize(
    ("arguments", "purpose", "missing"),
    [
        (["train"], "Training needs torch and matplotlib, which are not installed; add them with", "torch matplotlib"),
        (["prepare", "."], "prepare needs imagehash, which is not installed; add it with", "imagehash"),
        (["eval", ".", "--report", "page"], "The page of eval --report needs matplotlib", "matplotlib"),
        (["colorize", "old.jpg", "--device", "cuda"], "The device cuda needs torch", "torch"),
        (["colorize", "old.jpg", "--format", "heic"], "HEIC needs pillow-heif", "pillow-heif"),
    ],
)
def test_what_needs_a_package_says_what_to_add_and_leaves_nothing(light, tmp_path, arguments, purpose, missing):
    code, said = light(*arguments)
    (sentence,) = [line for line in said.splitlines() if line.startswith("graycolor: ")]

    assert code == 1
    assert purpose in sentence
    assert sentence.endswith(f"-m pip install {missing}")
    assert [path.name for path in tmp_path.iterdir()] == ["old.jpg"]


def test_weights_of_ones_own_say_what_to_add(own_weights, light):
    code, said = light("colorize", "old.jpg", "--weights", "own.safetensors", "--device", "cpu")

    assert code == 1
    assert "Preparing weights of one's own needs torch and onnx" in said


def test_an_environment_without_pip_is_told_of_uv(monkeypatch):
    monkeypatch.setitem(sys.modules, "pip", None)
    monkeypatch.setitem(sys.modules, "torch", None)

    with pytest.raises(MissingPackageError, match=r"uv pip install --python \S+ torch$"):
        packages.require("It", "torch")
    packages.require("It")
