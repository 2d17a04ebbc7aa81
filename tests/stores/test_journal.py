"""What a run knows of earlier ones, whenever these were stopped."""

import pytest

from graycolor.errors import BusyError, ExistsError, OutputError
from graycolor.stores.address import Address
from graycolor.stores.destination import Bucket, Folder
from graycolor.stores.journal import Journal, Made, State

MADE = Made("a/x-color.jpg", "10-etag", "settings")
EMPTY = State((-1,), ("",))
THERE = State((5,), ("5-new",))


def nothing():
    return ""


@pytest.fixture(params=["folder", "store"])
def place(request, tmp_path, memory):
    """Opens the journal of one place anew."""
    if request.param == "folder":
        return lambda: Journal(Folder(tmp_path, ()))
    return lambda: Journal(Bucket(Address("memory://box/out"), ()))


def test_what_was_planned_and_lies_there_is_done_though_the_run_was_killed(place):
    place().plan([(MADE, EMPTY)])

    assert place().recognizes(MADE, THERE, nothing)
    assert not place().recognizes(MADE, EMPTY, nothing)
    assert not place().recognizes(MADE._replace(content="11-other"), THERE, nothing)
    assert not place().recognizes(MADE._replace(settings="others"), THERE, nothing)
    assert not place().recognizes(MADE._replace(name="b.jpg"), THERE, nothing)


def test_what_lay_there_before_a_killed_run_is_not_its_result(place):
    place().plan([(MADE, State((5,), ("5-old",)))])

    assert not place().recognizes(MADE, State((5,), ("5-old",)), nothing)
    assert place().recognizes(MADE, THERE, nothing)


def test_all_variants_have_to_be_new(place):
    place().plan([(MADE, State((5, 6), ("one", "two")))])

    assert not place().recognizes(MADE, State((5, 6), ("new", "two")), nothing)
    assert not place().recognizes(MADE, State((5, -1), ("new", "")), nothing)
    assert place().recognizes(MADE, State((5, 6), ("new", "newer")), nothing)


def test_a_copied_source_is_known_by_its_hash(place):
    journal = place()
    journal.plan([(MADE, EMPTY)])
    journal.done(MADE, (5,), "abc")
    journal.write()
    touched = MADE._replace(content="10-later")

    assert place().recognizes(touched, THERE, lambda: "abc")
    assert not place().recognizes(touched, THERE, lambda: "abx")
    assert not place().recognizes(touched, THERE, nothing)


def test_a_result_that_somebody_has_changed_is_not_recognized(place):
    journal = place()
    journal.plan([(MADE, EMPTY)])
    journal.done(MADE, (5,), "abc")
    journal.write()

    assert not place().recognizes(MADE, State((6,), ("6-edited",)), nothing)
    assert not place().began(MADE, State((6,), ("6-edited",)))
    assert place().began(MADE, EMPTY)


@pytest.mark.parametrize("quicker", [ExistsError("It is there."), BusyError("Another run is at work.")])
def test_what_another_run_has_done_is_known_though_this_one_found_it_taken(place, quicker):
    one, other = place(), place()
    one.plan([(MADE, EMPTY)])
    other.plan([(MADE, EMPTY)])
    other.failed(MADE, quicker)
    other.write()
    one.done(MADE, (5,), "abc")
    one.write()

    assert place().recognizes(MADE, THERE, nothing)
    assert not place().recognizes(MADE, State((6,), ("6-edited",)), nothing)


def test_what_another_run_has_begun_is_unknown_where_this_one_found_a_file(place):
    place().plan([(MADE, EMPTY)])
    last = place()
    last.plan([(MADE, EMPTY)])
    last.failed(MADE, ExistsError("It is there."))
    last.write()

    assert not place().recognizes(MADE, THERE, nothing)


def test_what_failed_is_forgotten(place):
    journal = place()
    journal.plan([(MADE, EMPTY)])
    journal.failed(MADE, OutputError("The disk is full."))
    journal.write()

    assert not place().recognizes(MADE, THERE, nothing)
    assert not place().began(MADE, EMPTY)


def test_many_lines_are_many_files_and_all_are_read(place):
    planned = [(MADE._replace(name=f"{number}.jpg"), EMPTY) for number in range(2500)]
    place().plan(planned)

    assert all(place().recognizes(made, THERE, nothing) for made, _ in planned[::500])


def test_lines_that_are_none_are_nothing(tmp_path):
    Journal(Folder(tmp_path, ())).plan([(MADE, EMPTY)])
    (file,) = (tmp_path / ".graycolor").iterdir()
    file.write_bytes(b'nonsense\n{"result": 3}\n\xff\n' + file.read_bytes() + b'{"result": "a')

    assert Journal(Folder(tmp_path, ())).recognizes(MADE, THERE, nothing)
