"""The luma of a spliced JPEG is the source's: its coded bytes, its table, and what other decoders make of them."""

import io
from fractions import Fraction

import av
import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from graycolor.pictures.jpeg.markers import DHT, SOS, Jpeg, UnknownShapeError, put_together, take_apart
from graycolor.pictures.jpeg.splice import InterleavedError, luma_source, spliced

SAMPLINGS = [(1, 1), (2, 1), (1, 2), (2, 2)]
ENCODERS = {
    "baseline": {},
    "coarse": {"quality": 20},
    "finest": {"quality": 100},
    "optimized": {"optimize": True},
    "progressive": {"progressive": True},
    "restarts": {"restart_marker_blocks": 8},
    "restart rows": {"restart_marker_rows": 1},
    "progressive with restarts": {"progressive": True, "restart_marker_blocks": 5},
}


def scene(height, width, seed=0):
    noise = np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
    return cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 2), None, 0, 255, cv2.NORM_MINMAX)


def jpeg(pixels, **options):
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", **options)
    return buffer.getvalue()


def by_opencv(pixels, *options):
    return cv2.imencode(".jpg", pixels, list(options))[1].tobytes()


def colored(data, sampling=(2, 2)):
    """The file with chroma that runs from left to right (blue) and from top to bottom (red)."""

    source = luma_source(Jpeg(data))._replace(sampling=sampling)
    height, width = source.chroma_shape
    blue = np.tile(np.linspace(90, 170, width).astype(np.uint8), (height, 1))
    red = np.tile(np.linspace(170, 90, height).astype(np.uint8)[:, None], (1, width))
    return spliced(source, blue, red, source.header), blue, red


def planes(data):
    """Y, Cb and Cr as libjpeg decodes them, without a way through RGB."""
    with Image.open(io.BytesIO(data)) as image:
        image.draft("YCbCr", image.size)
        return np.moveaxis(np.asarray(image), 2, 0)


def coded_luma(data):
    """Huffman tables and coded bytes of the first component, in order."""
    found, codes = [], []
    for segment in take_apart(data)[0]:
        if segment.marker == DHT:
            codes.append(segment.body)
        if segment.marker == SOS and segment.body[1] == 1:
            found.append((tuple(codes), segment.body[2:], segment.coded))
    return found


def assert_luma_kept(source, result):
    decoded = np.asarray(Image.open(io.BytesIO(source)))
    assert coded_luma(result) == coded_luma(source)
    assert np.array_equal(planes(result)[0], decoded)
    with Image.open(io.BytesIO(source)) as before, Image.open(io.BytesIO(result)) as after:
        assert after.mode == "RGB"
        assert after.size == before.size
        assert after.quantization[0] == before.quantization[0]
        assert after.info.get("progressive") == before.info.get("progressive")


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_the_luma_of_pillows_files_is_kept_bit_for_bit(encoder, sampling):
    source = jpeg(scene(83, 101), **ENCODERS[encoder])
    result, blue, red = colored(source, sampling)

    assert_luma_kept(source, result)
    for plane, wanted in zip(planes(result)[1:], (blue, red), strict=True):
        shown = cv2.resize(wanted, (101, 83), interpolation=cv2.INTER_NEAREST)
        assert np.abs(plane.astype(int) - shown).mean() < (8 if encoder == "coarse" else 3)


@pytest.mark.parametrize(
    "options",
    [(), (cv2.IMWRITE_JPEG_PROGRESSIVE, 1), (cv2.IMWRITE_JPEG_OPTIMIZE, 1), (cv2.IMWRITE_JPEG_RST_INTERVAL, 4)],
)
def test_the_luma_of_opencvs_files_is_kept_bit_for_bit(options):
    source = by_opencv(scene(50, 71), *options)

    assert_luma_kept(source, colored(source)[0])


@settings(max_examples=60, deadline=None)
@given(
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    sampling=st.sampled_from(SAMPLINGS),
    encoder=st.sampled_from(sorted(ENCODERS)),
)
def test_every_size_keeps_its_luma(height, width, sampling, encoder):
    source = jpeg(scene(height, width, seed=height), **ENCODERS[encoder])
    result = colored(source, sampling)[0]

    assert_luma_kept(source, result)
    shown = cv2.imdecode(np.frombuffer(result, np.uint8), cv2.IMREAD_COLOR)
    assert np.array_equal(shown[..., ::-1], np.asarray(Image.open(io.BytesIO(result))))


