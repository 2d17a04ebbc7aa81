"""The page of a run's films: every shot with a frame before and after, and the line that hints at it."""

import html
import re
import shlex
from fractions import Fraction

import av
import numpy as np
import pytest

from film_clips import panned
from graycolor.colorizer import ColorizeSettings
from graycolor.errors import InputError, OutputError
from graycolor.files import ExistsError, Job, Refusal
from graycolor.film.job.user_hints import FilmHint
from graycolor.film.output.segments import Segment, ShotPart
from graycolor.film.source.probe import probe
from graycolor.jobs import film_page
from graycolor.jobs.colored_shots import shots_in
from graycolor.jobs.film_command import hint_text, time_text, words_of
from graycolor.jobs.film_page import FilmPage
from graycolor.jobs.film_plan import FilmOptions, plan_film
from graycolor.jobs.films import color_film
from graycolor.jobs.page import Page
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.jobs.sidecar import settings_of

OPTIONS = FilmOptions(ColorizeSettings(size=64), overwrite=True)


@pytest.fixture
def film(tmp_path, draw):
    """Two shots of 30 frames each, and ten black frames."""
    grays = panned(draw(96, 400, seed=1), 30) + panned(draw(96, 400, seed=2)[::-1], 30)
    grays += [np.zeros((96, 144), np.uint8)] * 10
    with av.open(str(tmp_path / "old <b>.mkv"), "w") as out:
        video = out.add_stream("ffv1", rate=25)
        video.width, video.height, video.pix_fmt = 144, 96, "gray"
        video.codec_context.time_base = Fraction(1, 1000)
        for number, gray in enumerate(grays):
            frame = av.VideoFrame.from_ndarray(gray, format="gray")
            frame.pts, frame.time_base = 40 * number, Fraction(1, 1000)
            out.mux(video.encode(frame))
        out.mux(video.encode())
    return tmp_path / "old <b>.mkv"


@pytest.fixture
def outcome(film, colorizer):
    job = Job(film, film.with_name("result.mkv"))
    return color_film(plan_film(job, OPTIONS), colorizer, OPTIONS)


def names(text):
    return [html.unescape(each) for each in re.findall(r'class="name"[^>]*>([^<]+)<', text)]


def test_every_shot_is_there_with_the_line_that_hints_at_it(tmp_path, film, outcome, monkeypatch):
    monkeypatch.setattr("graycolor.jobs.outcome.DOUBTFUL", outcome.shots[1].confidence + 1e-3)
    monkeypatch.setattr(film_page, "DOUBTFUL", outcome.shots[1].confidence + 1e-3)
    page = FilmPage(tmp_path / "look.html", OPTIONS)
    page.add(outcome)
    text = (tmp_path / "look.html").read_text()
    lines = [shlex.split(html.unescape(line)) for line in re.findall(r"<code[^>]*>(.+?)</code>", text)]
    shown = [(shot.frames, shot.confidence is None) for shot in outcome.shots]

    assert shown[0] == (30, False)
    assert sum(frames for frames, _ in shown) == 70
    assert "old <b>.mkv, 1.2s" in names(text)
    assert len(names(text)) == len(shown)
    assert "doubtful: they come first" in text
    assert text.count("data:image/jpeg;base64,") == 2 * len(shown)
    for line in lines:
        hint = FilmHint.parse(line[line.index("--hint") + 1])
        assert line[:3] == ["graycolor", "video", str(film)]
        assert line[3:5] == ["--size", "64"]
        assert line[-3:] == ["-o", str(tmp_path / "result.mkv"), "--overwrite"]
        assert any(shot.begin <= hint.moment.seconds < shot.begin + shot.seconds for shot in outcome.shots)


def test_doubtful_shots_come_first_and_the_others_as_in_the_film(tmp_path, film, outcome, monkeypatch):
    sure = [0.5, 0.3, 0.45][: len(outcome.shots)]
    shots = tuple(
        type(shot)(shot.begin, shot.seconds, shot.frames, each, shot.still, shot.place)
        for shot, each in zip(outcome.shots, sure, strict=True)
    )
    page = FilmPage(tmp_path / "look.html", OPTIONS)
    page.add(type(outcome)(outcome.plan, outcome.frames, 1.0, 1, (), shots=shots))
    text = (tmp_path / "look.html").read_text()

    assert [float(each) for each in re.findall(r'data-at="([\d.]+)"', text)] == [1.2, 0.0, *([2.4] * (len(shots) - 2))]
    assert "(doubtful)" in text
    assert "1 doubtful" in text


def test_the_frames_of_a_page_are_those_of_the_result(outcome):
    from graycolor.jobs.colored_shots import views_of_shots

    with av.open(str(outcome.plan.job.target)) as container:
        frames = {frame.time: frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)}
    for shot, views in zip(outcome.shots, views_of_shots(outcome.plan.job.target, outcome.shots, 0, 640), strict=True):
        rgb = frames[float(shot.still)].astype(int)
        x, y = int(shot.place[0] / 100 * 144), int(shot.place[1] / 100 * 96)
        around = rgb[max(0, y - 3) : y + 4, max(0, x - 3) : x + 4].reshape(-1, 3).mean(axis=0)

        assert views.size == (144, 96)
        assert np.abs(around - [int(views.color[k : k + 2], 16) for k in (1, 3, 5)]).max() <= 1.5


