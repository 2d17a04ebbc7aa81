"""The command as a user runs it: in a process of its own, on real files."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

from graycolor.network import weights
from graycolor.network.bins import Bins
from graycolor.network.config import NetworkConfig
from graycolor.network.header import Header
from interruptible import PYTHON


def run(*arguments, cwd, **options):
    command = [sys.executable, "-m", "graycolor", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, **options)


@pytest.fixture
def photo(tmp_path, examples):
    target = tmp_path / "old.jpg"
    target.write_bytes((examples / "pumpkins-1938.jpg").read_bytes())
    return target


def leftovers(folder):
    return [path.name for path in folder.rglob("*") if "graycolor-" in path.name]


def test_default_names_the_embedded_weights(photo):
    plain, named = (photo.with_name(name) for name in ("plain.jpg", "named.jpg"))
    run("colorize", photo, "-o", plain, cwd=photo.parent)
    run("colorize", photo, "-o", named, "--weights", "default", cwd=photo.parent)

    assert named.read_bytes() == plain.read_bytes()


def test_a_photograph_comes_back_in_color(tmp_path, photo):
    done = run("colorize", photo.name, cwd=tmp_path)

    assert done.returncode == 0
    assert "old-color.jpg" in done.stdout
    assert done.stderr == ""
    with Image.open(tmp_path / "old-color.jpg") as result, Image.open(photo) as source:
        assert result.size == source.size
        assert np.ptp(np.asarray(result).astype(int), axis=2).mean() > 5


def test_bad_files_are_named_and_the_rest_is_done(tmp_path, photo):
    (tmp_path / "text.jpg").write_text("Dear diary")
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "cut.jpg").write_bytes(photo.read_bytes()[:9000])
    done = run("colorize", "missing.jpg", "text.jpg", "empty.png", "cut.jpg", "old.jpg", cwd=tmp_path)
    errors = done.stderr.splitlines()

    assert done.returncode == 1
    assert (tmp_path / "old-color.jpg").exists()
    assert len(errors) == 4
    assert all(line.startswith("graycolor: ") for line in errors)
    assert "Traceback" not in done.stderr
    assert not leftovers(tmp_path)
    assert "1 colored" in done.stdout
    assert "4 failed" in done.stdout


def test_nothing_is_overwritten_unasked(tmp_path, photo):
    (tmp_path / "old-color.jpg").write_bytes(b"mine")
    refused = run("colorize", "old.jpg", cwd=tmp_path)
    kept = (tmp_path / "old-color.jpg").read_bytes()
    done = run("colorize", "old.jpg", "--overwrite", cwd=tmp_path)

    assert (refused.returncode, done.returncode) == (1, 0)
    assert kept == b"mine"
    assert (tmp_path / "old-color.jpg").stat().st_size > 1000


def test_json_is_one_object_a_file(tmp_path, photo):
    done = run("colorize", "old.jpg", "missing.png", "--json", cwd=tmp_path)
    objects = [json.loads(line) for line in done.stdout.splitlines()]

    assert done.returncode == 1
    assert [entry["input"] for entry in objects] == ["old.jpg", "missing.png"]
    assert objects[0]["output"] == "old-color.jpg"
    assert 0 < objects[0]["confidence"] < 1
    assert objects[1]["output"] is None
    assert "no file" in objects[1]["error"]


def test_compare_shows_before_and_after_side_by_side(tmp_path, draw):
    gray = draw(50, 80)
    Image.fromarray(gray).save(tmp_path / "old.png")
    run("colorize", "old.png", "--compare", "-o", "both.png", cwd=tmp_path)

    with Image.open(tmp_path / "both.png") as both:
        before, after = np.split(np.asarray(both), 2, axis=1)
        assert np.array_equal(before, np.repeat(gray[..., None], 3, 2))
        assert after.shape == before.shape
        assert np.ptp(after.astype(int), axis=2).any()


def test_the_same_file_gives_the_same_bytes_alone_and_in_a_batch(tmp_path, photo, examples):
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_bytes((examples / "buffalo-1908.jpg").read_bytes())
    (tmp_path / "in" / "old.jpg").write_bytes(photo.read_bytes())
    run("colorize", "in", "-o", "batch", cwd=tmp_path)
    run("colorize", "old.jpg", "-o", "alone/", cwd=tmp_path)

    assert len(list((tmp_path / "batch").iterdir())) == 4
    assert (tmp_path / "batch/old-color.jpg").read_bytes() == (tmp_path / "alone/old-color.jpg").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--device", "cuda"], 1, "no cuda device"),
        (["--device", "abacus"], 1, "no device 'abacus'"),
        (["--weights", "nowhere.safetensors"], 1, "no weights file"),
        (["--weights", "old.jpg"], 1, "no weights file, or a damaged one"),
        (["--saturation", "-3"], 2, "out of range"),
        (["--size", "7"], 2, "out of range"),
        (["--threads", "0"], 2, "choose 1 to"),
        (["-o", "result.xyz"], 1, "writes no .xyz"),
        (["-o", "old.jpg"], 1, "itself an input"),
        (["-o", "old.jpg/sub/"], 1, "cannot be made"),
    ],
)
def test_requests_that_cannot_be_met_get_one_sentence(tmp_path, photo, arguments, code, sentence):
    before = photo.read_bytes()
    done = run("colorize", "old.jpg", *arguments, cwd=tmp_path)

    assert done.returncode == code
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert photo.read_bytes() == before


def test_truncated_weights_are_refused_with_a_sentence(tmp_path, photo):
    (tmp_path / "cut.safetensors").write_bytes(weights.default_path().read_bytes()[:100_000])
    done = run("colorize", "old.jpg", "--weights", "cut.safetensors", cwd=tmp_path)

    assert done.returncode == 1
    assert "damaged" in done.stderr
    assert not (tmp_path / "old-color.jpg").exists()


@pytest.mark.slow
def test_ones_own_weights_color_too(tmp_path, photo):
    config = NetworkConfig.tiny()
    header = Header(config, Bins.uniform(config.bin_step))
    weights.save(tmp_path / "own.safetensors", weights.build(header), header)
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    first, second = (
        run("colorize", "old.jpg", "--weights", "own.safetensors", "--overwrite", cwd=tmp_path, env=environment)
        for _ in range(2)
    )

    assert first.returncode == second.returncode == 0
    assert first.stderr == "Preparing own.safetensors for the CPU; this is done once.\n"
    assert second.stderr == ""
    assert (tmp_path / "old-color.jpg").exists()


@pytest.mark.slow
def test_a_network_that_knows_no_confidence_is_not_called_doubtful(tmp_path, photo):
    header = Header(NetworkConfig.tiny("cnn", "ab"), Bins.uniform(10))
    weights.save(tmp_path / "cnn.safetensors", weights.build(header), header)
    (tmp_path / "new.jpg").write_bytes(photo.read_bytes())
    words = ["old.jpg", "new.jpg", "--weights", "cnn.safetensors", "--report", "look.html", "--log", "run.jsonl"]
    done = run("colorize", *words, cwd=tmp_path, env=os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")})
    page = (tmp_path / "look.html").read_text("utf-8")

    assert done.returncode == 0, done.stderr
    assert done.stdout.count("not told") == 2
    assert "oubtful" not in done.stdout
    assert page.count("this network does not say how sure it is") == 2
    assert "doubtful: look there first" not in page
    assert not any(json.loads(line)["doubtful"] for line in (tmp_path / "run.jsonl").read_text().splitlines())


def test_debugging_shows_the_traceback(tmp_path):
    done = run("colorize", "missing.jpg", cwd=tmp_path, env=os.environ | {"GRAYCOLOR_DEBUG": "1"})

    assert done.returncode == 1
    assert "MissingInputError" in done.stderr


def test_defaults_come_from_the_environment(tmp_path, photo):
    run("colorize", "old.jpg", "-o", "gray.png", cwd=tmp_path, env=os.environ | {"GRAYCOLOR_SATURATION": "0"})

    with Image.open(tmp_path / "gray.png") as result:
        assert not np.ptp(np.asarray(result).astype(int), axis=2).any()


@pytest.mark.slow
def test_stopping_a_batch_leaves_only_whole_files(tmp_path, examples):
    data = (examples / "buffalo-1908.jpg").read_bytes()
    (tmp_path / "in").mkdir()
    for number in range(400):
        (tmp_path / "in" / f"{number:03}.jpg").write_bytes(data)
    command = [*PYTHON, "-m", "graycolor", "colorize", "in", "-o", "out"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    while len(list(tmp_path.glob("out/*.jpg"))) < 3:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    results = list(tmp_path.glob("out/*"))

    assert process.returncode == 130
    assert "stopped" in stderr
    assert "Traceback" not in stderr
    assert 3 <= len(results) < 400
    assert not leftovers(tmp_path)
    for path in results:
        with Image.open(path) as image:
            image.load()


@pytest.mark.parametrize("arguments", [["--help"], ["colorize", "--help"], ["--version"]])
def test_help_and_version_answer(tmp_path, arguments):
    done = run(*arguments, cwd=tmp_path)

    assert done.returncode == 0
    assert "graycolor" in done.stdout


def test_no_inputs_is_a_usage_error(tmp_path):
    assert run("colorize", cwd=tmp_path).returncode == 2