@pytest.mark.parametrize("encoder", ["baseline", "progressive", "restarts"])
def test_another_decoder_reads_it_too(encoder):
    source = jpeg(scene(64, 96), **ENCODERS[encoder])
    result, _, _ = colored(source)
    with av.open(io.BytesIO(result), format="jpeg_pipe") as container:
        frame = next(container.decode(video=0))

    assert frame.format.name == "yuvj420p"
    luma = np.frombuffer(frame.planes[0], np.uint8).reshape(64, frame.planes[0].line_size)[:, :96]
    assert np.abs(luma.astype(int) - planes(result)[0]).max() <= 2  # FFmpeg's own inverse transform
    assert frame.time_base == Fraction(1, 25)


def test_photoshops_grays_are_not_taken_for_rgb():
    """Their Adobe segment says 'no transform', which three components would mean literally."""
    plain = jpeg(scene(40, 40))
    adobe = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00"
    source = plain[:2] + adobe + plain[20:]  # in place of the JFIF segment
    result, _, _ = colored(source)
    rgb = np.asarray(Image.open(io.BytesIO(result)).convert("RGB")).astype(float)

    assert np.array_equal(planes(result)[0], np.asarray(Image.open(io.BytesIO(source))))
    assert np.abs(rgb @ [0.299, 0.587, 0.114] - planes(result)[0]).mean() < 2


def test_what_stands_behind_the_picture_stays():
    source = jpeg(scene(30, 30)) + b"a motion photo's film"

    assert colored(source)[0].endswith(b"\xff\xd9a motion photo's film")


def test_a_file_taken_apart_and_put_together_is_the_same():
    for options in ENCODERS.values():
        data = jpeg(scene(33, 47), **options) + b"behind"
        assert put_together(*take_apart(data)) == data


@pytest.mark.parametrize("options", [{}, {"progressive": True}])
def test_luma_that_shares_scans_with_chroma_is_told(options):
    rgb = np.dstack([scene(30, 30, seed) for seed in range(3)])

    with pytest.raises(InterleavedError):
        luma_source(Jpeg(jpeg(rgb, **options)))


def changed(data, old, new):
    assert old in data
    return data.replace(old, new, 1)


GRAY = jpeg(scene(24, 24))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (changed(GRAY, b"\xff\xc0", b"\xff\xc9"), "arithmetically"),
        (changed(GRAY, b"\xff\xc0", b"\xff\xc3"), "losslessly"),
        (changed(GRAY, b"\xff\xc0\x00\x0b\x08", b"\xff\xc1\x00\x0b\x0c"), "12 bits"),
        (changed(GRAY, b"\xff\xc0\x00\x0b\x08\x00\x18", b"\xff\xc0\x00\x0b\x08\x00\x00"), "height"),
        (GRAY[:-2], "no end"),
        (GRAY[:100], "cut off"),
        (GRAY[:2] + b"stray" + GRAY[2:], "stray bytes"),
        (b"\xff\xd8\xff\xd9", "0 frames"),
    ],
)
def test_shapes_that_cannot_be_spliced_are_refused_by_name(data, reason):
    with pytest.raises(UnknownShapeError, match=reason):
        luma_source(Jpeg(data))


def test_four_components_are_refused():
    buffer = io.BytesIO()
    Image.fromarray(np.dstack([scene(24, 24, seed) for seed in range(4)]), "CMYK").save(buffer, "JPEG")

    with pytest.raises(UnknownShapeError, match="4 components"):
        luma_source(Jpeg(buffer.getvalue()))


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, len(GRAY) - 1), value=st.integers(0, 255), cut=st.integers(0, len(GRAY)))
def test_damage_is_refused_or_spliced_but_never_crashes(place, value, cut):
    data = bytearray(GRAY)
    data[place] = value
    try:
        result, *_ = colored(bytes(data[:cut] if cut % 3 == 0 else data))
    except UnknownShapeError:
        return
    assert result[:2] == b"\xff\xd8"  # begins and ends as a JPEG does
    assert result[-2:] == b"\xff\xd9"
