from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from graycolor.colorizer import ColorizeSettings
from graycolor.guidance.guidance import Guidance
from graycolor.guidance.hints import as_hints
from graycolor.network.border import Margins, Seen, _closed, border_of, seen_within_border
from graycolor.network.chroma import Forecast
from graycolor.network.refine import refined
from graycolor.network.working_picture import working_shape

FILM, PAPER = 14, 250
SCAN = Path(__file__).parents[2] / "dev" / "church-and-tree.jpg"
"""A negative with the film around its picture."""


def framed(gray, around, code=FILM):
    """A picture within a border of so many lines on every side."""
    return np.pad(gray, around, constant_values=code)


@pytest.fixture
def photograph(draw):
    """A picture whose own edges are neither black nor white."""
    return np.clip(draw(150, 200), 80, 225).astype(np.uint8)


@pytest.mark.parametrize("code", [FILM, PAPER])
def test_a_border_on_all_sides_is_found_to_the_line(photograph, code):
    assert border_of(framed(photograph, ((9, 14), (11, 8)), code)) == (9, 14, 11, 8)


@pytest.mark.parametrize(
    ("around", "found"),
    [
        (((12, 12), (0, 0)), (12, 12, 0, 0)),
        (((0, 0), (12, 12)), (0, 0, 12, 12)),
        (((12, 0), (12, 12)), (12, 0, 12, 12)),
        (((12, 0), (12, 0)), (0, 0, 0, 0)),
        (((12, 0), (0, 0)), (0, 0, 0, 0)),
    ],
)
def test_a_border_has_three_sides_or_two_opposite_ones(photograph, around, found):
    assert border_of(framed(photograph, around)) == found


def test_captions_scratches_and_grain_do_not_hide_a_border(photograph):
    scan = framed(photograph, 16)
    cv2.putText(scan, "8a 28768", (60, 179), cv2.FONT_HERSHEY_SIMPLEX, 0.4, 230, 1)
    scan[40:42] = 200
    noisy = scan + np.random.default_rng(0).normal(0, 2, scan.shape)

    assert border_of(np.clip(noisy, 0, 255).astype(np.uint8)) == (16, 16, 16, 16)


def test_a_film_on_the_bed_of_a_scanner_has_two_borders(photograph):
    assert border_of(framed(framed(photograph, 8, 40), 8, 2)) == (16, 16, 16, 16)


def test_a_slightly_turned_border_is_not_cut_into_the_picture(photograph):
    scan = framed(photograph, 16)
    turn = cv2.getRotationMatrix2D((116, 91), 0.8, 1)
    turned = cv2.warpAffine(scan, turn, scan.shape[::-1], flags=cv2.INTER_AREA, borderValue=FILM)

    margins = border_of(turned)

    assert all(12 <= lines <= 18 for lines in margins)


def dark_corners():
    rows, columns = np.mgrid[-1:1:150j, -1:1:200j]
    return (200 * np.exp(-3 * (rows**2 + columns**2))).astype(np.uint8)


def night(draw):
    """A lit street below a black sky, and a black street below that."""
    gray = draw(150, 200)
    gray[:40] = 5
    gray[40:60] = (gray[40:60] * np.linspace(0, 1, 20)[:, None]).astype(np.uint8)
    gray[-20:] = 5
    gray[60:, 20:90] //= 12
    gray[:, 120:180] //= 10
    return gray


def test_dark_or_light_scenes_have_no_border(draw):
    snow = np.clip(draw(150, 200).astype(int) + 150, 0, 255).astype(np.uint8)
    flat = [np.full((150, 200), code, np.uint8) for code in (0, 14, 128, 250, 255)]

    assert not any(border_of(each) for each in (dark_corners(), 255 - dark_corners(), night(draw), snow, *flat))


@pytest.mark.parametrize("shape", [(1, 1), (4, 4), (4, 3000), (3000, 4), (2, 7), (16, 16)])
def test_the_smallest_pictures_have_none(shape):
    assert not border_of(np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8))


def test_most_of_a_picture_is_never_border(photograph):
    assert not border_of(framed(photograph[:40, :50], 60))


def test_what_is_within_is_as_large_as_other_pictures(photograph):
    large = cv2.resize(photograph, (1600, 1200), interpolation=cv2.INTER_CUBIC)
    seen = seen_within_border(framed(large, 120), 192)
    wanted = working_shape(1200, 1600, 192)

    assert all(0 <= there - here <= 8 for there, here in zip(seen.shown.shape, wanted, strict=True))
    assert all(lines % 4 == 0 and lines > 0 for lines in seen.margins)
    assert seen.shown[4:-4, 4:-4].min() > 40
    assert seen_within_border(large, 192).margins == Margins()


