"""gAMA and cHRM of a PNG that has neither a profile nor sRGB's word for it."""

import io
import struct
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

import graycolor
from graycolor.color.lab import linear_to_srgb, rgb_to_lab
from graycolor.pictures.encode_result import WriteOptions, encode_colored
from graycolor.pictures.read import decode_picture

RAMP = np.tile(np.arange(256, dtype=np.uint8), (8, 1))
COLORS = np.random.default_rng(0).integers(0, 256, (8, 256, 3), np.uint8)
SRGB = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
ADOBE = (0.3127, 0.329, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)


def png(pixels, gamma=None, points=None, *, srgb=False, icc=b"", space=()):
    """A PNG with chunks of its colors behind its header."""
    buffer = io.BytesIO()
    if pixels.ndim == 3 and pixels.dtype == np.uint16:
        data = cv2.imencode(".png", pixels)[1].tobytes()
    else:
        Image.fromarray(pixels).save(buffer, "PNG", icc_profile=icc)
        data = buffer.getvalue()
    chunks = [(b"cICP", bytes(space))] if space else []
    if gamma is not None:
        chunks.append((b"gAMA", struct.pack(">I", round(gamma * 100_000))))
    if points is not None:
        chunks.append((b"cHRM", struct.pack(">8I", *(round(point * 100_000) for point in points))))
    if srgb:
        chunks.append((b"sRGB", b"\0"))
    said = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    return data[:33] + said + data[33:]


def lightness(gray):
    return rgb_to_lab(np.dstack([gray / np.iinfo(gray.dtype).max] * 3))[..., 0]


@pytest.mark.parametrize("gamma", [1.0, 1 / 1.8, 0.625])
@pytest.mark.parametrize("kind", ["L", "LA", "16", "RGB", "RGB 16", "P"])
def test_a_gamma_is_obeyed(gamma, kind):
    deep = RAMP.astype(np.uint16) * 257
    pixels = {
        "L": RAMP,
        "LA": np.dstack([RAMP, RAMP]),
        "16": deep,
        "RGB": np.dstack([RAMP] * 3),
        "RGB 16": np.dstack([deep] * 3),
        "P": RAMP,
    }[kind]
    data = png(pixels, gamma)
    if kind == "P":
        buffer = io.BytesIO()
        Image.fromarray(RAMP).convert("P").save(buffer, "PNG")
        plain = buffer.getvalue()
        data = plain[:33] + data[33:49] + plain[33:]
    picture = decode_picture(data, "x")
    wanted = lightness(np.rint(linear_to_srgb((RAMP / 255) ** (1 / gamma)) * 65535).astype(np.uint16))

    off = np.abs(lightness(picture.gray) - wanted)
    assert off.max() < (2.5 if kind in ("RGB", "P") else 0.01), "LittleCMS has 8 bits there"
    assert off.mean() < 0.3
    assert picture.notes == ()
    assert not picture.was_color or picture.kind == "gray"


@pytest.mark.parametrize(
    "said",
    [
        {"gamma": 0.45455},
        {"gamma": 0.45455, "points": SRGB},
        {"gamma": 1.0, "srgb": True},
        {"gamma": 0},
        {"gamma": 21_000},
        {"points": SRGB},
        {"points": (0.3, 0, *SRGB[2:])},
        {"points": (0.3, 0.3) * 4},
        {"space": (1, 13, 0, 1)},
    ],
    ids=str,
)
@pytest.mark.parametrize("pixels", [RAMP, COLORS], ids=["gray", "color"])
def test_what_means_srgb_or_nothing_moves_nothing(said, pixels):
    plain, picture = decode_picture(png(pixels), "x"), decode_picture(png(pixels, **said), "x")

    assert np.array_equal(picture.gray, plain.gray)
    assert picture.gray.dtype == plain.gray.dtype
    assert picture.metadata.icc is None


def test_a_profile_wins():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    assert np.array_equal(decode_picture(png(COLORS, 1.0, icc=srgb), "x").gray, decode_picture(png(COLORS), "x").gray)


@pytest.mark.parametrize("depth", [8, 16])
def test_primaries_are_obeyed(depth):
    """Adobe RGB, whose green is another; its curve is a power."""
    codes = COLORS if depth == 8 else COLORS.astype(np.uint16) * 257
    picture = decode_picture(png(codes if depth == 8 else codes[..., ::-1], 1 / 2.19921875, ADOBE), "x")
    linear = (COLORS / 255) ** 2.19921875
    luminance = linear @ [0.29734, 0.62736, 0.07529]  # Adobe RGB (1998), 4.3.6.1
    wanted = lightness(np.rint(linear_to_srgb(luminance) * 65535).astype(np.uint16))

    off = np.abs(lightness(picture.gray) - wanted)
    ignored = np.abs(lightness(decode_picture(png(COLORS), "x").gray) - wanted)
    assert off.mean() < (0.6 * ignored.mean() if depth == 8 else 0.02), "colors that sRGB has not are cut off at 8 bits"


def test_a_color_space_that_is_told_by_numbers_is_named():
    picture = decode_picture(png(RAMP, space=(9, 16, 0, 1)), "x")

    assert any("cICP 9-16-0-1" in note for note in picture.notes)


def test_the_result_says_srgb():
    picture = decode_picture(png(RAMP, 1.0), "x")
    result = encode_colored(picture, np.zeros((2, 64, 2), np.float32), "PNG", WriteOptions()).data

    assert b"gAMA" not in result
    assert np.abs(lightness(decode_picture(result, "x").gray) - lightness(picture.gray)).max() < 0.4


def test_images_that_a_program_opened_are_taken_by_their_gamma():
    with Image.open(io.BytesIO(png(RAMP, 1.0))) as image:
        result = graycolor.colorize(image, device="cpu", threads=1)

    wanted = lightness(np.rint(linear_to_srgb(RAMP / 255) * 65535).astype(np.uint16))
    assert np.abs(rgb_to_lab(np.asarray(result) / 255)[..., 0] - wanted).max() < 0.4
