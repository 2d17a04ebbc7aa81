"""Looks change colors as their numbers say, and nothing but colors."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from graycolor.api import colorize
from graycolor.colorizer import ColorizeSettings
from graycolor.errors import UsageError
from graycolor.files import Job
from graycolor.guidance.hints import Hint
from graycolor.jobs.photo_options import PhotoOptions, options_of
from graycolor.jobs.sidecar import read_sidecar, settings_of, sidecar
from graycolor.looks import HUES, LOOKS, Look
from test_colorizer import lightness_error


def at(degrees, chroma=20.0):
    """One color, as a picture of one pixel."""
    angle = np.radians(degrees)
    return np.array([[[chroma * np.cos(angle), chroma * np.sin(angle)]]], np.float32)


def polar(ab):
    a, b = ab[0, 0]
    return float(np.degrees(np.arctan2(b, a))) % 360, float(np.hypot(a, b))


MIDDLE = np.full((1, 1), 50, np.float32)


@pytest.mark.parametrize(("name", "degrees"), HUES.items())
def test_a_change_is_whole_at_its_hue_and_gone_at_the_next(name, degrees):
    look = Look(**{name: (0.5, 10)})
    neighbors = [*HUES.values()] * 2
    after = neighbors[neighbors.index(degrees) + 1]

    assert polar(look.on(at(degrees), MIDDLE)) == pytest.approx((degrees + 10, 10), abs=0.05)
    assert polar(look.on(at(after), MIDDLE)) == pytest.approx((after, 20), abs=0.05)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_no_look_jumps_between_neighboring_colors(look):
    ring = np.concatenate([at(degrees) for degrees in np.arange(0, 360, 0.25)], axis=1)
    treated = look.on(ring, np.full(ring.shape[:2], 50, np.float32))

    assert np.abs(np.diff(treated, axis=1, append=treated[:, :1])).max() < 0.8  # 0.09 before


def test_strong_colors_come_near_the_most_and_casts_leave_black_black():
    look = Look(most=30, shadows=(5, -5), highlights=(0, 8))
    light = np.array([[0, 50, 100]], np.float32)

    assert polar(look.on(at(60, 100), MIDDLE * 0))[1] == pytest.approx(28.7, abs=0.1)
    assert look.on(np.zeros((1, 3, 2), np.float32), light)[0] == pytest.approx(np.array([[0, 0], [2.5, 1.5], [0, 8]]))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"saturation": 9}, "saturation = 9; choose 0 to 4"),
        ({"reds": (1, 90)}, r"reds\[1\] = 90"),
        ({"shadows": (0, float("nan"))}, r"shadows\[1\]"),
        ({"reds": (1, 40), "oranges": (1, -40)}, "turns hues past each other"),
    ],
)
def test_numbers_that_make_no_look_are_refused_by_name(wrong, says):
    with pytest.raises(UsageError, match=says):
        Look("mine", **wrong)


def test_a_misspelt_look_is_answered_with_the_nearest():
    with pytest.raises(UsageError, match="did you mean kodachrome"):
        ColorizeSettings(look="kodacrome")


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_every_look_has_colors_of_its_own_and_the_same_light(colorizer, draw, dtype):
    gray = draw(120, 160).astype(dtype) * (257 if dtype == np.uint16 else 1)
    shown = {name: colorizer.colorize(gray, ColorizeSettings(look=name)) for name in LOOKS}

    assert all(lightness_error(rgb, gray) <= 1 for rgb in shown.values())
    assert len({rgb.tobytes() for rgb in shown.values()}) == len(LOOKS)
    assert np.array_equal(shown["natural"], colorizer.colorize(gray))


def test_hints_keep_their_color_and_no_saturation_is_gray_under_every_look(colorizer, draw):
    gray, hint = draw(120, 160), Hint.parse("50%,70%,#2a4a9a")
    plain, treated = (
        colorizer.colorize(gray, ColorizeSettings(look=name), hints=[hint]) for name in ("natural", "sepia-warm")
    )
    none = colorizer.colorize(gray, ColorizeSettings(saturation=0, look="sepia-warm"))

    assert np.array_equal(plain[84, 80], treated[84, 80])
    assert not np.array_equal(plain, treated)
    assert np.array_equal(none, np.repeat(gray[..., None], 3, 2))


def test_a_gray_jpeg_keeps_its_luma_bit_for_bit_under_a_look(tmp_path, examples):
    source = examples / "pumpkins-1938.jpg"
    (tmp_path / "old.jpg").write_bytes(source.read_bytes())
    result = colorize(tmp_path / "old.jpg", settings=ColorizeSettings(look="technicolor"), device="cpu")

    with Image.open(source) as before, Image.open(result) as after:
        before.draft("L", before.size)
        after.draft("L", after.size)
        assert np.array_equal(np.asarray(before.convert("L")), np.asarray(after))


@pytest.mark.parametrize("look", ["kodachrome", Look("mine", saturation=1.2, reds=(1.1, -5), shadows=(0, -3))])
def test_a_sidecar_brings_the_look_back(tmp_path, look):
    (tmp_path / "a.png").write_bytes(b"gray")
    options = PhotoOptions(ColorizeSettings(look=look))
    path = tmp_path / "a-color.png.graycolor.json"
    path.write_bytes(sidecar(Job(tmp_path / "a.png", tmp_path / "a-color.png"), options, "abc"))

    again = options_of(read_sidecar(path).settings)
    assert again.settings == options.settings
    assert settings_of(again) == settings_of(replace(options, kind=again.kind))
