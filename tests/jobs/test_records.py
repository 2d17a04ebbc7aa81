"""What a run leaves to look at: its log and its page."""

import json
import os
import re
import resource
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from graycolor.errors import InputError, OutputError
from graycolor.files import ExistsError, Job, Refusal, plan
from graycolor.jobs import page as pages
from graycolor.jobs.outcome import Outcome, Views
from graycolor.jobs.page import Page, kept_in_words
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.jobs.photos import color_photos
from graycolor.jobs.runlog import RunLog
from graycolor.jobs.sidecar import settings_of
from graycolor.pictures.encode_result import WriteOptions

SETTINGS = settings_of(PhotoOptions())
FORMATS = Path(__file__).resolve().parents[2] / "docs/formats.md"


def outcome(tmp_path, name, confidence):
    job = Job(tmp_path / name, tmp_path / f"{name}-color.png")
    return Outcome(job, confidence=confidence, results=(job.target,), views=Views((4, 3), b"b", (b"a",), b"c"))


def test_a_log_goes_on_after_half_a_line(tmp_path):
    path = tmp_path / "run.jsonl"
    with RunLog(path, SETTINGS, "abc") as log:
        log.write(outcome(tmp_path, "a", 0.5))
    path.write_bytes(path.read_bytes() + b'{"input": "b", "out')  # killed here
    with RunLog(path, SETTINGS, "abc") as log:
        log.refuse(Refusal(tmp_path / "c", InputError("c is broken")))
    lines = path.read_text().splitlines()

    assert len(lines) == 3
    assert json.loads(lines[0])["weights"] == "abc"
    assert json.loads(lines[2])["error"] == "c is broken"


def test_a_full_page_keeps_the_least_sure(tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "MOST", 3)
    page = Page(tmp_path / "look.html", SETTINGS)
    for number, confidence in enumerate((0.5, 0.2, 0.4, 0.6, 0.3)):
        page.add(outcome(tmp_path, f"p{number}", confidence))
    page.write()
    text = (tmp_path / "look.html").read_text()

    assert re.findall(r'class="name"[^>]*>(\w+)<', text) == ["p1", "p2", "p4"]
    assert "the 3 least sure" in text
    Page(tmp_path / "look.html", SETTINGS).write()  # ours may be made anew


def test_a_full_page_keeps_what_is_new_and_the_least_sure_of_what_was_there(tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "MOST", 3)
    for run in ((("a", 0.5), ("b", 0.2), ("c", 0.4)), (("d", 0.9),), (("b", 0.8),), ()):
        page = Page(tmp_path / "look.html", SETTINGS)
        for name, confidence in run:
            page.add(outcome(tmp_path, name, confidence))
        page.write()
    text = (tmp_path / "look.html").read_text()

    assert re.findall(r'class="name"[^>]*>(\w+)<', text) == ["b", "d", "c"]
    assert "3 of earlier runs" in text


def test_results_that_were_there_are_listed_until_the_page_shows_them(tmp_path):
    (tmp_path / "of & all").mkdir()
    first = Page(tmp_path / "look.html", SETTINGS)
    for result in ("of & all/a-color.png", "b-color.png", "c-color.png"):
        first.there(tmp_path / result)
    first.write()
    begun = (tmp_path / "look.html").read_text()
    second = Page(tmp_path / "look.html", SETTINGS)
    second.add(outcome(tmp_path, "b", 0.5))
    second.refuse(Refusal(tmp_path / "d", ExistsError("d-color.png is there", tmp_path / "d-color.png")))
    second.write()
    Page(tmp_path / "look.html", SETTINGS).write()  # what it said stays
    text = (tmp_path / "look.html").read_text()

    assert "3 results were there already and were not colored again" in begun
    assert re.findall(r'<li><a href="([^"]*)">', begun) == ["of%20%26%20all/a-color.png", "b-color.png", "c-color.png"]
    assert re.findall(r'<li><a href="([^"]*)">', text) == ["of%20%26%20all/a-color.png", "c-color.png", "d-color.png"]
    assert f"{tmp_path}/of &amp; all/a-color.png</a>" in text
    assert text.count("<article") == 1


def test_names_that_look_like_a_page_s_own_marks_come_through(tmp_path):
    names = ["a--><!--card.png", "b<!--/card-->.png", "c&amp;--.png"]
    for _ in range(2):
        page = Page(tmp_path / "look.html", SETTINGS)
        for name in names:
            page.add(outcome(tmp_path, name, 0.5))
        page.write()
        Page(tmp_path / "look.html", SETTINGS).write()

    assert (tmp_path / "look.html").read_text().count("<article") == 3


def test_a_page_that_was_replaced_meanwhile_stays(tmp_path):
    page = Page(tmp_path / "look.html", SETTINGS)
    (tmp_path / "look.html").write_text("Dear diary")
    with pytest.raises(OutputError, match="no page of graycolor's"):
        page.write()

    assert (tmp_path / "look.html").read_text() == "Dear diary"


