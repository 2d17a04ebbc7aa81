"""Cuts are found, and nothing else is taken for one."""

import numpy as np
import pytest

from film_clips import dissolved, faded, panned
from graycolor.film.steadiness.shots import Step, is_cut, stepped


def steps(grays):
    return [step for _, step in stepped(grays, lambda gray: gray)]


def cuts(grays):
    return [number for number, step in enumerate(steps(grays)) if step is Step.CUT]


@pytest.fixture
def shots(draw):
    """Three shots of twelve frames."""
    return [panned(draw(96, 240, seed)[:: -1 if seed % 2 else 1], 12) for seed in (1, 2, 3)]


def test_cuts_are_found_to_the_frame(shots):
    assert cuts([frame for shot in shots for frame in shot]) == [0, 12, 24]


def test_a_cut_next_to_the_end_is_found(shots):
    assert cuts(shots[0] + shots[1][:1]) == [0, 12]


def test_a_brighter_moment_is_no_cut(shots):
    gray = shots[0][0] // 2

    assert not is_cut(gray, gray + 90)
    assert is_cut(gray, shots[1][0])


@pytest.mark.parametrize("length", [1, 3])
def test_a_flash_that_burns_the_picture_out_is_no_cut(shots, length):
    film = list(shots[0])
    for number in range(5, 5 + length):
        film[number] = np.where(shots[1][0] > 200, 255, 250).astype(np.uint8)
    film += shots[1]

    assert cuts(film) == [0, 12]
    assert [number for number, step in enumerate(steps(film)) if step is Step.FLASH] == [*range(5, 5 + length)]


def test_a_dissolve_is_no_cut(shots):
    assert cuts(shots[0] + dissolved(shots[0], shots[1]) + shots[1]) == [0]


def test_a_fade_is_no_cut(shots):
    assert cuts(shots[0] + faded(shots[0])) == [0]


def test_noise_is_no_cut(draw):
    rng = np.random.default_rng(0)
    ground = draw(96, 144) * 0.7 + 30

    assert cuts([np.clip(ground + rng.normal(0, 20, ground.shape), 0, 255).astype(np.uint8) for _ in range(8)]) == [0]


def test_frames_are_handed_on_at_once():
    read = []

    def frames():
        for number in range(50):
            read.append(number)
            yield np.full((36, 64), number, np.uint8)

    for number, _ in enumerate(stepped(frames(), lambda gray: gray)):
        assert len(read) == number + 1
