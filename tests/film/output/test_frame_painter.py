"""Chroma lands where it belongs, luma stays, the small picture is what a person sees."""

import av
import cv2
import numpy as np
import pytest

from film_clips import Clip, make, plane
from graycolor.color.blocks import averaged, extremes
from graycolor.color.yuv import chroma_codes, fit_film_chroma
from graycolor.film.output.frame_painter import FramePainter, small_shape
from graycolor.film.source.pixel_format import encoded_format, planar
from graycolor.film.source.probe import probe


def first(path):
    with av.open(str(path)) as film:
        return next(film.decode(video=0))


def half_red(shape):
    """Chroma whose left half, as a person sees the picture, is red."""
    ab = np.zeros((*shape, 2), np.float32)
    ab[:, : shape[1] // 2] = 30
    return ab


@pytest.mark.parametrize(
    ("rotation", "red"),
    [(0, np.s_[:, :20]), (90, np.s_[:12, :]), (-90, np.s_[-12:, :]), (180, np.s_[:, -20:])],
)
def test_chroma_follows_the_way_the_picture_is_turned(tmp_path, rotation, red):
    film = probe(make(tmp_path / "old.mp4", Clip(rotation=rotation)))
    painter = FramePainter(film, film.conversion.pixel_format, 64)
    painted = painter.painted(painter.plain(first(film.path)), half_red(painter.small_shape))
    v = plane(painted, 2).astype(int) - 128

    assert v[red].mean() > 20
    assert v.mean() < 0.6 * v[red].mean()


@pytest.mark.parametrize("rotation", [0, 90, -90, 180])
def test_the_small_picture_is_upright(tmp_path, rotation):
    film = probe(make(tmp_path / "old.mp4", Clip(rotation=rotation)))
    painter = FramePainter(film, film.conversion.pixel_format, 48)
    gray = painter.gray(painter.plain(first(film.path))).astype(int)
    stored = np.rot90(gray, -rotation // 90)

    assert gray.shape == painter.small_shape == ((32, 48) if rotation % 180 == 0 else (48, 32))
    assert stored[:8, 16:].mean(0)[-8:].mean() > stored[:8, 16:].mean(0)[:8].mean() + 30


def test_wide_pixels_are_made_square(tmp_path):
    from fractions import Fraction

    film = probe(make(tmp_path / "old.mp4", Clip(size=(72, 58), sar=Fraction(16, 11))))

    assert small_shape(film, 384) == (58, 105)
    assert small_shape(film, 64) == (35, 64)


def test_the_decoders_own_references_are_not_painted_over(tmp_path):
    path = make(tmp_path / "old.mp4", Clip(frames=20, options={"crf": "30", "bf": "0", "g": "20"}))
    film = probe(path)
    painter = FramePainter(film, film.conversion.pixel_format, 64)
    with av.open(str(path)) as source:
        clean = [plane(frame, 1) for frame in source.decode(video=0)]
    with av.open(str(path)) as source:
        for number, frame in enumerate(source.decode(video=0)):
            assert np.array_equal(plane(frame, 1), clean[number])
            painter.painted(frame, half_red(painter.small_shape))


@pytest.mark.parametrize("pixels", ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "gray", "gray16le", "yuv411p"])
@pytest.mark.parametrize("codec", ["h264", "ffv1", "prores", "av1"])
def test_luma_codes_are_kept_at_any_depth(tmp_path, pixels, codec):
    film = probe(make(tmp_path / "old.mkv", Clip("ffv1", pixels, (50, 38))))
    target = encoded_format(film.conversion.pixel_format, codec, 50, 38)
    painter = FramePainter(film, target, 48)
    frame = first(film.path)
    before = plane(frame, 0).astype(int)
    painted = painter.painted(painter.plain(frame), half_red(painter.small_shape))
    after = plane(painted, 0).astype(int)
    shift = target.bits - film.coding.bits

    assert painted.format.name == target.name
    if shift >= 0:
        assert np.array_equal(after, before << shift)
    else:
        assert np.abs(after - before / 2**-shift).max() <= 0.5
    assert (plane(painted, 2).astype(float) / 2 ** (target.bits - 8))[:, :5].min() > 136


def test_fields_of_interlaced_pictures_keep_their_chroma_apart(tmp_path):
    film = probe(make(tmp_path / "old.mkv", Clip(options={"x264-params": "tff=1", "field_order": "tt", "crf": "0"})))
    frame = first(film.path)
    luma = np.zeros_like(plane(frame, 0)) + 16
    luma[::2] = 130  # only the upper field has room for color
    frame.make_writable()
    view = np.frombuffer(frame.planes[0], np.uint8).reshape(-1, frame.planes[0].line_size)
    view[:, : film.width] = luma
    painter = FramePainter(film, planar("yuv420p"), 64)
    v = plane(painter.painted(frame, np.full((*painter.small_shape, 2), 30, np.float32)), 2).astype(int) - 128

    assert v[::2].min() > 8
    assert np.abs(v[1::2]).max() <= 1


def test_codes_of_small_colors_are_near_those_of_full_size(tmp_path):
    film = probe(make(tmp_path / "old.mkv", Clip(size=(384, 256))))
    painter, coding = FramePainter(film, planar("yuv420p"), 96), film.coding
    frame = painter.plain(first(film.path))
    height, width = painter.small_shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    ab = np.dstack([20 * np.sin(x / 9), 20 * np.cos(y / 9)]).astype(np.float32)
    luma = plane(frame, 0)
    mean = averaged(luma, 2, 2)
    a, b = (cv2.resize(each, mean.shape[::-1], interpolation=cv2.INTER_CUBIC) for each in cv2.split(ab))
    exact = chroma_codes(a, b, mean, coding)
    fit_film_chroma(*exact, *extremes(luma, 2, 2), coding)
    painted = painter.painted(frame, ab)

    for number, codes in enumerate(exact, 1):
        error = np.abs(plane(painted, number).astype(int) - codes)
        assert error.mean() < 0.5
        assert np.percentile(error, 99) <= 2
    assert np.abs(exact[0].astype(int) - 128).mean() > 4
