"""Scientific pictures: the values of the file, and colors that say nothing else."""

import json

import numpy as np
import pytest
import tifffile
from matplotlib import colormaps
from PIL import Image
from typer.testing import CliRunner

from graycolor.cli.app import app
from graycolor.color.lab import linear_to_srgb, luminance, srgb_to_linear
from graycolor.color.lightness_join import lab_of_rgb8
from graycolor.errors import InputError, UsageError
from graycolor.values.legend import labels_of, ticks
from graycolor.values.paint import ValueRange, painted
from graycolor.values.palette_tables import TABLES
from graycolor.values.palettes import palette_of
from graycolor.values.read_values import read_values

RAMP = np.linspace(-3, 7, 600).reshape(20, 30).astype(np.float32)


def run(*arguments):
    return CliRunner().invoke(app, ["values", *map(str, arguments)])


@pytest.mark.parametrize("name", TABLES)
def test_palettes_are_matplotlibs_and_even(name):
    palette = palette_of(name)
    steps = np.diff(palette.lab, axis=0)

    assert np.array_equal(palette.rgb, np.rint(colormaps[name](np.arange(256))[:, :3] * 255))
    assert np.array_equal(palette_of(f"{name}_r").rgb, palette.rgb[::-1])
    assert palette.is_even
    assert np.hypot(*steps[20:-20].T[1:]).max() < 6  # no color jumps


@pytest.mark.parametrize(
    "values",
    [
        RAMP,
        RAMP.astype(np.float64) * 1e-12,
        (RAMP * 1000).astype(np.int16),
        (RAMP * 1e6).astype(np.int32),
        (RAMP * 1000 + 4000).astype(np.uint16),
        (RAMP * 10 + 40).astype(np.uint8),
    ],
    ids=lambda values: values.dtype.name,
)
def test_a_tiff_gives_the_numbers_that_it_stores(tmp_path, values):
    tifffile.imwrite(tmp_path / "a.tif", values)

    assert np.array_equal(read_values(tmp_path / "a.tif"), values)


@pytest.mark.parametrize(("top", "dtype"), [(100, "u1"), (255, "u1"), (4095, ">u2"), (65535, ">u2")])
def test_a_pgm_gives_the_numbers_that_it_stores_whatever_its_white_is(tmp_path, top, dtype):
    values = np.arange(top + 1, dtype=dtype)[-90:].reshape(9, 10)
    (tmp_path / "a.pgm").write_bytes(b"P5\n10 9\n%d\n" % top + values.tobytes())

    assert np.array_equal(read_values(tmp_path / "a.pgm"), values)


def test_pages_are_chosen_and_never_guessed(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", np.stack([RAMP, RAMP * 2]), photometric="minisblack")

    assert np.array_equal(read_values(tmp_path / "a.tif", 2), RAMP * 2)
    with pytest.raises(UsageError, match="holds 2 pages; choose one with --page"):
        read_values(tmp_path / "a.tif")
    with pytest.raises(UsageError, match="has no page 3; choose 1 to 2"):
        read_values(tmp_path / "a.tif", 3)


def test_gdals_number_for_nothing_is_nothing(tmp_path):
    values = RAMP.copy()
    values[3, 4] = -9999
    tifffile.imwrite(tmp_path / "a.tif", values, extratags=[(42113, "s", 0, "-9999", True)])

    assert np.argwhere(np.isnan(read_values(tmp_path / "a.tif"))).tolist() == [[3, 4]]


def test_pictures_in_color_have_no_values(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((9, 9, 3), np.uint8), photometric="rgb")
    Image.new("RGB", (9, 9)).save(tmp_path / "a.png")

    for name in ("a.tif", "a.png"):
        with pytest.raises(InputError, match="is in color"):
            read_values(tmp_path / name)


def test_colors_go_evenly_from_the_low_end_to_the_high_one_and_no_number_is_seen():
    values = np.array([[-1, 0, 5, 10, 11, np.nan, np.inf]])
    palette = palette_of("viridis")
    rgba = painted(values, palette, 0, 10, keep_lightness=False)[0]

    assert rgba[:, 3].tolist() == [255, 255, 255, 255, 255, 0, 0]
    assert np.array_equal(rgba[[0, 1], :3], palette.rgb[[0, 0]])
    assert np.array_equal(rgba[[3, 4], :3], palette.rgb[[255, 255]])
    assert np.array_equal(rgba[2, :3], np.rint(palette.rgb[127:129].astype(float).mean(axis=0)))


def test_lightness_may_be_the_gray_pictures_own():
    rgb = painted(RAMP, palette_of("inferno"), -3, 7, keep_lightness=True)
    codes = linear_to_srgb(luminance(srgb_to_linear(rgb / 255.0))) * 255

    assert np.abs(codes - (RAMP + 3) / 10 * 255).max() <= 1
    assert np.hypot(*lab_of_rgb8(rgb)[10, 10, 1:]) > 20


@pytest.mark.parametrize(
    ("text", "ends"), [("0,5", (0, 5)), ("10%,90%", (-2, 6)), ("-1,100%", (-1, 7)), (" -2e0 , 3.5 ", (-2, 3.5))]
)
def test_a_range_is_numbers_or_percentiles(text, ends):
    assert ValueRange.parse(text).of(RAMP) == pytest.approx(ends, abs=1e-5)


@pytest.mark.parametrize("text", ["5", "5,1", "a,b", "1,2,3", "nan,3", "-1%,50%", "0,inf"])
def test_a_range_that_makes_no_sense_is_refused(text):
    with pytest.raises(UsageError, match="range"):
        ValueRange.parse(text)


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0, 100, ["0", "20", "40", "60", "80", "100"]),
        (12.04, 84.8, ["20", "40", "60", "80"]),
        (-3e-9, 1e-9, ["-3e-09", "-2e-09", "-1e-09", "0", "1e-09"]),
        (100000, 100004, ["100000", "100001", "100002", "100003", "100004"]),
        (7, 7, ["7"]),
    ],
)
def test_a_legend_has_round_values(low, high, labels):
    assert labels_of(ticks(low, high)) == labels


