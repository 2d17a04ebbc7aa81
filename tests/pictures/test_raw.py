"""Cameras' raw files are refused: the picture that can be seen in them is a thumbnail."""

import io

import numpy as np
import pytest
import tifffile
from PIL import Image

from graycolor.errors import InputError
from graycolor.pictures.frames import decode_source
from graycolor.pictures.metadata.record import Metadata
from graycolor.pictures.picture import Picture
from graycolor.pictures.raw import is_raw
from graycolor.pictures.write import encode_picture

SMALL, LARGE = np.full((12, 16), 90, np.uint8), np.full((48, 64), 90, np.uint16)
DNG_VERSION = (50706, 1, 4, b"\1\4\0\0", True)
REDUCED = {"photometric": "rgb", "subfiletype": 1, "subifds": 1, "metadata": None}


def camera(photometric="minisblack", bigtiff=False, byteorder="<", **first):
    """A thumbnail whose directory has another, larger picture hanging on it."""
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer, bigtiff=bigtiff, byteorder=byteorder) as file:
        file.write(np.dstack([SMALL] * 3), **(REDUCED | first))
        file.write(LARGE, photometric=photometric, subfiletype=0, metadata=None)
    return buffer.getvalue()


def canon():
    """CR2's header: four bytes between the magic number and the first directory."""
    tiff = bytearray(camera())
    return bytes(tiff[:8] + b"CR\2\0" + tiff[12:])


RAW = {
    "DNG": camera(extratags=[DNG_VERSION]),
    "NEF, ARW": camera("cfa", byteorder=">"),
    "scanner's NEF": camera(),
    "big": camera("cfa", bigtiff=True),
    "PEF": camera("cfa", subfiletype=0),
    "CR2": canon(),
}


@pytest.mark.parametrize("kind", RAW)
def test_a_thumbnail_is_never_taken_for_the_picture(kind):
    with pytest.raises(InputError, match=r"^in is a camera's raw file; develop it to TIFF first\.$"):
        decode_source(RAW[kind], "in")


def test_a_pyramid_whose_picture_comes_first_is_no_raw_file():
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as file:
        file.write(LARGE, photometric="minisblack", subifds=1)
        file.write(SMALL, photometric="minisblack", subfiletype=1)

    assert not is_raw(buffer.getvalue())


@pytest.mark.parametrize("cut", [9, 30, 200])
def test_what_is_cut_off_is_left_to_the_decoder(cut):
    assert not is_raw(camera()[:cut])


def test_a_result_is_never_called_a_camera_s_file():
    block = Image.Exif()
    block[0x010F], block[50706], block[50714] = "Kodak", b"\1\4\0\0", 64
    metadata = Metadata(exif=block.tobytes())
    picture = Picture(SMALL, None, 8, "JPEG", metadata, False, {})
    tiff = encode_picture(np.dstack([SMALL] * 3), picture, "TIFF")
    with tifffile.TiffFile(io.BytesIO(tiff)) as file:
        tags = file.pages[0].tags

    assert tags[271].value == "Kodak"
    assert 50706 not in tags
    assert 50714 not in tags
    assert not is_raw(tiff)
