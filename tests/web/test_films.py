"""Films in a real browser: brought, looked at, hinted, previewed, colored, stopped, taken home."""

import base64
import shlex
import subprocess
import sys

import av
import numpy as np
import pytest
from PIL import Image

from film_clips import Clip, make

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AFTER = ".layer.after .sheet img:not(.veil)"


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


def click_at(page, x, y):
    """Click on the frame that is seen, at a place in percent."""
    box = page.locator(AFTER).bounding_box()
    page.mouse.click(box["x"] + box["width"] * x / 100, box["y"] + box["height"] * y / 100)


def plays(page):
    """How many seconds the browser's player has played after a while, with sound and pictures in it."""
    video = page.locator(".player video")
    video.evaluate("video => { video.muted = true; return video.play(); }")
    page.wait_for_function("() => document.querySelector('.player video').currentTime > 0.1")
    return video.evaluate("video => [video.videoWidth, video.webkitAudioDecodedByteCount, video.error]")


def assert_alike(one, other):
    """Films of the same sound, times, tags and frames; x264 codes equal frames by some steps otherwise now and then."""
    with av.open(str(one)) as first, av.open(str(other)) as second:
        assert first.metadata == second.metadata
        tracks = [[(each.type, each.metadata) for each in film.streams] for film in (first, second)]
        assert tracks[0] == tracks[1]
    sound = [[bytes(each) for each in packets(path, "audio")] for path in (one, other)]
    assert sound[0] == sound[1]
    frames = [[(each.pts, each.to_ndarray().astype(int)) for each in pictures(path)] for path in (one, other)]
    for (pts, picture), (other_pts, other_picture) in zip(*frames, strict=True):
        assert pts == other_pts
        assert np.abs(picture - other_picture).mean() < 0.3


def packets(path, kind):
    with av.open(str(path)) as film:
        yield from (each for each in film.demux() if each.stream.type == kind and each.size)


def pictures(path):
    with av.open(str(path)) as film:
        yield from film.decode(video=0)


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
    assert_alike(download.value.path(), tmp_path / "old film-color.mp4")


def two_shots(path, frames=20):
    """A gray film of two shots: a bright road under a dark sky, then the other way round, both still."""
    rng = np.random.default_rng(0)
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=25, options={"crf": "8"})
        video.width, video.height, video.pix_fmt = 160, 96, "yuv420p"
        for number in range(2 * frames):
            top, bottom = (60, 200) if number < frames else (210, 90)
            rows = np.repeat([top, bottom], 48)[:, None] + rng.integers(0, 6, (96, 160))
            rows[20:70, 20 + 80 * (number >= frames) :][:, :40] = 140
            frame = av.VideoFrame.from_ndarray(np.repeat(rows[..., None], 3, axis=2).astype(np.uint8), format="rgb24")
            out.mux(video.encode(frame))
        out.mux(video.encode())
    return path


def chroma(path, number):
    """Mean U and V of the lower and the upper half of a frame."""
    with av.open(str(path)) as film:
        frame = next(each for n, each in enumerate(film.decode(video=0)) if n == number).reformat(format="yuv444p")
    planes = [np.frombuffer(frame.planes[n], np.uint8).reshape(frame.height, -1)[:, :160] for n in (1, 2)]
    return [[float(plane[rows].mean()) for plane in planes] for rows in (slice(75, 96), slice(0, 20))]


def test_a_hint_on_a_shot_holds_through_it_and_in_the_preview(films, tmp_path):
    led = Image.new("RGB", (120, 90), (90, 140, 230))
    led.paste((150, 110, 40), (0, 50, 120, 90))
    led.save(tmp_path / "led.png")
    bring(films, two_shots(tmp_path / "road.mp4"))
    films.get_by_role("button", name="Shot 2, at 0:00, 20 frames").click()
    films.locator(AFTER).wait_for()
    click_at(films, 30, 92)
    films.locator(".palette").get_by_role("button", name="wine red").click()
    films.locator("button.mark").wait_for()
    press(films, "Done")
    press(films, "Shot before")
    films.get_by_text("Shot 1, at 0:00, 20 frames").wait_for()
    films.get_by_text("Its colors lead in this shot.").wait_for()
    press(films, "Choose one")
    films.set_input_files("input[type=file]:not([multiple]):not([webkitdirectory])", tmp_path / "led.png")
    films.get_by_text("Follows led.png").wait_for()
    press(films, "Next shot")

    press(films, "Preview ten seconds from this shot")
    films.locator(".player video").wait_for()
    assert plays(films)[0] == 160
    press(films, "Shots")
    press(films, "All shots")
    films.get_by_role("button", name="Shot 2").get_by_text("1 hint").wait_for()
    press(films, "Color the film")
    films.get_by_text("Done: 40 frames").wait_for()
    press(films, "Command")
    words = shlex.split(films.locator("code").inner_text())
    press(films, "Close")
    with films.expect_download() as download:
        press(films, "Download")

    assert words[:4] == ["graycolor", "video", "road.mp4", "--hint"]
    assert words[4].startswith("28:")
    assert words[5:] == ["--reference", "8:led.png"]
    download.value.save_as(tmp_path / "made.mp4")
    (lower, _), (before, _) = chroma(tmp_path / "made.mp4", 35), chroma(tmp_path / "made.mp4", 5)
    assert lower[1] - before[1] > 10
    subprocess.run([sys.executable, "-m", "graycolor", *words[1:], "-q"], cwd=tmp_path, check=True)
    assert_alike(tmp_path / "made.mp4", tmp_path / "road-color.mp4")


