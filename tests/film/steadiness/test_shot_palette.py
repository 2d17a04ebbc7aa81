"""What the network takes for the same thing has one color through a shot; the rest is left as it was."""

import cv2
import numpy as np
import pytest

from graycolor.film.steadiness.shot_palette import ShotPalette
from graycolor.network.chroma import Forecast
from graycolor.network.places import Places

HEIGHT, WIDTH = 24, 40
GRASS, WALL = np.float32([-20, 25]), np.float32([2, 6])


def ball(x, radius=5.0):
    """(h,w) 0..1: where a ball is whose middle is at x."""
    down, across = np.mgrid[:HEIGHT, :WIDTH]
    return np.clip(radius + 0.5 - np.hypot(down - 12, across - x), 0, 1).astype(np.float32)


def places(x, color, confidence=0.5):
    """A ball of a color before grass and a wall; the encoder tells the three apart, at half the resolution."""
    mask, grass = ball(x), np.repeat(np.float32([0, 1]), HEIGHT // 2)[:, None] * np.ones((1, WIDTH), np.float32)
    ground = grass[..., None] * GRASS + (1 - grass[..., None]) * WALL
    ab = mask[..., None] * np.float32(color) + (1 - mask[..., None]) * ground
    sure = (0.5 + (confidence - 0.5) * mask).astype(np.float32)
    kinds = [cv2.resize(each, (WIDTH // 2, HEIGHT // 2), interpolation=cv2.INTER_AREA) for each in (mask, grass)]
    light = np.repeat(np.repeat(np.uint8(90 + 60 * (mask > 0.5) + 40 * grass), 4, 0), 4, 1)
    return Places(Forecast(ab.astype(np.float32), sure), light, (np.stack(kinds), np.stack(kinds)[:, ::2, ::2]))


def color_at(found, x):
    return found.forecast.ab[12, x]


@pytest.fixture
def shot():
    """A ball that rolls to the right; the network says another red of it every time."""
    rng = np.random.default_rng(0)
    return [places(x, np.float32([40, 10]) + rng.normal(0, 12, 2)) for x in range(8, 32, 2)]


def test_a_thing_that_moves_has_one_color(shot):
    palette = ShotPalette(shot)
    before = np.array([color_at(each, x) for each, x in zip(shot, range(8, 32, 2), strict=True)])
    after = np.array([color_at(palette.settled(each), x) for each, x in zip(shot, range(8, 32, 2), strict=True)])

    assert after.std(axis=0).max() < before.std(axis=0).min() / 2.5
    assert np.abs(after.mean(axis=0) - before.mean(axis=0)).max() < 3


def test_what_never_wanders_is_left_as_it_was(shot):
    palette = ShotPalette(shot)

    for each in shot:
        found = palette.settled(each)
        assert np.abs(found.forecast.ab[20:] - GRASS).max() < 1.5
        assert np.abs(found.forecast.ab[:4] - WALL).max() < 1.5


def test_a_key_that_the_palette_was_not_made_of_gets_its_colors(shot):
    palette = ShotPalette(shot[::2])
    reds = np.array([color_at(palette.settled(each), 8) for each in (shot[0], places(8, (5, 40)), places(8, (60, 0)))])

    assert np.abs(reds - reds[0]).max() < 4


def test_the_sure_ones_lead():
    doubted = [places(20, (0, -30), confidence=0.1) for _ in range(8)]
    palette = ShotPalette([*doubted, places(20, (40, 10), confidence=0.9)])

    assert color_at(palette.settled(doubted[0]), 20)[0] > 30


def test_what_differs_within_a_thing_stays(shot):
    palette, striped = ShotPalette(shot), shot[3]
    ab = striped.forecast.ab.copy()
    ab[::2] += np.float32([0, 4])
    found = palette.settled(striped._replace(forecast=striped.forecast._replace(ab=ab)))

    assert np.abs(np.diff(found.forecast.ab[2:9, 30:, 1], axis=0)).mean() > 3


def test_a_gray_fold_in_a_thing_that_fades_gets_no_other_hue():
    pale, strong = ([places(x, (level, 0)) for x in range(8, 32, 2)] for level in (10, 60))
    palette, folded = ShotPalette([*pale, *pale, strong[0]]), strong[0].forecast.ab.copy()
    folded[12, 8] = 0
    found = palette.settled(strong[0]._replace(forecast=strong[0].forecast._replace(ab=folded)))

    assert found.forecast.ab[12, 8, 0] > -2
    assert found.forecast.ab[9, 8, 0] < 25


def test_the_same_shot_has_the_same_palette(shot):
    one, other = (ShotPalette(shot).settled(shot[0]).forecast for _ in range(2))

    assert np.array_equal(one.ab, other.ab)
    assert np.array_equal(one.confidence, other.confidence)


def test_pictures_without_anything_to_tell_apart_are_left_alone():
    flat = places(20, WALL)._replace(encoded=(np.zeros((2, 12, 20), np.float32),))
    flat = flat._replace(forecast=Forecast(np.full((HEIGHT, WIDTH, 2), 7, np.float32), flat.forecast.confidence))

    assert np.abs(ShotPalette([flat, flat]).settled(flat).forecast.ab - 7).max() < 0.1
