"""Frames of DPX in and out: their codes' own light, and their headers."""

import struct
from fractions import Fraction

import av
import numpy as np
import pytest

from film_clips import Clip, decoded, make
from film_frames import dpx, grays, scan_codes, write_dpx, write_frames
from graycolor.color.lab import LUMINANCE_WEIGHTS
from graycolor.color.lightness_join import gray_of_rgb
from graycolor.errors import BoundError, InputError, UsageError
from graycolor.film.source.dpx import read_codes, read_header
from graycolor.film.source.frame_file import read_frame
from graycolor.film.source.light_curves import LINEAR, LOG, VIDEO, Curve, video
from graycolor.film.source.numbering import numbered_files
from graycolor.jobs.film_plan import FilmOptions

PRINTING_DENSITY, LINEAR_LIGHT, BT709, NOBODY_SAYS = 1, 2, 6, 255
CHANGED = {*range(16, 20), *range(770, 772), *range(780 + 20, 780 + 21), *range(780 + 24, 780 + 40)}
"""Bytes of the header that say how the codes lie."""


def codes_of(path):
    data = path.read_bytes()
    header = read_header(data, path.name)
    return read_codes(data, header, path.name)[0], header


@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize(
    ("transfer", "bits"), [(PRINTING_DENSITY, 10), (LINEAR_LIGHT, 16), (BT709, 10), (BT709, 8), (PRINTING_DENSITY, 12)]
)
def test_scans_come_back_in_their_own_codes_with_their_luminance_and_headers(tmp_path, made, order, transfer, bits):
    source = write_dpx(tmp_path / "reel", count=5, transfer=transfer, bits=bits, order=order)
    outcome = made(source, tmp_path / "out" / "f_%06d.dpx")

    assert outcome.frames == 5
    for number, gray in enumerate(grays(5), 1):
        path = numbered_files(outcome.plan.job.target).file(number)
        before = (tmp_path / "reel" / path.name).read_bytes()
        colors, header = codes_of(path)
        wanted, curve = scan_codes(gray, bits), header.curve
        shown = curve.codes(curve.light(colors) @ LUMINANCE_WEIGHTS.astype(np.float32))
        assert np.abs(shown.astype(int) - wanted).max() <= 1
        assert np.ptp(colors[:-8].astype(int), axis=2).mean() > curve.top / 300
        kept = [at for at, (old, new) in enumerate(zip(before, path.read_bytes(), strict=False)) if old != new]
        assert {at for at in kept if at < len(header.data)} <= CHANGED
        assert header.data.endswith(b"SHOT 12 of the archive\0\0")
        assert len(path.read_bytes()) == struct.unpack_from(order + "I", header.data, 16)[0]


def test_ffmpeg_reads_what_is_written_and_takes_the_time_code(tmp_path, made):
    made(write_dpx(tmp_path / "reel", count=2), tmp_path / "out" / "%d.dpx")
    with av.open(str(tmp_path / "out" / "1.dpx")) as film:
        frame = next(film.decode(video=0))

    assert frame.format.name == "gbrp10le"
    assert (frame.width, frame.height) == (96, 64)


def test_light_above_white_stays_above_white(tmp_path, made):
    outcome = made(write_dpx(tmp_path / "reel", count=1), tmp_path / "out" / "%d.dpx")
    colors, header = codes_of(numbered_files(outcome.plan.job.target).file(1))

    assert header.curve.kind == LOG
    assert colors[-1, -1].tolist() == [1023, 1023, 1023]
    assert (colors[-8:].min(axis=2) > 685).sum() > 200


def test_a_scan_becomes_a_film_for_screens_with_timecode_and_rate(tmp_path, made):
    source = write_dpx(tmp_path / "reel", rate=18.0)
    outcome = made(source, tmp_path / "new.mov")
    with av.open(str(tmp_path / "new.mov")) as film:
        timecode = next(each.metadata["timecode"] for each in film.streams if "timecode" in each.metadata)
    white = Curve(LOG, 10, 0.0, 1023.0).display(np.array([95, 685, 1023]))

    assert timecode == "01:02:03:04"
    assert outcome.plan.film.rate == 18
    assert any("printing density" in note for note in outcome.plan.notes)
    assert white[0] == 0
    assert 60000 < white[1] < white[2] == 65535


def test_ten_bits_for_a_screen_are_the_luma_of_a_film_bit_for_bit(tmp_path, made):
    source = write_dpx(tmp_path / "reel", transfer=BT709, count=2)
    target = made(source, tmp_path / "new.mkv", encode=FilmOptions().encode.__class__("ffv1")).plan.job.target

    for gray, (_, pixels, luma) in zip(grays(2), decoded(target), strict=True):
        assert pixels == "yuv420p10le"
        assert np.array_equal(luma, scan_codes(gray, 10))


def test_what_the_user_says_of_codes_wins(tmp_path, made):
    source = write_dpx(tmp_path / "reel", count=1, transfer=NOBODY_SAYS)

    def notes(**options):
        return made(source, tmp_path / "out" / "%d.dpx", overwrite=True, **options).plan.notes

    assert any("does not say what its codes stand for" in note for note in notes())
    assert any("printing density" in note for note in notes(transfer="log"))
    assert any("plain light" in note for note in notes(transfer="linear"))
    assert notes(transfer="video") == ()
    with pytest.raises(UsageError, match="no transfer 'cineon'"):
        FilmOptions(transfer="cineon")


