"""Folders of films on their way: found again while they are of use, one run at a time, and nobody else's."""

import os
import sys
import time
from pathlib import Path

import pytest

from graycolor.errors import OutputError
from graycolor.stores.scratch import room_of, sweep


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_what_is_of_use_is_found_again_and_goes_when_it_is_not(temporary):
    with room_of("a film", lambda: True) as first:
        (first / "piece").write_bytes(b"finished")
    with room_of("a film", lambda: False) as again, room_of("another film", lambda: False) as other:
        assert (again, (again / "piece").read_bytes()) == (first, b"finished")
        assert other != again
    assert list(temporary.iterdir()) == []


def test_a_run_that_is_stopped_leaves_what_is_of_use(temporary):
    with pytest.raises(KeyboardInterrupt), room_of("a film", lambda: True) as room:
        raise KeyboardInterrupt
    assert list(temporary.iterdir()) == [room]


@pytest.mark.skipif(sys.platform == "win32", reason="locks and links are POSIX's")
def test_a_room_is_one_runs_alone_and_never_somewhere_else(temporary):
    with room_of("a film", lambda: False) as room:
        with pytest.raises(OutputError, match="Another run is at work in"), room_of("a film", lambda: False):
            pytest.fail("two runs have it")
        assert room.stat().st_mode & 0o777 == 0o700
    elsewhere = temporary / "elsewhere"
    elsewhere.mkdir()
    Path(room).symlink_to(elsewhere)
    with pytest.raises(OutputError, match=r"is somebody else's; set TMPDIR"), room_of("a film", lambda: False):
        pytest.fail("it was taken")
    assert list(elsewhere.iterdir()) == []


def test_what_nobody_came_back_to_for_a_month_goes(temporary):
    rooms = []
    for name in ("forgotten", "late", "written to", "in hand"):
        with room_of(name, lambda: True) as room:
            (room / "out").mkdir()
            (room / "out/piece").write_bytes(b"finished")
            rooms.append(room)
    forgotten, late, written_to, in_hand = rooms
    with room_of("in hand", lambda: True):
        for room, days in zip(rooms, (31, 29, 31, 31), strict=True):
            for path in (room, *room.rglob("*")):
                os.utime(path, (time.time() - days * 86400,) * 2)
        os.utime(written_to / "out/piece")
        sweep(temporary)
        assert sorted(temporary.iterdir()) == sorted([late, written_to, in_hand])
        assert (late / "out/piece").exists()
    assert not forgotten.exists()


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root gives files away")
def test_what_is_somebody_elses_stays(temporary):
    with room_of("theirs", lambda: True) as room:
        pass
    for path in (room / "lock", room):
        os.utime(path, (0, 0))
        os.chown(path, 12345, 12345)
    sweep(temporary)
    assert list(temporary.iterdir()) == [room]
