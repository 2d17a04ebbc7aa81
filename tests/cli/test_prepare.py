"""The command as a user runs it: in a process of its own, on real files."""

import json
import re
import resource
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from graycolor.data.arrays import lab8, write_arrays
from graycolor.data.dataset import open_dataset
from graycolor.errors import DatasetError
from interruptible import PYTHON


def command(*arguments):
    return [*PYTHON, "-m", "graycolor", "prepare", *map(str, arguments)]


def run(*arguments, cwd, **options):
    return subprocess.run(command(*arguments), cwd=cwd, capture_output=True, text=True, check=False, **options)


def painting(seed, height=150, width=200):
    rng = np.random.default_rng(seed)
    soft = cv2.resize(
        rng.uniform(20, 235, (6, 8, 3)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
    )
    return np.clip(soft + rng.normal(0, 4, soft.shape), 0, 255).astype(np.uint8)


def fill(folder, count, **size):
    folder.mkdir()
    for seed in range(count):
        cv2.imwrite(str(folder / f"{seed:03d}.jpg"), painting(seed, **size))
    return folder


def bytes_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_folder_becomes_a_dataset(tmp_path):
    fill(tmp_path / "Photos", 20)
    cv2.imwrite(str(tmp_path / "Photos" / "gray.jpg"), painting(99)[..., 0])
    done = run("Photos", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert done.stderr == "Train on it:  graycolor train\n"
    assert "20 of 21 pictures" in done.stdout
    assert "no color at all" in done.stdout
    assert open_dataset(tmp_path / "dataset").count("train") >= 12


def test_the_summary_as_json(tmp_path):
    fill(tmp_path / "Photos", 10)
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("x.png", cv2.imencode(".png", painting(50))[1].tobytes())
    done = run("Photos", "more.zip", "-o", "set", "--json", "--val", "0", "--test", "0", cwd=tmp_path)
    summary = json.loads(done.stdout)

    assert done.returncode == 0
    assert (summary["output"], summary["found"], summary["left_out"]) == ("set", 11, {})
    assert summary["counts"] == {"train": 11, "val": 0, "test": 0}


def test_a_dry_run_does_nothing(tmp_path):
    fill(tmp_path / "Photos", 3)
    done = run("Photos", "--dry-run", cwd=tmp_path)

    assert done.returncode == 0
    assert "3 pictures" in done.stdout
    assert not (tmp_path / "dataset").exists()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for the workers in /proc")
def test_a_killed_run_goes_on_and_ends_the_same(tmp_path):
    fill(tmp_path / "Photos", 160, height=450, width=600)
    running = subprocess.Popen(command("Photos", "--threads", "2"), cwd=tmp_path, stderr=subprocess.DEVNULL)
    journal = tmp_path / "dataset" / ".prepare" / "verdicts.jsonl"
    while not (journal.exists() and journal.read_bytes().count(b"\n") > 20):
        assert running.poll() is None
        time.sleep(0.01)
    workers = _children(running.pid)
    running.send_signal(signal.SIGKILL)
    running.wait()
    with pytest.raises(DatasetError, match="half prepared"):
        open_dataset(tmp_path / "dataset")
    _wait_until_gone(workers)
    again = run("Photos", cwd=tmp_path)
    whole = run("Photos", "-o", "whole", "--threads", "1", cwd=tmp_path)

    assert (again.returncode, whole.returncode) == (0, 0)
    assert "Continuing: " in again.stderr
    assert bytes_of(tmp_path / "dataset") == bytes_of(tmp_path / "whole")
    assert not (tmp_path / "dataset" / ".prepare").exists()


def _children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _wait_until_gone(pids, seconds=20):
    """That no worker outlives its parent (a zombie counts as gone: nobody may be there to collect it)."""
    end = time.monotonic() + seconds
    while left := [pid for pid in pids if _alive(pid)]:
        assert time.monotonic() < end, left
        time.sleep(0.1)


def _alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
def test_ctrl_c_says_how_to_go_on(tmp_path):
    fill(tmp_path / "Photos", 160, height=450, width=600)
    running = subprocess.Popen(command("Photos", "--threads", "2"), cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    journal = tmp_path / "dataset" / ".prepare" / "verdicts.jsonl"
    while not (journal.exists() and journal.read_bytes().count(b"\n") > 10):
        time.sleep(0.01)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate()

    assert running.returncode == 130
    assert "Run the same command again: it goes on" in said
    assert "Traceback" not in said


def test_a_full_disk_is_said_and_the_run_goes_on_later(tmp_path):
    fill(tmp_path / "Photos", 30)

    def little_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    full = run("Photos", "--threads", "1", cwd=tmp_path, preexec_fn=little_room)
    again = run("Photos", cwd=tmp_path)

    assert full.returncode == 1
    assert "cannot be written to dataset" in full.stderr
    assert "Traceback" not in full.stderr
    assert again.returncode == 0
    assert "Continuing: " in again.stderr


def test_the_reports_arrays_are_checked_in_a_table(tmp_path):
    labs = [lab8(painting(seed, 160, 160)) for seed in range(6)]
    (tmp_path / "old").mkdir()
    write_arrays(tmp_path / "old", iter(labs[:4]), iter(labs[4:]), (4, 2), 160)
    good = run("old", "-o", "new", "--layout", "npy", "--size", "96", cwd=tmp_path)
    np.save(tmp_path / "old" / "ab2.npy", np.zeros((2, 80, 160, 2), np.uint8))
    bad = run("old", "-o", "bad", cwd=tmp_path)

    assert good.returncode == 0, good.stderr
    assert "(6, 160, 160) uint8" in good.stderr
    assert {path.name for path in (tmp_path / "new").iterdir()} == {
        "gray_scale.npy",
        "ab1.npy",
        "ab2.npy",
        "ab3.npy",
        "manifest.json",
    }
    assert "Train on it:  graycolor train new\n" in good.stderr
    assert "to learn from; train keeps some to validate on" in good.stdout
    assert not re.search(r"^val\b", good.stdout, re.MULTILINE)  # 0 to validate on would look like a mistake
    assert bad.returncode == 1
    assert "do not fit: ab2.npy has pictures of 80 x 160" in bad.stderr
    assert not (tmp_path / "bad").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["nowhere"], 1, "There is no file or folder nowhere"),
        (["Photos", "-o", "Photos"], 1, "holds other files"),
        (["Photos", "--layout", "zip"], 2, "There is no layout zip"),
        (["Photos", "--threads", "-1"], 2, "-1 threads cannot be used"),
        (["Photos", "--min-side", "5000"], 1, "None of 3 pictures is left"),
    ],
)
def test_refusals_are_one_sentence(tmp_path, arguments, code, sentence):
    fill(tmp_path / "Photos", 3)
    done = run(*arguments, cwd=tmp_path)

    assert done.returncode == code
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_only_prepare_loads_the_hash_library():
    code = "import sys, graycolor.cli.app, graycolor.data.dataset; print({'imagehash', 'scipy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "set()\n"


def test_arrays_take_no_share_for_which_they_have_no_part(tmp_path):
    fill(tmp_path / "Photos", 2)
    done = run("Photos", "--layout", "npy", "--val", "0.1", cwd=tmp_path)

    assert done.returncode == 2
    assert "The arrays have no part for --val" in done.stderr
    assert not (tmp_path / "dataset").exists()


def test_a_look_ahead_tells_sizes_that_are_more_than_nothing(tmp_path):
    fill(tmp_path / "Photos", 3)
    done = run("Photos", "--dry-run", cwd=tmp_path)

    assert re.search(r"3 pictures, [1-9]\d* kB, would be judged", done.stdout)
