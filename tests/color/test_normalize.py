import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graycolor.color.normalize import (
    ab_from_bytes,
    ab_to_bytes,
    denormalize_ab,
    normalize_ab,
    normalize_gray,
    normalize_lightness,
)


@given(st.floats(-127, 127))
def test_normalized_chroma_comes_back(value):
    assert abs(denormalize_ab(normalize_ab(np.float64(value))) - value) < 1e-9


def test_scalings_have_the_reports_ranges():
    assert normalize_gray(np.array([0, 255], np.uint8)).tolist() == [0, 1]
    assert normalize_lightness(np.array([0.0, 100.0])).tolist() == [0, 1]
    assert normalize_ab(np.array([-300.0, 64.0])).tolist() == [-1, 0.5]


def test_bytes_of_chroma_come_back():
    codes = np.arange(256, dtype=np.uint8)

    assert np.array_equal(ab_to_bytes(ab_from_bytes(codes)), codes)
