import os

import pytest

from graycolor.files.arrivals import STILL_SECONDS, Arrivals


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def watched(tmp_path):
    clock = Clock()
    arrivals = Arrivals([tmp_path / "scans"], recursive=True, clock=clock)
    (tmp_path / "scans" / "box").mkdir(parents=True)

    def after(seconds):
        clock.now += seconds
        return [path.name for path in arrivals.whole()]

    return tmp_path / "scans", arrivals, after


def test_a_file_is_handed_on_once_and_only_when_it_has_stopped_growing(watched):
    folder, _, after = watched
    scan = folder / "box" / "a.jpg"
    scan.write_bytes(b"half")

    assert after(0) == []
    assert after(STILL_SECONDS / 2) == []
    scan.write_bytes(b"half and more")
    assert after(STILL_SECONDS) == []
    assert after(STILL_SECONDS) == ["a.jpg"]
    assert after(STILL_SECONDS) == []


def test_what_is_empty_hidden_ours_or_of_another_kind_is_not_handed_on(watched):
    folder, _, after = watched
    for name in ("empty.jpg", ".hidden.jpg", "a-color.jpg", "notes.txt"):
        (folder / name).write_bytes(b"" if name == "empty.jpg" else b"x")

    assert after(0) == after(STILL_SECONDS) == []


def test_a_file_that_changes_later_is_handed_on_again(watched):
    folder, _, after = watched
    (folder / "a.jpg").write_bytes(b"one")
    assert after(0) == []
    assert after(STILL_SECONDS) == ["a.jpg"]
    os.utime(folder / "a.jpg", (1, 1))
    assert after(0) == []
    assert after(STILL_SECONDS) == ["a.jpg"]


def test_a_folder_that_is_gone_is_waited_for(watched, tmp_path):
    folder, arrivals, after = watched
    folder.rename(tmp_path / "unplugged")

    assert after(1) == []
    assert arrivals.gone == [folder]
    (tmp_path / "unplugged").rename(folder)
    (folder / "a.jpg").write_bytes(b"x")
    assert after(1) == []
    assert after(STILL_SECONDS) == ["a.jpg"]
    assert arrivals.gone == []
