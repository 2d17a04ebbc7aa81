import os
from threading import Event

import numpy as np
import pytest
from PIL import Image

from graycolor.colorizer import Colorizer
from graycolor.errors import GraycolorError, InputError, OutputError, UsageError, WeightsError
from graycolor.files import plan
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.jobs.photos import color_photo, color_photos


@pytest.fixture
def album(tmp_path, draw):
    for number in range(7):
        Image.fromarray(draw(40 + 10 * number, 60, number)).save(tmp_path / f"{number}.png")
    return tmp_path


def jobs_of(folder, **options):
    return plan(sorted(folder.glob("?.*")), folder / "out", overwrite=False, **options).jobs


def test_outcomes_come_in_order_with_what_was_done(album, colorizer):
    outcomes = list(color_photos(jobs_of(album), lambda: colorizer, PhotoOptions()))

    assert [outcome.job.source.name for outcome in outcomes] == [f"{n}.png" for n in range(7)]
    assert [(outcome.width, outcome.height) for outcome in outcomes] == [(60, 40 + 10 * n) for n in range(7)]
    assert all(outcome.error is None and 0 < outcome.confidence < 1 and outcome.seconds > 0 for outcome in outcomes)
    assert len(list((album / "out").iterdir())) == 7


class OfOnePlace(Colorizer):
    """Run as a GPU's network is: from one thread, the rest in the pool."""

    device = "cuda"


@pytest.mark.parametrize("kind", [Colorizer, OfOnePlace])
def test_a_batch_gives_the_bytes_of_one_by_one(album, colorizer, kind):
    jobs = jobs_of(album)
    list(color_photos(jobs, lambda: kind.around(colorizer._engine), PhotoOptions(), threads=4))
    batch = [job.target.read_bytes() for job in jobs]
    for job in jobs:
        color_photo(job, colorizer, PhotoOptions(overwrite=True))

    assert [job.target.read_bytes() for job in jobs] == batch


def test_coloring_goes_on_while_a_disk_stalls(album, colorizer, monkeypatch):
    enough, sources, waits = Event(), [], []

    class Counted(Colorizer):
        def forecasts(self, *args):
            sources.append(args[0])
            if len(sources) == 5:
                enough.set()
            return super().forecasts(*args)

    monkeypatch.setattr(os, "fsync", lambda descriptor: waits.append(enough.wait(10)))
    outcomes = list(color_photos(jobs_of(album), lambda: Counted.around(colorizer._engine), PhotoOptions(), threads=2))

    assert all(waits)
    assert [outcome.error for outcome in outcomes] == [None] * 7


def test_a_broken_file_is_an_outcome_and_the_rest_is_done(album, colorizer):
    (album / "3.png").write_bytes(b"\x89PNG\r\n\x1a\nnot much more")
    outcomes = list(color_photos(jobs_of(album), lambda: colorizer, PhotoOptions()))

    assert isinstance(outcomes[3].error, InputError)
    assert [outcome.error for outcome in outcomes].count(None) == 6


def test_what_nobody_foresaw_is_one_sentence_with_its_cause(album, colorizer):
    class Broken:
        device = "cpu"

        def min_half_side(self, settings):
            return 384

        def forecasts(self, gray, settings, guidance):
            raise ZeroDivisionError("surprise")

    outcome = next(color_photos(jobs_of(album)[:1], Broken, PhotoOptions()))

    assert isinstance(outcome.error, GraycolorError)
    assert "0.png failed in a way nobody foresaw (ZeroDivisionError: surprise)" in str(outcome.error)
    assert isinstance(outcome.error.__cause__, ZeroDivisionError)


def test_a_result_that_appeared_meanwhile_is_left_alone(album, colorizer):
    jobs = jobs_of(album)
    jobs[0].target.write_bytes(b"mine")
    outcome = next(color_photos(jobs[:1], lambda: colorizer, PhotoOptions()))

    assert isinstance(outcome.error, OutputError)
    assert jobs[0].target.read_bytes() == b"mine"


def test_a_network_that_cannot_be_opened_stops_the_batch_before_anything_is_written(album):
    def refuse():
        raise WeightsError("no network")

    with pytest.raises(WeightsError):
        list(color_photos(jobs_of(album), refuse, PhotoOptions()))
    assert not list((album / "out").iterdir())


def test_closing_early_stops_with_whole_files(album, colorizer):
    stream = color_photos(jobs_of(album), lambda: colorizer, PhotoOptions())
    next(stream)
    stream.close()

    for path in (album / "out").iterdir():
        with Image.open(path) as image:
            image.load()
    assert not list(album.rglob("*.part"))


# EXIF orientation, and how Pillow turns an upright picture into the stored one.
STORED = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
UPRIGHT = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_270, 8: Image.Transpose.ROTATE_90}


@pytest.mark.parametrize("orientation", STORED)
def test_a_turned_photograph_is_colored_as_a_person_sees_it(tmp_path, draw, colorizer, orientation):
    """Colors of the stored pixels are those of the upright picture, turned back."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = Image.fromarray(draw(120, 160))
    stored = upright.transpose(STORED[orientation])
    stored.save(tmp_path / "1.png", exif=exif.tobytes())
    color_photo(jobs_of(tmp_path)[0], colorizer, PhotoOptions())
    with Image.open(tmp_path / "out" / "1-color.png") as result:
        shown = np.asarray(result.transpose(UPRIGHT[orientation]))

    assert np.abs(shown.astype(int) - colorizer.colorize(np.asarray(upright))).max() <= 2


@pytest.mark.parametrize(("suffix", "becomes"), [(".pgm", ".ppm"), (".j2k", ".jp2")])
def test_a_format_without_color_gets_its_neighbor_and_a_word(tmp_path, draw, colorizer, suffix, becomes):
    Image.fromarray(draw(30, 40)).save(tmp_path / f"1{suffix}")
    outcome = color_photo(jobs_of(tmp_path)[0], colorizer, PhotoOptions())

    assert (tmp_path / "out" / f"1-color{becomes}").exists()
    assert f"{suffix} has no room for colors" in outcome.notes[0]
    assert f"the result is a {becomes}" in outcome.notes[0]


@pytest.mark.parametrize(
    "contradiction",
    [{"compare": True, "variants": 2}, {"overwrite": True, "skip_existing": True}, {"kind": "sepia"}, {"variants": 99}],
)
def test_what_contradicts_itself_is_refused_before_anything_is_read(contradiction):
    with pytest.raises(UsageError):
        PhotoOptions(**contradiction)


def test_a_picture_in_color_is_left_alone_and_no_failure(tmp_path, colorizer):
    rng = np.random.default_rng(0)
    Image.fromarray(rng.integers(0, 256, (60, 80, 3), np.uint8)).save(tmp_path / "1.png")
    (outcome,) = color_photos(jobs_of(tmp_path), lambda: colorizer, PhotoOptions(kind="auto"))

    assert outcome.error is None
    assert not outcome.colored
    assert "colors of its own" in outcome.left_alone
    assert not list((tmp_path / "out").iterdir())
