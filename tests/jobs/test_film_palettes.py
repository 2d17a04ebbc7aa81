"""Palettes of a film's shots: one shot ahead, from the beginning of the shot at hand on."""

import numpy as np
import pytest

from film_clips import Clip, make
from graycolor.film.output.frame_painter import FramePainter
from graycolor.film.output.segments import Segment
from graycolor.film.source.probe import probe
from graycolor.film.source.read import FrameReader, Span
from graycolor.film.steadiness.steady import Look, SteadySettings
from graycolor.jobs.film_palettes import palettes_of, span_from_shot
from graycolor.jobs.film_plan import FilmOptions
from graycolor.settings import ColorizeSettings


@pytest.fixture
def film(tmp_path):
    return probe(make(tmp_path / "old.mkv", Clip("ffv1", frames=40)))


def grays(film):
    painter = FramePainter(film, film.conversion.pixel_format, 96)
    return painter, {frame.pts: painter.gray(painter.plain(frame)) for frame in FrameReader(film).frames()}


def test_a_run_that_goes_on_within_a_shot_comes_to_the_same_palette(film, colorizer):
    options, (painter, shown) = FilmOptions(ColorizeSettings(size=64)), grays(film)
    key = Look(list(shown)[32], shown[list(shown)[32]])
    last = Segment(number=0, frames=20, first=0, last=0, next=key.number, lead=key.number, shot=film.start, into=20)
    settled = []
    for span in (Span(), span_from_shot(Span(), last, 20)):
        palettes = palettes_of(film, span, painter, colorizer, options)
        settled += palettes.settled([key])
        palettes.close()
    (alone,) = colorizer.places([key.gray], ColorizeSettings(size=64))

    assert np.array_equal(settled[0].forecast.ab, settled[1].forecast.ab)
    assert not np.array_equal(settled[0].forecast.ab, alone.forecast.ab)


def test_the_part_that_is_left_begins_with_the_shot_at_hand():
    last = Segment(number=1, frames=16, first=30, last=45, next=46, lead=14, shot=12, into=34)

    assert span_from_shot(Span(5, 900, 100), None, 0) == Span(5, 900, 100)
    assert span_from_shot(Span(5, 900, 100), last, 41) == Span(12, 900, 93)
    assert span_from_shot(Span(5, 900), last, 41) == Span(12, 900)


def test_frames_that_are_to_be_colored_by_themselves_have_no_palettes(film, colorizer):
    options = FilmOptions(steady=SteadySettings(smoothing=0))

    assert palettes_of(film, Span(), grays(film)[0], colorizer, options) is None
