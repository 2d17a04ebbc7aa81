"""Frames of EXR in and out: linear light of any range, and the attributes of their headers."""

import struct
from fractions import Fraction

import numpy as np
import pytest

from film_clips import Clip, make
from film_frames import grays, write_dpx, write_frames
from graycolor.color.lab import LUMINANCE_WEIGHTS
from graycolor.errors import BoundError, GraycolorError, InputError
from graycolor.film.output.write_exr import CHROMATICITIES, exr_bytes, new_attributes
from graycolor.film.source.exr import Attribute, read_header
from graycolor.film.source.exr_light import read_light
from graycolor.film.source.frame_file import read_frame
from graycolor.film.source.light_curves import Curve

WEIGHTS = LUMINANCE_WEIGHTS.astype(np.float64)
OWN = Attribute(b"owner", b"string", b"An archive")
ODD = Attribute(b"archive:shelf/with a name of more than thirty-one bytes", b"ours", b"\0\1\2\3")


def light_of(gray, dtype=np.float16):
    """Light from below nothing to far above white."""
    light = ((gray / 255.0) ** 2.2 * 2).astype(np.float32)
    light[-6:] = np.geomspace(1e-4, 30, light[-6:].size).reshape(6, -1)
    light[-7, :4] = [0, -0.01, 100, 1000]
    return light.astype(dtype)


def write_exr(folder, *, count=4, half=True, alpha=None, extra=()):
    folder.mkdir()
    attributes = (*new_attributes(Fraction(50, 3), "01:02:03:04", Fraction(1)), OWN, ODD, *extra)
    for number, gray in enumerate(grays(count), 1):
        light = light_of(gray, np.float16 if half else np.float32)
        data = exr_bytes(np.dstack([light] * 3), alpha, attributes, half=half, mark="")
        (folder / f"f_{number:04d}.exr").write_bytes(data)
    return folder / "f_%04d.exr"


def light_in(path):
    data = path.read_bytes()
    header = read_header(data, path.name)
    return (*read_light(data, header, path.name), header)


@pytest.mark.parametrize("half", [True, False])
def test_light_of_any_range_keeps_its_luminance_its_floats_and_its_attributes(tmp_path, made, half):
    alpha = np.linspace(0, 1, 64 * 96, dtype=np.float32).reshape(64, 96)
    source = write_exr(tmp_path / "reel", half=half, alpha=alpha)
    outcome = made(source, tmp_path / "out" / "f_%04d.exr")
    before, _, old = light_in(tmp_path / "reel" / "f_0002.exr")
    after, transparency, new = light_in(tmp_path / "out" / "f_0002.exr")

    assert outcome.plan.notes == ()
    assert after.dtype == (np.float16 if half else np.float32)
    luminance, wanted = after.astype(np.float64) @ WEIGHTS, before[..., 0].astype(np.float64)
    assert np.abs(luminance - wanted).max() <= np.abs(wanted).max() * (2**-11 if half else 1e-6)
    bright = wanted > 1e-3
    assert (np.abs(luminance - wanted)[bright] / wanted[bright]).max() < (2**-10 if half else 1e-5)
    assert np.ptp(after[:50].astype(float), axis=2).mean() > 0.01
    assert np.allclose(transparency, alpha, atol=1e-3 if half else 0)
    assert {OWN, ODD} <= set(new.attributes)
    assert (new.timecode, new.rate) == (old.timecode, old.rate) == ("01:02:03:04", pytest.approx(50 / 3))
    assert b"guessed by graycolor" in next(each.value for each in new.attributes if each.name == b"graycolor")


def test_what_is_no_number_stays_and_spoils_nothing(tmp_path, made):
    source = write_exr(tmp_path / "reel", count=1)
    light = light_of(grays(1)[0])
    light[0, :3] = [np.nan, np.inf, -np.inf]
    data = exr_bytes(np.dstack([light] * 3), None, (), half=True, mark="")
    (tmp_path / "reel" / "f_0001.exr").write_bytes(data)
    made(source, tmp_path / "out" / "%d.exr")
    after = light_in(tmp_path / "out" / "1.exr")[0]

    assert np.isnan(after[0, 0]).all()
    assert after[0, 1].tolist() == [np.inf] * 3
    assert after[0, 2].tolist() == [-np.inf] * 3
    assert np.isfinite(after[1:]).all()


