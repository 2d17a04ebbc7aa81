"""A place that something passes in front of is found again, where it is sure to be the same."""

import cv2
import numpy as np
import pytest

from graycolor.film.steadiness.point_tracks import Still, follow_points

SIZE = (216, 384)
ROW, COLUMN = 110, 192


def texture(height, width, seed, blur=3.0, spread=35, mean=120):
    rough = cv2.GaussianBlur(
        np.random.default_rng(seed).uniform(0, 255, (height, width)).astype(np.float32), (0, 0), blur
    )
    return np.clip((rough - rough.mean()) / rough.std() * spread + mean, 0, 255)


def passing(ground, count, speed, radius=30):
    """Stills of a ground (wider than a still) before which a disk passes from left to right, with grain."""
    disk = texture(SIZE[0], SIZE[1], 9, 2.0, spread=18, mean=90)
    for number in range(count):
        mask = np.zeros(SIZE, np.uint8)
        cv2.circle(mask, (speed * number - 10, ROW), radius, 1, -1)
        yield np.where(mask, np.roll(disk, speed * number, axis=1), ground[number])


def grained(pictures):
    rng = np.random.default_rng(0)
    return [np.clip(each + rng.normal(0, 4, SIZE), 0, 255).astype(np.uint8) for each in pictures]


def tracked(pictures, start=0):
    stills = [Still.of(10 * number, gray) for number, gray in enumerate(pictures)]
    (track,) = follow_points(stills, [(10 * start, (COLUMN / SIZE[1], ROW / SIZE[0]))])
    return track


@pytest.mark.parametrize("pan", [0, 1])
def test_a_covered_place_comes_back_when_the_cover_has_passed(pan):
    wide = texture(SIZE[0], SIZE[1] + 60, 0)
    ground = [wide[:, pan * number :][:, : SIZE[1]] for number in range(34)]
    track = tracked(grained(passing(ground, 34, speed=12)))
    covered = [number for number in range(34) if abs(12 * number - 10 - (COLUMN - pan * number)) < 20]
    seen = [track.at(10 * number) for number in range(34)]

    assert all(seen[number] is None for number in covered[1:])
    assert track.at(10 * covered[1] + 5) is None  # nothing is said of the times between, either
    for number in (0, 5, 28, 33):
        x, y = seen[number]
        assert abs(x * SIZE[1] - COLUMN + pan * number) < 4
        assert abs(y * SIZE[0] - ROW) < 4


def test_it_comes_back_before_its_still_too():
    ground = [texture(*SIZE, 0)] * 34
    track = tracked(grained(passing(ground, 34, speed=12)), start=33)
    x, y = track.at(0)

    assert abs(x * SIZE[1] - COLUMN) < 4
    assert abs(y * SIZE[0] - ROW) < 4
    assert track.at(170) is None


def test_a_place_like_any_other_stays_lost():
    """Stripes look alike all along; a hint that came back somewhere on them would be a guess."""
    stripes = np.tile(np.where(np.arange(SIZE[1]) // 6 % 2, 200.0, 60.0), (SIZE[0], 1))
    track = tracked(grained(passing([stripes] * 34, 34, speed=12)))

    assert track.at(0) is not None
    assert track.at(330) is None


def test_what_comes_in_its_place_is_not_taken_for_it():
    """The cover stays; nothing comes back on it or beside it."""
    ground = texture(*SIZE, 0)
    cover = ground.copy()
    cover[50:170, 120:264] = texture(120, 144, 5)
    track = tracked(grained([ground] * 5 + [cover] * 20))

    assert track.at(40) is not None
    assert all(track.at(10 * number) is None for number in range(6, 25))
