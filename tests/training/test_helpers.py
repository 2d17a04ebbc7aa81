"""Training that spreads over the cores by itself: as good as alone, and no helper outlives it."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from graycolor.cli.app import app
from graycolor.data.filters import FilterSettings
from graycolor.data.preparation import Preparation, PrepareSettings
from graycolor.errors import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE
from graycolor.training import helpers
from graycolor.training.checkpoint import load_checkpoint
from graycolor.training.config import TrainConfig
from graycolor.training.helpers import processes_of, suited_processes
from graycolor.training.record import RunFolder
from interruptible import PYTHON

SMALL = ["--scale", "tiny", "--batch", "4", "--init", "scratch", "--clean", "--max-minutes", "5"]
in_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for the helpers in /proc")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory, drawn_photos):
    folder = tmp_path_factory.mktemp("spread")
    (folder / "photos").mkdir()
    for name, encoded in drawn_photos(24):
        (folder / "photos" / name).write_bytes(encoded)
    settings = PrepareSettings(val=0.2, test=0, filters=FilterSettings(min_side=32))
    preparation = Preparation([folder / "photos"], folder / "dataset", settings)
    list(preparation.judge(1))
    preparation.finish()
    return folder / "dataset"


def started(dataset, runs, *arguments):
    command = [*PYTHON, "-m", "graycolor", "train", str(dataset), "-o", str(runs), *SMALL, *arguments]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)


def children(pid):
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for each in tasks for child in each.read_text().split()]


def wait_for(happened, seconds=120):
    end = time.monotonic() + seconds
    while not (found := happened()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


def wait_until_gone(pids):
    wait_for(lambda: all(not alive(pid) for pid in pids), 20)


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("cores", [1, 2, 6])
def test_as_many_processes_as_cores_share_a_batch_evenly(monkeypatch, cores):
    monkeypatch.setattr(helpers, "available_cores", lambda: cores)

    assert processes_of(32) == {1: 1, 2: 2, 6: 4}[cores]
    assert processes_of(7) == 1


def test_a_short_run_has_no_helpers(monkeypatch):
    monkeypatch.setattr(helpers, "available_cores", lambda: 2)

    assert suited_processes(TrainConfig.of("cnn", epochs=15), 20) == 1
    assert suited_processes(TrainConfig.of("cnn", epochs=15), 500) == 2


@pytest.mark.parametrize(("said", "sentence"), [("3", "cannot be shared by 3"), ("0", "0 is not in the range")])
def test_processes_that_cannot_share_a_batch_are_refused(tmp_path, dataset, said, sentence):
    done = CliRunner().invoke(app, ["train", str(dataset), "-o", str(tmp_path), *SMALL, "--processes", said])

    assert done.exit_code == EXIT_USAGE
    assert sentence in done.stderr.replace("\n", " ")


@pytest.mark.slow
def test_with_a_helper_a_run_learns_what_it_learns_alone(tmp_path, dataset):
    for count in ("1", "2"):
        arguments = [str(dataset), "-o", str(tmp_path / count), *SMALL, "--epochs", "4", "--processes", count]
        done = CliRunner().invoke(app, ["train", *arguments])
        assert done.exit_code == 0, done.output
    alone, both = (RunFolder(tmp_path / count / "latest").epochs() for count in ("1", "2"))

    assert [epoch.step for epoch in both] == [epoch.step for epoch in alone]
    for one, other in zip(alone, both, strict=True):
        assert other.loss == pytest.approx(one.loss, rel=0.05)
    assert not torch.distributed.is_initialized()


@pytest.mark.slow
@in_proc
def test_ctrl_c_writes_a_checkpoint_and_ends_the_helper(tmp_path, dataset):
    running = started(dataset, tmp_path, "--epochs", "500", "--processes", "2")
    wait_for((tmp_path / "latest" / "history.jsonl").exists)
    helping = children(running.pid)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=120)
    wait_until_gone(helping)

    assert len(helping) == 1
    assert running.returncode == EXIT_INTERRUPTED
    assert "Go on with: graycolor train --resume" in said
    assert "Traceback" not in said
    assert load_checkpoint(tmp_path / "latest" / "resume.pt")[0].total_steps > 0


@pytest.mark.slow
@in_proc
def test_no_helper_outlives_a_run_that_is_killed(tmp_path, dataset):
    running = started(dataset, tmp_path, "--epochs", "500", "--processes", "2")
    wait_for((tmp_path / "latest" / "history.jsonl").exists)
    helping = children(running.pid)
    running.kill()
    running.communicate(timeout=60)

    assert len(helping) == 1
    wait_until_gone(helping)


@pytest.mark.slow
@in_proc
def test_a_helper_that_is_killed_is_one_sentence_and_the_run_can_go_on(tmp_path, dataset):
    running = started(dataset, tmp_path, "--epochs", "500", "--processes", "2")
    wait_for((tmp_path / "latest" / "resume.pt").exists)
    os.kill(children(running.pid)[0], signal.SIGKILL)
    _, said = running.communicate(timeout=120)

    assert running.returncode == EXIT_FAILED
    assert "was lost" in said
    assert "--resume" in said
    assert "Traceback" not in said
    assert RunFolder.existing(tmp_path / "latest").epochs()
