import io
import struct
import zlib

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from graycolor.color.lab import rgb_to_lab
from graycolor.errors import InputError, MissingInputError
from graycolor.pictures.frames import read_source
from graycolor.pictures.read import decode_picture

RNG = np.random.default_rng(0)
GRAY = RNG.integers(0, 256, (37, 53), np.uint8)
DEEP = RNG.integers(0, 65536, (37, 53)).astype(np.uint16)
COLOR = RNG.integers(0, 256, (37, 53, 3), np.uint8)
DEEP_COLOR = RNG.integers(0, 65536, (37, 53, 3)).astype(np.uint16)


def encoded(image, image_format, **options):
    buffer = io.BytesIO()
    image.save(buffer, image_format, **options)
    return buffer.getvalue()


def tiff(array, **options):
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, array, **options)
    return buffer.getvalue()


def same_lightness(picture, rgb, top):
    exact = rgb_to_lab(rgb / top)[..., 0]
    gray = rgb_to_lab(np.repeat((picture.gray / np.iinfo(picture.gray.dtype).max)[..., None], 3, 2))[..., 0]
    return np.abs(exact - gray).max()


@pytest.mark.parametrize("image_format", ["PNG", "TIFF", "BMP"])
def test_8_bit_grays_are_read_code_for_code(image_format):
    picture = decode_picture(encoded(Image.fromarray(GRAY), image_format), "x")

    assert np.array_equal(picture.gray, GRAY)
    assert (picture.depth, picture.format, picture.was_color) == (8, image_format, False)


@pytest.mark.parametrize("image_format", ["JPEG", "WEBP"])
def test_lossy_grays_are_read_as_their_decoder_reads_them(image_format):
    data = encoded(Image.fromarray(GRAY), image_format)
    wanted = np.asarray(Image.open(io.BytesIO(data)).convert("L"))
    picture = decode_picture(data, "x")

    assert picture.gray.dtype == np.uint8
    assert np.abs(picture.gray.astype(int) - wanted).max() <= 1


@pytest.mark.parametrize("image_format", ["PNG", "TIFF", "BMP"])
def test_grays_stored_as_rgb_are_grays(image_format):
    picture = decode_picture(encoded(Image.fromarray(GRAY).convert("RGB"), image_format), "x")

    assert np.array_equal(picture.gray, GRAY)
    assert not picture.was_color


@pytest.mark.parametrize("image_format", ["PNG", "TIFF", "BMP"])
def test_colors_give_the_gray_of_equal_lightness(image_format):
    picture = decode_picture(encoded(Image.fromarray(COLOR), image_format), "x")

    assert picture.was_color
    assert same_lightness(picture, COLOR, 255) < 0.01


@pytest.mark.parametrize(
    "data", [encoded(Image.fromarray(DEEP), "PNG"), encoded(Image.fromarray(DEEP), "TIFF"), tiff(DEEP)]
)
def test_16_bit_grays_are_read_code_for_code(data):
    picture = decode_picture(data, "x")

    assert np.array_equal(picture.gray, DEEP)
    assert picture.depth == 16


def test_16_bit_min_is_white_is_not_a_negative():
    picture = decode_picture(tiff(65535 - DEEP, photometric="miniswhite"), "x")

    assert np.array_equal(picture.gray, DEEP)


@pytest.mark.parametrize(
    "data",
    [
        cv2.imencode(".png", DEEP_COLOR[..., ::-1])[1].tobytes(),
        tiff(DEEP_COLOR, photometric="rgb"),
        tiff(np.moveaxis(DEEP_COLOR, -1, 0), photometric="rgb", planarconfig="separate"),
    ],
)
def test_16_bit_colors_are_not_cut_to_8(data):
    picture = decode_picture(data, "x")

    assert picture.depth == 16
    assert same_lightness(picture, DEEP_COLOR, 65535) < 0.01
    assert len(np.unique(picture.gray & 255)) > 100


def test_float_tiffs_have_the_stated_range():
    unit = RNG.random((20, 30)).astype(np.float32)

    assert np.abs(decode_picture(tiff(unit), "x").gray / 65535 - unit).max() < 1e-4
    assert np.abs(decode_picture(tiff(unit * 800 - 5), "x").gray.max() - 65535) == 0