def test_a_film_on_this_machine_is_stopped_goes_on_and_stays_where_it_is(films, tmp_path):
    film = make(tmp_path / "long.mp4", Clip(frames=200, size=(64, 48), rate=1))
    films.get_by_label("Path").fill(f'"{film}"')
    press(films, "Open")
    films.locator(".facts").get_by_text(f"in {tmp_path}").wait_for()
    press(films, "Color the film")
    films.wait_for_function(
        "() => /Frame ([5-9]\\d|1\\d\\d) of 200/.test(document.querySelector('.panel').textContent)"
    )
    press(films, "Stop")
    films.get_by_text("are finished and will not be made again").wait_for()
    parts = tmp_path / ".graycolor-long-color.mp4.parts"
    assert list(parts.glob("*.packets"))
    press(films, "Go on")
    films.get_by_text("Done: 200 frames").wait_for()

    assert not parts.exists()
    assert (tmp_path / "long-color.mp4").exists()
    press(films, "Color it again")
    films.get_by_text("is already there; use the box").wait_for()
    press(films, "Remove film")
    films.get_by_text("Bring your film").wait_for()
    assert film.exists()
    films.get_by_label("Path").fill("old.mp4")
    press(films, "Open")
    films.get_by_text("is not a whole path").wait_for()
    films.get_by_label("Path").fill(str(tmp_path / "nowhere.mp4"))
    press(films, "Open")
    films.get_by_text("There is no file").wait_for()


def test_what_browsers_cannot_play_is_copied_and_what_is_in_color_is_asked_about(films, tmp_path):
    bring(films, make(tmp_path / "new.mkv", Clip(frames=24, colored=True, sounds=("eng",), sound_codec="pcm_s16le")))
    films.get_by_text("new.mkv has colors of its own").wait_for()
    press(films, "Color it by its light")
    films.get_by_role("button", name="Shot 1").wait_for()
    films.get_by_text("Keep every bit of the gray").click()
    press(films, "Preview ten seconds")
    films.get_by_text("this is a copy to look at").wait_for()
    width, sound, error = plays(films)
    assert (width, error) == (96, None)
    assert sound > 0
    press(films, "Color the film")
    press(films, "Make a copy to watch")
    films.get_by_text("this is a copy to look at").wait_for()
    assert plays(films)[0] == 96
    press(films, "Command")
    assert films.locator("code").inner_text() == "graycolor video new.mkv --lossless --input color"


def test_a_broken_film_is_told_of_by_its_name(films, tmp_path):
    (tmp_path / "broken.mp4").write_bytes(b"no film at all")
    films.set_input_files("input[type=file][multiple]", tmp_path / "broken.mp4")
    notice = films.locator(".notice").get_by_text("broken.mp4")
    notice.wait_for()

    assert "/" not in notice.inner_text()


def test_a_film_that_is_dropped_among_photographs_opens_on_its_own_page(page, tmp_path):
    data = base64.b64encode(make(tmp_path / "old.mp4", Clip()).read_bytes()).decode()
    page.evaluate(
        """data => {
            const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
            const files = new DataTransfer();
            files.items.add(new File([bytes], "old.mp4", { type: "video/mp4" }));
            dispatchEvent(new DragEvent("drop", { dataTransfer: files, cancelable: true }));
        }""",
        data,
    )
    page.wait_for_url("**/films")
    page.get_by_role("heading", name="old.mp4").wait_for()
    page.get_by_role("link", name="Photographs").click()
    page.get_by_text("Bring your photographs").wait_for()

    assert page.url.endswith("/")
    assert not page.get_by_text("old.mp4").is_visible()


def test_everybody_can_use_the_page_of_films(films, tmp_path):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()

    def wrong():
        return {each["id"]: [node["html"] for node in each["nodes"]] for each in axe.run(films).response["violations"]}

    assert wrong() == {}
    bring(films, make(tmp_path / "old.mp4", Clip(sounds=("eng",))))
    films.get_by_role("button", name="Shot 1").wait_for()
    assert wrong() == {}
    films.emulate_media(color_scheme="dark")
    films.set_viewport_size({"width": 390, "height": 844})
    films.get_by_role("button", name="Shot 1").focus()
    films.keyboard.press("Enter")
    films.locator(AFTER).wait_for()
    click_at(films, 30, 40)
    films.locator(".palette .swatch").first.wait_for()
    assert wrong() == {}
    press(films, "Done")
    press(films, "Preview ten seconds from this shot")
    films.locator(".player video").wait_for()
    assert wrong() == {}
    assert films.evaluate("() => document.documentElement.scrollWidth") <= 390
