"""One door for decoding: no other decoder, no file that is over a bound, whatever its name says."""

import ast
import io
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

import graycolor
from graycolor import bounds
from graycolor.data import filters
from graycolor.data.decode import LeftOut, shrunk_photo
from graycolor.data.filters import FilterSettings
from graycolor.data.store import decode_photo
from graycolor.errors import BoundError, InputError
from graycolor.guidance.hints import read_hints
from graycolor.jobs.guide import reference_pixels
from graycolor.pictures.door import bytes_of_stream, opened_picture, sentences
from graycolor.pictures.frames import Frames, decode_source
from graycolor.pictures.read import decode_picture

SOURCE = Path(graycolor.__file__).parent
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 300 300\n%%EndComments\n{} loop\nshowpage\n"
GRAY = np.tile(np.arange(64, dtype=np.uint8) * 4, (48, 1))


def file(image_format, pixels=GRAY, **options):
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, image_format, **options)
    return buffer.getvalue()


def moving(image_format, count):
    frames = [Image.fromarray(np.roll(GRAY, shift, 1)) for shift in range(1, count)]
    return file(image_format, save_all=True, append_images=frames)


def chunk(kind, content=b""):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def refused(data, **options):
    with pytest.raises(BoundError) as error:
        decode_source(data, "x.jpg", **options)
    assert str(error.value).startswith("x.jpg ")
    assert str(error.value).count(". ") == 0
    return str(error.value)


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_nobody_opens_pictures_by_another_door(path):
    own = path.relative_to(SOURCE).as_posix()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            called = f"{node.value.id}.{node.attr}"
            assert not (node.attr == "open" and node.value.id.endswith("Image")), f"{own}: {called}"
            assert called not in ("cv2.imread", "cv2.imreadmulti", "tifffile.imread"), f"{own}: {called}"
        if isinstance(node, ast.ImportFrom) and node.module == "PIL.Image":
            assert "open" not in (alias.name for alias in node.names), own
        if isinstance(node, ast.ImportFrom) and node.module == "graycolor.pictures.decoders":
            assert own == "pictures/door.py"


def test_an_eps_named_as_a_photograph_runs_nothing(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(EPS)

    with pytest.raises(InputError, match="is a PostScript file"):
        decode_picture(EPS, "a.jpg")
    with pytest.raises(InputError, match="is a PostScript file"):
        decode_photo(EPS, 100)
    with pytest.raises(LeftOut, match=filters.DAMAGED):
        shrunk_photo(EPS, 100, FilterSettings())
    with pytest.raises(InputError, match="neither a picture nor JSON"):
        read_hints(path)
    with pytest.raises(InputError, match="is a PostScript file"):
        reference_pixels(path)


def test_claimed_pixels_are_refused_before_they_are_decoded_unless_a_person_lifts_the_bound():
    data = file("PNG")

    sentence = refused(data, max_pixels=3000)

    assert "64 x 48 pixels" in sentence
    assert "--max-pixels (in Python: max_pixels)" in sentence
    assert decode_source(data, "x", max_pixels=3072).size == (64, 48)
    with pytest.raises(LeftOut, match=filters.LARGE):
        shrunk_photo(file("PNG", np.dstack([GRAY] * 3)), 32, FilterSettings(min_side=1, max_pixels=3000))


def test_more_than_pillow_takes_by_itself_is_taken_when_it_is_asked_for(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    monkeypatch.setattr(bounds, "PIXELS", 2000)
    data = file("TIFF")

    assert decode_source(data, "x", max_pixels=4000).size == (64, 48)


def test_a_line_is_no_picture():
    assert "10,000 times" in refused(file("PNG", np.zeros((1, 10_001), np.uint8)))
    assert decode_source(file("PNG", np.zeros((1, 9_999), np.uint8)), "x").size == (9_999, 1)


def test_scans_of_a_jpeg_are_counted_and_not_what_looks_like_them():
    data = file("JPEG", progressive=True)
    first = data.rindex(b"\xff\xda")
    scan = data[first:-2]
    busy = data[:-2] + scan * 90 + data[-2:]
    comment = b"\xff\xfe" + struct.pack(">H", 2002) + b"\xff\xda" * 1000

    assert "100 scans" in refused(data[:-2] + scan * 100 + data[-2:])
    assert decode_source(data[:2] + comment + data[2:], "x").size == (64, 48)
    with sentences("x"):
        opened_picture(busy, "x")


def test_a_sequential_jpeg_of_all_components_has_one_scan():
    """The decoder itself refuses more, which is why they need no counting."""
    data = file("JPEG")
    scan = data[data.index(b"\xff\xda") : -2]

    with pytest.raises(InputError, match="damaged"):
        decode_source(data[:-2] + scan * 200 + data[-2:], "x")


def test_scans_of_single_components_are_counted_too():
    """A sequential JPEG may have a scan for each component; it is read to its end."""
    rgb = np.dstack([GRAY, GRAY[:, ::-1], GRAY])
    apart = cv2.imencode(".jpg", rgb, [cv2.IMWRITE_JPEG_PROGRESSIVE, 1])[1].tobytes()
    start = apart.index(b"\xff\xda")
    sequential = apart[:start].replace(b"\xff\xc2", b"\xff\xc0", 1)
    one = b"\xff\xda" + struct.pack(">HBBBBBB", 8, 1, 1, 0, 0, 63, 0) + b"\0"

    assert "100 scans" in refused(sequential + one * 101 + b"\xff\xd9")


def test_an_animation_that_claims_frames_it_does_not_hold_is_refused_at_once():
    frames = [Image.fromarray(np.roll(GRAY, shift, 1)) for shift in (3, 6)]
    data = file("PNG", save_all=True, append_images=frames)
    at = data.index(b"acTL") + 4
    claims = chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0))

    with pytest.raises(InputError, match="claims 2,147,483,647 frames and holds 3"):
        decode_source(data[: at - 8] + claims + data[at + 12 :], "x.png")


