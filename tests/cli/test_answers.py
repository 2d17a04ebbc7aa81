"""Requests that cannot work get one sentence that names what would."""

import json
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from film_clips import Clip, make
from graycolor.cli.app import run


@pytest.fixture
def ask(tmp_path, monkeypatch, capsys):
    """Runs the command as typed, in a folder with a photograph and a film; returns exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    Image.fromarray(np.full((20, 30), 99, np.uint8)).save(tmp_path / "photo.jpg")
    (tmp_path / "my old photo.jpg").write_bytes((tmp_path / "photo.jpg").read_bytes())
    make(tmp_path / "film.mp4", Clip(frames=2))

    def asked(*arguments):
        monkeypatch.setattr(sys, "argv", ["graycolor", *arguments])
        code = run()
        return code, *capsys.readouterr()

    return asked


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["photo.jpg"], 2, "to color it: graycolor colorize photo.jpg"),
        (["film.mp4"], 2, "to color it: graycolor video film.mp4"),
        (["colorise", "photo.jpg"], 2, "did you mean graycolor colorize?"),
        (["paint"], 2, "choose one of colorize, video"),
        (["colorize"], 2, "see graycolor colorize --help"),
        (["colorize", "photo.jpg", "--overwrte"], 2, "There is no option --overwrte; did you mean --overwrite?"),
        (["colorize", "photo.jpg", "--sat", "2"], 2, "There is no option --sat; did you mean --saturation?"),
        (["train", "npy", "--size", "96"], 2, "There is no option --size; see graycolor train --help."),
        (["train", "npy", "--epoch", "9"], 2, "There is no option --epoch; did you mean --epochs?"),
        (["help"], 2, "Help is an option: graycolor --help"),
        (["colorize", "my", "old", "photo.jpg"], 1, "put it in quotes: 'my old photo.jpg'"),
        (["colorize", "-x.jpg"], 2, "is written ./-NAME"),
        (["colorize", "photo.jpg", "--threads", "many"], 2, "'many' is not a valid integer"),
        (["colorize", "film.mp4"], 1, "is a film; color it with graycolor video"),
        (["video", "photo.jpg"], 1, "is a picture, not a film; color it with graycolor colorize"),
        (["colorize", ""], 1, "An empty name is no file"),
        (["colorize", "photo.jpg", "-o", ""], 2, "-o was given nothing"),
        (["colorize", "photo.jpg", "--hints", ""], 2, "--hints was given nothing"),
        (["colorize", "photo.jpg", "--weights="], 2, "--weights was given nothing"),
        (["video", "film.mp4", "-o", ""], 2, "-o was given nothing"),
        (["colorize", "https://example.org/a.jpg"], 1, "https://example.org/a.jpg is an address, not a file"),
        (["video", "https://example.org/a.mp4"], 1, "is an address, not a file"),
        (["colorize", "file:///photo.jpg"], 1, "There is no file /photo.jpg"),
        (["colorize", "photo.jpg", "--format", "png", "-o", "x.jpg"], 2, "say two formats"),
    ],
)
def test_one_sentence_that_names_what_would_work(ask, tmp_path, arguments, code, words):
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    got, out, err = ask(*arguments, *(["--dry-run"] if arguments[0] in ("colorize", "video") else []))
    (sentence,) = [line for line in err.splitlines() if "nothing was done" not in line]

    assert got == code
    assert words in sentence
    assert sentence.startswith("graycolor: ")
    assert not out
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_an_empty_name_is_not_the_folder_one_is_in(ask):
    assert ask("colorize", "", "--dry-run")[1] == ""


def test_the_same_format_by_another_name_is_no_contradiction(ask, monkeypatch):
    assert ask("colorize", "photo.jpg", "--format", "jpg", "-o", "x.jpeg", "--dry-run")[0] == 0
    monkeypatch.setenv("GRAYCOLOR_FORMAT", "png")  # a default, which -o overrides
    assert "photo.jpg -> x.jpg" in ask("colorize", "photo.jpg", "-o", "x.jpg", "--dry-run")[1]


@pytest.mark.parametrize("name", ["-old.jpg", "-r", "--overwrite", "-uncle.jpg"])
def test_a_file_whose_name_begins_like_an_option_is_never_one(ask, tmp_path, name):
    (tmp_path / name).write_bytes((tmp_path / "photo.jpg").read_bytes())
    code, out, err = ask("colorize", name, "photo.jpg", "--dry-run")  # as * would have it

    assert code == 2
    assert f"write ./{name}, or put -- before the names" in err
    assert not out


def test_after_dashes_and_with_a_folder_it_is_a_name(ask, tmp_path):
    (tmp_path / "-uncle.jpg").write_bytes((tmp_path / "photo.jpg").read_bytes())

    assert "-uncle.jpg -> -uncle-color.jpg" in ask("colorize", "--dry-run", "--", "-uncle.jpg")[1]
    assert "-uncle.jpg -> -uncle-color.jpg" in ask("colorize", "--dry-run", "./-uncle.jpg")[1]


def test_folders_in_a_folder_are_named_with_what_the_command_has(ask, tmp_path):
    (tmp_path / "album/summer").mkdir(parents=True)

    assert "add --recursive" in ask("colorize", "album")[2]
    assert "add --recursive" in ask("video", "album")[2]


def test_a_folder_of_the_other_kind_is_told_its_command(ask, tmp_path):
    for folder, name in (("films", "film.mp4"), ("album", "photo.jpg")):
        (tmp_path / folder).mkdir()
        (tmp_path / name).rename(tmp_path / folder / name)

    assert "color its films with graycolor video films" in ask("colorize", "films")[2]
    assert "color its pictures with graycolor colorize album" in ask("video", "album")[2]


def test_a_folder_without_pictures_is_told_what_it_holds_instead(ask, tmp_path):
    (tmp_path / "papers").mkdir()
    (tmp_path / "nothing").mkdir()
    (tmp_path / "papers/about.txt").write_text("x")
    with zipfile.ZipFile(tmp_path / "papers/result.docx", "w") as file:
        file.writestr("word/document.xml", "x")
    word = "result.docx is a Word document, not a photograph; save the pictures in it as JPEG or PNG"
    _, _, in_folder = ask("colorize", "papers")
    _, _, by_pattern = ask("colorize", "papers/*")

    assert "The folder papers holds no pictures to color (JPEG, PNG, TIFF and others); " + word in in_folder
    assert word in by_pattern
    assert all(len(line) < 240 for line in (in_folder + by_pattern).splitlines())
    assert "The folder nothing is empty; name another." in ask("colorize", "nothing")[2]
    assert "no films to color (MP4, MOV, MKV, AVI and others); name another." in ask("video", "papers")[2]


@pytest.mark.parametrize(("command", "suffix"), [("colorize", "jpg"), ("video", "mp4")])
def test_of_many_results_that_are_there_one_sentence_is_told(ask, tmp_path, command, suffix):
    source = next(tmp_path.glob(f"*.{suffix}"))
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.{suffix}").write_bytes(source.read_bytes())
        (tmp_path / f"{name}-color.{suffix}").write_bytes(b"there")
    code, out, err = ask(command, *(f"{name}.{suffix}" for name in ("a", "b", "c")), "--json", "--dry-run")
    (sentence,) = [line for line in err.splitlines() if "nothing was done" not in line]

    assert code == 1
    assert f"3 results, such as that of a.{suffix}, are already there; use --overwrite to replace them" in sentence
    assert "--skip-existing" in sentence
    assert [json.loads(line)["input"] for line in out.splitlines()] == (["a.mp4", "b.mp4", "c.mp4"] if out else [])


def test_a_photograph_that_was_colored_before_did_not_fail(ask):
    ask("colorize", "photo.jpg")

    code, out, err = ask("colorize", "photo.jpg", "my old photo.jpg", "--report", "page.html")

    assert code == 1  # what was asked for was not done
    assert "1 colored" in out
    assert "1 there already and not done again" in out
    assert "failed" not in out
    assert "The page is page.html; open it in a browser." in err
    page = Path("page.html").read_text("utf-8")
    assert "1 result was there already and was not colored again" in page
    assert '<li><a href="photo-color.jpg">photo-color.jpg</a></li>' in page


def test_what_a_folder_holds_besides_is_told(ask, tmp_path):
    (tmp_path / "box/aunt").mkdir(parents=True)
    (tmp_path / "box/letter.txt").write_text("Dear aunt")
    (tmp_path / "photo.jpg").rename(tmp_path / "box/photo.jpg")

    assert (
        "box: passed over 1 folder (--recursive goes there): aunt; 1 file of other kinds" in ask("colorize", "box")[2]
    )
    assert not ask("colorize", "box", "--quiet", "--overwrite")[2]


def test_an_option_without_its_value_leads_to_the_help_of_its_command(ask):
    assert "requires an argument; see graycolor colorize --help." in ask("colorize", "photo.jpg", "--hint")[2]
