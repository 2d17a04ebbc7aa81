import numpy as np

from graycolor.data.degrade import aged, mixed_gray


def test_aging_changes_the_picture_and_keeps_its_kind(draw):
    gray = draw(64, 96)
    rng = np.random.default_rng(0)
    results = [aged(gray, rng) for _ in range(40)]

    assert all(result.shape == gray.shape and result.dtype == np.uint8 for result in results)
    assert sum(not np.array_equal(result, gray) for result in results) > 30


def test_aging_is_repeatable(draw):
    one, other = (aged(draw(64, 96), np.random.default_rng(7)) for _ in range(2))

    assert np.array_equal(one, other)


def test_old_emulsions_saw_red_darker_than_we_do():
    red = np.zeros((8, 8, 3), np.uint8)
    red[..., 0] = 220
    rng = np.random.default_rng(0)
    values = {int(mixed_gray(red, rng)[0, 0]) for _ in range(60)}

    assert max(values) > 1.5 * min(values)


def test_a_gray_is_the_same_to_every_emulsion():
    gray = np.full((8, 8, 3), 140, np.uint8)
    rng = np.random.default_rng(1)

    assert all(abs(int(mixed_gray(gray, rng)[0, 0]) - 140) <= 1 for _ in range(20))
