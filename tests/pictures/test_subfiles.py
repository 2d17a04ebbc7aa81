"""The pages of a TIFF that are no pictures of their own: smaller copies, masks, infrared; and pages beyond 4 GB."""

import io
import struct

import numpy as np
import pytest
import tifffile
from PIL import Image

from graycolor.jobs.frames import color_frames
from graycolor.network.chroma import Forecast
from graycolor.pictures import pages as pages_of
from graycolor.pictures.encode_result import WriteOptions, encode_colored
from graycolor.pictures.frames import decode_source
from graycolor.pictures.metadata.mark import Mark
from graycolor.pictures.read import decode_picture
from profiles import curv, gray_profile

FULL = np.tile(np.linspace(20, 230, 96).astype(np.uint8), (64, 1))
INFRARED = np.random.default_rng(0).integers(0, 65536, FULL.shape).astype(np.uint16)
AB = np.full((2, 8, 2), 10, np.float32)
LINEAR = gray_profile(curv())


class Asked:
    """Colors that differ from question to question, and which pictures were asked for."""

    def __init__(self):
        self.shapes = []

    def __call__(self, picture):
        self.shapes.append(picture.gray.shape)
        side = len(self.shapes) * 20.0
        ab = np.full((4, 6, 2), side, np.float32)
        return Forecast(ab, np.ones((4, 6), np.float32), None)


def book(*pages, **options):
    """A TIFF of pages, each with its kind (tag 254) set by hand: tifffile writes no masks."""
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer, **options) as file:
        for pixels, _, more in pages:
            settings = {"photometric": "rgb" if pixels.ndim == 3 else "minisblack", "metadata": None}
            file.write(pixels, **(settings | {"subfiletype": 2} | more))
    buffer.seek(0)
    with tifffile.TiffFile(buffer, mode="r+b") as file:
        for page, (_, kind, _) in zip(file.pages, pages, strict=True):
            page.tags[254].overwrite(kind)
    return buffer.getvalue()


def colored(data, **options):
    asked = Asked()
    done = color_frames(decode_source(data, "x"), asked, "TIFF", WriteOptions(**options))  # one thread asks in order
    return tifffile.TiffFile(io.BytesIO(done.result.data)).pages, asked, done


@pytest.mark.parametrize(("bigtiff", "byteorder"), [(False, "<"), (True, "<"), (False, ">")])
def test_pages_keep_their_kinds_masks_stay_and_copies_get_the_colors_of_the_whole(bigtiff, byteorder):
    tag = [(34675, 7, 0, LINEAR, True)]
    data = book(
        (FULL, 0, {}),
        (FULL[::2, ::2], 1, {}),
        (FULL[::4, ::4], 1, {}),
        (INFRARED, 4, {"extratags": tag}),
        (FULL[:, ::-1].copy(), 2, {}),
        bigtiff=bigtiff,
        byteorder=byteorder,
    )
    pages, asked, _ = colored(data, mark=Mark("9.9", "cafe"))

    assert [page.tags[254].value if 254 in page.tags else 0 for page in pages] == [0, 1, 1, 4, 2]
    assert [page.samplesperpixel for page in pages] == [3, 3, 3, 1, 3]
    assert asked.shapes == [FULL.shape, FULL.shape], "a smaller copy is not looked at again"
    assert np.array_equal(pages[3].asarray(), INFRARED)
    assert pages[3].tags[34675].value == LINEAR
    assert 700 not in pages[3].tags, "nobody guessed a color in it"
    for copy, step in ((1, 2), (2, 4)):
        assert np.abs(pages[copy].asarray().astype(int) - pages[0].asarray()[::step, ::step]).max() <= 2
    assert np.abs(pages[4].asarray().astype(int) - pages[0].asarray()).max() > 5, "another page has its own colors"


def test_a_small_page_of_another_shape_is_a_picture_of_its_own():
    _, asked, _ = colored(book((FULL, 0, {}), (FULL[:20, :20], 1, {})))

    assert asked.shapes == [FULL.shape, (20, 20)]


@pytest.mark.parametrize("inverted", [False, True])
def test_a_mask_of_one_bit_stays_one(inverted):
    mask = FULL > 120
    plain = book((FULL, 0, {}), (mask, 4, {"photometric": "miniswhite" if inverted else "mask"}))
    pages, _, _ = colored(plain)

    assert pages[1].bitspersample == 1
    assert pages[1].photometric == tifffile.PHOTOMETRIC.MASK
    assert np.array_equal(pages[1].asarray(), ~mask if inverted else mask)