def test_legal_codes_of_video_are_told_by_the_header():
    data = dpx(np.full((4, 6), 940, np.uint16), transfer=BT709, black=64, white=940)

    assert read_header(data, "it").curve == Curve(VIDEO, 10, 64.0, 940.0)
    assert read_header(dpx(np.zeros((4, 6), np.uint16), transfer=BT709), "it").curve == video(10)


def test_a_tinted_scan_is_colored_by_its_luminance(tmp_path, made):
    (tmp_path / "reel").mkdir()
    codes = scan_codes(grays(1)[0], 10)
    tinted = np.dstack([np.minimum(codes + 4, 1023), codes, np.maximum(codes, 4) - 4])
    (tmp_path / "reel" / "1.dpx").write_bytes(dpx(tinted))
    outcome = made(tmp_path / "reel" / "%d.dpx", tmp_path / "out" / "%d.dpx")
    before, header = codes_of(tmp_path / "reel" / "1.dpx")
    after, _ = codes_of(tmp_path / "out" / "1.dpx")
    weights = LUMINANCE_WEIGHTS.astype(np.float32)
    wanted, got = (header.curve.codes(header.curve.light(each) @ weights).astype(int) for each in (before, after))

    assert outcome.plan.film.pixels == "rgb of 10 bits"
    assert np.abs(wanted - got).max() <= 1


@pytest.mark.parametrize(("suffix", "bits"), [(".png", 8), (".png", 16)])
def test_other_frames_become_dpx_with_headers_of_their_own(tmp_path, made, suffix, bits):
    source = write_frames(tmp_path / "reel", suffix, bits=bits, count=2)
    made(source, tmp_path / "out" / "%d.dpx", rate=Fraction(50, 3))
    colors, header = codes_of(tmp_path / "out" / "1.dpx")
    gray = read_frame(tmp_path / "reel" / f"f_000001{suffix}").picture.gray
    shown = gray_of_rgb(np.rint(colors / header.curve.top * 65535).astype(np.uint16))

    assert header.curve == video(10 if bits == 8 else 16)
    assert header.rate == pytest.approx(50 / 3)
    assert np.abs(shown.astype(int) - gray.astype(int) * (257 if bits == 8 else 1)).max() <= 65535 / header.curve.top


def test_a_film_becomes_dpx_with_its_timecode(tmp_path, made):
    made(make(tmp_path / "old.mov", Clip(timecode="01:00:00:23")), tmp_path / "out" / "%d.dpx")

    assert codes_of(tmp_path / "out" / "1.dpx")[1].timecode == "01:00:00:23"
    assert codes_of(tmp_path / "out" / "3.dpx")[1].timecode == "01:00:01:00"


def test_dpx_becomes_png_and_says_what_of_the_headers_is_left(tmp_path, made):
    outcome = made(write_dpx(tmp_path / "reel", count=1, aspect=(2, 1)), tmp_path / "out" / "%d.png")
    picture = read_frame(tmp_path / "out" / "1.png").picture

    assert any("timecode and shape of pixels" in note for note in outcome.plan.notes)
    assert dict(picture.metadata.text)["timecode"] == "01:02:03:04"
    assert picture.metadata.ratio == (1, 2)
    assert outcome.plan.film.sar == 2


GOOD = dpx(scan_codes(grays(1)[0], 10))


@pytest.mark.parametrize(
    ("at", "value", "error"),
    [
        (0, b"SDPY", InputError),
        (4, struct.pack(">I", 10), InputError),
        (4, struct.pack(">I", 2**31), InputError),
        (772, struct.pack(">2I", 0, 4), InputError),
        (772, struct.pack(">2I", 2**31, 2**31), BoundError),
        (772, struct.pack(">2I", 4000, 4000), InputError),
        (800, b"\x64", InputError),
        (803, b"\x0b", InputError),
    ],
)
def test_headers_that_lie_are_refused_in_a_sentence(tmp_path, at, value, error):
    file = tmp_path / "it.dpx"
    file.write_bytes(GOOD[:at] + value + GOOD[at + len(value) :])

    with pytest.raises(error, match=r"it\.dpx"):
        read_frame(file)


@pytest.mark.parametrize("size", [4, 100, 2000, 2048, 5000])
def test_files_that_are_cut_off_are_refused(tmp_path, size):
    file = tmp_path / "it.dpx"
    file.write_bytes(GOOD[:size])

    with pytest.raises(InputError):
        read_frame(file)


@pytest.mark.parametrize("kind", [VIDEO, LOG, LINEAR])
@pytest.mark.parametrize("bits", [8, 10, 12, 16])
def test_curves_go_both_ways(kind, bits):
    curve = Curve(kind, bits, 0.0, float((1 << bits) - 1))
    codes = np.arange(curve.top + 1)
    light = curve.light(codes)

    assert np.array_equal(curve.codes(light), codes)
    assert (np.diff(light) > 0).all()
    assert (np.diff(curve.display(codes).astype(int)) >= 0).all()


def test_printing_density_is_that_of_cineon():
    light = Curve(LOG, 10, 0.0, 1023.0).light(np.array([95, 445, 685, 1023]))

    assert light == pytest.approx([0.0, 0.1496, 1.0, 13.53], rel=0.01, abs=1e-6)