def test_a_page_is_there_before_its_run_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "_EVERY", 0)
    Page(tmp_path / "look.html", SETTINGS).add(outcome(tmp_path, "a", 0.5))

    assert "<article" in (tmp_path / "look.html").read_text()


@pytest.mark.parametrize("content", ['{"format": 1, "graycolor": "0.1"}', "Dear diary", "[]", '{"time": 3}'])
def test_a_log_goes_into_no_other_file(tmp_path, content):
    (tmp_path / "run.jsonl").write_text(content)
    with pytest.raises(OutputError, match="no run log"):
        RunLog(tmp_path / "run.jsonl", SETTINGS, "abc")

    assert (tmp_path / "run.jsonl").read_text() == content


def test_a_log_that_finds_room_again_lacks_nothing(tmp_path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with RunLog(tmp_path / "run.jsonl", SETTINGS, "abc") as log:
        log.write(outcome(tmp_path, "0", 0.5))
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
        try:
            with pytest.raises(OutputError, match="free some space"):
                log.write(outcome(tmp_path, "1", 0.5))
            log.write(outcome(tmp_path, "2", 0.5))  # told once
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert not log.whole
        log.write(outcome(tmp_path, "3", 0.5))

    assert log.whole
    inputs = [json.loads(line)["input"] for line in (tmp_path / "run.jsonl").read_text().splitlines()]
    assert [name[-1] for name in inputs] == ["0", "1", "2", "3"]


def test_a_log_is_never_waited_for(tmp_path):
    os.mkfifo(tmp_path / "run.jsonl")
    with pytest.raises(OutputError, match="no run log"):
        RunLog(tmp_path / "run.jsonl", SETTINGS, "abc")


def test_a_page_without_a_folder_is_refused_before_the_work(tmp_path):
    with pytest.raises(OutputError, match="no folder"):
        Page(tmp_path / "nowhere/look.html", SETTINGS)


def test_names_in_a_page_are_text_and_never_markup(tmp_path):
    page = Page(tmp_path / "look.html", SETTINGS)
    page.add(outcome(tmp_path, "<script>alert(1)", 0.5))
    page.write()

    assert "<script>alert" not in (tmp_path / "look.html").read_text()


def test_outcomes_carry_small_upright_views_where_asked(tmp_path, draw, colorizer):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(draw(90, 160)).save(tmp_path / "a.jpg", exif=exif)
    jobs = plan([tmp_path / "a.jpg"], tmp_path / "out", overwrite=False).jobs
    (done,) = color_photos(jobs, lambda: colorizer, PhotoOptions(side=80, variants=2))

    assert done.views.size == (45, 80)
    assert len(done.views.after) == 2
    assert done.stages.network > 0


def test_animations_take_hints_and_refuse_variants(tmp_path, draw, colorizer):
    frames = [Image.fromarray(draw(48, 64, seed)) for seed in (0, 1)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:], duration=100)
    jobs = plan([tmp_path / "a.gif"], tmp_path / "out", overwrite=False).jobs
    (refused,) = color_photos(jobs, lambda: colorizer, PhotoOptions(variants=2))
    (done,) = color_photos(jobs, lambda: colorizer, PhotoOptions(confidence=True))

    assert "leave out --variants" in str(refused.error)
    assert done.error is None
    assert any("no map of confidence" in note for note in done.notes)
    with Image.open(tmp_path / "out/a-color.gif") as result:
        assert result.n_frames == 2
        assert np.ptp(np.asarray(result.convert("RGB")).astype(int), axis=2).any()


@pytest.mark.parametrize(
    ("name", "keep", "words"),
    [
        ("gray.jpg", "luma", "its gray picture, bit for bit"),
        ("rgb.jpg", "luma", "its gray picture, encoded again just as finely"),
        ("gray.png", "luma", "the lightness of every pixel"),
        ("gray.jpg", "lightness", "the lightness of every pixel, but for what the file&#39;s format loses"),
    ],
)
def test_a_page_and_the_documents_say_in_one_wording_what_was_kept(tmp_path, draw, colorizer, name, keep, words):
    Image.fromarray(draw(48, 64)).convert("RGB" if name == "rgb.jpg" else "L").save(tmp_path / name)
    jobs = plan([tmp_path / name], tmp_path / "out", overwrite=False).jobs
    (done,) = color_photos(jobs, lambda: colorizer, PhotoOptions(side=80, write=WriteOptions(keep=keep)))
    page = Page(tmp_path / "look.html", SETTINGS)
    page.add(done)
    page.write()

    assert f"kept: {words} ·" in (tmp_path / "look.html").read_text()
    assert f"| `{done.kept}` | {unescape(words)} |" in FORMATS.read_text("utf-8")


def test_pages_that_kept_different_light_say_both():
    assert kept_in_words("luma; lightness") == "its gray picture, bit for bit; the lightness of every pixel"
