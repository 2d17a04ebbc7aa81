"""Hints and references hold through their shot, and no further."""

from fractions import Fraction

import av
import cv2
import numpy as np
import pytest
from PIL import Image

from film_clips import dissolved, panned, plane
from graycolor.errors import InputError, UsageError
from graycolor.film.job.user_hints import FilmHint, FilmReference


@pytest.fixture
def film(tmp_path, draw):
    """Two shots of 24 frames each."""
    return write(tmp_path / "old.mkv", panned(draw(96, 240, seed=1), 24) + panned(draw(96, 240, seed=2)[::-1], 24))


def write(path, grays):
    with av.open(str(path), "w") as out:
        video = out.add_stream("ffv1", rate=25)
        video.height, video.width = grays[0].shape
        video.pix_fmt = "gray"
        video.codec_context.time_base = Fraction(1, 1000)
        for number, gray in enumerate(grays):
            frame = av.VideoFrame.from_ndarray(gray, format="gray")
            frame.pts, frame.time_base = 40 * number, Fraction(1, 1000)
            out.mux(video.encode(frame))
        out.mux(video.encode())
    return path


def blue(path):
    """Mean of U of every frame."""
    with av.open(str(path)) as film:
        return np.array([plane(frame, 1).mean() for frame in film.decode(video=0)])


@pytest.mark.parametrize("moment", ["3", "20", "0.5s"])
def test_a_hint_holds_through_its_shot(colored, film, moment):
    plain = blue(colored(film, lossless=True).plan.job.target)
    hints = tuple(FilmHint.parse(f"{moment}:{x}%,{y}%,#2030ff") for x in (20, 50, 80) for y in (20, 50, 80))
    hinted = blue(colored(film, lossless=True, hints=hints).plan.job.target)
    gain = hinted - plain

    assert gain[:24].min() > 4
    assert np.abs(gain[24:]).max() < 0.5


def test_a_hint_ends_in_the_middle_of_a_dissolve_and_the_colors_go_over(colored, tmp_path, draw):
    one, other = [draw(96, 144, seed=1)[::-1]] * 60, [draw(96, 144, seed=2)] * 80
    film = write(tmp_path / "old.mkv", one[:40] + dissolved(one[:20], other[:20]) + other)
    plain = blue(colored(film, lossless=True).plan.job.target)
    hints = tuple(FilmHint.parse(f"10:{x}%,{y}%,#2030ff") for x in (20, 50, 80) for y in (20, 50, 80))
    gain = blue(colored(film, lossless=True, hints=hints).plan.job.target) - plain

    assert gain[:40].min() > 4
    assert np.abs(gain[120:]).max() < 0.5  # what was remembered goes little by little
    assert np.abs(np.diff(gain)).max() < 0.5 * gain[:40].mean()


def test_a_hint_comes_back_once_what_covered_its_place_has_passed(colored, tmp_path):
    rng = np.random.default_rng(0)
    ground = cv2.GaussianBlur(rng.uniform(0, 255, (144, 216)).astype(np.float32), (0, 0), 3)
    ground = np.clip((ground - ground.mean()) * 4 + 120, 0, 255).astype(np.uint8)
    grays = [cv2.rectangle(ground.copy(), (4 * n - 80, 0), (4 * n - 20, 143), 20, -1) for n in range(80)]
    hints = (FilmHint.parse("0:50%,50%,#2030ff"),)
    places = [slice(52, 92), slice(88, 128)]

    def at_the_place(path):
        with av.open(str(path)) as film:
            return np.array([plane(frame, 1)[tuple(places)].mean() for frame in film.decode(video=0)])

    film = write(tmp_path / "old.mkv", grays)
    plain = at_the_place(colored(film, lossless=True).plan.job.target)
    gain = at_the_place(colored(film, lossless=True, hints=hints).plan.job.target) - plain

    assert gain[:20].min() > 3
    assert gain[-8:].min() > 3


def test_a_reference_holds_through_its_shot_or_the_film(colored, film, tmp_path):
    rng = np.random.default_rng(0)
    shade = rng.integers(20, 120, (8, 8, 1)).repeat(24, 0).repeat(24, 1)
    Image.fromarray((shade * [0.4, 0.6, 2]).astype(np.uint8)).save(tmp_path / "blue.png")
    plain = blue(colored(film, lossless=True).plan.job.target)
    shot, whole = (
        blue(colored(film, lossless=True, references=(FilmReference.parse(text),)).plan.job.target) - plain
        for text in (f"30:{tmp_path / 'blue.png'}", str(tmp_path / "blue.png"))
    )

    assert np.abs(shot[:24]).max() < 0.5
    assert shot[24:].mean() > 0.5
    assert np.allclose(shot[24:], whole[24:], atol=0.5)
    assert whole[:24].mean() > 0.5


def test_hints_outside_are_refused(colored, film):
    with pytest.raises(UsageError, match="no frame 99"):
        colored(film, hints=(FilmHint.parse("99:5,5,#ff0000"),))
    with pytest.raises(UsageError, match="outside the picture of 144 x 96"):
        colored(film, hints=(FilmHint.parse("0:200,5,#ff0000"),))


def test_a_hint_that_no_key_frame_shows_is_told(colored, film):
    hints = tuple(map(FilmHint.parse, ("3:50%,50%,#2030ff", "30:50%,50%,#ff3020")))
    part, whole = colored(film, hints=hints, frames=20).notes, colored(film, hints=hints).notes

    assert [note[:34] for note in part] == ["The hint of #ff3020 had no effect:"]
    assert not whole


def test_a_gray_reference_is_refused(colored, film, tmp_path):
    Image.new("RGB", (64, 64), (90, 90, 90)).save(tmp_path / "gray.png")
    with pytest.raises(InputError, match="no colors to lead with"):
        colored(film, references=(FilmReference(tmp_path / "gray.png"),))


def test_a_reference_that_is_hardly_followed_is_told(colored, film, tmp_path):
    stripes = np.zeros((90, 120, 3), np.uint8)
    stripes[:, ::2] = (40, 90, 20)
    Image.fromarray(stripes).save(tmp_path / "stripes.png")
    outcome = colored(film, references=(FilmReference(tmp_path / "stripes.png"),))

    assert any("little in common with this film" in note for note in outcome.notes)