@pytest.mark.parametrize("text", ["#000000\n#ff8000\n", "0 0 0\n255 128 0\n", "0, 0, 0\n1.0, 0.502, 0\n"])
def test_a_palette_comes_from_a_file(tmp_path, text):
    (tmp_path / "mine.txt").write_text(text)
    (tmp_path / "mine.lut").write_bytes(bytes(range(256)) * 3)

    assert palette_of(str(tmp_path / "mine.txt")).rgb.tolist() == [[0, 0, 0], [255, 128, 0]]
    assert palette_of(str(tmp_path / "mine.lut")).rgb[7].tolist() == [7, 7, 7]


@pytest.mark.parametrize(
    ("text", "says"),
    [("#000000\n", "holds 1 colors"), ("0 0 300\n0 0 0\n", "beyond 0 to 255"), ("red\nblue\n", "no color")],
)
def test_a_file_that_is_no_palette_is_refused(tmp_path, text, says):
    (tmp_path / "mine.txt").write_text(text)

    with pytest.raises(InputError, match=says):
        palette_of(str(tmp_path / "mine.txt"))


def test_the_command_writes_picture_and_legend_and_says_what_is_not_shown(tmp_path):
    values = RAMP.copy()
    values[0, 0] = np.nan
    tifffile.imwrite(tmp_path / "heat.tif", values)
    (tmp_path / "broken.tif").write_bytes(b"II*\0nonsense")
    done = run(tmp_path, "--palette", "magma", "--range", "0,5", "--legend", "--unit", "K", "--json")
    bad, good = sorted(map(json.loads, done.stdout.splitlines()), key=lambda each: each["error"] is None)

    assert done.exit_code == 1
    assert "broken.tif" in bad["error"]
    assert (good["low"], good["high"]) == (0, 5)
    assert good["output"] == str(tmp_path / "heat-magma-color.png")
    assert "1 of 600 values are no numbers" in good["notes"][0]
    with Image.open(good["output"]) as picture, Image.open(good["legend"]) as bar:
        assert (picture.size, picture.mode) == ((30, 20), "RGBA")
        assert picture.text["Description"].startswith("Values from 0 K to 5 K, shown with the palette magma")
        assert bar.size[1] > 400
    again = run(tmp_path, "--palette", "magma")
    assert "already there" in again.stderr
    assert len(list(tmp_path.iterdir())) == 4


def test_colorize_sends_those_who_want_a_palette_to_the_command_for_values(tmp_path):
    done = CliRunner().invoke(app, ["colorize", "heat.tif", "--palette", "viridis"])

    assert done.exit_code == 2
    assert run(tmp_path / "no.tif", "--palette", "virdis").exit_code == 2
