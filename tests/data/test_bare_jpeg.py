import io

import numpy as np
import pytest
from PIL import Image

from graycolor.data.bare_jpeg import bare_jpeg

KINDS = {
    "plain": {},
    "progressive": {"progressive": True},
    "restarts": {"restart_marker_blocks": 3},
    "full chroma": {"subsampling": 0},
    "RGB": {"keep_rgb": True},
    "comment": {"comment": b"hello there"},
}


def pixels(data):
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image)


@pytest.mark.parametrize("kind", KINDS)
def test_pixels_stay_and_baggage_goes(painted, encoded, kind):
    exif = Image.Exif()
    exif[0x010E] = "where we live"
    data = encoded(painted(1), exif=exif, icc_profile=b"a profile", **KINDS[kind])
    bare = bare_jpeg(data + b"a film appended \xff\xd9")

    assert np.array_equal(pixels(bare), pixels(data))
    for baggage in (b"where we live", b"a profile", b"hello there", b"a film"):
        assert baggage not in bare


def test_what_is_broken_or_no_jpeg_is_refused(painted, encoded):
    data = encoded(painted(1))

    assert bare_jpeg(b"") is None
    assert bare_jpeg(encoded(painted(1), "PNG")) is None
    assert bare_jpeg(data[:-2]) is None
    assert bare_jpeg(data[:30]) is None
    assert bare_jpeg(data[:20] + b"no marker here" + data[20:]) is None


def test_erased_memory_in_a_scan_is_looked_through_once(painted, encoded):
    """Takes hours where it is looked through again from each of its bytes."""
    data = encoded(painted(1))

    assert bare_jpeg(data[:-2] + b"\xff" * 1_000_000) is None
    assert bare_jpeg(data[:-2] + b"\xff" * 1_000_000 + b"\xd9") == bare_jpeg(data)
