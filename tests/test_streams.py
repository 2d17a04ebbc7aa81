"""Standard streams that end early, are full or closed: the rest is done, and the exit code is right."""

import subprocess
import sys

import pytest
from PIL import Image

COMMAND = f"'{sys.executable}' -m graycolor colorize a.png b.png --size 64 -o out"
PIPE = f"'{sys.executable}' -m graycolor colorize - --size 64"


def shell(line, cwd):
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.fixture
def folder(tmp_path, draw):
    for number, name in enumerate("ab"):
        Image.fromarray(draw(40, 50, number)).save(tmp_path / f"{name}.png")
    return tmp_path


def results(folder):
    return len(list((folder / "out").iterdir()))


def test_a_reader_that_has_seen_enough_ends_nothing(folder):
    done = shell(f"PYTHONUNBUFFERED=1 {COMMAND} --json | head -1", folder)

    assert done.returncode == 0
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""
    assert results(folder) == 2


@pytest.mark.parametrize(
    ("streams", "code", "words"),
    [
        (">/dev/full", 1, "graycolor: Standard output cannot be written (no space left on device)"),
        (">&-", 1, "graycolor: Standard output cannot be written (it is closed)"),
        (">&- --quiet", 0, ""),
        ("missing.png 2>/dev/full", 1, ""),
        ("<&- >&- 2>&-", 1, ""),
    ],
)
def test_what_streams_refuse_costs_no_picture(folder, streams, code, words):
    done = shell(f"{COMMAND} {streams}", folder)

    assert done.returncode == code
    assert done.stderr.startswith(words)
    assert len(done.stderr.splitlines()) == bool(words)
    assert results(folder) == 2
    assert sorted(path.name for path in folder.iterdir()) == ["a.png", "b.png", "out"]


def test_a_picture_that_stdout_does_not_take_is_a_failure_told_once(folder):
    done = shell(f"{PIPE} <a.png >&-", folder)

    assert done.returncode == 1
    assert "Standard output does not take the picture" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_help_on_a_full_disk_is_a_sentence(folder):
    done = shell(f"'{sys.executable}' -m graycolor --version >/dev/full", folder)

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
