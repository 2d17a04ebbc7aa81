"""The light of codes under profiles of every make, at 8 and at 16 bits, beside LittleCMS's own."""

import io

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from graycolor.color.lab import rgb_to_lab
from graycolor.pictures import light, littlecms
from graycolor.pictures.encode_result import WriteOptions, encode_colored
from graycolor.pictures.littlecms import srgb_of
from graycolor.pictures.read import decode_picture
from graycolor.pictures.tone import gray_by_profile
from profiles import curv, gray_profile, lightness_table, para, profile

RAMP = np.tile(np.arange(256, dtype=np.uint8), (8, 1))
EVERY = np.arange(65536, dtype=np.uint16)[None]
AB = np.zeros((2, 64, 2), np.float32)
LAB = gray_profile(curv(), b"Lab ")
TABLES = {
    "gray": (1, profile(b"GRAY", b"Lab ", A2B0=lightness_table(1, 1.5))),
    "RGB": (3, profile(b"RGB ", b"Lab ", A2B0=lightness_table(3, 1.5))),
    "CMYK": (4, profile(b"CMYK", b"Lab ", A2B0=lightness_table(4, 1.5, ink=True))),
    "RGB, by colors alone": (3, profile(b"RGB ", b"Lab ", A2B1=lightness_table(3, 1.5))),
}


def tiff(codes, icc):
    buffer = io.BytesIO()
    photometric = {2: "minisblack"}.get(codes.ndim) or {3: "rgb", 4: "separated"}[codes.shape[2]]
    tags = [(34675, 7, 0, icc, True)]
    tifffile.imwrite(buffer, codes, photometric=photometric, metadata=None, extratags=tags)
    return buffer.getvalue()


def lightness(gray):
    return rgb_to_lab(np.dstack([gray / np.iinfo(gray.dtype).max] * 3))[..., 0]


@pytest.mark.parametrize("curve", [curv(), curv(512), curv(0, 9000, 65535), para(0, 1.8)])
@pytest.mark.parametrize("connection", [b"XYZ ", b"Lab "])
def test_a_gray_curve_gives_the_light_that_littlecms_gives(curve, connection):
    """L* itself where the profile is connected by Lab, as newspapers and archives have it."""
    icc = gray_profile(curve, connection)
    theirs = rgb_to_lab(srgb_of(EVERY, icc) / 65535)[..., 0]

    assert np.abs(lightness(gray_by_profile(EVERY, icc)) - theirs).max() < 0.01


def test_codes_that_are_lightness_become_it_at_both_depths():
    for codes in (RAMP, RAMP.astype(np.uint16) * 257):
        picture = decode_picture(tiff(codes, LAB), "x")
        assert np.abs(lightness(picture.gray) - RAMP / 2.55).max() < 0.01
        assert picture.notes == ()


@pytest.mark.parametrize("kind", TABLES)
def test_look_up_tables_give_the_same_light_at_both_depths(kind):
    channels, icc = TABLES[kind]
    codes = RAMP if channels == 1 else np.dstack([RAMP] * channels)
    eight, sixteen = (decode_picture(tiff(each, icc), "x") for each in (codes, codes.astype(np.uint16) * 257))
    wanted = 100 * ((255.0 - RAMP if channels == 4 else RAMP) / 255) ** 1.5

    assert np.abs(lightness(sixteen.gray) - wanted).max() < 1.3, "a table of nine points is straight between them"
    assert np.abs(lightness(eight.gray) - lightness(sixteen.gray)).max() < 0.7
    assert eight.notes == sixteen.notes == ()
    assert sixteen.metadata.icc[16:20] == b"RGB "


def test_sixteen_bits_of_colors_come_through_littlecms_to_the_last_code():
    codes = np.random.default_rng(0).integers(0, 65536, (20, 30, 3)).astype(np.uint16)
    icc = TABLES["RGB"][1]
    picture = decode_picture(tiff(codes, icc), "x")
    eight = ImageCms.profileToProfile(
        Image.fromarray((codes // 257).astype(np.uint8)),
        ImageCms.ImageCmsProfile(io.BytesIO(icc)),
        ImageCms.createProfile("sRGB"),
        outputMode="RGB",
    )

    assert np.abs(lightness(picture.gray) - rgb_to_lab(np.asarray(eight) / 255)[..., 0]).max() < 1
    many = np.tile(codes[:, :1, :1], (20, 2000, 3))[:, :2000]
    assert np.array_equal(srgb_of(many, icc)[:, :100], srgb_of(many[:, :100], icc)), "a table of all codes is the same"


@pytest.mark.parametrize("lab", [LAB, TABLES["gray"][1]], ids=["curve of L", "table"])
def test_a_jpeg_under_such_a_profile_keeps_its_luma_and_shows_its_light(lab):
    buffer = io.BytesIO()
    Image.fromarray(RAMP).save(buffer, "JPEG", quality=100, icc_profile=lab)
    picture = decode_picture(buffer.getvalue(), "x")
    result = encode_colored(picture, AB, "JPEG", WriteOptions())
    with Image.open(io.BytesIO(result.data)) as image:
        own = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        shown = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")

    assert result.kept == "luma"
    again = decode_picture(result.data, "x")
    assert np.abs(lightness(again.gray) - lightness(picture.gray))[:, 16:].max() < 1.5, "its own results it reads right"
    off = rgb_to_lab(np.asarray(shown) / 255)[..., 0] - lightness(picture.gray)
    assert np.abs(off[:, 16:]).max() < 1.5
    assert np.abs(off).mean() < 0.4


@pytest.mark.parametrize(
    ("codes", "icc"),
    [(RAMP, b"none"), (RAMP, TABLES["CMYK"][1]), (np.dstack([RAMP] * 3), LAB), (np.dstack([RAMP] * 4), LAB)],
    ids=["damaged", "CMYK's", "gray's on RGB", "gray's on CMYK"],
)
@pytest.mark.parametrize("depth", [8, 16])
def test_a_profile_that_cannot_be_applied_is_told(codes, icc, depth):
    codes = codes if depth == 8 else codes.astype(np.uint16) * 257
    picture = decode_picture(tiff(codes, icc), "x")
    told = encode_colored(picture, AB, "TIFF", WriteOptions()).notes

    assert picture.metadata.icc is None
    assert [note for note in told if note.startswith("Its color profile ") and "was not applied" in note]


def test_srgb_s_own_profile_on_a_gray_is_nothing_to_tell():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    buffer = io.BytesIO()
    Image.fromarray(RAMP).save(buffer, "JPEG", icc_profile=srgb)
    picture = decode_picture(buffer.getvalue(), "x")

    assert picture.notes == ()
    assert picture.metadata.icc == srgb
    assert encode_colored(picture, AB, "JPEG", WriteOptions()).kept == "luma"


def test_where_littlecms_cannot_be_called_its_eight_bits_are_taken_and_told(monkeypatch):
    monkeypatch.setattr(littlecms, "_library", lambda: None)
    codes = np.dstack([RAMP] * 3).astype(np.uint16) * 257
    icc = TABLES["RGB"][1]
    picture = decode_picture(tiff(codes, icc), "x")
    monkeypatch.undo()

    assert any("upper 8 of its 16 bits" in note for note in picture.notes)
    exact = light.light_of_codes(codes, icc).gray
    assert np.abs(lightness(picture.gray) - lightness(exact)).max() < 0.7
