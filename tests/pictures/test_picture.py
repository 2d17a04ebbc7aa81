import io
from dataclasses import replace

import numpy as np
import pytest
import tifffile
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from graycolor.network.working_picture import min_half_side_for, working_shape
from graycolor.pictures.metadata.record import Metadata
from graycolor.pictures.picture import Picture
from graycolor.pictures.read import decode_picture
from graycolor.pictures.write import encode_picture
from graycolor.upsample import area_shrink

ORIENTATIONS = range(1, 9)


def picture(gray, orientation):
    return Picture(gray, None, 8, "PNG", Metadata(orientation=orientation), False, {})


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_upright_is_what_viewers_show(orientation):
    gray = np.arange(15, dtype=np.uint8).reshape(3, 5)
    image = Image.fromarray(gray)
    image.getexif()[0x0112] = orientation

    assert np.array_equal(picture(gray, orientation).upright(), np.asarray(ImageOps.exif_transpose(image)))


@settings(max_examples=60, deadline=None)
@example(height=64, width=74, size=16, orientation=1, depth=np.uint8)  # 64 of 16 rows, but 74 of 20 columns
@example(height=72, width=74, size=16, orientation=6, depth=np.uint8)
@given(
    height=st.integers(1, 400),
    width=st.integers(1, 400),
    size=st.sampled_from([16, 24, 32]),
    orientation=st.sampled_from(ORIENTATIONS),
    depth=st.sampled_from([np.uint8, np.uint16]),
)
def test_the_network_sees_the_same_in_a_half_that_is_enough(height, width, size, orientation, depth):
    noise = np.random.default_rng(height).integers(0, np.iinfo(depth).max, (height, width), depth)
    stored = picture(noise, orientation)
    whole, enough = stored.upright(), stored.upright(min_half_side_for(size))
    shape = working_shape(*whole.shape, size)

    assert working_shape(*enough.shape, size) == shape
    assert np.array_equal(area_shrink(enough, shape), area_shrink(whole, shape))


def test_a_half_that_is_not_enough_is_not_taken():
    stored = picture(np.zeros((64, 80), np.uint8), 6)

    assert stored.upright(33).shape == (80, 64)
    assert stored.upright(32).shape == (40, 32)


def test_a_half_goes_with_its_gray_and_no_other():
    one = picture(np.full((8, 8), 50, np.uint8), 1)
    half = one.halved.half

    assert replace(one, kind="tinted").halved.half is half
    assert (replace(one, gray=np.full((8, 8), 90, np.uint8)).halved.half == 90).all()


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from(ORIENTATIONS))
def test_a_map_made_upright_comes_back_over_the_stored_pixels(height, width, orientation):
    gray = np.arange(height * width, dtype=np.uint8).reshape(height, width)
    stored = picture(gray, orientation)
    chroma = np.repeat(stored.upright()[..., None], 2, axis=2).astype(np.float32)

    assert np.array_equal(stored.as_stored(chroma)[..., 0], gray)
    assert stored.size == (width, height)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("compression", [None, "tiff_lzw"])
def test_a_tiff_keeps_its_pixels_as_stored_and_its_orientation(orientation, dtype, compression):
    gray = np.random.default_rng(0).integers(0, 256, (6, 9)).astype(dtype)
    buffer = io.BytesIO()
    Image.fromarray(gray).save(buffer, "TIFF", tiffinfo={274: orientation}, compression=compression)
    read = decode_picture(buffer.getvalue(), "x")
    rgb = np.repeat(read.gray[..., None], 3, axis=2)
    with tifffile.TiffFile(io.BytesIO(encode_picture(rgb, read))) as result:
        page = result.pages[0]

        assert np.array_equal(read.gray, gray)
        assert read.metadata.orientation == orientation
        assert page.tags[274].value == orientation
        assert np.array_equal(page.asarray(), rgb)
