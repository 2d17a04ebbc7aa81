"""`progress=True`: a bar on stderr for the Python functions that take long, and nothing of it otherwise."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

import graycolor
from film_clips import Clip, make
from graycolor.data.filters import FilterSettings
from graycolor.data.preparation import Preparation, PrepareSettings
from graycolor.evaluation.evaluate import evaluate
from graycolor.evaluation.ground_truth import Truth
from graycolor.evaluation.predictors import constant
from graycolor.progress import progress_bar


def test_a_bar_says_what_is_done_of_how_much_and_goes_on_where_an_earlier_run_was_stopped(capsys):
    with progress_bar("old.mp4", "frame", shown=True) as advance:
        for done in range(41, 61):
            advance(done, 60, earlier=40)

    seen = capsys.readouterr()
    assert "old.mp4: 100%" in seen.err
    assert "60/60" in seen.err
    assert "frame/s]" in seen.err
    assert seen.out == ""


def test_nothing_is_drawn_or_loaded_unless_it_is_asked_for():
    code = "from graycolor.progress import progress_bar\nwith progress_bar('x', 'step', shown=False) as on: on(1, 2)"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint('tqdm' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert (done.stdout, done.stderr) == ("False\n", "")


@pytest.mark.parametrize("progress", [True, False])
def test_coloring_a_film_shows_its_frames(tmp_path, capsys, progress):
    film = make(tmp_path / "old.mp4", Clip(frames=6))

    graycolor.colorize_video(film, device="cpu", threads=1, progress=progress)

    assert ("6/6" in capsys.readouterr().err) is progress


def test_making_a_dataset_shows_its_pictures_those_of_an_earlier_run_among_them(tmp_path, capsys):
    rng = np.random.default_rng(0)
    (tmp_path / "photos").mkdir()
    for number in range(4):
        noise = Image.fromarray(rng.integers(0, 255, (4, 4, 3), dtype=np.uint8)).resize((160, 160))
        noise.save(tmp_path / "photos" / f"{number}.png")
    settings = PrepareSettings(size=64, filters=FilterSettings(min_side=32))
    stopped = Preparation([tmp_path / "photos"], tmp_path / "set", settings)
    next(stopped.judge(1, progress=True))
    stopped.journal.close()
    capsys.readouterr()

    again = Preparation([tmp_path / "photos"], tmp_path / "set", settings)
    list(again.judge(1, progress=True))
    again.journal.close()

    assert "4/4" in capsys.readouterr().err


def test_judging_shows_its_photographs(capsys):
    truths = [Truth(f"{number}.png", np.full((40, 40, 3), number, np.uint8)) for number in (90, 120, 150)]

    evaluate(truths, {"gray": constant(0, 0)}, progress=True)

    assert "judging: 100%" in capsys.readouterr().err
