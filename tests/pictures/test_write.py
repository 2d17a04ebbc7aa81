import io
from dataclasses import replace

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image

from graycolor.errors import OutputError, UsageError
from graycolor.pictures.metadata.record import Metadata
from graycolor.pictures.read import decode_picture
from graycolor.pictures.write import encode_picture, format_of_suffix, result_depth

RNG = np.random.default_rng(1)
RGB = cv2.GaussianBlur(RNG.integers(0, 256, (45, 61, 3), np.uint8), (0, 0), 4)
DEEP = RNG.integers(0, 65536, (45, 61, 3)).astype(np.uint16)
EXIF = Image.Exif()
EXIF[0x010F] = "Kodak"
EXIF[0x0112] = 6
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>Gro\xc3\x9fmutter</x:xmpmeta>"


def source(image_format, mode="L", **options):
    buffer = io.BytesIO()
    Image.fromarray(RGB).convert(mode).save(buffer, image_format, **options)
    return decode_picture(buffer.getvalue(), "source")


@pytest.mark.parametrize("image_format", ["PNG", "TIFF", "BMP"])
@pytest.mark.parametrize("mode", ["L", "RGBA"])
def test_lossless_formats_hold_every_color_and_alpha(image_format, mode):
    picture = source(image_format, mode)
    with Image.open(io.BytesIO(encode_picture(RGB, picture, image_format))) as result:
        assert result.format == image_format
        assert np.array_equal(np.asarray(result)[..., :3], RGB)
        if mode == "RGBA" and image_format != "BMP":  # Pillow neither reads nor writes a BMP's alpha
            assert result.mode == "RGBA"


@pytest.mark.parametrize(("image_format", "options"), [("JPEG", {"quality": 95}), ("WEBP", {"quality": 95})])
def test_lossy_formats_come_close(image_format, options):
    data = encode_picture(RGB, source(image_format, **options), image_format)
    with Image.open(io.BytesIO(data)) as result:
        assert np.abs(np.asarray(result.convert("RGB")).astype(int) - RGB).mean() < 4


def test_jpeg_takes_over_the_sources_luma_table():
    picture = source("JPEG", quality=83)
    with Image.open(io.BytesIO(encode_picture(RGB, picture, "JPEG"))) as result:
        assert list(result.quantization[0]) == list(picture.encoding["tables"][0])


def test_lossless_webp_stays_lossless():
    data = encode_picture(RGB, source("WEBP", lossless=True), "WEBP")
    with Image.open(io.BytesIO(data)) as result:
        assert np.array_equal(np.asarray(result.convert("RGB")), RGB)


@pytest.mark.parametrize("image_format", ["PNG", "TIFF"])
@pytest.mark.parametrize("with_alpha", [False, True])
def test_16_bits_are_written_exactly(image_format, with_alpha):
    alpha = DEEP[..., 0] if with_alpha else None
    picture = replace(source(image_format), depth=16, alpha=alpha)
    data = encode_picture(DEEP, picture, image_format)
    if image_format == "TIFF":
        result = tifffile.imread(io.BytesIO(data))
    else:
        result = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)[..., [2, 1, 0, 3][: 3 + with_alpha]]

    assert np.array_equal(result[..., :3], DEEP)
    if with_alpha:
        assert np.array_equal(result[..., 3], alpha)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_metadata_leaves_with_the_picture(image_format):
    metadata = Metadata(exif=EXIF.tobytes(), icc=None, xmp=XMP, dpi=(300, 300), orientation=6)
    picture = replace(source(image_format), metadata=metadata)
    data = encode_picture(RGB, picture, image_format)
    with Image.open(io.BytesIO(data)) as result:
        exif, info = result.getexif(), result.info

    assert exif[0x010F] == "Kodak"
    assert exif[0x0112] == 6
    assert decode_picture(data, "result").metadata.xmp == XMP
    if image_format != "WEBP":
        assert info["dpi"] == pytest.approx((300, 300), abs=0.01)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
def test_exif_travels_byte_for_byte(image_format):
    picture = source(image_format, exif=EXIF.tobytes())
    result = decode_picture(encode_picture(RGB, picture, image_format), "result")

    assert result.metadata.exif == picture.metadata.exif
    assert result.metadata.orientation == 6


@pytest.mark.parametrize("image_format", ["PNG", "TIFF"])
def test_metadata_leaves_with_16_bit_pictures_too(image_format):
    metadata = Metadata(exif=EXIF.tobytes(), xmp=XMP, dpi=(600, 300), text=(("Title", "Straße"),), orientation=6)
    picture = replace(source(image_format), depth=16, metadata=metadata)
    result = decode_picture(encode_picture(DEEP, picture, image_format), "result").metadata

    assert result.xmp == XMP
    assert result.dpi == pytest.approx((600, 300), abs=0.01)
    assert result.orientation == 6
    if image_format == "PNG":
        assert ("Title", "Straße") in result.text


def test_comments_and_texts_are_kept():
    jpeg = replace(source("JPEG"), metadata=Metadata(comment=b"from the attic"))
    png = replace(source("PNG"), metadata=Metadata(text=(("Author", "Anna"), ("Ort", "Köln"))))

    assert decode_picture(encode_picture(RGB, jpeg, "JPEG"), "x").metadata.comment == b"from the attic"
    assert dict(decode_picture(encode_picture(RGB, png, "PNG"), "x").metadata.text) == {"Author": "Anna", "Ort": "Köln"}


def test_depth_falls_to_8_where_the_format_has_no_more():
    picture = replace(source("PNG"), depth=16)

    assert result_depth(picture, "TIFF") == 16
    assert result_depth(picture, "JPEG") == 8


def test_a_picture_too_large_for_its_format_names_another():
    with pytest.raises(OutputError, match="16383 pixels a side"):
        encode_picture(np.zeros((1, 17_000, 3), np.uint8), source("WEBP"), "WEBP")


def test_suffixes_stand_for_formats():
    assert format_of_suffix(".JPG") == "JPEG"
    with pytest.raises(UsageError, match=r"writes no \.xyz"):
        format_of_suffix(".xyz")
