"""Folders of films on their way: found again while they are of use, one run at a time, and nobody else's."""

import sys
from pathlib import Path

import pytest

from graycolor.errors import OutputError
from graycolor.stores.scratch import room_of


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
