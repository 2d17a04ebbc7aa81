"""How long the frames of an animation are shown, in formats that count time differently."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from graycolor.pictures.frames import decode_source, encode_frames, writable_duration


def moving_png(delay, unit):
    """An APNG whose second frame is shown for `delay` parts of a second, each one `unit`th."""
    buffer, frames = io.BytesIO(), [Image.fromarray(np.full((8, 8), code, np.uint8)) for code in (10, 200)]
    frames[0].save(buffer, "PNG", save_all=True, append_images=frames[1:], duration=80)
    data = bytearray(buffer.getvalue())
    at = data.rindex(b"fcTL")
    struct.pack_into(">HH", data, at + 24, delay, unit)
    struct.pack_into(">I", data, at + 30, zlib.crc32(data[at : at + 30]))
    return bytes(data)


@pytest.mark.parametrize(("delay", "unit"), [(65535, 7), (65535, 1), (9, 100), (65535, 1000), (65535, 999)])
@pytest.mark.parametrize("image_format", ["PNG", "GIF", "WEBP"])
def test_frames_that_are_shown_for_hours(delay, unit, image_format):
    frames = decode_source(moving_png(delay, unit), "slides.png")
    colored = ((np.dstack([each.gray] * 3), each) for each in frames)
    result = encode_frames(colored, frames, image_format)
    with Image.open(io.BytesIO(result)) as image:
        image.seek(1)
        image.load()
        shown = image.info["duration"]
    longest = {"GIF": 655_350, "WEBP": 2**24 - 1}.get(image_format, 2**31)
    wanted = min(1000 * delay / unit, longest)
    assert shown == pytest.approx(wanted, abs=500 if wanted > 60_000 else 10)


def test_short_durations_stay_as_they_are():
    assert [writable_duration(each, "PNG") for each in (0, 33.4, 1000, 65535)] == [0, 33, 1000, 65535]