def test_a_page_goes_on_and_a_film_made_again_gets_new_cards(tmp_path, outcome):
    FilmPage(tmp_path / "look.html", OPTIONS).add(outcome)
    other = outcome.plan.job.target.with_name("other.mkv")
    other.write_bytes(outcome.plan.job.target.read_bytes())
    plan = type(outcome.plan)(**{**vars(outcome.plan), "job": Job(outcome.plan.job.source, other)})
    FilmPage(tmp_path / "look.html", OPTIONS).add(type(outcome)(plan, 1, 1.0, 1, (), shots=outcome.shots[:1]))
    both = (tmp_path / "look.html").read_text()
    FilmPage(tmp_path / "look.html", OPTIONS).add(type(outcome)(plan, 1, 1.0, 1, (), shots=outcome.shots[1:2]))
    again = (tmp_path / "look.html").read_text()

    assert len(names(both)) == len(names(again)) == len(outcome.shots) + 1
    assert re.findall(r'data-film="other.mkv" data-at="([\d.]+)"', both) == ["0.0"]
    assert re.findall(r'data-film="other.mkv" data-at="([\d.]+)"', again) == ["1.2"]


def test_a_full_page_keeps_the_least_sure_shots(tmp_path, outcome, monkeypatch):
    monkeypatch.setattr(film_page, "MOST", 1)
    FilmPage(tmp_path / "look.html", OPTIONS).add(outcome)
    text = (tmp_path / "look.html").read_text()
    least = min(outcome.shots, key=lambda shot: 1 if shot.confidence is None else shot.confidence)

    assert re.findall(r'data-at="([\d.]+)"', text) == [str(float(least.begin))]
    assert "Shown here: the 1 least sure." in text


def test_what_the_page_did_not_make_is_left_alone(tmp_path):
    (tmp_path / "mine.html").write_text("<p>my own page")
    Page(tmp_path / "photographs.html", settings_of(PhotoOptions())).write()

    for name in ("mine.html", "photographs.html"):
        with pytest.raises(OutputError, match="no page of graycolor's about films"):
            FilmPage(tmp_path / name, OPTIONS)
    with pytest.raises(OutputError, match="no folder"):
        FilmPage(tmp_path / "nowhere/look.html", OPTIONS)


def test_what_failed_is_named(tmp_path):
    page = FilmPage(tmp_path / "look.html", OPTIONS)
    page.refuse(Refusal(tmp_path / "a.mp4", InputError("a.mp4 is <i>broken</i>.")))
    page.refuse(Refusal(tmp_path / "b.mp4", ExistsError("b-color.mp4 is already there.")))
    page.write()
    text = (tmp_path / "look.html").read_text()

    assert "a.mp4 is &lt;i&gt;broken" in text
    assert "1 failed" in text
    assert "1 film has a result already and is not shown" in text


def test_shots_go_on_over_the_ends_of_segments(film):
    tick = 40
    segments = [
        Segment(0, 10, 0, 9 * tick, 10 * tick, 0, 1, shots=(ShotPart(0, 10, True, 2, 0.8, 2 * tick, (1.0, 2.0)),)),
        Segment(
            1,
            20,
            10 * tick,
            29 * tick,
            None,
            None,
            1,
            shots=(
                ShotPart(10 * tick, 15, False, 1, 0.4, 12 * tick, (3.0, 4.0)),
                ShotPart(25 * tick, 5, True),
            ),
        ),
    ]
    first, second = shots_in(probe(film), segments)

    assert (first.begin, first.frames, first.seconds, first.place) == (0, 25, 1.0, (3.0, 4.0))
    assert first.confidence == pytest.approx(0.4)
    assert first.still == Fraction(12, 25)
    assert (second.begin, second.frames, second.confidence, second.doubtful) == (1, 5, None, False)


@pytest.mark.parametrize("rate", [Fraction(25), Fraction(24000, 1001), Fraction(50, 3), Fraction(60000, 1001)])
def test_a_written_time_leads_to_its_frame(rate):
    for number in (*range(40), 1500, 100_003):
        seconds = FilmHint.parse(f"{time_text(number / rate)}:5,5,red").moment.seconds

        assert (number - 1) / rate < seconds <= number / rate + 1e-6


def test_options_come_back_as_words():
    hint = FilmHint.parse("1:02:03.5:5%,7%,red")
    options = FilmOptions(ColorizeSettings(0.8), preview=10.0, source="color", hints=(hint,))

    assert words_of(FilmOptions()) == []
    assert shlex.join(words_of(options)) == "--saturation 0.8 --input color --preview 10 --hint 1:02:03.5:5%,7%,red"
    assert hint_text(FilmHint.parse("12:5,7,red")) == "12:5,7,red"
    assert time_text(Fraction(0)) == "0s"
    assert time_text(Fraction(60)) == "1:00"
