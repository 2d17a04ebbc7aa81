"""Chroma codes against the matrices that the ITU printed, written out here once more."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graycolor.color.lab import rgb_to_lab
from graycolor.color.yuv import BT601, BT709, BT2020, Coding, chroma_codes, fit_film_chroma, gray_codes

# ITU-R BT.601-7, BT.709-6 and BT.2020-2: rows give Y', Cb and Cr from R', G' and B' in 0..1.
PRINTED = {
    BT601: [[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]],
    BT709: [[0.2126, 0.7152, 0.0722], [-0.114572, -0.385428, 0.5], [0.5, -0.454153, -0.045847]],
    BT2020: [[0.2627, 0.6780, 0.0593], [-0.139630, -0.360370, 0.5], [0.5, -0.459786, -0.040214]],
}
# Code of black, codes from black to white, code of gray, codes of the whole chroma axis.
SCALES = {
    (8, False): (16, 219, 128, 224),
    (8, True): (0, 255, 128, 255),
    (10, False): (64, 876, 512, 896),
    (10, True): (0, 1023, 512, 1023),
    (12, False): (256, 3504, 2048, 3584),
    (16, False): (4096, 56064, 32768, 57344),
}
CODINGS = [Coding(matrix, bits, full) for matrix in PRINTED for bits, full in SCALES]


def encoded(rgb, coding):
    """Y', U and V codes of R'G'B' (n,3), not rounded."""
    black, span, neutral, chroma = SCALES[coding.bits, coding.full]
    yuv = rgb @ np.array(PRINTED[coding.matrix]).T
    return black + span * yuv[:, 0], neutral + chroma * yuv[:, 1], neutral + chroma * yuv[:, 2]


def shown(y, u, v, coding):
    """R'G'B' (n,3) of codes."""
    black, span, neutral, chroma = SCALES[coding.bits, coding.full]
    yuv = np.stack([(y - black) / span, (u - neutral) / chroma, (v - neutral) / chroma], -1)
    return yuv @ np.linalg.inv(np.array(PRINTED[coding.matrix])).T


def planes(ab):
    """a and b (h,w) of chroma (h,w,2)."""
    return (np.ascontiguousarray(ab[..., channel], np.float32) for channel in range(2))


def row(values, dtype):
    return np.ascontiguousarray(np.asarray(values)[None].astype(dtype))


@pytest.mark.parametrize("coding", CODINGS, ids=str)
def test_colors_of_photographs_get_the_codes_that_the_standards_give_them(coding):
    rng = np.random.default_rng(0)
    rgb = np.clip(rng.uniform(0.1, 0.9, (4000, 1)) + rng.normal(0, 0.05, (4000, 3)), 0, 1)
    ab = rgb_to_lab(rgb)[:, 1:]
    y, true_u, true_v = encoded(rgb, coding)
    luma = row(np.rint(y), coding.dtype)
    u, v = chroma_codes(*planes(ab[None]), luma, coding)
    step = 2 ** (coding.bits - 8)

    assert u.dtype == v.dtype == coding.dtype
    for codes, truth in ((u[0], true_u), (v[0], true_v)):
        error = np.abs(codes - truth) / step
        assert error.mean() < 0.5
        assert np.percentile(error, 99) < 2


@pytest.mark.parametrize("coding", CODINGS, ids=str)
def test_no_chroma_is_exactly_the_neutral_code_on_every_luma(coding):
    luma = np.unique(np.linspace(0, 2**coding.bits - 1, 2000).astype(coding.dtype))[None]
    u, v = chroma_codes(*planes(np.zeros((*luma.shape, 2))), luma, coding)

    assert (u == 2 ** (coding.bits - 1)).all()
    assert (v == 2 ** (coding.bits - 1)).all()


