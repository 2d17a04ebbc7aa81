"""Codecs that archives and editors ask for: profiles of ProRes and DNxHR, slices and checksums of FFV1."""

from dataclasses import replace

import av
import numpy as np
import pytest

from film_clips import Clip, decoded, make
from graycolor.errors import UsageError
from graycolor.film.output.encode import EncodeSettings, encoding_for, open_encoder
from graycolor.film.source.probe import probe

SIZE = (256, 120)


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    return probe(make(tmp_path_factory.mktemp("film") / "old.mkv", Clip(size=SIZE, frames=2)))


@pytest.mark.parametrize(
    ("codec", "quality", "profile", "pixels"),
    [
        ("prores", None, "HQ", "yuv422p10le"),
        ("prores", 0, "Proxy", "yuv422p10le"),
        ("prores", 4, "4444", "yuv444p10le"),
        ("prores", 5, "XQ", "yuv444p10le"),
        ("dnxhr", None, "DNXHR HQX", "yuv422p10le"),
        ("dnxhr", 0, "DNXHR LB", "yuv422p"),
        ("dnxhr", 2, "DNXHR HQ", "yuv422p"),
        ("dnxhr", 4, "DNXHR 444", "yuv444p10le"),
    ],
)
def test_a_quality_is_a_profile_of_the_codec(film, codec, quality, profile, pixels):
    encoding = encoding_for(film, EncodeSettings(codec, quality), codec)

    assert open_encoder(film, encoding).profile == profile
    assert encoding.pixel_format.name == pixels


@pytest.mark.parametrize(("codec", "beyond"), [("prores", 6), ("dnxhr", 5)])
def test_there_is_no_profile_beyond_the_best(film, codec, beyond):
    with pytest.raises(UsageError, match=f"choose 0 to {beyond - 1}"):
        encoding_for(film, EncodeSettings(codec, beyond), codec)


@pytest.mark.parametrize(("codec", "quality"), [("prores", 4), ("dnxhr", 3), ("dnxhr", 4)])
def test_the_luma_is_kept_as_well_as_the_codec_can(tmp_path, colored, codec, quality):
    source = make(tmp_path / "old.mkv", Clip("ffv1", "yuv420p10le", SIZE))
    target = colored(source, ".mov", codec=codec, quality=quality).plan.job.target
    before, after = (
        np.array([luma / (4 if "p12" in pixels else 1) for _, pixels, luma in decoded(path)])
        for path in (source, target)
    )  # FFmpeg decodes 4444 to 12 bits

    assert np.abs(after - before).mean() < 2  # of 1023


@pytest.mark.parametrize(("size", "slices"), [((96, 64), 4), ((720, 576), 16), ((1920, 1080), 24)])
def test_ffv1_has_slices_with_checksums(film, size, slices):
    packet = _ffv1_packet(film, size)

    found = list(_slices(packet))

    assert len(found) == slices
    assert _crc(found[-1]) == 0


def _context(film, size):
    film = replace(film, width=size[0], height=size[1])
    return open_encoder(film, encoding_for(film, EncodeSettings("ffv1"), "ffv1"))


def _ffv1_packet(film, size):
    frame = av.VideoFrame(*size, "yuv420p")
    rng = np.random.default_rng(1)
    for plane in frame.planes:
        plane.update(rng.integers(0, 256, plane.buffer_size, np.uint8).tobytes())
    frame.pts = 0
    context = _context(film, size)
    return b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)])


def _slices(packet):
    """Slices from the last on; each ends with its size, an error status and its checksum (RFC 9043, 4.9)."""
    end = len(packet)
    while end > 0:
        begin = end - int.from_bytes(packet[end - 8 : end - 5], "big") - 8
        yield packet[begin:end]
        end = begin


def _crc(data):
    """What the checksum over a slice and its own checksum leaves: 0 where they belong together."""
    rest = 0
    for byte in data:
        rest ^= byte << 24
        for _ in range(8):
            rest = ((rest << 1) ^ (0x104C11DB7 if rest & 0x80000000 else 0)) & 0xFFFFFFFF
    return rest


def test_a_quality_of_a_codec_without_one_is_refused(film):
    with pytest.raises(UsageError, match="no quality"):
        encoding_for(film, EncodeSettings("ffv1", 3), "ffv1")
