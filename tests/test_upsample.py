from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graycolor.color.lightness_join import lab_of_rgb8
from graycolor.upsample import ChromaUpsampler, area_shrink


@settings(max_examples=40)
@given(st.integers(1, 90), st.integers(1, 90), st.integers(1, 12), st.integers(1, 12))
def test_any_size_is_met_and_constant_chroma_stays_constant(height, width, rows, columns):
    gray = np.random.default_rng(0).integers(0, 256, (height, width), np.uint8)
    ab = np.full((rows, columns, 2), (12.5, -30), np.float32)
    full = ChromaUpsampler(ab, gray).rows(0, height)

    assert full.shape == (height, width, 2)
    assert np.abs(full - ab[0, 0]).max() < 1e-3


@pytest.fixture(scope="module")
def large():
    """A picture of more than the intermediate size, so that rows are interpolated when they are asked for."""
    gray = cv2.GaussianBlur(np.random.default_rng(0).integers(0, 256, (1500, 1100), np.uint8), (0, 0), 4)
    ab = np.random.default_rng(1).normal(0, 20, (64, 48, 2)).astype(np.float32)
    return ChromaUpsampler(ab, gray)


@settings(max_examples=20)
@given(st.sets(st.integers(1, 1499), max_size=30))
def test_any_stripes_equal_the_whole(large, cuts):
    edges = [0, *sorted(cuts), 1500]
    parts = [large.rows(top, bottom) for top, bottom in pairwise(edges)]

    assert np.array_equal(np.concatenate(parts), large.rows(0, 1500))


@pytest.mark.parametrize(("height", "width"), [(3, 90), (1, 90), (90, 3), (8, 8)])
def test_chroma_larger_than_the_picture_is_averaged(height, width):
    ab = np.random.default_rng(5).normal(0, 40, (24, 24, 2)).astype(np.float32)
    full = ChromaUpsampler(ab, np.zeros((height, width), np.uint8)).rows(0, height)

    assert full.mean((0, 1)) == pytest.approx(ab.mean((0, 1)), abs=0.5)


@settings(max_examples=20)
@given(st.integers(2, 8), st.integers(0, 99))
def test_the_mean_is_kept(factor, seed):
    rng = np.random.default_rng(seed)
    ab = cv2.GaussianBlur(rng.normal(0, 80, (30, 40, 2)).astype(np.float32), (0, 0), 1.5)
    gray = cv2.GaussianBlur(rng.integers(0, 256, (30 * factor, 40 * factor), np.uint8), (0, 0), 2)
    full = ChromaUpsampler(ab, gray).rows(0, 30 * factor)

    assert full.mean((0, 1)) == pytest.approx(ab.mean((0, 1)), abs=1e-2)


def test_rows_are_those_of_one_cubic_resize(large):
    whole = cv2.resize(large._wide, (1100, 1500), interpolation=cv2.INTER_CUBIC)

    assert np.abs(large.rows(0, 1500) - whole).max() < 1e-3


def test_shrinking_the_result_gives_the_map_back(draw):
    ab = cv2.GaussianBlur(np.random.default_rng(2).normal(0, 60, (40, 60, 2)).astype(np.float32), (0, 0), 2)
    full = ChromaUpsampler(ab, draw(400, 600)).rows(0, 400)

    assert np.abs(cv2.resize(full, (60, 40), interpolation=cv2.INTER_AREA) - ab).mean() < 0.15


def test_true_chroma_comes_back_better_than_by_bicubic():
    """Where gray and chroma share their edges, the gray's detail sharpens the chroma."""
    rng = np.random.default_rng(3)
    picture = np.zeros((320, 320, 3), np.uint8) + 90
    for _ in range(25):
        color = tuple(int(c) for c in rng.integers(0, 256, 3))
        cv2.circle(picture, tuple(int(p) for p in rng.integers(0, 320, 2)), 40, color, -1, cv2.LINE_AA)
    lab = lab_of_rgb8(picture)
    truth, gray = lab[..., 1:], np.rint(lab[..., 0] * 2.55).astype(np.uint8)
    small = cv2.resize(np.ascontiguousarray(truth), (64, 64), interpolation=cv2.INTER_AREA)
    guided = ChromaUpsampler(small, gray).rows(0, 320)
    bicubic = cv2.resize(small, (320, 320), interpolation=cv2.INTER_CUBIC)

    assert np.abs(guided - truth).mean() < 0.97 * np.abs(bicubic - truth).mean()


@pytest.mark.parametrize("shape", [(96, 128), (192, 256), (150, 201)])
def test_shrinking_by_halves_and_by_pillow_is_near_to_the_average_of_areas(shape):
    noise = np.random.default_rng(5).integers(0, 256, (30, 40), np.uint8)
    gray = cv2.resize(noise, (1600, 1200), interpolation=cv2.INTER_CUBIC)
    plain = cv2.resize(gray, shape[::-1], interpolation=cv2.INTER_AREA)

    assert np.abs(area_shrink(gray, shape).astype(int) - plain).mean() < 3


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (33, 50), (64, 64), (300, 20), (9, 800)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_shrinking_by_area_keeps_the_mean(shape, dtype):
    top = np.iinfo(dtype).max
    gray = (np.random.default_rng(4).random((257, 391)) * top).astype(dtype)
    small = area_shrink(gray, shape)

    assert small.shape == shape
    assert small.mean() == pytest.approx(gray.mean() / top * 255, abs=1.5)
