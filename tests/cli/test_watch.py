"""`--watch`: pictures come while the command runs, one of them slowly; Ctrl-C ends with the table."""

import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from graycolor.cli.app import app
from interruptible import PYTHON


def wait_for(path, process):
    deadline = time.monotonic() + 120
    while not path.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, f"{path} never came"
        time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C reaches a single process by a terminal alone")
def test_pictures_are_colored_as_they_come_and_the_keys_end_it_cleanly(tmp_path, examples):
    photo, scans, out = (examples / "pumpkins-1938.jpg").read_bytes(), tmp_path / "scans", tmp_path / "out"
    (scans / "box").mkdir(parents=True)
    (scans / "first.jpg").write_bytes(photo)
    command = [*PYTHON, "-m", "graycolor", "colorize", "scans", "-r", "-o", "out", "--watch", "--log", "run.jsonl"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        wait_for(out / "first-color.jpg", process)
        slow = scans / "box" / "slow.jpg"
        for end in (9000, 20000, 30000, len(photo)):
            slow.write_bytes(photo[:end])
            time.sleep(0.6)
        (scans / "broken.png").write_bytes(b"no picture")
        wait_for(out / "box" / "slow-color.jpg", process)
        (scans / "last.jpg").write_bytes(photo)
        wait_for(out / "last-color.jpg", process)
        process.send_signal(signal.SIGINT)
        told, said = process.communicate(timeout=60)
    finally:
        process.kill()

    assert process.returncode == 1  # one was broken
    assert (out / "box" / "slow-color.jpg").read_bytes() == (out / "first-color.jpg").read_bytes()
    assert "broken.png" in said
    assert "3 colored" in told
    assert all(name in told for name in ("first-color.jpg", "slow-color.jpg", "last-color.jpg"))
    assert len((tmp_path / "run.jsonl").read_text().splitlines()) == 4
    assert not [path for path in out.rglob("*") if path.suffix == ".part"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["a.jpg", "--watch"], "a.jpg is none; name a folder"),
        (["-", "--watch"], "- is none; name a folder"),
        ([".", "--watch", "--dry-run"], "leave out one"),
        ([".", "--watch", "-o", "one.jpg"], "one.jpg is one file; give a folder with -o"),
    ],
)
def test_what_cannot_be_watched_is_refused(tmp_path, monkeypatch, arguments, says):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["colorize", *arguments])

    assert done.exit_code == 2
    assert says in done.stderr
