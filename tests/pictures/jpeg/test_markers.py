"""Where coded data ends, against T.81's words taken one byte at a time."""

import numpy as np
import pytest

from graycolor.pictures.jpeg.markers import SOS, UnknownShapeError, put_together, take_apart

START, SCAN, END = b"\xff\xd8", b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00", b"\xff\xd9"
MEGABYTE_LIKE = 70_000
"""Beyond what is looked at in one go."""


def coded(length, seed, escapes=(b"\xff\x00",)):
    """Bytes as an entropy coder leaves them: each FF with something behind it that makes it data."""
    rng = np.random.default_rng(seed)
    data = bytearray(rng.integers(0, 255, length, np.uint8).tobytes())
    for place in rng.integers(0, length - 1, length // 200):
        data[place : place + 2] = escapes[place % len(escapes)]
    return bytes(data).removesuffix(b"\xff")


def end_by_hand(data, at):
    """The first FF that is followed by neither a zero, nor another FF, nor a restart's number."""
    while not (data[at] == 0xFF and data[at + 1] not in (0x00, 0xFF, *range(0xD0, 0xD8))):
        at += 1
    return at


@pytest.mark.parametrize("length", [2, 3, 65_533, 65_534, 65_535, 65_536, 65_537, 65_538, 131_072, 140_001])
@pytest.mark.parametrize("escapes", [(b"\xff\x00",), (b"\xff\x00", b"\xff\xd3")])
def test_coded_data_ends_where_the_next_marker_stands(length, escapes):
    first, second = coded(length, length, escapes), coded(900, 1)
    data = START + SCAN + first + SCAN + second + END + b"behind"
    (one, other), behind = take_apart(data)

    assert len(START + SCAN + first) == end_by_hand(data, len(START + SCAN))
    assert (one.marker, other.marker) == (SOS, SOS)
    assert (one.coded, other.coded, behind) == (first, second, b"behind")
    assert put_together([one, other], behind) == data


@pytest.mark.parametrize("data", [b"", b"\x01", b"\xff", b"\xff\x00", b"\x01" * MEGABYTE_LIKE, b"\xff\xd1" * 10])
def test_coded_data_without_an_end_is_refused(data):
    with pytest.raises(UnknownShapeError, match="no end"):
        take_apart(START + SCAN + data)
