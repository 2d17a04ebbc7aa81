"""JPEGs in one scan, beside those with a scan for each component."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from graycolor.pictures.encode_result import WriteOptions, encode_colored
from graycolor.pictures.jpeg.markers import SOS, take_apart
from graycolor.pictures.read import decode_picture
from profiles import curv, gray_profile

RNG = np.random.default_rng(0)
GRAY = cv2.resize(RNG.normal(120, 50, (6, 8)).clip(20, 235).astype(np.uint8), (800, 600), interpolation=cv2.INTER_CUBIC)
AB = cv2.resize(RNG.normal(0, 20, (5, 6, 2)).astype(np.float32), (40, 30), interpolation=cv2.INTER_CUBIC)


def jpeg(pixels, **options):
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", **({"quality": 95} | options))
    return buffer.getvalue()


def both(data, **options):
    """A JPEG colored with scans apart, and in one scan."""
    picture = decode_picture(data, "old.jpg")
    return [encode_colored(picture, AB, "JPEG", WriteOptions(interleaved=each, **options)) for each in (False, True)]


def shown(data):
    with Image.open(io.BytesIO(data)) as image:
        return [component[1:3] for component in image.layer], np.asarray(image.convert("YCbCr")).astype(int)


def scans_of(data):
    segments, _ = take_apart(data)
    return sum(segment.marker == SOS for segment in segments)


@pytest.mark.parametrize("keep", ["lightness", "luma"])
def test_it_is_the_same_picture_in_one_scan(keep):
    data = jpeg(GRAY)
    apart, together = both(data, keep=keep)

    assert (scans_of(apart.data), scans_of(together.data)) == (3, 1)
    assert together.kept == f"{keep}, encoded again"
    (sampling, pixels), (same, others) = shown(apart.data), shown(together.data)
    assert sampling == same == [(2, 2), (1, 1), (1, 1)]
    assert np.abs(pixels - others).mean() < 0.3
    with Image.open(io.BytesIO(data)) as source, Image.open(io.BytesIO(together.data)) as result:
        assert result.quantization[0] == source.quantization[0]


@pytest.mark.parametrize(("sampling", "factors"), [("4:2:2", (2, 1)), ("4:2:0", (2, 2)), ("4:4:4", (1, 1))])
def test_the_chroma_resolution_is_the_sources(sampling, factors):
    _, together = both(jpeg(np.dstack([GRAY] * 3), subsampling=sampling))
    components, pixels = shown(together.data)

    assert scans_of(together.data) == 1
    assert components == [factors, (1, 1), (1, 1)]
    assert np.abs(pixels[..., 0] - GRAY).mean() < 1


def test_the_codes_under_a_gray_profile_stay_the_sources():
    data = jpeg(GRAY, icc_profile=gray_profile(curv(round(1.8 * 256))))
    apart, together = both(data)
    with Image.open(io.BytesIO(data)) as image:
        codes = np.asarray(image).astype(int)

    for result in (apart, together):
        assert np.abs(shown(result.data)[1][..., 0] - codes).mean() < 1
    with Image.open(io.BytesIO(apart.data)) as one, Image.open(io.BytesIO(together.data)) as other:
        assert one.info["icc_profile"] == other.info["icc_profile"]


def test_what_travels_with_scans_apart_travels_with_one():
    data = jpeg(GRAY, dpi=(118, 118), comment=b"on the beach", xmp=b"<x:xmpmeta/>", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0")
    apart, together = both(data + b"a film behind the picture")
    headers = [[s for s in take_apart(each.data)[0] if 0xE0 <= s.marker <= 0xFE] for each in (apart, together)]

    assert headers[0] == headers[1]
    assert apart.data.endswith(b"a film behind the picture")
    assert together.data.endswith(b"a film behind the picture")
