from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graycolor.errors import InputError
from graycolor.film.output.packets import PicturePacket, decoding_times, read_packets, read_times, write_packet


@given(st.lists(st.tuples(st.integers(-(2**40), 2**40), st.integers(0, 9999), st.booleans(), st.binary()), max_size=9))
def test_packets_come_back_as_they_were_written(tmp_path_factory, packets):
    path = tmp_path_factory.mktemp("packets") / "0.packets"
    with path.open("wb") as file:
        for packet in packets:
            write_packet(file, PicturePacket(*packet))

    assert list(read_packets(path)) == packets
    assert list(read_times(path)) == [packet[0] for packet in packets]


@given(st.lists(st.integers(-(10**6), 10**6), unique=True, min_size=1))
def test_decoding_times_rise_and_never_pass_the_pts(times):
    dts = decoding_times(times, step=40)

    assert len(dts) == len(times)
    assert all(before < after for before, after in pairwise(dts))
    assert all(early <= pts for early, pts in zip(dts, times, strict=True))


def test_without_reordering_decoding_times_are_the_pts():
    assert decoding_times([5, 9, 30, 31], step=40) == [5, 9, 30, 31]


def test_two_segments_with_reordered_pictures_join_without_a_step_back():
    assert decoding_times([0, 30, 10, 20, 40, 70, 50, 60], step=10) == [-10, 0, 10, 20, 30, 40, 50, 60]


@pytest.mark.parametrize("cut", [1, 20, 21, 25])
def test_what_is_cut_off_is_said(tmp_path, cut):
    path = tmp_path / "0.packets"
    with path.open("wb") as file:
        write_packet(file, PicturePacket(0, 512, True, bytes(9)))
    path.write_bytes(path.read_bytes()[:cut])
    for read in (read_packets, read_times):
        with pytest.raises(InputError, match="--restart"):
            list(read(path))


def test_a_packet_that_claims_gigabytes_is_damage(tmp_path):
    path = tmp_path / "0.packets"
    path.write_bytes(bytes(17) + b"\xff" * 4 + bytes(100))
    with pytest.raises(InputError, match="--restart"):
        list(read_packets(path))
