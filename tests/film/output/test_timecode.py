"""Timecodes counted on, with and without dropped numbers."""

from fractions import Fraction

import pytest

from graycolor.film.output.timecode import timecode_after

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
