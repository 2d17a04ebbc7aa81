import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graycolor.color.blocks import extremes


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 4), st.integers(1, 4), st.sampled_from(["u1", "u2"]))
def test_extremes_are_those_of_each_cell(height, width, across, down, dtype):
    top = np.iinfo(dtype).max
    codes = np.random.default_rng(height * width).integers(0, top, (height, width), dtype, endpoint=True)
    padded = np.pad(codes, ((0, -height % down), (0, -width % across)), mode="edge")
    cells = padded.reshape(padded.shape[0] // down, down, padded.shape[1] // across, across)

    darkest, brightest = extremes(codes, across, down)

    assert np.array_equal(darkest, cells.min((1, 3)))
    assert np.array_equal(brightest, cells.max((1, 3)))
    assert darkest.dtype == brightest.dtype == codes.dtype
