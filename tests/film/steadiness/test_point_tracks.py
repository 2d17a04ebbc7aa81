"""A place is followed to both ends of its shot, and lost where it is hidden."""

import cv2
import numpy as np
import pytest

from film_clips import panned
from graycolor.errors import UsageError
from graycolor.film.job.user_hints import FilmHint, FilmReference, Moment
from graycolor.film.steadiness.point_tracks import Still, follow_points


def stills(grays):
    return [Still.of(pts, gray) for pts, gray in enumerate(grays)]


def test_a_place_is_followed_both_ways(draw):
    grays = panned(draw(96, 400, seed=3), 24, step=3)
    (track,) = follow_points(stills(grays), [(12, (0.5, 0.5))])

    for pts in (0, 6, 12, 23):
        x, y = track.at(pts)
        shift = 3 * (12 - pts) / 144  # the window moves right, so what is in it moves left
        assert min(abs(x - 0.5 - shift), abs(x - 0.5 + shift)) < 0.03
        assert abs(y - 0.5) < 0.03


def test_between_two_stills_a_place_is_between(draw):
    grays = [draw(96, 144, seed=3)] * 3
    (track,) = follow_points([Still.of(10 * number, gray) for number, gray in enumerate(grays)], [(10, (0.25, 0.5))])

    assert track.at(15) == pytest.approx((0.25, 0.5), abs=0.01)
    assert track.at(-1) is None
    assert track.at(21) is None


def test_a_place_that_is_covered_is_lost(draw):
    ground = draw(96, 144, seed=3)
    covered = cv2.rectangle(ground.copy(), (40, 20), (110, 80), int(255 - ground[48, 72]) // 128 * 255, -1)
    (track,) = follow_points(stills([ground] * 4 + [covered] * 4), [(0, (0.5, 0.5))])

    assert track.at(3) is not None
    assert track.at(4) is None


def test_a_place_that_leaves_the_picture_is_lost(draw):
    (track,) = follow_points(stills(panned(draw(96, 400, seed=3), 40, step=3)[::-1]), [(20, (0.06, 0.5))])

    assert (track.at(39) is None) != (track.at(0) is None)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("120:5,7,#aa3322", Moment(frame=120)),
        ("2.5s:5,7,#aa3322", Moment(seconds=2.5)),
        ("1:30:5%,7%,#aa3322", Moment(seconds=90)),
    ],
)
def test_hints_are_read(text, moment):
    hint = FilmHint.parse(text)

    assert hint.moment == moment
    assert hint.hint.color == "#aa3322"


@pytest.mark.parametrize("text", ["5,7,#aa3322", "x:5,7,#aa3322", "3:5,7", "-1:5,7,#aa3322"])
def test_hints_that_make_no_sense_are_refused(text):
    with pytest.raises(UsageError):
        FilmHint.parse(text)


def test_references_are_read():
    assert FilmReference.parse("photo.jpg").moment is None
    assert FilmReference.parse("7:photo.jpg").moment == Moment(frame=7)
    assert FilmReference.parse(r"C:\photo.jpg").moment is None
    assert np.isclose(FilmReference.parse("0:01:30:photo.jpg").moment.seconds, 90)
