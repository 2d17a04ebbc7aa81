"""Batches through the real command: trees, reruns after a kill, logs."""

import json
import random
import signal
import subprocess
import sys
import time

import pytest
from PIL import Image

from graycolor.files import atomic_file

COMMAND = [sys.executable, "-m", "graycolor", "colorize"]


def run(*arguments, cwd):
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def files_below(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def tree(tmp_path, draw):
    for number, name in enumerate(
        ("scans/a.png", "scans/1923/a.png", "scans/1923/summer/b.png", "scans/.thumbs/a.png")
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(draw(50, 60, number)).save(path)
    return tmp_path


def test_a_tree_is_mirrored_and_a_rerun_does_what_is_missing(tree):
    planned = run("scans", "-r", "-o", "out", "--dry-run", cwd=tree)
    before = (tree / "out").exists()
    flat = run("scans", "-o", "flat", cwd=tree)
    first = run("scans", "-r", "-o", "out", "--log", "run.jsonl", cwd=tree)
    (tree / "out/1923/a-color.png").unlink()
    again = run("scans", "-r", "-o", "out", "--skip-existing", "--log", "run.jsonl", cwd=tree)
    entries = [json.loads(line) for line in (tree / "run.jsonl").read_text().splitlines()]

    assert planned.stdout.count("->") == 3
    assert not before
    assert list(files_below(tree / "flat")) == ["a-color.png"]
    assert set(files_below(tree / "out")) == {"a-color.png", "1923/a-color.png", "1923/summer/b-color.png"}
    assert (flat.returncode, first.returncode, again.returncode) == (0, 0, 0)
    assert "2 skipped" in again.stdout
    assert len(entries) == 4
    assert entries[3]["output"] == "out/1923/a-color.png"
    assert {"settings", "weights", "confidence", "stages", "error"} <= set(entries[0])


def test_a_run_stops_at_the_first_failure_when_asked(tree):
    (tree / "scans/0.png").write_bytes(b"broken")
    done = run("scans", "-r", "-o", "out", "--fail-fast", "--log", "run.jsonl", cwd=tree)

    assert done.returncode == 1
    assert "not begun" in done.stderr
    assert done.stderr.count("0.png") == 1  # told once
    assert "1 failed, 3 not begun" in done.stdout
    assert json.loads((tree / "run.jsonl").read_text().splitlines()[0])["error"]


def test_a_log_never_goes_into_what_is_no_log(tree):
    data = (tree / "scans/a.png").read_bytes()
    (tree / "notes.json").write_text('{"dear": "diary"}')
    done = run("scans", "-o", "out", "--log", "scans/a.png", cwd=tree)
    other = run("scans", "-o", "out", "--log", "notes.json", cwd=tree)

    assert (done.returncode, other.returncode) == (2, 1)
    assert "scans/a.png is itself an input" in done.stderr
    assert "no run log" in other.stderr
    assert (tree / "scans/a.png").read_bytes() == data
    assert (tree / "notes.json").read_text() == '{"dear": "diary"}'


@pytest.mark.slow
def test_killed_at_random_moments_and_run_again_a_batch_ends_with_the_same_bytes(tmp_path, draw):
    (tmp_path / "in").mkdir()
    for number in range(16):
        Image.fromarray(draw(96, 128, number)).save(tmp_path / "in" / f"{number:02}.jpg")
    arguments = ["in", "--variants", "2", "--confidence", "--skip-existing", "-o"]
    assert run(*arguments, "whole", cwd=tmp_path).returncode == 0
    rng = random.Random(0)
    for files in (5, 14, 25):
        command = [*COMMAND, *arguments, "killed"]
        process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _kill(process, tmp_path / "killed", files, rng)
    half = files_below(tmp_path / "killed")
    finished = run(*arguments, "killed", cwd=tmp_path)

    assert 0 < len(half) < 48
    assert finished.returncode == 0
    assert files_below(tmp_path / "killed") == files_below(tmp_path / "whole")


def _kill(process, folder, files, rng):
    """End a process for good once some files are there, and a moment later."""
    while process.poll() is None and len(list(folder.glob("*"))) < files:
        time.sleep(0.005)
    time.sleep(rng.random() * 0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_what_killed_runs_left_half_written_is_swept_away_but_not_what_others_write(tree):
    (tree / "out").mkdir()
    (tree / "out/.graycolor-dead.part").write_bytes(b"half")
    with atomic_file(tree / "out/other.bin", overwrite=False) as living:
        done = run("scans", "-o", "out", cwd=tree)
        kept = living.exists()

    assert done.returncode == 0
    assert kept
    assert sorted(files_below(tree / "out")) == ["a-color.png", "other.bin"]


def test_a_page_lists_what_a_rerun_leaves_alone(tree):
    run("scans", "-r", "-o", "out", "--variants", "2", cwd=tree)
    again = run("scans", "-r", "-o", "out", "--variants", "2", "--skip-existing", "--report", "page.html", cwd=tree)
    page = (tree / "page.html").read_text()

    assert again.returncode == 0
    assert "3 results were there already and were not colored again" in page
    for result in ("out/a-color-1.png", "out/1923/a-color-1.png", "out/1923/summer/b-color-1.png"):
        assert f'<li><a href="{result}">{result}</a></li>' in page
