import io

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from graycolor.color.lab import linear_to_srgb, srgb_to_linear
from graycolor.pictures.read import decode_picture
from graycolor.pictures.tone import gray_by_profile, luminance_tables
from graycolor.pictures.write import encode_picture
from profiles import curv, gray_profile, para

GRAY = np.random.default_rng(5).integers(0, 256, (24, 40), np.uint8)
RAMP = np.tile(np.arange(256, dtype=np.uint8), (4, 1))
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>attic</x:xmpmeta>"
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def exif_block():
    exif = Image.Exif()
    exif[0x010F], exif[0x0112], exif[0x010E] = "Kodak", 6, "Grandmother"
    exif.get_ifd(0x8769).update({0x9003: "1999:12:31 23:59:59", 0x927C: b"\x01\x02maker\x00" * 9})
    exif.get_ifd(0x8825)[1] = "N"
    return exif.tobytes()


EXIF = exif_block()


def file(pixels, image_format, **options):
    buffer = io.BytesIO()
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(buffer, image_format, **options)
    return buffer.getvalue()


def colored(data, image_format=None):
    """What a run makes of a file, with gray for its colors."""
    picture = decode_picture(data, "x")
    rgb = np.repeat(picture.gray[..., None], 3, axis=2)
    if rgb.dtype == np.uint16 and (picture.depth == 8 or image_format in ("JPEG", "WEBP")):
        rgb = (rgb // 257).astype(np.uint8)
    return encode_picture(rgb, picture, image_format)


LINEAR = gray_profile(curv())


@pytest.mark.parametrize("source", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("target", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_exif_with_its_directories_reaches_every_format(source, target):
    result = colored(file(GRAY, source, exif=EXIF), target)
    metadata = decode_picture(result, "x").metadata
    exif = Image.Exif()
    exif.load(metadata.exif)

    assert (exif[0x010F], exif[0x010E], metadata.orientation) == ("Kodak", "Grandmother", 6)
    assert exif.get_ifd(0x8769)[0x9003] == "1999:12:31 23:59:59"
    assert exif.get_ifd(0x8769)[0x927C] == b"\x01\x02maker\x00" * 9
    assert exif.get_ifd(0x8825)[1] == "N"


def palette():
    return Image.fromarray(np.repeat(GRAY[..., None], 3, 2)).quantize(16)


def tiff(array, **options):
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, array, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(file(GRAY, "TIFF"), id="gray"),
        pytest.param(file(palette(), "TIFF"), id="palette"),
        pytest.param(file(Image.fromarray(GRAY).convert("1"), "TIFF", compression="group4"), id="fax"),
        pytest.param(file(Image.fromarray(GRAY).convert("CMYK"), "TIFF"), id="inks"),
        pytest.param(file(Image.fromarray(GRAY).convert("LA"), "TIFF"), id="alpha"),
        pytest.param(file(np.repeat(GRAY[..., None], 3, 2), "TIFF", compression="jpeg"), id="JPEG inside"),
        pytest.param(tiff(GRAY, compression="adobe_deflate", predictor=True), id="predictor"),
        pytest.param(tiff(GRAY, tile=(16, 16)), id="tiles"),
        pytest.param(tiff(GRAY.astype(np.uint16) * 257, photometric="miniswhite"), id="16-bit white is zero"),
        pytest.param(tiff((GRAY / 255).astype(np.float32)), id="floats"),
    ],
)
def test_tags_about_the_sources_pixels_never_reach_the_result(data):
    picture = decode_picture(data, "x")
    rgb = (
        np.random.default_rng(6)
        .integers(0, 256, (*picture.gray.shape, 3))
        .astype(np.uint8 if picture.depth == 8 else np.uint16)
    )
    result = encode_picture(rgb, picture)

    with Image.open(io.BytesIO(result)) as image:
        image.load()
        assert image.size == picture.size
    assert np.array_equal(tifffile.imread(io.BytesIO(result))[..., :3], rgb)
    assert np.array_equal(cv2.imdecode(np.frombuffer(result, np.uint8), cv2.IMREAD_UNCHANGED)[..., 2::-1], rgb)


def test_a_block_too_long_for_a_jpeg_is_left_out_there_and_kept_elsewhere():
    data = file(GRAY, "WEBP", exif=EXIF + b"\0" * 70_000, xmp=b"x" * 70_000)

    jpeg = decode_picture(colored(data, "JPEG"), "x").metadata
    assert (jpeg.exif, jpeg.xmp) == (None, None)
    png = decode_picture(colored(data, "PNG"), "x").metadata
    assert (len(png.exif), len(png.xmp)) == (len(EXIF) + 70_000, 70_000)


def test_damaged_exif_travels_and_says_nothing():
    block = b"Exif\0\0II*\0\x08\0\0\0\x09\0\x0f\x01\x02\0\xff\xff\0\0\xff\xff\0\0"
    metadata = decode_picture(file(GRAY, "JPEG", exif=block), "x").metadata

    assert metadata.exif == block
    assert metadata.orientation == 1


@pytest.mark.parametrize(
    ("curve", "light"),
    [
        pytest.param(curv(), lambda v: v, id="straight"),
        pytest.param(curv(round(2.2 * 256)), lambda v: v ** (round(2.2 * 256) / 256), id="gamma"),
        pytest.param(curv(0, 16384, 65535), lambda v: np.interp(v, [0, 0.5, 1], [0, 16384 / 65535, 1]), id="table"),
        pytest.param(para(0, 1.5), lambda v: v**1.5, id="para 0"),
        pytest.param(para(1, 2, 1.25, -0.25), lambda v: np.maximum(1.25 * v - 0.25, 0) ** 2, id="para 1"),
        pytest.param(para(2, 2, 1, -0.5, 0.25), lambda v: np.maximum(v - 0.5, 0) ** 2 + 0.25, id="para 2"),
        pytest.param(para(3, 1, 1, 0, 0.5, 0.25), lambda v: np.where(v >= 0.25, v, v / 2), id="para 3"),
        pytest.param(
            para(4, 1, 0.5, 0, 0.25, 0.5, 0.25, 0.125),
            lambda v: np.where(v >= 0.5, v / 2 + 0.25, v / 4 + 0.125),
            id="para 4",
        ),
    ],
)
def test_every_kind_of_tone_curve_is_followed(curve, light):
    codes = np.linspace(0, 1, 65536)

    assert np.abs(luminance_tables(gray_profile(curve))[0] - light(codes)).max() < 1e-4


def test_srgbs_own_profile_gives_srgbs_luminance():
    exact = np.array([0.2126, 0.7152, 0.0722])[:, None] * srgb_to_linear(np.linspace(0, 1, 65536))

    assert np.abs(luminance_tables(SRGB) - exact).max() < 2e-4


@pytest.mark.parametrize("profile", [b"", b"no profile", LINEAR[:140], SRGB[:200], LINEAR.replace(b"curv", b"mft2")])
def test_a_damaged_profile_says_nothing(profile):
    assert gray_by_profile(RAMP, profile) is None


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(file(RAMP, "PNG", icc_profile=LINEAR), id="PNG"),
        pytest.param(file(RAMP, "TIFF", icc_profile=LINEAR), id="TIFF"),
        pytest.param(file(Image.fromarray(RAMP).convert("LA"), "PNG", icc_profile=LINEAR), id="alpha"),
        pytest.param(file(RAMP.astype(np.uint16) * 257, "PNG", icc_profile=LINEAR), id="16 bits"),
        pytest.param(file(RAMP.astype(np.uint16) * 257, "TIFF", icc_profile=LINEAR), id="16-bit TIFF"),
    ],
)
def test_gray_under_a_profile_becomes_the_srgb_gray_of_equal_light(data):
    picture = decode_picture(data, "x")
    exact = linear_to_srgb(np.arange(256) / 255) * 65535

    assert np.abs(picture.gray[0] - exact).max() <= 0.5
    assert picture.metadata.icc[16:20] == b"RGB "


@pytest.mark.parametrize("target", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_gray_profile_is_never_glued_to_a_color_result(target):
    with Image.open(io.BytesIO(colored(file(RAMP, "TIFF", icc_profile=LINEAR), target))) as result:
        assert result.info["icc_profile"][16:20] == b"RGB "
        if result.format == "TIFF":
            assert result.tag_v2[34675][16:20] == b"RGB "


def test_codes_under_srgbs_own_curve_stay_as_they_are():
    profile = gray_profile(para(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))
    picture = decode_picture(file(RAMP, "PNG", icc_profile=profile), "x")

    assert picture.gray.dtype == np.uint8
    assert np.array_equal(picture.gray, RAMP)


def test_16_bit_color_has_the_same_lightness_with_srgbs_profile_and_without():
    rgb = np.random.default_rng(7).integers(0, 65536, (8, 9, 3)).astype(np.uint16)
    picture = decode_picture(tiff(rgb, photometric="rgb", iccprofile=SRGB), "x")
    plain = decode_picture(tiff(rgb, photometric="rgb"), "x")

    assert np.abs(picture.gray.astype(int) - plain.gray).max() < 64  # a quarter of an 8-bit step
    assert picture.metadata.icc[16:20] == b"RGB "
