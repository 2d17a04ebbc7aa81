"""The sentence that says what nobody foresaw is a defect: what provoked it once gets a sentence of its own."""

import errno
import io
import os
import sys

import pytest
import typer
from typer.testing import CliRunner

from graycolor.cli.app import app
from graycolor.cli.console import reported_errors, results

LONG = "x" * 300


def told(capsys, error):
    with pytest.raises(typer.Exit) as left, reported_errors():
        raise error
    assert left.value.exit_code == 1
    return capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["colorize", LONG],
        ["prepare", LONG],
        ["eval", LONG],
        ["train", LONG],
        ["colorize", "x", "--dry-run", "-o", LONG],
        ["colorize", "x", "--dry-run", "--hints", LONG],
        ["colorize", "x", "--dry-run", "--settings", LONG],
        ["colorize", "x", "--dry-run", "--reference", LONG],
        ["video", "x", "--reference", f"0:{LONG}"],
    ],
)
def test_a_name_that_is_too_long(tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code in (1, 2)
    assert "nobody foresaw" not in done.output
    assert done.stderr.startswith("graycolor: ")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(errno.EIO, os.strerror(errno.EIO), "a\n.jpg"), r"a\n.jpg cannot be used (input/output error)"),
        (OSError(errno.EFBIG, os.strerror(errno.EFBIG)), "(file too large)"),
        (MemoryError(), "memory does not suffice"),
        (ImportError("libx.so: failed to map segment from shared object"), "A library cannot be loaded"),
        (RuntimeError("can't start new thread"), "no room for another thread"),
    ],
)
def test_what_the_system_refuses_is_a_sentence(capsys, error, sentence):
    said = told(capsys, error)
    assert sentence in said
    assert "nobody foresaw" not in said
    assert said.count("\n") == 1


def test_a_defect_is_still_called_one(capsys):
    assert "nobody foresaw (ZeroDivisionError: [red]\\x1b)" in told(capsys, ZeroDivisionError("[red]\x1b"))


def test_an_encoding_without_the_signs_that_are_printed(monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, "ascii"))
    with reported_errors():
        results().print("Fréchet ×", "x" * 9)
        sys.stdout.flush()
    assert written.getvalue() == rb"Fr\xe9chet \xd7 xxxxxxxxx" + b"\n"
