import numpy as np

from graycolor.color.cube import keep_inside
from graycolor.color.yuv import BT601


def planes(seed, shape=(70, 90)):
    rng = np.random.default_rng(seed)
    blue, red = (np.clip(rng.normal(128, 30, shape), 0, 255).astype(np.uint8) for _ in range(2))
    one, other = (rng.integers(0, 256, shape).astype(np.uint8) for _ in range(2))
    return blue, red, np.minimum(one, other), np.maximum(one, other)


def shown(luma, blue, red):
    """R'G'B' of codes, unclipped."""
    u, v = blue.astype(float) - 128, red.astype(float) - 128
    r, b = (2 - 2 * BT601.kr) * v, (2 - 2 * BT601.kb) * u
    return luma[..., None] + np.dstack([r, -(BT601.kr * r + BT601.kb * b) / BT601.kg, b])


def test_no_pixel_of_a_cell_leaves_the_cube():
    blue, red, darkest, brightest = planes(0)
    keep_inside(blue, red, darkest, brightest)

    assert shown(darkest, blue, red).min() > -2  # rounding of 64ths and of codes
    assert shown(brightest, blue, red).max() < 257


def test_what_is_inside_stays_and_what_is_not_keeps_its_hue():
    blue, red, darkest, brightest = planes(1)
    before = np.dstack([blue, red]).astype(float) - 128
    inside = (shown(darkest, blue, red).min(2) > 2) & (shown(brightest, blue, red).max(2) < 253)
    keep_inside(blue, red, darkest, brightest)
    after = np.dstack([blue, red]).astype(float) - 128

    assert np.array_equal(after[inside], before[inside])
    assert (np.abs(after) <= np.abs(before)).all()
    cross = before[..., 0] * after[..., 1] - before[..., 1] * after[..., 0]
    assert (np.abs(cross) <= 2 * np.hypot(*np.moveaxis(before, 2, 0)) + 1e-6).all()