def test_within_a_border_the_colors_are_nearly_those_of_the_picture_alone(colorizer):
    scan = np.asarray(Image.open(SCAN).convert("L"))
    margins = border_of(scan)
    alone = colorizer.forecast_many([margins.within(scan)])[0].ab

    def apart(forecast):
        inner = margins.within(cv2.resize(forecast.ab, scan.shape[::-1]))
        return np.abs(cv2.resize(inner, alone.shape[1::-1], interpolation=cv2.INTER_AREA) - alone).mean()

    assert apart(colorizer.forecast(scan)) < 0.8 * apart(colorizer.forecast_many([scan])[0])


def test_a_border_is_gray_and_known_to_be(colorizer, photograph):
    forecast = colorizer.forecast(framed(photograph, 20))
    around = np.ones(forecast.confidence.shape, bool)
    around[5:-5, 5:-5] = False

    assert not forecast.ab[around].any()
    assert (forecast.confidence[around] == 1).all()
    assert np.abs(forecast.ab[~around]).mean() > 1
    fine = forecast.fine()
    assert not fine[:8].any()
    assert not fine[:, -8:].any()


def test_where_a_network_tells_no_confidence_a_border_tells_none():
    seen = Seen(np.zeros((48, 48), np.uint8), Margins(8, 8, 8, 8))
    placed = seen.placed(Forecast(np.ones((8, 8, 2), np.float32), np.zeros((8, 8), np.float32)), 4)

    assert placed.ab.any()
    assert not placed.confidence.any()


def test_hints_and_variants_see_the_same_picture(colorizer, photograph):
    scan = framed(photograph, 20)
    plain = colorizer.forecast(scan)
    several = colorizer.forecasts(scan, guidance=Guidance(variants=3))
    hinted = colorizer.forecasts(scan, guidance=Guidance(hints=as_hints(["50%,50%,#2040c0", "2%,50%,#c02020"])))[0]

    assert np.allclose(several[0].ab, plain.ab, atol=1e-4)
    assert all(np.abs(each.ab[:4]).max() < 1e-3 for each in several)
    middle = hinted.ab[hinted.ab.shape[0] // 2, hinted.ab.shape[1] // 2]
    assert middle[1] < -10
    assert hinted.ab[hinted.ab.shape[0] // 2, 1][0] > 5  # also on the border, where somebody says so


def test_films_are_seen_whole(colorizer, photograph):
    scan = framed(photograph, 20)
    (frame,) = colorizer.forecast_many([scan])

    assert np.array_equal(frame.ab, colorizer.settled(colorizer.places([scan])[0]).ab)
    looked = colorizer.guided(colorizer.look(scan, whole=True), scan.shape, None, Guidance(variants=2))[0]
    assert np.allclose(looked.ab, frame.ab, atol=1e-4)
    assert not np.allclose(colorizer.forecast(scan).ab.mean(), frame.ab.mean(), atol=1e-6)


def test_without_noise_a_border_is_the_same(colorizer, photograph):
    scan = framed(photograph, 20)
    forecast = colorizer.forecast(scan, ColorizeSettings(denoise=True))

    assert not forecast.ab[:4].any()
    assert forecast.ab[6:-6, 6:-6].any()


def test_closed_kernels_make_of_a_picture_alone_what_they_make_of_it_within_a_border():
    rng = np.random.default_rng(0)
    ab, kernels = (rng.normal(size=shape).astype(np.float32) for shape in ((5, 7, 2), (9, 10, 14)))
    kernels /= kernels.sum(0)
    seen = Seen(np.zeros((4 * 9, 4 * 10), np.uint8), Margins(8, 8, 4, 8))
    placed = seen.placed(Forecast(ab, np.zeros((5, 7), np.float32), kernels), 4)

    assert np.allclose(placed.fine()[4:14, 2:16], refined(ab, kernels), atol=1e-4)
    assert not placed.fine()[:4].any()
    assert np.allclose(_closed(kernels, 2).sum(0), 1, atol=1e-4)


def test_a_picture_without_a_border_is_placed_as_it_is():
    forecast = Forecast(np.ones((8, 8, 2), np.float32), np.ones((8, 8), np.float32))
    placed = Seen(np.zeros((30, 24), np.uint8)).placed(forecast, 4)

    assert placed.ab.shape == (7, 6, 2)
    assert placed.kernels is None