def test_all_frames_together_have_a_bound_that_is_lifted_with_that_of_one():
    frames = [Image.fromarray(np.roll(GRAY, shift, 1)) for shift in range(1, 20)]
    data = file("GIF", save_all=True, append_images=frames)
    book = file("TIFF", save_all=True, append_images=[*frames, Image.fromarray(np.tile(GRAY, (2, 2)))])

    assert "20 pictures" in refused(data, max_pixels=64 * 48)
    assert "21 pictures" in refused(book, max_pixels=64 * 48)
    assert len(decode_source(data, "x", max_pixels=64 * 96)) == 20


@pytest.mark.parametrize(
    ("name", "value", "data", "word"),
    [
        ("FRAMES", 2, lambda: moving("GIF", 3), "frames"),
        ("FRAMES", 2, lambda: moving("TIFF", 3), "frames"),
        ("METADATA_BYTES", 100, lambda: file("PNG", exif=b"Exif\0\0" + bytes(200)), "MB of metadata"),
    ],
)
def test_what_is_over_a_bound_is_refused_by_its_name(monkeypatch, name, value, data, word):
    monkeypatch.setattr(bounds, name, value)
    monkeypatch.setattr("graycolor.pictures.read.METADATA_BYTES", bounds.METADATA_BYTES)

    assert word in refused(data())


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (lambda png: png[:33] + chunk(b"tEXt", b"a\0b") * (bounds.PNG_CHUNKS + 1) + png[33:], "chunks"),
        (lambda _: b"GIF89a" + bytes(7) + b"!\xfe" + (b"\xff" + bytes(255)) * 4_009 + b"\0;", "comments"),
        (lambda _: b"\xff\xd8" + b"\xff\xfe\0\x02" * (bounds.JPEG_SEGMENTS + 1) + file("JPEG")[2:], "segments"),
        (lambda _: file("JPEG2000")[:12] + b"\0\0\0\x08free" * 10_001 + file("JPEG2000")[12:], "boxes"),
    ],
)
def test_parts_without_end_are_refused(data, word):
    assert word in refused(data(file("PNG")))


def test_a_text_that_unpacks_to_megabytes_is_told_as_metadata():
    bomb = b"a\0\0" + zlib.compress(bytes(10_000_000))

    assert "metadata" in refused(file("PNG")[:33] + chunk(b"zTXt", bomb) + file("PNG")[33:])


def test_a_stream_without_end_is_not_waited_for():
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size=-1):
            self.given += size
            return (b"\xff\xd8\xff" + bytes(size))[:size] if self.is_jpeg else bytes(size)

    nothing, jpeg = Endless(), Endless()
    nothing.is_jpeg, jpeg.is_jpeg = False, True

    assert len(bytes_of_stream(nothing, "x")) < 2_000_000
    with pytest.raises(BoundError, match="--max-pixels"):
        bytes_of_stream(jpeg, "x", max_pixels=100_000)
    assert jpeg.given < 5_000_000


def test_pages_are_read_as_they_lie_in_the_file():
    sizes = [(20 + number, 30 + 2 * number) for number in range(5)]
    pages = [Image.fromarray(np.full(size, 9 * number, np.uint8)) for number, size in enumerate(sizes)]
    for options in ({}, {"compression": "tiff_deflate"}, {"big_tiff": True}):
        buffer = io.BytesIO()
        pages[0].save(buffer, "TIFF", save_all=True, append_images=pages[1:], **options)

        book = decode_source(buffer.getvalue(), "x")

        assert isinstance(book, Frames)
        assert [picture.gray.shape for picture in book] == sizes
        assert [int(picture.gray.mean()) for picture in book] == [0, 9, 18, 27, 36]


def test_a_book_that_is_cut_off_is_no_shorter_book():
    pages = [Image.fromarray(GRAY + number) for number in range(3)]
    data = file("TIFF", save_all=True, append_images=pages)

    for cut in (900, 4_000):  # within the last page's pixels, and before its directory
        with pytest.raises(InputError, match="damaged"):
            list(decode_source(data[:-cut], "x"))
