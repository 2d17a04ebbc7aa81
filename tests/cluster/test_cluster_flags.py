"""What a cluster cannot do is refused before Ray is imported."""

import sys

import pytest

from film_clips import make_shots
from graycolor.cli.app import run


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--engine", "spark"], "There is no engine 'spark'; choose local or ray."),
        (["--workers", "2"], "add --engine ray"),
        (["--address", "auto"], "add --engine ray"),
        (["--engine", "ray", "--watch"], "leave out --engine ray"),
        (["--engine", "ray", "-o", "-"], "leave out --engine ray"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path, monkeypatch, capsys, arguments, sentence):
    (tmp_path / "scans").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["graycolor", "colorize", "scans", *arguments])

    assert run() == 2
    assert sentence in capsys.readouterr().err
    assert "ray" not in sys.modules


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(["--engine", "spark"], "There is no engine 'spark'"), (["--workers", "2"], "add --engine ray")],
)
def test_preparing_takes_the_same_words(tmp_path, monkeypatch, capsys, arguments, sentence):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["graycolor", "prepare", ".", *arguments])

    assert run() == 2
    assert sentence in capsys.readouterr().err
    assert "ray" not in sys.modules


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--engine", "spark"], "There is no engine 'spark'; choose local or ray."),
        (["--workers", "2"], "add --engine ray"),
        (["--engine", "ray", "--weights", "nowhere.safetensors"], "nowhere.safetensors"),
        (["--engine", "ray", "-o", "new/%04d.png"], "Numbered frames are colored on one machine"),
    ],
)
def test_what_makes_no_sense_for_films_is_refused(tmp_path, monkeypatch, capsys, arguments, sentence):
    make_shots(tmp_path / "old.mp4", [9])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["graycolor", "video", "old.mp4", *arguments])

    assert run() in (1, 2)
    assert sentence in capsys.readouterr().err
    assert "ray" not in sys.modules
