"""`graycolor info`: what works here, also where much does not."""

import json
import platform
import sys
from importlib.metadata import version

import numpy as np
import pytest
from PIL import Image

import graycolor
from graycolor.cli.app import run
from graycolor.errors import DeviceError, MissingPackageError
from graycolor.installation import check
from graycolor.network import device, weights
from graycolor.network.device import choose_device
from graycolor.pictures.formats import FORMATS
from poorer import run_without


@pytest.fixture
def info(monkeypatch, capsys):
    """Runs the command as typed; returns exit code and stdout."""

    def asked(*arguments):
        monkeypatch.setattr(sys, "argv", ["graycolor", "info", *arguments])
        return run(), capsys.readouterr().out

    return asked


def test_a_program_reads_all_facts_as_one_object(info, monkeypatch):
    monkeypatch.setenv("GRAYCOLOR_SATURATION", "0.9")
    code, out = info("--json", "--check", "--device", "cpu")
    facts = json.loads(out)

    assert code == 0
    assert facts["graycolor"] == graycolor.__version__
    assert facts["python"]["version"] == platform.python_version()
    assert facts["device"] == {"device": "cpu", "why": "it was asked for"}
    assert facts["weights"]["fingerprint"] == weights.fingerprint(None)
    assert facts["weights"]["figures"] == weights.read_header(weights.default_path()).figures
    assert "NOTICE" in facts["weights"]["terms"]
    assert {facts["formats"][name] for name in FORMATS.keys() - {"HEIF"}} == {"read and written"}
    assert set(facts["films"]["encoders"]) == {"h264", "hevc", "av1", "ffv1", "prores", "dnxhr"}
    assert facts["packages"]["numpy"] == version("numpy")
    assert facts["places"]["cache"]["folder"].endswith("graycolor")
    assert facts["variables"]["GRAYCOLOR_SATURATION"] == "0.9"
    assert facts["telemetry"] == "off"
    assert facts["check"]["good"]


def test_a_poor_machine_is_told_what_it_lacks_and_colors_all_the_same(tmp_path):
    lacking = ("torch", "onnx", "pillow_heif", "av")
    done = run_without(tmp_path, "-m", "graycolor", "info", "--check", modules=lacking)

    assert done.returncode == 0, done.stderr
    assert "torch, for training" in done.stdout
    assert f"{sys.executable} -m pip install NAME" in done.stdout
    assert "not HEIF: HEIC needs pillow-heif" in done.stdout
    assert "films     ModuleNotFoundError" in done.stdout
    assert "this installation colors as it should" in done.stdout


def test_other_colors_than_expected_are_a_failure(info, monkeypatch, tmp_path):
    with Image.open(check._place("photograph-expected.png")) as expected:
        Image.fromarray(np.asarray(expected)[:, :, ::-1].copy()).save(tmp_path / "photograph-expected.png")
    kept = check._place("photograph.png")
    monkeypatch.setattr(check, "_place", lambda name: kept if name == kept.name else tmp_path / name)
    code, out = info("--check", "--device", "cpu")

    assert code == 1
    assert "the colors are not those expected" in out


def test_weights_that_cannot_be_used_are_told_among_the_facts(info, tmp_path):
    (tmp_path / "none.safetensors").write_bytes(b"nothing")
    code, out = info("--weights", str(tmp_path / "none.safetensors"))

    assert code == 0
    assert "none.safetensors is no weights file" in out


def test_the_device_comes_with_its_reason(monkeypatch):
    monkeypatch.setattr(device, "_gpu_driver_present", lambda: True)

    assert "cannot use it" in choose_device("auto").why or choose_device("auto").device == "cuda"
    monkeypatch.setitem(sys.modules, "torch", None)
    assert choose_device("auto") == ("cpu", "there is a driver of an NVIDIA GPU here, but torch is not installed")
    with pytest.raises(MissingPackageError, match="The device cuda needs torch, which is not installed; add it with"):
        choose_device("cuda")
    with pytest.raises(DeviceError, match="choose one of auto"):
        choose_device("tpu")
