"""The pages of a TIFF that lies about where they are."""

import io
import struct

import numpy as np
import pytest
import tifffile

from graycolor.errors import InputError
from graycolor.pictures.frames import decode_source


def pages(**options):
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, np.zeros((3, 8, 8), np.uint8), photometric="minisblack", **options)
    return bytearray(buffer.getvalue())


@pytest.mark.parametrize("count", [2**64 - 1, 2**63, 2**32])
def test_a_directory_that_claims_more_entries_than_there_are_is_damage(count):
    tiff = pages(bigtiff=True)
    first = struct.unpack_from("<Q", tiff, 8)[0]
    second = struct.unpack_from("<Q", tiff, first + 8 + 20 * struct.unpack_from("<Q", tiff, first)[0])[0]
    struct.pack_into("<Q", tiff, second, count)
    with pytest.raises(InputError, match="old"):
        list(decode_source(bytes(tiff), "old.tif"))


def test_a_file_cut_off_within_a_directory_is_damage():
    tiff = pages()
    first = struct.unpack_from("<I", tiff, 4)[0]
    second = struct.unpack_from("<I", tiff, first + 2 + 12 * struct.unpack_from("<H", tiff, first)[0])[0]
    with pytest.raises(InputError, match="old"):
        list(decode_source(bytes(tiff[: second + 20]), "old.tif"))