def test_gray_and_foreign_channels_and_primaries_are_told(tmp_path, made):
    aces = Attribute(CHROMATICITIES.name, CHROMATICITIES.kind, struct.pack("<8f", 0.7, 0.3, 0, 1, 0, -0.1, 0.32, 0.34))
    source = write_exr(tmp_path / "reel", count=1)
    path = tmp_path / "reel" / "f_0001.exr"
    data = path.read_bytes()
    path.write_bytes(data.replace(CHROMATICITIES.data, aces.data))
    notes = made(source, tmp_path / "out" / "%d.exr").plan.notes

    assert notes == ("Its primaries become those of BT.709; the light is taken as it is.",)


def test_light_becomes_frames_for_screens_and_says_what_is_pressed(tmp_path, made):
    outcome = made(write_exr(tmp_path / "reel", count=1), tmp_path / "out" / "%d.png")

    assert any("pressed together in PNG" in note for note in outcome.plan.notes)
    assert outcome.plan.film.rate == Fraction(50, 3)
    assert outcome.plan.film.timecode == "01:02:03:04"


def test_other_frames_become_linear_light(tmp_path, made):
    made(write_frames(tmp_path / "reel", count=1), tmp_path / "out" / "%d.exr", rate=Fraction(24))
    light, _, header = light_in(tmp_path / "out" / "1.exr")
    gray = grays(1)[0] / 255
    wanted = np.where(gray <= 0.04045, gray / 12.92, ((gray + 0.055) / 1.055) ** 2.4)

    assert np.abs(light.astype(float) @ WEIGHTS - wanted).max() < 1e-3
    assert header.rate == 24


def test_printing_density_becomes_linear_light(tmp_path, made):
    made(write_dpx(tmp_path / "reel", count=1), tmp_path / "out" / "%d.exr")
    light, _, header = light_in(tmp_path / "out" / "1.exr")
    brightest = Curve("log", 10, 0.0, 1023.0).brightest

    assert light.astype(float).max() == pytest.approx(brightest, rel=0.01)
    assert header.timecode == "01:02:03:04"


def test_a_film_becomes_exr_with_its_timecode(tmp_path, made):
    made(make(tmp_path / "old.mov", Clip(frames=2, timecode="01:00:00:00")), tmp_path / "out" / "%d.exr")

    assert light_in(tmp_path / "out" / "2.exr")[2].timecode == "01:00:00:01"


GOOD = exr_bytes(np.dstack([light_of(grays(1)[0])] * 3), None, (OWN,), half=True, mark="")


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        (GOOD[:4], b"v/1\2", GraycolorError),
        (GOOD[4:8], struct.pack("<I", 0x1002), InputError),
        (GOOD[4:8], struct.pack("<I", 0x802), InputError),
        (struct.pack("<4i", 0, 0, 95, 63), struct.pack("<4i", 0, 0, -5, 63), InputError),
        (struct.pack("<4i", 0, 0, 95, 63), struct.pack("<4i", -(2**30), 0, 2**30, 63), BoundError),
        (b"channels\0chlist\0", b"channelz\0chlist\0", InputError),
    ],
)
def test_headers_that_lie_are_refused_in_a_sentence(tmp_path, old, new, error):
    (tmp_path / "it.exr").write_bytes(GOOD.replace(old, new))

    with pytest.raises(error, match=r"it\.exr"):
        read_frame(tmp_path / "it.exr")


@pytest.mark.parametrize("size", [4, 8, 30, 200, 420, 900])
def test_files_that_are_cut_off_are_refused(tmp_path, size):
    (tmp_path / "it.exr").write_bytes(GOOD[:size])

    with pytest.raises(InputError):
        read_frame(tmp_path / "it.exr")


@pytest.mark.parametrize("at", range(430, len(GOOD) - 1, max(1, (len(GOOD) - 430) // 40)))
def test_damage_within_is_found(tmp_path, at):
    damaged = bytearray(GOOD)
    damaged[at] ^= 0x10
    (tmp_path / "it.exr").write_bytes(damaged)
    try:
        after = read_frame(tmp_path / "it.exr").scan.light
    except InputError:
        return
    assert np.array_equal(after, light_of(grays(1)[0]))  # a bit that means nothing
