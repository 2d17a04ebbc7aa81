import tracemalloc
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from graycolor.color.lab import lab_to_rgb, linear_to_srgb, luminance, rgb_to_lab, srgb_to_linear
from graycolor.color.lightness_join import gray_of_rgb, join, lab_of_rgb8, lightness_of_gray, stripes
from graycolor.errors import InputError

SHAPES = st.tuples(st.integers(1, 40), st.integers(1, 40))
GRAYS = SHAPES.flatmap(lambda shape: arrays(st.sampled_from([np.uint8, np.uint16]), shape))


def gray_codes(rgb, top):
    """The gray codes, 0..top, of the lightness that RGB codes have, by the exact formulas in float64."""
    return linear_to_srgb(luminance(srgb_to_linear(rgb / np.float64(top)))) * top


def as_rows(ab):
    return lambda top, bottom: ab[top:bottom]


@settings(max_examples=60)
@given(GRAYS, st.integers(0, 2**32 - 1), st.sampled_from([8, 16]))
def test_lightness_is_kept_within_one_step_whatever_the_chroma(gray, seed, depth):
    if gray.dtype == np.uint8 and depth == 16:
        gray = gray.astype(np.uint16) * 257
    ab = np.random.default_rng(seed).normal(0, 60, (*gray.shape, 2)).astype(np.float32)
    rgb = join(gray, as_rows(ab), depth=depth)
    top = 2**depth - 1
    wanted = gray / np.float64(np.iinfo(gray.dtype).max) * top

    assert rgb.dtype.itemsize * 8 == depth
    assert np.abs(gray_codes(rgb, top) - wanted).max() <= 1


@pytest.mark.parametrize("depth", [8, 16])
def test_lightness_is_kept_even_if_the_chroma_is_absurd(depth):
    gray = np.arange(65536).astype(np.uint16).reshape(256, 256)
    ab = np.random.default_rng(0).choice([-1e30, -1e6, 0, 1e6, 1e30], (256, 256, 2)).astype(np.float32)
    top = 2**depth - 1

    assert np.abs(gray_codes(join(gray, as_rows(ab), depth=depth), top) - gray / 65535 * top).max() <= 1


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_chroma_that_is_no_number_is_refused(value):
    ab = np.zeros((5, 6, 2), np.float32)
    ab[3, 2, 1] = value

    with pytest.raises(InputError, match="NaN or infinity"):
        join(np.zeros((5, 6), np.uint8), as_rows(ab), depth=8)


def test_chroma_of_another_size_is_refused():
    with pytest.raises(InputError, match="shape"):
        join(np.zeros((5, 6), np.uint8), as_rows(np.zeros((5, 7, 2), np.float32)), depth=8)


def test_the_result_can_go_into_one_half_of_a_wider_picture():
    gray = np.random.default_rng(1).integers(0, 256, (90, 70), np.uint8)
    ab = np.random.default_rng(2).normal(0, 20, (90, 70, 2)).astype(np.float32)
    wide = np.zeros((90, 140, 3), np.uint8)
    right = join(gray, as_rows(ab), depth=8, out=wide[:, 70:])

    assert np.shares_memory(right, wide)
    assert np.array_equal(wide[:, 70:], join(gray, as_rows(ab), depth=8))
    assert not wide[:, :70].any()


@pytest.mark.parametrize("out", [np.zeros((5, 7, 3), np.uint8), np.zeros((5, 6, 3), np.uint16)])
def test_a_result_that_does_not_fit_is_refused(out):
    with pytest.raises(InputError, match="`out`"):
        join(np.zeros((5, 6), np.uint8), as_rows(np.zeros((5, 6, 2), np.float32)), depth=8, out=out)


@pytest.mark.parametrize("depth", [8, 16])
def test_stripes_equal_the_whole(depth):
    rng = np.random.default_rng(6)
    gray = rng.integers(0, 256, (300, 1700), np.uint8)
    ab = rng.normal(0, 30, (300, 1700, 2)).astype(np.float32)
    parts = [join(gray[t : t + 7], as_rows(ab[t : t + 7]), depth=depth) for t in range(0, 300, 7)]

    assert len(list(stripes(*gray.shape))) > 1
    assert np.array_equal(np.concatenate(parts), join(gray, as_rows(ab), depth=depth))


