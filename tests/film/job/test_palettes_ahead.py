"""A look through each shot before it is colored: bounded, blind to other shots, the same wherever a run begins."""

import cv2
import numpy as np

from graycolor.film.job.palettes_ahead import PalettesAhead, shots_looked
from graycolor.film.steadiness.shot_palette import KEYS
from graycolor.film.steadiness.shots import Step
from graycolor.film.steadiness.steady import KeyColors, Look, ShotColorizer, SteadySettings
from graycolor.network.chroma import Forecast
from graycolor.network.places import Places

BALL, POST, GROUND = 220, 20, 110


def behind_a_post(length=97):
    """A ball that rolls behind a post, stays there for two seconds and comes out on the other side."""
    rng = np.random.default_rng(0)
    ground = np.clip(rng.normal(GROUND, 4, (96, 160)), 0, 255).astype(np.uint8)
    ways = np.interp(range(length), [0, 24, 72, length - 1], [20, 80, 80, 140])
    film = [cv2.circle(ground.copy(), (round(x), 48), 12, BALL, -1) for x in ways]
    return [cv2.rectangle(frame, (62, 0), (98, 95), POST, -1) for frame in film], ways


class Network:
    """Sees the ball, the post and the ground; says of the ball what `color` gives for each key frame that it sees."""

    def __init__(self, color):
        self.color, self.seen = color, []

    def __call__(self, grays):
        return [self.look(gray) for gray in grays]

    def look(self, gray):
        self.seen.append(gray)
        small = cv2.resize(gray, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA).astype(np.float32)
        ball, post = (small > 165).astype(np.float32), (small < 65).astype(np.float32)
        ab = ball[..., None] * np.float32(self.color(gray)) + 5
        kinds = np.stack([cv2.resize(each, None, fx=0.5, fy=0.5) for each in (ball, post)])
        return Places(Forecast(ab.astype(np.float32), np.full(ball.shape, 0.5, np.float32)), gray, (kinds,))


def looks(film, cuts=()):
    return [Look(number, gray, Step.CUT if number in (0, *cuts) else Step.ON) for number, gray in enumerate(film)]


def colored(film, network, cuts=()):
    ahead = PalettesAhead(shots_looked(looks(film, cuts), network, 4), network)

    def color_keys(keys):
        found = [places.forecast for places in ahead.settled(keys)]
        size = film[0].shape[::-1]
        return [KeyColors(cv2.resize(each.ab, size, interpolation=cv2.INTER_LINEAR), 0.5) for each in found]

    return list(ShotColorizer(None, SteadySettings(), color_keys).color_looks(looks(film, cuts)))


def test_a_thing_that_was_covered_has_its_color_again():
    film, ways = behind_a_post()
    network = Network(lambda gray: (40, 10) if (gray[:, :62] > 165).any() else (-10, 40))  # it changes its mind
    found = colored(film, network)
    before, after = found[4][48, round(ways[4])], found[-5][48, round(ways[-5])]

    assert np.abs(before - after).max() < 6
    assert np.abs(found[48] - 5).max() < 8


def test_a_palette_does_not_reach_into_the_next_shot():
    film, ways = behind_a_post(49)
    counted = iter(range(10**6))
    network = Network(lambda gray: (40, 0) if next(counted) < 7 else (-40, 0))
    found = colored(film + film, network, cuts=(49,))

    assert found[4][48, round(ways[4]), 0] > 40
    assert found[53][48, round(ways[4]), 0] < -30


def test_what_was_seen_for_the_palette_is_not_seen_again():
    film, _ = behind_a_post(81)
    network = Network(lambda _: (40, 0))
    colored(film, network)

    assert len(network.seen) <= 21
    assert len({id(gray) for gray in network.seen}) == len(network.seen)


def test_memory_is_bounded_and_keys_are_evenly_spread():
    film, _ = behind_a_post(60)
    (shot,) = shots_looked(looks(film * 20), Network(lambda _: (40, 0)), 4)
    numbers = sorted(shot.seen)

    assert len(numbers) <= KEYS
    assert len(set(np.diff(numbers))) == 1
    assert numbers[0] == 0
    assert numbers[-1] > 1000
    assert (shot.first, shot.last) == (0, 1199)


def test_frames_that_show_nothing_have_no_part_in_it():
    film, _ = behind_a_post(20)
    film[8:16] = [np.zeros_like(film[0])] * 8
    shots = list(shots_looked(looks([*film, *[np.zeros_like(film[0])] * 9], cuts=(20,)), Network(lambda _: (40, 0)), 4))

    assert sorted(shots[0].seen) == [0, 16]
    assert shots[1].palette is None
    assert shots[1].settled(looks(film)[20:24], None) == []


def test_keys_behind_all_that_was_looked_through_are_left_as_they_are():
    film, _ = behind_a_post(20)
    ahead = PalettesAhead(iter(()), None)

    assert ahead.settled(looks(film)[:2]) == [None, None]
