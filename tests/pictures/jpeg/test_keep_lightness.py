"""Large grays as JPEGs with their lightness kept, against exact Lab of what a decoder shows."""

import io
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from graycolor.color.lab import rgb_to_lab
from graycolor.color.lightness_join import gray_of_rgb, lab_of_rgb8
from graycolor.color.yuv import BT601, Coding, codes_with_lightness
from graycolor.errors import OutputError
from graycolor.pictures.encode_result import LIGHTNESS_AGAIN, WriteOptions, colors, encode_colored
from graycolor.pictures.jpeg.keep_lightness import colors_are_coarse, luma_for
from graycolor.pictures.read import decode_picture
from graycolor.pictures.write import encode_picture

RNG = np.random.default_rng(0)
LIGHTNESS = WriteOptions(keep="lightness")


def large(height, width):
    """A gray JPEG of soft shapes, edges and grain, read; the same one whatever was drawn before."""
    rng = np.random.default_rng(0)
    gray = cv2.resize(rng.normal(120, 60, (6, 8)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    gray[height // 3 : height // 2, width // 4 : width // 2] += 60
    buffer = io.BytesIO()
    Image.fromarray(np.clip(gray + rng.normal(0, 3, gray.shape), 0, 255).astype(np.uint8)).save(
        buffer, "JPEG", quality=97
    )
    return decode_picture(buffer.getvalue(), "large.jpg")


def chroma(strength):
    rng = np.random.default_rng(1)
    return cv2.resize(rng.normal(0, strength, (5, 6, 2)).astype(np.float32), (40, 30), interpolation=cv2.INTER_CUBIC)


def lab_of(data):
    with Image.open(io.BytesIO(data)) as image:
        return rgb_to_lab(np.asarray(image.convert("RGB")) / 255)


def gray_lab(picture):
    return rgb_to_lab(np.dstack([picture.gray] * 3) / 255)


@pytest.mark.parametrize(("height", "width"), [(900, 1200), (601, 803), (1203, 500)])
def test_lightness_and_colors_are_those_of_the_exact_way(height, width):
    picture, ab = large(height, width), chroma(25)
    assert colors_are_coarse(picture, ab)
    result = encode_colored(picture, ab, "JPEG", LIGHTNESS)
    ours = lab_of(result.data)
    exact = lab_of(encode_picture(colors(picture, ab, "JPEG"), picture, "JPEG"))
    moved, unavoidable = (np.abs(lab[..., 0] - gray_lab(picture)[..., 0]) for lab in (ours, exact))

    assert result.kept == LIGHTNESS_AGAIN
    assert ours.shape == (height, width, 3)
    assert moved.mean() < unavoidable.mean() + 0.1
    assert np.percentile(moved, 99) < np.percentile(unavoidable, 99) + 0.5
    assert np.abs(ours[..., 1:] - exact[..., 1:]).mean() < 2


def test_no_color_is_the_gray_itself():
    picture = large(600, 800)
    shown = lab_of(encode_colored(picture, np.zeros((30, 40, 2), np.float32), "JPEG", LIGHTNESS).data)

    assert np.abs(shown[..., 0] - gray_lab(picture)[..., 0]).mean() < 0.1
    assert np.abs(shown[..., 1:]).max() < 0.1


def test_the_same_picture_from_another_format_has_a_quality_and_its_resolution():
    buffer = io.BytesIO()
    Image.fromarray(large(600, 800).gray).save(buffer, "PNG", dpi=(300, 300))
    picture = decode_picture(buffer.getvalue(), "large.png")
    sizes = [len(encode_colored(picture, chroma(20), "JPEG", WriteOptions(quality=q)).data) for q in (50, 95)]
    with Image.open(io.BytesIO(encode_colored(picture, chroma(20), "JPEG", WriteOptions()).data)) as image:
        assert image.info["dpi"] == (300, 300)
        image.load()
    assert sizes[0] < sizes[1] / 2


def test_the_sources_own_tables_are_taken_over():
    buffer = io.BytesIO()
    Image.fromarray(np.dstack([large(600, 800).gray] * 3)).save(buffer, "JPEG", qtables=[[30] * 64, [*range(2, 66)]])
    picture = decode_picture(buffer.getvalue(), "gray saved as color.jpg")
    for interleaved in (False, True):
        options = replace(LIGHTNESS, interleaved=interleaved)
        with Image.open(io.BytesIO(encode_colored(picture, chroma(20), "JPEG", options).data)) as image:
            assert [list(table) for table in image.quantization.values()] == [[30] * 64, [*range(2, 66)]]


def test_small_and_deep_pictures_go_the_exact_way():
    picture = large(600, 800)

    assert not colors_are_coarse(picture, np.zeros((200, 300, 2), np.float32))
    assert not colors_are_coarse(replace(picture, gray=picture.gray.astype(np.uint16) * 257), chroma(20))


def test_more_than_a_jpeg_holds_is_refused():
    picture = replace(large(64, 64), gray=np.full((16, 66_000), 90, np.uint8))
    with pytest.raises(OutputError, match="at most 65500 pixels"):
        encode_colored(picture, np.zeros((4, 400, 2), np.float32), "JPEG", LIGHTNESS)


def test_codes_show_the_wanted_lightness_and_its_slope():
    gray = np.repeat(np.arange(60, 200, dtype=np.uint8)[None], 12, axis=0)
    angle = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    ab = np.repeat(24 * np.stack([np.cos(angle), np.sin(angle)], -1)[:, None], gray.shape[1], 1).astype(np.float32)
    u, v, luma, slope = codes_with_lightness(ab, gray, Coding(BT601, 8, full=True))

    def lightness(step):
        """L of what a decoder shows when the gray is `step` codes brighter and the chroma stays."""
        y = (luma + slope * step).astype(np.float64)
        blue, red = u - 128.0, v - 128.0
        rgb = np.stack([y + 1.402 * red, y - 0.344136 * blue - 0.714136 * red, y + 1.772 * blue], -1)
        return rgb_to_lab(rgb / 255)[..., 0]

    for step in (-6, 0, 6):
        wanted = rgb_to_lab(np.dstack([gray + float(step)] * 3) / 255)[..., 0]
        assert np.abs(lightness(step) - wanted).max() < 0.35


@pytest.mark.parametrize(("height", "width"), [(1, 1), (5, 7), (64, 64), (301, 203), (902, 1205)])
@pytest.mark.parametrize("strength", [0, 15, 60])
def test_luma_follows_its_line_and_ends_at_black_and_white(height, width, strength):
    gray = RNG.integers(0, 256, (height, width), np.uint8)
    shape = max(1, height // 5), max(1, width // 5)
    small, flat = np.full(shape, 100, np.uint8), np.ones(shape, np.float32)
    own, slope = flat * np.float32(100 - strength), flat * np.float32(1 + strength / 100)
    exact = np.clip(100 - strength + (gray - 100.0) * float(slope[0, 0]), 0, 255)

    assert np.abs(luma_for(gray, small, own, slope) - exact).max() <= 0.5 + 0.5 / 256 * 128


def test_no_color_of_the_cube_changes_black_to_white():
    """Pixels of any gray, under a color that the mean of its neighbors may have."""
    axis = np.arange(0, 256, 15, dtype=np.uint8)
    rgb = np.stack(np.meshgrid(axis, axis, axis), -1).reshape(1, -1, 3)
    small = (gray_of_rgb(rgb) / 257).round().astype(np.uint8)
    ab = lab_of_rgb8(rgb)[..., 1:]
    _, _, own, slope = codes_with_lightness(ab, small, Coding(BT601, 8, full=True))
    for code in (0, 1, 60, 128, 200, 254, 255):
        luma = luma_for(np.full_like(small, code), small, own, slope)
        line = np.clip(own + slope * (np.float32(code) - small), 0, 255)
        off, like_its_neighbors = np.abs(luma - line), np.abs(small - float(code)) < 48
        assert off[like_its_neighbors].max() < 2  # a wild blue: its line is made less steep
        assert off.max() < 16
