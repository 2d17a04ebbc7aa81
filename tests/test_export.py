"""Networks that need no graycolor: exported by the command, and run by the example of docs/export.md."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import graycolor
from graycolor.cli.app import run
from graycolor.color.lightness_join import lab_of_rgb8
from graycolor.network import standalone, weights
from graycolor.network.bins import Bins
from graycolor.network.config import NetworkConfig
from graycolor.network.standalone import TOLERANCE, export_network
from graycolor.network.weights import Header
from poorer import run_without

ROOT = Path(__file__).parent.parent


@pytest.fixture
def export(tmp_path, monkeypatch, capsys):
    """Runs the command as typed in a folder of its own; returns exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def asked(*arguments):
        monkeypatch.setattr(sys, "argv", ["graycolor", "export", *arguments])
        return run(), *capsys.readouterr()

    return asked


@pytest.fixture(params=[("lite", "bins", 2), ("cnn", "ab", 0)], ids=str)
def own_weights(request, tmp_path):
    architecture, output, refine = request.param
    config = replace(NetworkConfig.tiny(architecture, output), refine=refine)
    header = Header(config, Bins.uniform(config.bin_step))
    weights.save(tmp_path / "own.safetensors", weights.build(header), header)
    return tmp_path / "own.safetensors"


@pytest.mark.slow
def test_the_example_colors_without_graycolor_as_graycolor_does(export, tmp_path, examples):
    code, out, _ = export("colors.onnx", "--json")
    said = json.loads(out)
    example, old = ROOT / "examples/run_onnx.py", examples / "buffalo-1908.jpg"
    done = run_without(
        tmp_path, example, "colors.onnx", old, "new.png", modules=("graycolor", "torch", "cv2", "onnx", "tifffile")
    )

    assert code == 0
    assert said["opset"] == 17
    assert said["difference"] < said["tolerance"] == TOLERANCE
    assert done.returncode == 0, done.stderr
    with Image.open(tmp_path / "new.png") as new, Image.open(old) as gray:
        theirs, ours = np.asarray(new), graycolor.colorize(np.asarray(gray), device="cpu")
    apart = np.hypot(*(lab_of_rgb8(theirs) - lab_of_rgb8(ours))[..., 1:].transpose(2, 0, 1))
    assert apart.mean() < 1
    assert np.hypot(*lab_of_rgb8(ours)[..., 1:].transpose(2, 0, 1)).mean() > 10


def test_the_page_shows_the_example_as_it_is():
    program = (ROOT / "examples/run_onnx.py").read_text("utf-8").split('"""\n\n')[1]

    assert program in (ROOT / "docs/export.md").read_text("utf-8")


@pytest.mark.slow
def test_any_network_becomes_one_onnx_file_of_any_size(own_weights, tmp_path):
    import onnx

    written = export_network(tmp_path / "own.onnx", own_weights)
    model = onnx.load(tmp_path / "own.onnx", load_external_data=False)

    assert written.difference < TOLERANCE
    assert written.bytes == (tmp_path / "own.onnx").stat().st_size
    assert [entry.version for entry in model.opset_import if not entry.domain] == [17]
    assert {"config", "decode", "license"} <= {entry.key for entry in model.metadata_props}
    assert model.graph.input[0].type.tensor_type.shape.dim[2].dim_param == "height"


@pytest.mark.slow
def test_a_program_of_torch_export_is_of_any_size_and_knows_its_terms(tmp_path, export):
    import torch

    config = NetworkConfig.tiny()  # a refinement is exported as well, but takes a minute
    header = Header(config, Bins.uniform(config.bin_step), license="as you like")
    weights.save(tmp_path / "own.safetensors", weights.build(header), header)
    code, _, err = export("own.pt2", "--weights", "own.safetensors")
    extra = {"license": ""}
    module = torch.export.load(tmp_path / "own.pt2", extra_files=extra).module()

    assert code == 0, err
    assert extra["license"] == "as you like"
    assert module(torch.zeros(1, 1, 96, 416))[0].shape == (1, 2, 24, 104)


def test_what_comes_out_as_another_network_is_not_written(export, own_weights, tmp_path, monkeypatch):
    monkeypatch.setattr(standalone, "difference", lambda *_: 0.5)
    code, _, err = export("own.onnx", "--weights", str(own_weights))

    assert code == 1
    assert "0.5 units of Lab away" in err
    assert not (tmp_path / "own.onnx").exists()


def test_a_name_that_is_taken_or_says_nothing_is_refused(export, tmp_path):
    (tmp_path / "there.onnx").write_bytes(b"mine")
    taken, _, why = export("there.onnx")
    unknown, _, which = export("network.tflite")

    assert (taken, unknown) == (1, 2)
    assert "--overwrite" in why
    assert "end it with .onnx or .pt2" in which
    assert (tmp_path / "there.onnx").read_bytes() == b"mine"
