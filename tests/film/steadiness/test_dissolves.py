"""The middle of a dissolve is found, and nothing else is taken for one."""

import cv2
import numpy as np
import pytest

from film_clips import dissolved, faded, panned
from graycolor.film.steadiness.dissolves import HELD_BACK, divided
from graycolor.film.steadiness.shots import Step


def begins(grays):
    return [(number, step) for number, (_, step) in enumerate(divided(iter(grays), lambda gray: gray)) if step.begins]


def noisy(grays, sigma=4.0):
    rng = np.random.default_rng(0)
    return [np.clip(gray + rng.normal(0, sigma, gray.shape), 0, 255).astype(np.uint8) for gray in grays]


@pytest.fixture
def shots(draw):
    """Three shots of 150 frames in which something moves all the time, one of them by a camera that pans slowly."""
    pictures = draw(96, 400, 1)[::-1], draw(96, 144, 2), np.rot90(draw(144, 96, 3))
    found = []
    for picture in pictures:
        ground = (
            [picture[:, number // 4 :][:, :144] for number in range(150)] if picture.shape[1] > 144 else [picture] * 150
        )
        found.append(
            [cv2.circle(each.copy(), (20 + number // 2, 60), 9, 230, -1) for number, each in enumerate(ground)]
        )
    return found


@pytest.mark.parametrize("length", [8, 15, 25, 50, 75])
def test_a_dissolve_is_a_boundary_in_its_middle(shots, length):
    one, other = shots[0], shots[1]
    film = one[:40] + dissolved(one[40 : 40 + length], other[:length]) + other[length:]
    (first, cut), (second, step) = begins(noisy(film))

    assert (first, cut, step) == (0, Step.CUT, Step.DISSOLVE)
    assert abs(second - 40 - length / 2) <= 1 + length / 10


def test_two_dissolves_and_a_cut_are_told_apart(shots):
    one, other, last = shots
    film = one[:40] + dissolved(one[40:60], other[:20]) + other[20:70] + dissolved(other[70:90], last[:20])
    film += last[20:50] + one[100:]
    found = begins(film)

    assert [step for _, step in found] == [Step.CUT, Step.DISSOLVE, Step.DISSOLVE, Step.CUT]
    assert np.abs(np.array([number for number, _ in found]) - [0, 50, 120, 160]).max() <= 2


def flickering(grays):
    rng = np.random.default_rng(1)
    return [np.clip(gray * rng.uniform(0.7, 1.3), 0, 255).astype(np.uint8) for gray in grays]


def zoomed(picture, count, rate):
    height, width = picture.shape
    windows = [(height / rate**number, width / rate**number) for number in range(count)]
    return [
        cv2.resize(picture[: int(h), : int(w)], (144, 96), interpolation=cv2.INTER_AREA)
        for h, w in windows
        if min(h, w) > 20
    ]


def test_what_is_no_dissolve_is_none(shots, draw):
    one, other = shots[0], shots[1]
    black = [np.zeros((96, 144), np.uint8)] * 6
    films = {
        "a fade": one[:60] + faded(one[60:90]),
        "a fade in": faded(one[:30])[::-1] + one[30:90],
        "flicker": flickering(one[:120]),
        "a slow pan": panned(draw(96, 900, seed=7), 200, step=3),
        "a fast pan": panned(draw(96, 1600, seed=7), 100, step=14),
        "a zoom": zoomed(draw(300, 450, seed=8), 90, 1.02),
        "a flash": [*one[:30], *[np.full((96, 144), 255, np.uint8)] * 3, *one[33:80]],
        "a fade through black": one[:40] + faded(one[40:60]) + black + faded(other[:20])[::-1] + other[20:60],
    }
    for name, film in films.items():
        assert [number for number, step in begins(film) if step is Step.DISSOLVE] == [], name


def test_the_look_ahead_is_bounded(shots):
    read = []

    def frames():
        for number, gray in enumerate(shots[0]):
            read.append(number)
            yield gray

    for number, _ in enumerate(divided(frames(), lambda gray: gray)):
        assert len(read) <= number + HELD_BACK + 6
