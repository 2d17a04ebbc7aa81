"""What stands in the boxes of a JPEG 2000 file: profile, resolution, and what other programs wrote."""

import io
import struct
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from graycolor.color.lab import linear_to_srgb
from graycolor.jobs.guide import reference_pixels
from graycolor.pictures.encode_result import WriteOptions, encode_colored
from graycolor.pictures.metadata.exif import PREFIX
from graycolor.pictures.metadata.jp2_boxes import boxes, profile_of
from graycolor.pictures.picture import Tone
from graycolor.pictures.profiles import color_profile_like
from graycolor.pictures.read import decode_picture
from profiles import curv, gray_profile

GRAY = np.tile(np.arange(256, dtype=np.uint8), (64, 1))
AB = np.full((2, 8, 2), 10, np.float32)
LINEAR = gray_profile(curv())


def box(name, content):
    return struct.pack(">I4s", len(content) + 8, name) + content


def jp2(pixels=GRAY, color=None, in_header=b"", before=b""):
    """A file with another color box, more in its header, and more before its codestream."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG2000", irreversible=False)
    parts = []
    for name, content in boxes(buffer.getvalue()):
        if name == b"jp2h":
            inner = [box(each, color if color and each == b"colr" else body) for each, body in boxes(content)]
            content = b"".join(inner) + in_header
        parts += [before, box(name, content)] if name == b"jp2c" else [box(name, content)]
    return b"".join(parts)


@pytest.mark.parametrize("method", [2, 3])
@pytest.mark.parametrize("depth", [8, 16])
def test_a_profile_in_the_header_is_followed(method, depth):
    codes = GRAY if depth == 8 else GRAY.astype(np.uint16) * 257
    picture = decode_picture(jp2(codes, bytes([method, 0, 0]) + LINEAR), "x")

    assert np.abs(picture.gray - linear_to_srgb(GRAY / 255) * 65535).max() <= 0.5
    assert picture.notes == ()
    assert profile_of(encode_colored(picture, AB, "JPEG2000", WriteOptions()).data) is None, "its codes are sRGB's"


def test_a_reference_is_seen_under_its_profile(tmp_path):
    path = tmp_path / "a.jp2"
    colors = np.dstack([GRAY, GRAY[:, ::-1], GRAY])
    path.write_bytes(jp2(colors))
    plain = reference_pixels(path)
    path.write_bytes(jp2(colors, b"\2\0\0" + color_profile_like(Tone(LINEAR, np.arange(256, dtype=np.uint16)))))

    assert reference_pixels(path).mean() > plain.mean() + 20


OTHERS = box(b"xml ", b"<mods/>") + box(b"uuid", bytes(16) + b"GeoJP2") + box(b"asoc", box(b"lbl ", b"gml.data"))


def test_boxes_of_other_programs_come_through_in_order():
    picture = decode_picture(jp2(before=OTHERS), "x")
    result = encode_colored(picture, AB, "JPEG2000", WriteOptions()).data

    assert OTHERS in result
    assert picture.metadata.lost == ()
    assert OTHERS not in encode_colored(picture, AB, "JPEG2000", WriteOptions(strip_metadata=True)).data


def test_boxes_that_nobody_knows_are_named():
    picture = decode_picture(jp2(before=box(b"jplh", b"") + box(b"we\nrd", b"")[:8] + box(b"jplh", b"x")), "x")
    (note,) = encode_colored(picture, AB, "JPEG2000", WriteOptions()).notes

    assert note == "Its JPEG 2000 boxes of these kinds are not kept: jplh, we\\nr."


def test_a_thumbnail_in_a_box_is_left_out():
    exif, small = Image.Exif(), io.BytesIO()
    Image.fromarray(GRAY[:8, :8]).save(small, "JPEG")
    exif[0x0112] = 6
    block = exif.tobytes()[len(PREFIX) :]
    block = block[:-4] + struct.pack(">I" if block[:2] == b"MM" else "<I", len(block))
    order = ">" if block[:2] == b"MM" else "<"
    second = struct.pack(f"{order}HHHIIHHIII", 2, 513, 4, 1, len(block) + 30, 514, 4, 1, len(small.getvalue()), 0)
    picture = decode_picture(jp2(before=box(b"uuid", b"JpgTiffExif->JP2" + block + second + small.getvalue())), "x")

    assert picture.metadata.orientation == 6
    assert small.getvalue() not in picture.metadata.exif


def test_the_resolution_at_which_it_wants_to_be_shown_is_its_resolution():
    shown = struct.pack(">HHHHbb", 11811, 1, 23622, 2, 0, 0)
    picture = decode_picture(jp2(in_header=box(b"res ", box(b"resd", shown))), "x")
    again = decode_picture(encode_colored(picture, AB, "JPEG2000", WriteOptions()).data, "x")

    assert picture.metadata.dpi == pytest.approx((300, 300), abs=0.01)
    assert again.metadata.dpi == pytest.approx((300, 300), abs=0.01)


@pytest.mark.parametrize("shown", [b"", bytes(10), bytes(3)])
def test_a_damaged_resolution_is_none(shown):
    assert decode_picture(jp2(in_header=box(b"res ", box(b"resd", shown))), "x").metadata.dpi is None


def test_image_resources_beyond_iptc_come_through():
    resources = b"8BIM\x04\x04\0\0\0\0\0\x0c\x1c\x02\x69\0\x07Harvest" + b"8BIM\x04\x0a\0\0\0\0\0\1\1\0"
    picture = decode_picture(jp2(), "x")
    picture = replace(picture, metadata=picture.metadata._replace(photoshop=resources))
    again = decode_picture(encode_colored(picture, AB, "JPEG2000", WriteOptions()).data, "x")

    assert again.metadata.photoshop == resources
