"""Nothing is overwritten that was not named for it: inputs, other pages, logs of others, the run's own files."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from graycolor.cli.app import run

SMALL = ("--size", "64", "--quiet")


@pytest.fixture
def ask(tmp_path, monkeypatch, capsys):
    """Runs the command as typed, in a folder with photographs and what else a run reads."""
    monkeypatch.chdir(tmp_path)
    for seed, name in enumerate(("a.png", "a.jpg", "b.jpg")):
        Image.fromarray(np.random.default_rng(seed).integers(0, 256, (24, 32), np.uint8)).save(name)
    Image.effect_mandelbrot((40, 30), (-3, -2.5, 2, 2.5), 9).convert("P").convert("RGB").save("reference.jpg")
    (tmp_path / "hints").mkdir()
    (tmp_path / "hints/a.json").write_text('[{"x": 5, "y": 5, "color": "#aa3322"}]')

    def asked(*arguments):
        monkeypatch.setattr(sys, "argv", ["graycolor", "colorize", *arguments])
        return run(), capsys.readouterr().err

    return asked


def content(folder):
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("record", ["--log", "--report"])
@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("a.png", "itself an input"),
        ("soft", "itself an input"),
        ("hard", "itself an input"),
        ("reference.jpg", "itself an input"),
        ("hints/a.json", "itself an input"),
        ("a-color.png", "cannot be both a result of a.png and the"),
        ("a-color-confidence.png", "cannot be both a result of a.png and the"),
        ("a-color.png.graycolor.json", "cannot be both a result of a.png and the"),
        ("b.jpg", "is"),
    ],
)
def test_records_take_no_place_that_is_taken(ask, tmp_path, record, place, words):
    (tmp_path / "soft").symlink_to("a.png")
    os.link(tmp_path / "a.png", tmp_path / "hard")
    before = content(tmp_path)
    said = ["--reference", "reference.jpg", "--hints", "hints", "--confidence", "--save-settings", "--overwrite"]
    code, err = ask("a.png", *said, record, place)

    assert code == (1 if place == "b.jpg" else 2)
    assert words in err
    assert len(err.splitlines()) == 1
    assert content(tmp_path) == before


def test_a_log_and_a_page_are_two_files(ask, tmp_path):
    before = content(tmp_path)
    code, err = ask("a.png", "--log", "both", "--report", "./both")

    assert code == 2
    assert "cannot be both the page of this run and the log of this run" in err
    assert content(tmp_path) == before


def test_a_result_is_neither_a_reference_nor_settings_even_with_overwrite(ask, tmp_path):
    (tmp_path / "a-color.png").write_bytes((tmp_path / "reference.jpg").read_bytes())
    before = content(tmp_path)
    code, err = ask("a.png", "--reference", "a-color.png", "--overwrite")

    assert code == 1
    assert "a-color.png is itself an input" in err
    assert content(tmp_path) == before


def test_settings_give_way_to_the_next_step_and_to_nothing_else(ask, tmp_path):
    saved = "a-color.png.graycolor.json"
    assert ask("a.png", "--save-settings", *SMALL) == (0, "")
    first = (tmp_path / saved).read_bytes()
    assert ask("a.png", "--settings", saved, "--log", saved, "-o", "x.png")[0] == 2
    assert (tmp_path / saved).read_bytes() == first
    step = ("--settings", saved, "--hint", "5,5,#aa3322", "--save-settings", "--overwrite", "--quiet")
    assert ask("a.png", *step) == (0, "")

    assert len(json.loads((tmp_path / saved).read_bytes())["settings"]["hints"]) == 1


def test_names_that_differ_in_their_suffix_alone_share_nothing(ask, tmp_path):
    assert ask("a.png", "a.jpg", "b.jpg", "--confidence", "--save-settings", *SMALL) == (0, "")
    made = sorted(path.name for path in tmp_path.glob("*-color*"))

    assert made == [
        "a-color.jpg",
        "a-color.jpg-confidence.png",
        "a-color.jpg.graycolor.json",
        "a-color.png",
        "a-color.png-confidence.png",
        "a-color.png.graycolor.json",
        "b-color-confidence.png",
        "b-color.jpg",
        "b-color.jpg.graycolor.json",
    ]
    (tmp_path / "hints/a.json").unlink()
    assert "The folder hints is empty" in ask("hints")[1]
    (tmp_path / "b-color.jpg").unlink()
    (tmp_path / "b-color-confidence.png").write_bytes((tmp_path / "b.jpg").read_bytes())
    code, err = ask(".", "--confidence", "--save-settings", "--skip-existing", "--input", "gray", *SMALL)

    assert code == 1
    assert "b-color-confidence.png is already there and was not made by graycolor" in err
    assert (tmp_path / "b-color-confidence.png").read_bytes() == (tmp_path / "b.jpg").read_bytes()


def test_a_page_goes_on_with_what_it_shows(ask, tmp_path):
    page = tmp_path / "out/look.html"
    said = ["-o", "out/", "--skip-existing", "--report", "out/look.html", *SMALL]
    shown = []
    for names in (["a.png"], ["a.png", "a.jpg", "b.jpg"], ["a.png", "a.jpg", "b.jpg"]):
        assert ask(*names, *said) == (0, "")
        shown.append(page.read_text().count("<article"))
    (tmp_path / "out/a-color.png").unlink()
    assert ask("a.png", *said) == (0, "")

    assert shown == [1, 3, 3]
    assert page.read_text().count("<article") == 3
    assert page.read_text().count('href="a-color.png"') == 1
    assert "2 of earlier runs" in page.read_text()


FULL = """
import resource, sys
from graycolor.cli.app import main
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
sys.argv = ["graycolor", "colorize", *sys.argv[1:]]
main()
"""


def test_a_full_disk_under_the_log_costs_no_picture_and_is_told_once(tmp_path):
    names = [f"{number}.png" for number in range(6)]
    for name in names:
        Image.new("L", (8, 8), 90).save(tmp_path / name)
    command = [sys.executable, "-c", FULL, *names, "-o", "out", "--log", "run.jsonl", *SMALL]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    lines = (tmp_path / "run.jsonl").read_text().splitlines()

    assert done.returncode == 1
    assert done.stderr.count("run.jsonl cannot be written") == len(done.stderr.splitlines()) == 1
    assert len(list((tmp_path / "out").iterdir())) == 6
    assert json.loads(lines[0])["input"] == "0.png"