@given(seed=st.integers(0, 999), coding=st.sampled_from(CODINGS))
def test_no_pixel_of_a_cell_leaves_the_cube(seed, coding):
    rng = np.random.default_rng(seed)
    black, span, *_ = SCALES[coding.bits, coding.full]
    darkest = row(black + rng.uniform(0, 0.9, 500) * span, coding.dtype)
    brightest = row(np.minimum(darkest[0] + rng.uniform(0, 0.3, 500) * span, black + span), coding.dtype)
    mean = (darkest // 2 + brightest // 2).astype(coding.dtype)
    ab = rng.normal(0, 60, (1, 500, 2)).astype(np.float32)
    u, v = chroma_codes(*planes(ab), mean, coding)
    fit_film_chroma(u, v, darkest, brightest, coding)

    for luma in (darkest, brightest):
        rgb = shown(*(each[0].astype(float) for each in (luma, u, v)), coding)
        assert rgb.min() > -2 / 2**8
        assert rgb.max() < 1 + 2 / 2**8


def test_a_luma_beyond_black_and_white_gets_no_chroma():
    coding = Coding(BT709, 8, full=False)
    luma = np.array([[0, 10, 16, 235, 240, 255]], np.uint8)
    u, v = chroma_codes(*planes(np.full((1, 6, 2), 40)), luma, coding)
    fit_film_chroma(u, v, luma, luma, coding)

    assert (u == 128).all()
    assert (v == 128).all()


def test_stripes_leave_no_seams(draw):
    luma = draw(700, 900)
    ab = np.dstack([luma, 255 - luma]).astype(np.float32) / 4 - 30
    coding = Coding(BT601, 8, full=True)
    u, v = chroma_codes(*planes(ab), luma, coding)
    part_u, part_v = chroma_codes(*planes(ab[333:341]), luma[333:341], coding)

    assert np.array_equal(u[333:341], part_u)
    assert np.array_equal(v[333:341], part_v)


@pytest.mark.parametrize("coding", CODINGS, ids=str)
def test_gray_goes_from_black_to_white(coding):
    black, span, *_ = SCALES[coding.bits, coding.full]
    luma = row([0, black, black + span / 2, black + span, 2**coding.bits - 1], coding.dtype)

    assert gray_codes(luma, coding)[0].tolist()[1:4] in ([0, 127, 255], [0, 128, 255])
    assert gray_codes(luma, coding)[0, 0] == 0
    assert gray_codes(luma, coding)[0, 4] == 255


@pytest.mark.parametrize(
    "coding", [Coding(BT709, 8, False), Coding(BT601, 8, True), Coding(BT709, 10, False), Coding(BT2020, 16, False)]
)
def test_codes_are_kept_inside_the_cube(coding):
    rng = np.random.default_rng(0)
    low, high = coding.neutral - coding.chroma_span // 2, coding.neutral + coding.chroma_span // 2
    u, v = (rng.integers(low, high, (40, 50)).astype(coding.dtype) for _ in range(2))
    dark = rng.integers(coding.black, coding.black + coding.span, (40, 50)).astype(coding.dtype)
    bright = np.minimum(dark + coding.span // 20, coding.black + coding.span).astype(coding.dtype)
    before = u.copy(), v.copy()
    fit_film_chroma(u, v, dark, bright, coding)
    matrix, step = coding.matrix, coding.span / coding.chroma_span
    red, blue = (
        (codes.astype(float) - coding.neutral) * (2 - 2 * share) * step
        for codes, share in ((v, matrix.kr), (u, matrix.kb))
    )
    green = -(matrix.kr * red + matrix.kb * blue) / matrix.kg
    rounding = 1.5 * 2 ** max(0, coding.bits - 12)  # a luma code for whole numbers, half a chroma code

    for reach in (red, green, blue):
        assert (bright + reach).max() <= coding.black + coding.span + rounding
        assert (dark + reach).min() >= coding.black - rounding
    assert (u == before[0]).mean() > 0.1
    assert ((u.astype(float) - coding.neutral) * (before[0].astype(float) - coding.neutral) >= 0).all()


@pytest.mark.parametrize("coding", [Coding(BT601, 8, True), Coding(BT709, 8, False), Coding(BT709, 10, False)], ids=str)
def test_chroma_codes_are_those_of_opencvs_conversion_but_for_rounding(coding):
    rng = np.random.default_rng(3)
    luma = rng.integers(coding.black, coding.black + coding.span + 1, (90, 120)).astype(coding.dtype)
    a, b = rng.normal(0, 15, (2, 90, 120)).astype(np.float32)
    plain = plain_codes(a, b, luma, coding)
    off = np.array(
        [one.astype(int) - other for one, other in zip(chroma_codes(a, b, luma, coding), plain, strict=True)]
    )

    assert np.abs(off).max() <= 1
    assert (off != 0).mean() < 0.02


def plain_codes(a, b, luma, coding):
    """U and V in plain words: Lab to R'G'B' by OpenCV, R'G'B' to U and V by the printed matrix."""
    gray = (luma.astype(np.float32) - np.float32(coding.black)) / np.float32(coding.span)
    L = rgb_to_lab(np.repeat(gray[..., None], 3, 2))[..., 0]
    rgb = cv2.cvtColor(np.dstack([L, a, b]).astype(np.float32), cv2.COLOR_Lab2RGB)
    _, u, v = encoded(rgb.reshape(-1, 3), coding)
    return (np.rint(each).reshape(luma.shape).astype(int) for each in (u, v))
