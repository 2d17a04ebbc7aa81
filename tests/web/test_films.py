"""Films in a real browser: brought, looked at, hinted, previewed, colored, stopped, taken home."""

import shlex
import shutil
import subprocess
import sys

import numpy as np
import pytest

from film_clips import Clip, make

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def films(page, served):
    """The page of films, of a new visitor."""
    page.goto(served.url + "films")
    page.get_by_text("Bring your film").wait_for()
    return page


def bring(page, film):
    page.set_input_files("input[type=file][multiple]", film)
    page.locator(".facts").wait_for()


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def plays(page):
    """How many seconds the browser's player has played after a while, with sound and pictures in it."""
    video = page.locator(".player video")
    video.evaluate("video => { video.muted = true; return video.play(); }")
    page.wait_for_function("() => document.querySelector('.player video').currentTime > 0.1")
    return video.evaluate("video => [video.videoWidth, video.webkitAudioDecodedByteCount, video.error]")


def test_a_film_is_colored_played_and_taken_home_as_the_command_makes_it(films, tmp_path):
    film = make(tmp_path / "old film.mp4", Clip(frames=30, sounds=("eng",), chapters=True))
    bring(films, film)
    films.get_by_text("96 × 64, 25 frames a second, H.264").wait_for()
    films.get_by_role("button", name="Shot 1, at 0:00, 30 frames").wait_for()
    films.locator(".facts").get_by_text("on this computer").wait_for()

    press(films, "Color the film")
    films.get_by_text("Done: 30 frames").wait_for()
    width, sound, error = plays(films)
    press(films, "Command")
    line = films.locator("code").inner_text()
    press(films, "Close")
    with films.expect_download() as download:
        press(films, "Download")

    assert (width, error) == (96, None)
    assert sound > 0
    assert line == "graycolor video 'old film.mp4'"
    assert download.value.suggested_filename == "old film-color.mp4"
    subprocess.run([sys.executable, "-m", "graycolor", *shlex.split(line)[1:], "-q"], cwd=tmp_path, check=True)
    assert download.value.path().read_bytes() == (tmp_path / "old film-color.mp4").read_bytes()