@pytest.mark.parametrize(
    ("mode", "image_format"), [("1", "PNG"), ("P", "PNG"), ("CMYK", "JPEG"), ("LAB", "TIFF"), ("P", "BMP")]
)
def test_other_modes_keep_their_lightness(mode, image_format):
    smooth = Image.fromarray(cv2.GaussianBlur(COLOR, (0, 0), 3))
    if mode == "LAB":
        transform = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
        image = ImageCms.applyTransform(smooth, transform)
    else:
        image = smooth.convert(mode)
    picture = decode_picture(encoded(image, image_format), "x")
    shown = np.asarray((smooth if mode == "LAB" else image).convert("RGB"))

    assert same_lightness(picture, shown, 255) < (3 if mode == "LAB" else 4)


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_alpha_is_kept(mode):
    image = Image.fromarray(np.dstack([COLOR, GRAY])).convert(mode)
    picture = decode_picture(encoded(image, "PNG"), "x")

    assert np.array_equal(picture.alpha, GRAY)


def test_a_transparent_palette_entry_becomes_alpha():
    image = Image.fromarray(GRAY // 16).convert("P")
    picture = decode_picture(encoded(image, "PNG", transparency=3), "x")

    assert set(np.unique(picture.alpha)) == {0, 255}


def test_16_bit_alpha_is_kept():
    data = cv2.imencode(".png", np.dstack([DEEP_COLOR[..., ::-1], DEEP]))[1].tobytes()

    assert np.array_equal(decode_picture(data, "x").alpha, DEEP)


def test_another_profile_is_converted_to_srgb():
    lab_profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = decode_picture(encoded(Image.fromarray(COLOR), "PNG", icc_profile=lab_profile), "x")

    assert same_lightness(picture, COLOR, 255) < 0.6
    assert picture.metadata.icc


def test_a_damaged_profile_does_no_harm():
    picture = decode_picture(encoded(Image.fromarray(GRAY), "PNG", icc_profile=b"no profile"), "x")

    assert np.array_equal(picture.gray, GRAY)
    assert picture.metadata.icc is None


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_picture_is_seen_upright_and_stored_as_it_was(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.fromarray(GRAY)
    picture = decode_picture(encoded(image, "PNG", exif=exif.tobytes()), "x")
    upright = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}[orientation]
    wanted = image if upright is None else image.transpose(Image.Transpose(upright))

    assert np.array_equal(picture.gray, GRAY)
    assert np.array_equal(picture.upright(), np.asarray(wanted))
    assert np.array_equal(picture.as_stored(picture.upright().astype(np.float32)), GRAY)


@given(st.integers(1, 70), st.integers(1, 70), st.sampled_from(["PNG", "JPEG", "TIFF", "BMP", "WEBP"]))
def test_any_size_is_read(width, height, image_format):
    picture = decode_picture(encoded(Image.new("L", (width, height), 99), image_format), "x")

    assert picture.size == (width, height)


def bomb():
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))


WHOLE = {name: encoded(Image.fromarray(COLOR), name) for name in ("PNG", "JPEG", "TIFF", "BMP", "WEBP")}
WHOLE["PNG16"] = cv2.imencode(".png", DEEP_COLOR)[1].tobytes()
WHOLE["TIFF16"] = tiff(DEEP_COLOR, photometric="rgb")


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_file_is_refused_not_half_read(kind, share):
    data = WHOLE[kind]

    with pytest.raises(InputError, match=r"damaged or cut off|no picture"):
        decode_picture(data[: int(len(data) * share)], "x")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"Dear diary, today", "no picture of a kind"),
        (bomb(), "60000 x 60000 pixels"),
        (encoded(Image.fromarray(GRAY), "ICO"), "no picture of a kind"),
    ],
)
def test_bad_bytes_are_named(data, sentence):
    with pytest.raises(InputError, match=sentence):
        decode_picture(data, "x")


def test_several_pages_are_not_dropped_silently():
    pages = encoded(Image.fromarray(GRAY), "TIFF", save_all=True, append_images=[Image.fromarray(GRAY)])

    with pytest.raises(InputError, match="holds 2 pages"):
        decode_picture(pages, "x")


def test_missing_files_and_folders_are_named(tmp_path):
    (tmp_path / "photo.png").touch()
    for nowhere in ("nowhere.png", "photo.png/inside.png", "no\0name.png"):
        with pytest.raises(MissingInputError, match="no file"):
            read_source(tmp_path / nowhere)
    with pytest.raises(InputError, match="is a folder"):
        read_source(tmp_path)
