"""Parts that a run has left beside a result: gone once it is known to be done, and never while they are of use."""

import os

import pytest

from graycolor.files.lock import locked_file
from graycolor.film.output.leftovers import clear_parts, is_finished
from graycolor.film.output.segments import LOCK, parts_folder


@pytest.fixture
def left(tmp_path):
    """A result made at second 100, and its parts of some second."""

    def made(seconds):
        target = tmp_path / "a-color.mp4"
        target.write_bytes(b"film")
        os.utime(target, (100, 100))
        folder = parts_folder(target)
        folder.mkdir()
        (folder / LOCK).touch()
        (folder / "000000.packets").write_bytes(b"part")
        os.utime(folder / "000000.packets", (seconds, seconds))
        return target

    return made


def test_parts_of_before_the_result_go(left):
    target = left(99)
    assert is_finished(target)
    clear_parts(target)
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    assert not is_finished(target)
    clear_parts(target)


def test_parts_of_after_the_result_stay(left):
    target = left(101)
    assert not is_finished(target)
    clear_parts(target)
    assert (parts_folder(target) / "000000.packets").exists()


def test_parts_without_a_result_stay(left):
    target = left(99)
    target.unlink()
    assert not is_finished(target)
    clear_parts(target)
    assert (parts_folder(target) / "000000.packets").exists()


def test_parts_that_a_run_is_at_work_with_stay(left):
    target = left(99)
    with locked_file(parts_folder(target) / LOCK, "busy"):
        clear_parts(target)
        assert (parts_folder(target) / "000000.packets").exists()