def test_where_all_pages_are_masks_they_are_pictures():
    _, asked, _ = colored(book((FULL, 4, {}), (FULL[:, ::-1].copy(), 4, {})))

    assert len(asked.shapes) == 2


def test_what_hangs_on_a_page_is_named():
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as file:
        file.write(FULL, photometric="minisblack", subifds=2, tile=(16, 16), metadata=None)
        for step in (2, 4):
            file.write(FULL[::step, ::step], photometric="minisblack", subfiletype=1, metadata=None)
    (note,) = encode_colored(decode_picture(buffer.getvalue(), "x"), AB, "TIFF", WriteOptions()).notes

    assert "without its 2 smaller copies (a pyramid's levels)" in note


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_a_scanner_s_channel_of_infrared_is_named(depth):
    buffer = io.BytesIO()
    pixels = np.dstack([FULL] * 4).astype(depth)
    tifffile.imwrite(buffer, pixels, photometric="rgb", extrasamples=["unspecified"], metadata=None)
    (note,) = encode_colored(decode_picture(buffer.getvalue(), "x"), AB, "TIFF", WriteOptions()).notes

    assert "infrared" in note


@pytest.mark.parametrize("target", ["TIFF", "PNG", "JPEG"])
@pytest.mark.parametrize("source", ["TIFF", "PNG", "JPEG"])
@pytest.mark.parametrize("depth", [8, 16])
def test_a_resolution_without_a_unit_says_how_wide_a_pixel_is(source, target, depth):
    """As fax machines have it: 204 a side across and 98 down."""
    buffer = io.BytesIO()
    codes = FULL if depth == 8 or source == "JPEG" else FULL.astype(np.uint16) * 257
    tifffile.imwrite(buffer, codes, resolution=(204, 98), resolutionunit="NONE", metadata=None)
    start = decode_picture(buffer.getvalue(), "x")
    first = encode_colored(start, AB, source, WriteOptions())
    result = encode_colored(decode_picture(first.data, "x"), AB, target, WriteOptions())

    assert decode_picture(result.data, "x").metadata.ratio == (204, 98)
    assert not [note for note in first.notes + result.notes if "shape" in note]
    if target == "TIFF":
        page = tifffile.TiffFile(io.BytesIO(result.data)).pages[0]
        assert (page.tags[282].value, page.tags[283].value, page.tags[296].value) == ((204, 1), (98, 1), 1)
    if target == "JPEG":
        assert result.data[13] == 0
        assert struct.unpack_from(">HH", result.data, 14) == (204, 98)


@pytest.mark.parametrize("target", ["WEBP", "BMP", "JPEG2000", "GIF"])
def test_a_format_without_room_for_the_shape_of_pixels_says_so(target):
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, FULL, resolution=(204, 98), resolutionunit="NONE", metadata=None)
    notes = encode_colored(decode_picture(buffer.getvalue(), "x"), AB, target, WriteOptions()).notes

    assert any("no room for its" in note and "shape of pixels" in note for note in notes)


def test_square_pixels_of_no_size_are_nothing_to_tell():
    buffer = io.BytesIO()
    Image.fromarray(FULL).save(buffer, "JPEG")

    assert decode_picture(buffer.getvalue(), "x").metadata.ratio is None


def test_pages_beyond_four_gigabytes_become_a_bigtiff(monkeypatch):
    """Drawn small: the bound is moved down to what two pages need."""
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "1938:07:01 12:00:00"
    exif[0x010F] = "Kodak of Rochester"
    buffer = io.BytesIO()
    gray = Image.fromarray(FULL)
    gray.save(buffer, "TIFF", save_all=True, append_images=[gray.rotate(180)], exif=exif.tobytes())
    small, _, _ = colored(buffer.getvalue())
    monkeypatch.setattr(pages_of, "LARGEST", 1000)
    large, _, done = colored(buffer.getvalue())

    assert done.result.data[:4] == b"II+\0"
    assert large.parent.is_bigtiff
    assert not small.parent.is_bigtiff
    assert len(large) == 2
    for before, after in zip(small, large, strict=True):
        assert np.array_equal(before.asarray(), after.asarray())
        assert {tag.code for tag in before.tags} == {tag.code for tag in after.tags}
    assert large[0].tags[271].value == "Kodak of Rochester"
    assert large[0].tags[34665].value["DateTimeOriginal"] == "1938:07:01 12:00:00"
    again = list(decode_source(done.result.data, "x"))
    assert [each.size for each in again] == [(96, 64)] * 2
