from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graycolor.color import chroma_fit as cube
from graycolor.color.blocks import extremes
from graycolor.color.chroma_fit import fit_jpeg_chroma
from graycolor.color.yuv import BT601

SAMPLINGS = [(2, 2), (2, 1), (1, 2), (1, 1), (4, 1), (3, 2)]
SHARES = [1.0, 0.02]
"""Of the cells that are near a wall: only blocks that hold one are looked at."""


def planes(sampling, share, shape=(71, 93), seed=0):
    """Strong colors, most of them out of the cube, and for the rest of the cells weak ones on middle grays."""
    rng = np.random.default_rng(seed)
    strong = rng.random(shape) < share
    blue, red = (np.where(strong, rng.normal(128, 40, shape), 128).clip(0, 255).astype(np.uint8) for _ in range(2))
    luma = np.where(strong, rng.integers(0, 256, shape), 120).astype(np.uint8)
    luma = np.repeat(np.repeat(luma, sampling[1], 0), sampling[0], 1)
    luma += rng.integers(0, 2, luma.shape, np.uint8) * (luma < 255)
    luma = luma[: luma.shape[0] - sampling[1] + 1, : luma.shape[1] - sampling[0] + 1]
    return blue, red, luma, *extremes(luma, *sampling)


def shown(luma, blue, red):
    """R'G'B' of codes, unclipped."""
    u, v = blue.astype(float) - 128, red.astype(float) - 128
    r, b = (2 - 2 * BT601.kr) * v, (2 - 2 * BT601.kb) * u
    return luma[..., None] + np.dstack([r, -(BT601.kr * r + BT601.kb * b) / BT601.kg, b])


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_no_pixel_of_a_cell_leaves_the_cube(sampling, share):
    blue, red, luma, darkest, brightest = planes(sampling, share)
    fit_jpeg_chroma(blue, red, luma, sampling)

    assert shown(darkest, blue, red).min() > -2  # rounding of 64ths and of codes
    assert shown(brightest, blue, red).max() < 257


def test_cells_picked_out_of_many_stripes_are_put_back_where_they_were():
    blue, red, luma, *_ = planes((2, 2), 0.1, (1501, 703))
    expected = blue.copy(), red.copy()
    for row in range(1501):
        fit_jpeg_chroma(*(plane[row : row + 1] for plane in expected), luma[2 * row : 2 * row + 2], (2, 2))
    fit_jpeg_chroma(blue, red, luma, (2, 2))

    assert np.array_equal(blue, expected[0])
    assert np.array_equal(red, expected[1])


@pytest.mark.parametrize("shape", [(1, 4), (4, 1), (2, 2), (1, 1), (65, 4), (68, 1)])
def test_no_pixel_of_a_few_cells_leaves_the_cube(shape):
    blue, red, luma, darkest, brightest = planes((2, 2), 1.0, shape)
    fit_jpeg_chroma(blue, red, luma, (2, 2))

    assert shown(darkest, blue, red).min() > -2
    assert shown(brightest, blue, red).max() < 257


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_what_is_inside_stays_and_what_is_not_keeps_its_hue(sampling, share):
    blue, red, luma, darkest, brightest = planes(sampling, share)
    before = np.dstack([blue, red]).astype(float) - 128
    inside = (shown(darkest, blue, red).min(2) > 2) & (shown(brightest, blue, red).max(2) < 253)
    fit_jpeg_chroma(blue, red, luma, sampling)
    after = np.dstack([blue, red]).astype(float) - 128

    assert np.array_equal(after[inside], before[inside])
    assert (np.abs(after) <= np.abs(before)).all()
    cross = before[..., 0] * after[..., 1] - before[..., 1] * after[..., 0]
    assert (np.abs(cross) <= 2 * np.hypot(*np.moveaxis(before, 2, 0)) + 1e-6).all()


@settings(max_examples=40, deadline=None)
@given(
    height=st.integers(1, 10),
    width=st.integers(1, 10),
    sampling=st.sampled_from(SAMPLINGS),
    seed=st.integers(0, 99),
    share=st.sampled_from([0.1, 0.5, 1.0]),
    few=st.sampled_from([0, 1000]),
)
def test_each_cell_is_treated_as_if_it_stood_alone(height, width, sampling, seed, share, few):
    blue, red, luma, *_ = planes(sampling, share, (height, width), seed)
    alone = blue.copy(), red.copy()
    for y, x in np.ndindex(height, width):
        cell = luma[y * sampling[1] : (y + 1) * sampling[1], x * sampling[0] : (x + 1) * sampling[0]]
        fit_jpeg_chroma(*(plane[y : y + 1, x : x + 1] for plane in alone), cell, sampling)
    with patch.object(cube, "_FEW", few):  # by blocks, and all at once
        fit_jpeg_chroma(blue, red, luma, sampling)

    assert np.array_equal(blue, alone[0])
    assert np.array_equal(red, alone[1])
