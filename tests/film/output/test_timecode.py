"""Timecodes counted on, with and without dropped numbers."""

from fractions import Fraction

import pytest

from graycolor.film.output.timecode import frames_from, timecode_after

NTSC = Fraction(30000, 1001)


@pytest.mark.parametrize(
    ("first", "frames", "rate", "then"),
    [
        ("01:00:00:00", 25, Fraction(25), "01:00:01:00"),
        ("23:59:59:24", 1, Fraction(25), "00:00:00:00"),
        ("00:00:59;29", 1, NTSC, "00:01:00;02"),
        ("00:09:59;29", 1, NTSC, "00:10:00;00"),
        ("01:00:00;00", 107892, NTSC, "02:00:00;00"),
        ("00:01:00;02", 0, NTSC, "00:01:00;02"),
        ("00:00:59;59", 1, 2 * NTSC, "00:01:00;04"),
        ("00:01:59;29", 1, NTSC, "00:02:00;02"),
        ("no timecode", 5, NTSC, "no timecode"),
    ],
)
def test_a_timecode_goes_on(first, frames, rate, then):
    assert timecode_after(first, frames, rate) == then


@pytest.mark.parametrize(
    ("first", "later", "rate", "frames"),
    [
        ("10:00:00:00", "10:00:01:05", Fraction(25), 30),
        ("00:00:59;29", "00:01:00:02", NTSC, 1),
        ("10:00:00:00", "09:59:59:24", Fraction(25), -1),
        ("10:00:00:00", "10:00:01:25", Fraction(25), None),
        ("no timecode", "10:00:01:00", Fraction(25), None),
    ],
)
def test_frames_between_timecodes(first, later, rate, frames):
    assert frames_from(first, later, rate) == frames
