"""Profiles that are none."""

import io

import numpy as np
import pytest
from PIL import Image

from graycolor.pictures.profiles import to_srgb
from graycolor.pictures.read import decode_picture

COLORS = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)


@pytest.mark.parametrize("profile", [b"none", bytes(128), bytes(200), b"\0" * 36 + b"acsp" + bytes(200)])
def test_a_damaged_profile_is_dropped(profile):
    image, kept = to_srgb(Image.fromarray(COLORS), profile)
    assert kept is None
    assert np.array_equal(np.asarray(image), COLORS)


def test_a_picture_with_a_damaged_profile_is_no_damaged_picture():
    buffer = io.BytesIO()
    Image.fromarray(COLORS).save(buffer, "PNG", icc_profile=b"none")
    picture = decode_picture(buffer.getvalue(), "old.png")
    assert picture.was_color
    assert picture.metadata.icc is None
