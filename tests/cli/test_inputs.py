"""Inputs that come from lists, as editors, shells and `find` write them, through the real command."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import graycolor
from film_clips import Clip, make
from graycolor.files.name_lists import read_names

GRAY = Image.fromarray(np.tile(np.arange(0, 240, 3, dtype=np.uint8), (60, 1)))


@pytest.fixture
def ask(tmp_path):
    """Runs the command in a folder with two photographs; returns what it would color, exit code and stderr."""
    for name in ("one.png", "two words.png"):
        GRAY.save(tmp_path / name)

    def asked(*arguments, stdin=b"", command="colorize"):
        line = [sys.executable, "-m", "graycolor", command, *arguments, "--dry-run", "--json"]
        done = subprocess.run(line, cwd=tmp_path, input=stdin, capture_output=True, check=False)
        inputs = [json.loads(each)["input"] for each in done.stdout.splitlines()]
        return inputs, done.returncode, done.stderr.decode()

    return asked


@pytest.mark.parametrize(
    "text",
    [
        b"one.png\ntwo words.png\n",
        b"\n\none.png\r\ntwo words.png",
        b"\xef\xbb\xbfone.png\ntwo words.png\n",
        "\ufeffone.png\r\ntwo words.png\r\n".encode("utf-16-le"),
        b"one.png\0two words.png\0",
    ],
    ids=["lines", "windows", "mark", "powershell", "print0"],
)
def test_a_list_names_its_files_whoever_wrote_it(ask, tmp_path, text):
    (tmp_path / "list.txt").write_bytes(text)
    both = (["one.png", "two words.png"], 0)

    assert ask("@list.txt")[:2] == both
    assert ask("--files-from", "list.txt")[:2] == both
    assert ask("--files-from", "-", stdin=text)[:2] == both


def test_lists_go_with_other_inputs_and_a_file_of_that_very_name_is_itself(ask, tmp_path):
    GRAY.save(tmp_path / "@one.png")
    (tmp_path / "list.txt").write_bytes(b"@one.png\n")
    (tmp_path / "dash.txt").write_bytes(b"-\n")

    assert ask("@one.png", "one.png")[0] == ["@one.png", "one.png"]
    assert ask("one.png", "@list.txt")[0] == ["one.png", "@one.png"]
    assert read_names(str(tmp_path / "dash.txt")) == [str(Path("-").absolute())]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["@none.txt"], 1, "There is no list none.txt"),
        (["--files-from", "empty.txt"], 1, "empty.txt holds no names; write one a line."),
        (["--files-from", "-", "-"], 2, "Standard input is asked for twice"),
        (["@-", "--files-from", "-"], 2, "Standard input is asked for twice"),
        ([], 2, "Missing argument 'INPUTS...'; see graycolor colorize --help."),
    ],
)
def test_what_is_no_list_gets_one_sentence(ask, tmp_path, arguments, code, words):
    (tmp_path / "empty.txt").write_bytes(b"\n")
    inputs, got, err = ask(*arguments)

    assert (inputs, got) == ([], code)
    assert words in err
    assert len(err.splitlines()) == 1


def test_a_name_that_leads_nowhere_fails_alone(ask, tmp_path):
    (tmp_path / "list.txt").write_bytes(b"gone.png\none.png\n")
    inputs, code, err = ask("@list.txt")

    assert "one.png" in inputs
    assert code == 1
    assert "There is no file gone.png" in err


def test_films_and_sources_of_a_dataset_come_from_lists_too(ask, tmp_path):
    make(tmp_path / "film.mp4", Clip(frames=2))
    (tmp_path / "list.txt").write_bytes(b"film.mp4\n")
    films, code, err = ask("@list.txt", command="video")
    (tmp_path / "sources.txt").write_bytes(b"one.png\n")
    line = [sys.executable, "-m", "graycolor", "prepare", "--files-from", "sources.txt", "--dry-run"]
    prepared = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert ([Path(each).name for each in films], code) == (["film.mp4"], 0), err
    assert prepared.stdout.startswith("1 pictures")


def test_the_version_has_a_short_flag():
    done = subprocess.run([sys.executable, "-m", "graycolor", "-V"], capture_output=True, text=True, check=True)

    assert done.stdout == f"graycolor {graycolor.__version__}\n"
