import cv2
import numpy as np
import pytest

from graycolor.data import filters
from graycolor.data.filters import FilterSettings, size_reason, thumbnail

SETTINGS = FilterSettings()


def color_reason(rgb, settings):
    return filters.color_reason(rgb, thumbnail(rgb), settings)


def gray(painted):
    return cv2.cvtColor(cv2.cvtColor(painted(1), cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)


def test_a_colorful_photograph_stays(painted):
    assert all(color_reason(painted(seed), SETTINGS) is None for seed in range(20))


@pytest.mark.parametrize("name", ["pumpkins-1938.jpg"])
def test_a_real_gray_photograph_is_gray(examples, name):
    assert color_reason(cv2.cvtColor(cv2.imread(str(examples / name)), cv2.COLOR_BGR2RGB), SETTINGS) == filters.GRAY


def test_a_gray_photograph_stays_gray_through_jpeg(painted, encoded):
    data = np.frombuffer(encoded(gray(painted), quality=30), np.uint8)

    assert color_reason(cv2.imdecode(data, cv2.IMREAD_COLOR_RGB), SETTINGS) == filters.GRAY


def test_sepia_is_toned(painted):
    sepia = np.clip(gray(painted) * np.array([1.0, 0.85, 0.65]) + [20, 10, 0], 0, 255).astype(np.uint8)

    assert color_reason(sepia, SETTINGS) == filters.TONED


def test_pale_photographs_are_left_out_as_asked(painted):
    pale = cv2.addWeighted(painted(1), 0.25, gray(painted), 0.75, 0)

    assert color_reason(pale, FilterSettings(min_colorfulness=40)) == filters.PALE
    assert color_reason(pale, FilterSettings(min_colorfulness=5)) is None


def test_a_logo_is_a_drawing():
    logo = np.full((200, 300, 3), (245, 145, 30), np.uint8)
    cv2.putText(logo, "logo", (20, 120), cv2.FONT_HERSHEY_SIMPLEX, 3, (20, 90, 200), 12, cv2.LINE_AA)

    assert color_reason(logo, SETTINGS) == filters.DRAWING


def test_what_is_cut_out_before_white_has_a_blank_background(painted):
    white = np.full((200, 300, 3), 254, np.uint8)
    white[20:180, 100:240] = painted(3, 160, 140)

    assert color_reason(white, SETTINGS) == filters.BACKGROUND


def test_bars_on_two_sides_are_a_border(painted):
    barred = painted(3, 200, 300)
    barred[:15] = barred[-15:] = 12

    assert color_reason(barred, SETTINGS) == filters.BORDER


def test_one_flat_edge_is_a_sky(painted):
    under_sky = painted(3, 200, 300)
    under_sky[:40] = (120, 170, 230)

    assert color_reason(under_sky, SETTINGS) is None


@pytest.mark.parametrize(
    ("size", "reason"),
    [
        ((640, 480), None),
        ((640, 127), filters.SMALL),
        ((128, 128), None),
        ((1300, 400), filters.LONG),
        ((1200, 400), None),
        ((400, 1300), filters.LONG),
        ((20_000, 20_000), filters.LARGE),
    ],
)
def test_sizes(size, reason):
    assert size_reason(*size, SETTINGS) == reason


def test_every_reason_is_explained():
    words = {value for name, value in vars(filters).items() if name.isupper() and isinstance(value, str)}

    assert words == set(filters.MEANINGS)