def test_memory_does_not_grow_with_the_picture():
    def beyond_the_result(height):
        gray, ab = np.full((height, 2000), 99, np.uint8), np.zeros((64, 2000, 2), np.float32)
        out = np.empty((height, 2000, 3), np.uint8)
        tracemalloc.start()
        join(gray, lambda top, bottom: ab[: bottom - top], depth=8, out=out)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    beyond_the_result(100)  # the tables are made

    assert beyond_the_result(3000) < 1.05 * beyond_the_result(300) < 8e6


def test_without_chroma_the_gray_comes_back_untouched():
    gray = np.arange(256, dtype=np.uint8).reshape(16, 16)
    rgb = join(gray, as_rows(np.zeros((16, 16, 2), np.float32)), depth=8)

    assert np.array_equal(rgb, np.repeat(gray[..., None], 3, 2))


def test_true_chroma_gives_the_true_colors_back():
    truth = np.random.default_rng(3).random((64, 50, 3))
    lab = rgb_to_lab(truth)
    gray = np.rint(gray_codes(truth * 65535, 65535)).astype(np.uint16)
    rgb = join(gray, as_rows(lab[..., 1:].astype(np.float32)), depth=16)

    assert np.abs(rgb / 65535 - truth).max() < 2e-3


def test_fast_lab_agrees_with_the_exact_one():
    rgb = np.random.default_rng(4).integers(0, 256, (200, 300, 3), np.uint8)

    assert np.abs(lab_of_rgb8(rgb) - rgb_to_lab(rgb / 255)).max() < 0.04


@pytest.mark.slow
def test_every_8_bit_color_survives_the_fast_path():
    green_blue = np.stack(np.meshgrid(np.arange(256), np.arange(256), indexing="ij"), -1).astype(np.uint8)
    for red in range(256):
        codes = np.dstack([np.full((256, 256), red, np.uint8), green_blue])
        back = np.rint(lab_to_rgb(lab_of_rgb8(codes).astype(np.float64)) * 255)

        assert np.array_equal(back, codes)


@pytest.mark.slow
def test_every_8_bit_color_survives_its_split_into_gray_and_chroma():
    wrong = 0
    green_blue = np.stack(np.meshgrid(np.arange(256), np.arange(256), indexing="ij"), -1).astype(np.uint8)
    for red in range(256):
        codes = np.dstack([np.full((256, 256), red, np.uint8), green_blue])
        ab = rgb_to_lab((codes / 255).astype(np.float32))[..., 1:]
        off = np.abs(join(gray_of_rgb(codes), as_rows(ab), depth=8).astype(int) - codes)

        assert off.max() <= 1
        wrong += np.count_nonzero(off)
    assert wrong < 50  # of 50 million; the gray between has 16 bits


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_gray_of_a_gray_is_itself(dtype):
    codes = np.arange(np.iinfo(dtype).max + 1).astype(dtype).reshape(-1, 256)
    gray = gray_of_rgb(np.repeat(codes[..., None], 3, 2))
    scale = 257 if dtype == np.uint8 else 1

    assert np.abs(gray.astype(int) - codes.astype(int) * scale).max() <= 1


def test_gray_of_a_color_has_its_lightness():
    rgb = np.random.default_rng(5).integers(0, 256, (40, 30, 3), np.uint8)
    lightness = lightness_of_gray(gray_of_rgb(rgb))

    assert np.abs(lightness - rgb_to_lab(rgb / 255)[..., 0]).max() < 0.01


@given(st.integers(1, 5000), st.integers(1, 20000))
def test_stripes_cover_every_row_once(height, width):
    ranges = list(stripes(height, width))

    assert ranges[0][0] == 0
    assert ranges[-1][1] == height
    assert all(one[1] == other[0] for one, other in pairwise(ranges))
