"""To look at blocks first gives the codes that a look at every cell gives."""

import numpy as np
import pytest

from graycolor.color.blocks import extremes
from graycolor.color.film_chroma_fit import fit_to_luma
from graycolor.color.yuv import BT601, BT709, BT2020, Coding, fit_film_chroma

CODINGS = [Coding(BT709, 8, False), Coding(BT601, 8, True), Coding(BT709, 10, False), Coding(BT2020, 16, False)]


@pytest.mark.parametrize("coding", CODINGS, ids=str)
@pytest.mark.parametrize(
    ("cell", "shape"), [((2, 2), (90, 151)), ((2, 1), (64, 64)), ((1, 1), (37, 41)), ((4, 1), (9, 30))]
)
@pytest.mark.parametrize("strong", [0.1, 0.6])
def test_blocks_first_and_all_cells_give_the_same_codes(coding, cell, shape, strong):
    rng = np.random.default_rng(0)
    gray = np.linspace(0, 1, shape[0] * shape[1]).reshape(shape) + rng.normal(0, 0.03, shape)
    luma = np.clip(coding.black + gray * coding.span, 0, 2**coding.bits - 1).astype(coding.dtype)
    size = -(-shape[0] // cell[1]), -(-shape[1] // cell[0])
    waves = np.sin(np.arange(size[0])[:, None] / 9 + np.arange(size[1]) / 7) * strong / 2
    # Planes of frames have lines that are longer than the picture; of fields every second line.
    planes = [np.zeros((2 * size[0], size[1] + 5), coding.dtype)[::2, : size[1]] for _ in range(2)]
    for plane, codes in zip(planes, (waves, waves[::-1]), strict=True):
        plane[:] = np.rint(coding.neutral + codes * coding.chroma_span * 0.9)
    plain = [plane.copy() for plane in planes]
    fit_film_chroma(*plain, *extremes(luma, *cell), coding)
    before = [plane.copy() for plane in planes]
    fit_to_luma(*planes, luma, cell, coding)

    assert all(map(np.array_equal, planes, plain))
    assert not all(map(np.array_equal, planes, before))
