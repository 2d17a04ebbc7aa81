import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from graycolor.cli.app import app
from graycolor.cli.training_end import judging
from graycolor.errors import EXIT_INTERRUPTED, EXIT_USAGE
from graycolor.network.weights import default_path
from graycolor.training.config import TrainConfig
from graycolor.training.record import RunFolder
from interruptible import PYTHON

SMALL = ["--scale", "tiny", "--batch", "4", "--init", "scratch", "--max-minutes", "5"]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory, drawn_photos):
    """A dataset prepared by the command itself."""
    folder = tmp_path_factory.mktemp("train")
    (folder / "photos").mkdir()
    for name, encoded in drawn_photos(30):
        (folder / "photos" / name).write_bytes(encoded)
    command = ["prepare", str(folder / "photos"), "-o", str(folder / "dataset"), "--min-side", "32"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    return folder / "dataset"


def train(*arguments):
    return CliRunner().invoke(app, ["train", *map(str, arguments)])


@pytest.mark.slow
def test_training_ends_with_weights_that_color_a_photograph(tmp_path, dataset, draw, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    done = train(dataset, "-o", tmp_path / "runs", "--epochs", "2", "--json", *SMALL)
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    Image.fromarray(draw(60, 80)).save(tmp_path / "photo.png")
    weights = str(tmp_path / "runs" / "latest" / "best.safetensors")
    colored = CliRunner().invoke(app, ["colorize", str(tmp_path / "photo.png"), "--weights", weights])

    assert colored.exit_code == 0, colored.output
    assert answer["weights"].endswith("best.safetensors")
    assert answer["best"]["epoch"] in (1, 2)


@pytest.mark.parametrize(("folder", "words"), [("npy", "graycolor eval npy"), ("dataset", "graycolor eval")])
def test_a_run_in_the_usual_place_is_judged_by_a_short_command(tmp_path, monkeypatch, folder, words):
    monkeypatch.chdir(tmp_path)

    assert judging(RunFolder.new(Path("runs"), TrainConfig.of("cnn", dataset=str(tmp_path / folder)))) == words


def test_progress_goes_to_stderr_and_the_table_to_stdout(tmp_path, dataset):
    done = train(dataset, "-o", tmp_path / "runs", "--epochs", "1", *SMALL)

    (run,) = (each for each in (tmp_path / "runs").iterdir() if not each.is_symlink())
    assert f"Judge it:  graycolor eval {dataset} --weights {run / 'best.safetensors'}\n" in done.stderr
    assert "epoch 1: loss" in done.stderr
    assert "from scratch" in done.stderr
    assert "matched" in done.stdout
    assert "epoch 1: loss" not in done.stdout


@pytest.mark.slow
def test_a_run_can_start_from_the_latest_one_which_it_then_is_itself(tmp_path, dataset):
    small = [argument for argument in SMALL if argument not in ("--init", "scratch")]
    latest = tmp_path / "latest"
    starts = []
    for seed in ("1", "2"):
        assert train(dataset, "-o", tmp_path, "--epochs", "1", "--seed", seed, *SMALL).exit_code == 0
        starts.append(latest.resolve() / "last.safetensors")
    of_two = ["--init", latest / "last.safetensors", "--init", starts[0]]
    done = train(dataset, "-o", tmp_path, "--epochs", "1", *small, *of_two)
    config = json.loads((latest / "config.json").read_text())

    assert done.exit_code == 0, done.output
    assert f"the mean of {starts[1]} and {starts[0]}" in done.stderr.replace("\n", " ")
    assert config["init"] == [str(starts[1]), str(starts[0])]


def test_what_cannot_be_started_from_leaves_no_run_behind(tmp_path, dataset, monkeypatch):
    runs, nowhere = tmp_path / "runs", tmp_path / "nowhere.safetensors"
    no_start = train(dataset, "-o", runs, "--init", nowhere)
    monkeypatch.setattr("graycolor.training.perceptual_classifier._PACKAGE", "a_package_that_is_not_there")
    no_classifier = train(dataset, "-o", runs, "--phase", "finish")

    assert f"There is no weights file {nowhere}" in no_start.stderr.replace("\n", " ")
    assert "graycolor[finish]" in no_classifier.stderr
    assert (no_start.exit_code, no_classifier.exit_code) == (1, 1)
    assert not runs.exists()


def test_weights_of_another_network_leave_no_run_behind(tmp_path, dataset):
    done = train(dataset, "-o", tmp_path / "runs", "--arch", "cnn", "--init", default_path())

    assert done.exit_code == 1
    assert "holds a lite network of another shape; give --init weights of this one" in done.stderr
    assert not (tmp_path / "runs").exists()  # a run without weights would be the newest, which eval looks for


def test_without_a_dataset_one_sentence_says_how_to_make_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = train()

    assert done.exit_code == 1
    assert "graycolor prepare" in done.stderr
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda folder: [file.unlink() for file in folder.iterdir() if file.is_file()], "is empty; fill it with"),
        (lambda folder: (folder / "manifest.json").unlink(), "half prepared; run the same graycolor prepare again"),
        (lambda folder: (folder / "train-000.tar").write_bytes(b"other"), "is not the file that the manifest"),
        (lambda folder: (folder / "manifest.json").write_text("{}"), "is no manifest of a dataset"),
    ],
)
def test_a_dataset_that_is_none_is_one_sentence_and_no_run(tmp_path, dataset, spoil, sentence):
    shutil.copytree(dataset, tmp_path / "set", ignore=shutil.ignore_patterns(".decoded"))
    spoil(tmp_path / "set")
    done = train(tmp_path / "set", "-o", tmp_path / "runs")

    assert done.exit_code == 1
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "runs").exists()


def test_a_resumed_run_takes_no_other_settings(tmp_path):
    done = train("--resume", "--epochs", "3", "-o", tmp_path)

    assert done.exit_code == EXIT_USAGE
    assert "--epochs" in done.stderr


def test_an_unknown_preset_is_refused(tmp_path, dataset):
    done = train(dataset, "--preset", "best", "-o", tmp_path / "runs")

    assert done.exit_code == EXIT_USAGE
    assert "default" in done.stderr


@pytest.mark.slow
def test_an_interrupted_run_goes_on_with_resume(tmp_path, dataset):
    command = [*PYTHON, "-m", "graycolor", "train", str(dataset), "-o", str(tmp_path / "runs"), *SMALL]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    running = subprocess.Popen(
        [*command, "--epochs", "4"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environment
    )
    history = tmp_path / "runs" / "latest" / "history.jsonl"
    deadline = time.monotonic() + 120
    while not history.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=120)
    before = len(history.read_text().splitlines())
    again = subprocess.run(
        [sys.executable, "-m", "graycolor", "train", "--resume", "-o", str(tmp_path / "runs")],
        capture_output=True,
        text=True,
        env=environment,
        timeout=300,
        check=False,
    )

    assert running.returncode == EXIT_INTERRUPTED
    assert f"graycolor train --resume -o {tmp_path / 'runs'}" in said
    assert 1 <= before < 4
    assert again.returncode == 0, again.stderr
    assert len(history.read_text().splitlines()) == 4
