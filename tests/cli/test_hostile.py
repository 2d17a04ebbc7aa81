"""What nobody's photograph is: pipes among the files, options without measure, and bounds that a person lifts."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

LIMIT = 60
"""Seconds after which a command counts as hung."""


def run(*arguments, cwd):
    command = [sys.executable, "-m", "graycolor", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=LIMIT)


@pytest.fixture
def photo(tmp_path):
    Image.fromarray(np.tile(np.arange(96, dtype=np.uint8) * 2, (72, 1))).save(tmp_path / "old.png")
    return tmp_path / "old.png"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system knows no named pipes")
def test_a_pipe_among_the_inputs_is_told_and_the_others_are_done(tmp_path, photo):
    os.mkfifo(tmp_path / "pipe.png")

    done = run("colorize", "pipe.png", photo.name, cwd=tmp_path)

    assert done.returncode == 1
    assert "pipe.png is a pipe, not a picture" in done.stderr
    assert (tmp_path / "old-color.png").is_file()


def test_a_bound_is_lifted_by_the_option_that_the_sentence_names(tmp_path, photo):
    refused = run("colorize", photo.name, "--max-pixels", "6911", cwd=tmp_path)
    done = run("colorize", photo.name, "--max-pixels", "0.006912M", cwd=tmp_path)

    assert (refused.returncode, done.returncode) == (1, 0)
    assert "96 x 72 pixels" in refused.stderr
    assert "--max-pixels" in refused.stderr
    assert run("colorize", photo.name, "--max-pixels", "many", cwd=tmp_path).returncode == 2


@pytest.mark.parametrize("command", ["colorize", "prepare", "eval"])
def test_threads_without_measure_are_refused(tmp_path, photo, command):
    done = run(command, photo.name, "--threads", "100000", cwd=tmp_path)

    assert done.returncode == 2
    assert "100,000 threads cannot be used; choose 1 to" in done.stderr


def test_hints_without_measure_are_refused(tmp_path, photo):
    hints = [{"x": number % 96, "y": number % 72, "color": f"#{number:06x}"} for number in range(20_000)]
    (tmp_path / "hints.json").write_text(json.dumps(hints))

    done = run("colorize", photo.name, "--hints", "hints.json", cwd=tmp_path)

    assert done.returncode == 2
    assert "20,000 hints are more than the 1,000" in done.stderr
