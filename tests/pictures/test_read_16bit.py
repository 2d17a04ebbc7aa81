import io
import resource
import struct
import zlib

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from graycolor.errors import InputError
from graycolor.pictures.read import decode_picture

RNG = np.random.default_rng(3)
GRAY = RNG.integers(0, 65536, (37, 53)).astype(np.uint16)
COLOR = RNG.integers(0, 65536, (37, 53, 3)).astype(np.uint16)
NEUTRAL = np.repeat(GRAY[..., None], 3, axis=2)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def tiff(array, **options):
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, array, **options)
    return buffer.getvalue()


def pillow(array, image_format, **options):
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, image_format, **options)
    return buffer.getvalue()


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def after_header(png, extra):
    return png[:33] + extra + png[33:]


def lzw_color():
    return cv2.imencode(".tif", NEUTRAL, [cv2.IMWRITE_TIFF_COMPRESSION, 5])[1].tobytes()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(pillow(GRAY, "TIFF", compression="tiff_lzw"), id="gray LZW"),
        pytest.param(pillow(GRAY, "TIFF", compression="zstd"), id="gray zstd"),
        pytest.param(lzw_color(), id="color LZW"),
        pytest.param(tiff(NEUTRAL, photometric="rgb", byteorder=">"), id="big-endian"),
        pytest.param(tiff(GRAY, bigtiff=True, photometric="minisblack"), id="BigTIFF"),
        pytest.param(tiff(np.moveaxis(NEUTRAL, 2, 0), photometric="rgb", planarconfig="separate"), id="planar"),
        pytest.param(tiff(GRAY, tile=(16, 16), compression="adobe_deflate", predictor=True), id="tiled"),
        pytest.param(pillow(GRAY, "PNG") + b"what a careless copy left behind" * 9, id="PNG with a tail"),
    ],
)
def test_16_bit_codes_are_exact_in_every_layout(data):
    picture = decode_picture(data, "x")

    assert picture.gray.dtype == np.uint16
    assert picture.gray.dtype.isnative
    assert np.array_equal(picture.gray, GRAY)
    assert (picture.depth, picture.was_color) == (16, False)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", ["f2", "f4", "f8"])
def test_floats_of_every_width_are_read_alone_and_as_colors(kind, order):
    unit = np.linspace(0, 1, 37 * 53).reshape(37, 53)
    gray = decode_picture(tiff(unit.astype(order + kind), byteorder=order), "x").gray
    color = decode_picture(tiff(np.dstack([unit] * 3).astype(order + kind), byteorder=order, photometric="rgb"), "x")

    assert np.abs(gray / 65535 - unit).max() < (3e-4 if kind == "f2" else 1e-5)
    assert np.array_equal(color.gray, gray)


@pytest.mark.parametrize("dtype", [np.int32, np.uint32])
def test_whole_numbers_of_32_bits_are_16_bit_codes_unless_they_exceed_them(dtype):
    assert np.array_equal(decode_picture(tiff(GRAY.astype(dtype)), "x").gray, GRAY)

    wide = decode_picture(tiff(GRAY.astype(dtype) * 10), "x").gray
    assert wide.max() == 65535
    assert np.abs(wide - np.rint(GRAY / GRAY.max() * 65535)).max() <= 1


def test_16_bit_inks_are_not_taken_for_red_green_blue_and_alpha():
    inks = np.zeros((4, 4, 4), np.uint16)
    inks[..., 3] = 16384  # a quarter of black ink: three quarters of the light
    picture = decode_picture(tiff(inks, photometric="separated"), "x")

    assert picture.alpha is None
    assert np.abs(picture.gray.astype(int) - (65535 - 16384)).max() <= 1


def test_premultiplied_colors_are_divided_by_their_alpha():
    samples = np.dstack([np.full((3, 3, 3), 10_000, np.uint16), np.full((3, 3), 32_768, np.uint16)])
    picture = decode_picture(tiff(samples, photometric="rgb", extrasamples=["assocalpha"]), "x")

    assert np.abs(picture.gray.astype(int) - 20_000).max() <= 1
    assert (picture.alpha == 32_768).all()


def test_a_channel_that_is_no_alpha_is_not_taken_for_one():
    samples = np.dstack([NEUTRAL, GRAY])
    picture = decode_picture(tiff(samples, photometric="rgb", extrasamples=["unspecified"]), "x")

    assert picture.alpha is None


def test_a_png_gray_that_stands_for_nothing_becomes_alpha():
    data = after_header(pillow(GRAY, "PNG"), chunk(b"tRNS", struct.pack(">H", int(GRAY[5, 7]))))
    picture = decode_picture(data, "x")

    assert np.array_equal(picture.gray, GRAY)
    assert np.array_equal(picture.alpha == 0, GRAY[5, 7] == GRAY)


@pytest.mark.parametrize(
    "data", [tiff(NEUTRAL, photometric="cielab"), tiff(np.stack([GRAY] * 5), photometric="minisblack", volumetric=True)]
)
def test_unusual_tiffs_are_refused_by_name_instead_of_guessed(data):
    with pytest.raises(InputError, match=r"^scan\.tif"):
        decode_picture(data, "scan.tif")


DAMAGED = {
    "PNG gray": pillow(GRAY, "PNG"),
    "PNG color": cv2.imencode(".png", COLOR)[1].tobytes(),
    "TIFF raw": tiff(COLOR, photometric="rgb"),
    "TIFF deflate": tiff(GRAY, compression="adobe_deflate", predictor=True),
    "TIFF LZW": lzw_color(),
    "TIFF float": tiff((GRAY / 65535).astype(np.float32)),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_wherever_a_file_was_cut_it_is_refused_or_whole(kind):
    data = DAMAGED[kind]
    whole = decode_picture(data, "x").gray
    for end in range(1, len(data), len(data) // 97):
        try:
            part = decode_picture(data[:end], "x").gray
        except InputError:
            continue
        assert np.array_equal(part, whole), f"half a picture from {end} of {len(data)} bytes"


def test_decoders_keep_their_opinions_to_themselves(capfd):
    decode_picture(
        after_header(cv2.imencode(".png", COLOR)[1].tobytes(), chunk(b"iCCP", b"p\0\0" + zlib.compress(SRGB[:200]))),
        "x",
    )
    with pytest.raises(InputError):
        decode_picture(DAMAGED["TIFF raw"][:220], "x")

    assert capfd.readouterr().err == ""


def test_a_chunk_that_claims_two_gigabytes_is_refused_before_room_is_made_for_it(tmp_path):
    png = bytearray(cv2.imencode(".png", COLOR)[1].tobytes())
    at = png.index(b"IDAT") - 4
    png[at : at + 4] = (2**31 - 1).to_bytes(4, "big")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(InputError, match="damaged or cut off"):
        decode_picture(bytes(png), "a.png")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000
