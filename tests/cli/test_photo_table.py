"""The table at the end of `graycolor colorize`, as a terminal shows it and as programs read it."""

import json
import os
import pty
import re
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from rich.cells import cell_len
from typer.testing import CliRunner

from graycolor.cli.app import app

COMMAND = [sys.executable, "-m", "graycolor", "colorize"]
NAMES = (
    "grandmother-and-grandfather-in-front-of-the-new-house-in-the-summer-of-1931-first-print.jpg",
    "grandmother-and-grandfather-in-front-of-the-new-house-in-the-summer-of-1931-second-print.jpg",
    "祖母と祖父が新しい家の前に立っている写真、昭和六年の夏に撮られたもので裏に名前がある.jpg",
    "short.png",
)
FOLDER = "all-that-was-found-in-the-attic"


@pytest.fixture
def album(tmp_path, draw):
    rng = np.random.default_rng(0)
    for name in NAMES:
        Image.fromarray(draw(40, 60)).save(tmp_path / name)
    Image.fromarray(rng.integers(0, 256, (64, 64), dtype=np.uint8)).save(tmp_path / NAMES[0])  # a riddle
    return tmp_path


def on_terminal(folder, *arguments, columns):
    """What a terminal shows of stdout, without its colors."""
    leader, follower = pty.openpty()
    environment = os.environ | {"COLUMNS": str(columns), "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"}
    command = [*COMMAND, *arguments, "-o", f"{FOLDER}/"]
    process = subprocess.Popen(command, cwd=folder, stdout=follower, stderr=subprocess.PIPE, env=environment)
    os.close(follower)
    shown = b""
    while chunk := _read(leader):
        shown += chunk
    process.communicate()
    os.close(leader)
    assert process.returncode == 0
    return re.sub(r"\x1b\[[\d;]*m", "", shown.decode()).splitlines()


def _read(descriptor):
    try:
        return os.read(descriptor, 65536)
    except OSError:  # how a terminal says that the other side is gone
        return b""


def test_long_names_keep_their_ends_and_no_line_is_folded(album):
    shown = on_terminal(album, *NAMES, "--log", "run.jsonl", columns=80)
    table, told = shown[: len(NAMES) + 1], [json.loads(line) for line in (album / "run.jsonl").read_text().splitlines()]
    doubtful = shown[shown.index("Doubtful, look at them first:") + 1 :]

    assert max(map(cell_len, shown)) <= 80
    assert table[0].startswith("result ")
    for line, name in zip(table[1:], NAMES, strict=True):
        whole, (stem, suffix) = f"{FOLDER}/{name}", name.rsplit(".", 1)
        begin, _, end = line.split()[0].partition("…")
        assert (whole.startswith(begin) and f"{FOLDER}/{stem}-color.{suffix}".endswith(end)) or not end
        assert f"-color.{suffix}" in line
        assert re.search(r"\d+ x \d+ +\d+\.\d\d +(doubtful, )?\d+%$", line)
    assert "first-print" in table[1]  # what tells two names apart
    assert "second-print" in table[2]
    assert re.fullmatch(r"  all-that.*….*first-print-color\.jpg \(\d+% sure\)", doubtful[0])
    assert [each["output"] for each in told] == [f"{FOLDER}/{name.replace('.', '-color.')}" for name in NAMES]


def test_a_wide_terminal_and_a_program_get_whole_names(album, monkeypatch):
    monkeypatch.chdir(album)
    shown = on_terminal(album, *NAMES, columns=200)
    piped = CliRunner().invoke(app, ["colorize", *NAMES, "-o", FOLDER, "--overwrite"], env={"COLUMNS": "80"}).stdout

    for name in NAMES:
        result = f"{FOLDER}/{name.replace('.', '-color.')}"
        assert any(line.startswith(result) for line in shown)
        assert re.search(rf"^{result} +\d+ x \d+ +\d", piped, re.MULTILINE)
