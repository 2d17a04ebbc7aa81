"""Marks: what is done lies there, what cannot be done says so, and nobody's result is replaced unasked."""

import json
import threading

import pytest
from PIL import Image

from boxes import command, named, opened, until
from graycolor.errors import InputError
from graycolor.web.shoebox.entry import DONE, LEFT_ALONE, TO_LOOK_AT, UNMARKED
from graycolor.web.shoebox.making import is_graycolors
from graycolor.web.shoebox.marking import KEEP, REPLACE
from graycolor.web.states import FAILED, IN_COLOR, READY
from graycolor.web.studio import Studio


@pytest.fixture
def in_color(folder, draw):
    """A photograph of the folder that is in color already."""
    Image.merge("RGB", [Image.fromarray(draw(90, 120, seed)) for seed in (5, 6, 7)]).save(folder / "print.png")
    return "print.png"


def settings_of(folder):
    return sorted(path.name for path in folder.glob("*.graycolor.json"))


def settled(entry):
    until(lambda: not entry.is_making and not entry.wants_result)


def looked_at(box):
    until(lambda: all(entry.pictured or entry.state == FAILED for entry in box.entries()))
    for entry in box.entries():
        entry.confidence = 0.9  # the drawn ones leave the network in doubt


def test_what_the_command_would_make_again_is_done_as_it_is(folder, colorizer, tmp_path):
    command(folder)
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.glob("*-color.jpg")}
    with opened(folder, colorizer, tmp_path) as box:
        looked_at(box)
        box.marking.mark_rest()
        for entry in box.entries():
            settled(entry)

        assert [(entry.mark, entry.trouble) for entry in box.entries()] == [(DONE, "")] * 2
    after = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.glob("*-color.jpg")}
    assert after == before
    assert len(before) == 2
    assert settings_of(folder) == ["old-color.jpg.graycolor.json", "sea-color.jpg.graycolor.json"]


def test_another_result_of_graycolors_is_replaced_only_when_somebody_says_so(folder, colorizer, tmp_path):
    command(folder / "old.jpg", "--saturation", "1.5")
    result = folder / "old-color.jpg"
    before = result.read_bytes()
    with opened(folder, colorizer, tmp_path) as box:
        looked_at(box)
        entry = named(box, "old.jpg")
        box.marking.mark(entry, TO_LOOK_AT)
        box.marking.mark(entry, DONE)
        settled(entry)
        assert (entry.mark, entry.is_done, entry.offers) == (TO_LOOK_AT, False, True)
        assert "old-color.jpg is already there: graycolor made it" in entry.trouble
        assert entry.told()["mark"] == TO_LOOK_AT
        assert result.read_bytes() == before

        box.marking.mark(entry, DONE, replace=True)
        settled(entry)
        assert (entry.mark, entry.trouble, entry.offers) == (DONE, "", False)
        assert result.read_bytes() != before


@pytest.mark.parametrize("marked", [True, False])
def test_a_refusal_leaves_no_settings_and_no_mark(folder, colorizer, tmp_path, marked):
    if marked:
        command(folder / "old.jpg", "--saturation", "1.5")
    else:
        Image.new("RGB", (60, 40), (160, 60, 40)).save(folder / "old-color.jpg")
    before = (folder / "old-color.jpg").read_bytes()
    with opened(folder, colorizer, tmp_path) as box:
        looked_at(box)
        entry = named(box, "old.jpg")
        box.marking.mark(entry, DONE, replace=not marked)
        assert not entry.is_done
        settled(entry)
        assert (entry.mark, entry.offers) == (UNMARKED, marked)
        assert entry.trouble
        assert entry not in box.marking.rest()
    assert settings_of(folder) == []
    assert (folder / "old-color.jpg").read_bytes() == before
    with opened(folder, colorizer, tmp_path) as box:
        assert named(box, "old.jpg").mark == UNMARKED


def test_an_older_result_can_be_kept_and_is_remembered_while_it_stays_the_same(folder, colorizer, tmp_path):
    command(folder, "--saturation", "1.5")
    before = (folder / "old-color.jpg").read_bytes()
    with opened(folder, colorizer, tmp_path) as box:
        looked_at(box)
        box.marking.mark_rest(KEEP)
        assert all(entry.is_done for entry in box.entries())
    assert settings_of(folder) == []
    (folder / "sea-color.jpg").write_bytes(b"another one")
    with opened(folder, colorizer, tmp_path) as box:
        assert (named(box, "old.jpg").mark, named(box, "sea.jpg").mark) == (DONE, UNMARKED)
        assert not named(box, "old.jpg").wants_result
        photo = box.open(named(box, "old.jpg"))
        photo.history.say(photo.history.now.saying(saturation=0.5))
        assert not named(box, "old.jpg").is_done
    assert (folder / "old-color.jpg").read_bytes() == before
    with opened(folder, colorizer, tmp_path) as box:
        assert (named(box, "old.jpg").mark, named(box, "old.jpg").wishes.colors.saturation) == (UNMARKED, 0.5)


def test_all_older_results_are_replaced_together_but_never_a_strangers(folder, colorizer, tmp_path):
    command(folder, "--saturation", "1.5")
    (folder / "sea-color.jpg").write_bytes(b"retouched")
    before = (folder / "old-color.jpg").read_bytes()
    with opened(folder, colorizer, tmp_path) as box:
        looked_at(box)
        box.marking.mark_rest(REPLACE)
        for entry in box.entries():
            settled(entry)
        assert (named(box, "old.jpg").is_done, named(box, "sea.jpg").is_done) == (True, False)
    assert (folder / "old-color.jpg").read_bytes() != before
    assert (folder / "sea-color.jpg").read_bytes() == b"retouched"
    assert settings_of(folder) == ["old-color.jpg.graycolor.json"]


@pytest.fixture
def undoable(folder, in_color):
    """Names of pictures of which there can be no result, with the state that says why."""
    (folder / "torn.jpg").write_bytes(b"\xff\xd8 no picture")
    return {"torn.jpg": FAILED, in_color: IN_COLOR}


def test_what_cannot_be_done_says_why_and_nothing_is_written(folder, colorizer, tmp_path, undoable):
    with opened(folder, colorizer, tmp_path) as box:
        looked_at(box)
        for name, state in undoable.items():
            entry = named(box, name)
            with pytest.raises(InputError, match=r"nothing (is written|to write)"):
                box.marking.mark(entry, DONE)
            assert entry.state == state
            assert (entry.mark, entry.told()["mark"]) == (UNMARKED, "")
    assert settings_of(folder) == []
    assert not list(folder.glob("*-color*"))


def test_what_turns_out_not_to_be_doable_says_why_and_nothing_is_written(folder, colorizer, tmp_path, undoable):
    may_begin = threading.Event()
    with opened(folder, colorizer, tmp_path, studio=Studio(lambda: may_begin.wait(60) and colorizer)) as box:
        entries = [named(box, name) for name in undoable]
        for entry in entries:
            box.marking.mark(entry, DONE)
        may_begin.set()
        for entry in entries:
            until(lambda entry=entry: not entry.is_making)
            assert entry.trouble
            assert str(folder) not in entry.trouble
            assert (entry.mark, entry.told()["mark"]) == (UNMARKED, "")
    assert settings_of(folder) == []
    assert not list(folder.glob("*-color*"))


def test_what_is_in_color_is_done_when_somebody_wants_it_colored_by_its_light(folder, colorizer, tmp_path, in_color):
    studio = Studio(lambda: colorizer)
    with opened(folder, colorizer, tmp_path, studio=studio) as box:
        looked_at(box)
        entry = named(box, in_color)
        photo = box.open(entry)
        photo.history.say(photo.history.now.saying(input="gray"))
        photo.begin(studio)
        until(lambda: photo.state == READY)
        box.changes(-1)
        box.marking.mark(entry, DONE)
        settled(entry)
        assert entry.is_done
        photo.history.undo()
        with pytest.raises(Exception, match="colors of its own"):
            photo.ask(studio).result(60)
        assert photo.state == IN_COLOR
        photo.history.redo()
        photo.ask(studio).result(60)
        assert photo.state == READY
    assert (folder / "print-color.png").exists()


def test_it_is_said_what_was_written_and_what_stays(folder, colorizer, tmp_path):
    with opened(folder, colorizer, tmp_path) as box:
        looked_at(box)
        entry = named(box, "old.jpg")
        box.marking.mark(entry, DONE)
        settled(entry)
        assert entry.news == "Written: old-color.jpg, beside the photograph."
        box.marking.mark(entry, UNMARKED)
        assert "The result stays: old-color.jpg and old-color.jpg.graycolor.json; delete them" in entry.news
        (folder / "old-color.jpg").unlink()
        box.marking.mark(entry, DONE)
        settled(entry)
        assert (folder / "old-color.jpg").exists()
        box.marking.mark(entry, LEFT_ALONE)
        box.marking.mark(entry, DONE)
        assert entry.news == "Written already: old-color.jpg, beside the photograph."
    assert json.loads((folder / "old-color.jpg.graycolor.json").read_text("utf-8"))["shoebox"]["mark"] == DONE


def test_who_takes_away_a_mark_that_was_not_there_writes_nothing(folder, colorizer, tmp_path):
    with opened(folder, colorizer, tmp_path) as box:
        box.marking.mark(named(box, "old.jpg"), UNMARKED)
    assert settings_of(folder) == []


def test_folders_that_were_not_looked_into_are_told(folder, colorizer, tmp_path, jpeg):
    for name in ("summer", "winter", ".hidden"):
        (folder / name).mkdir()
    (folder / "summer" / "lake.jpg").write_bytes(jpeg())
    with opened(folder, colorizer, tmp_path) as box:
        assert box.sentence.startswith("2 folders in it were not looked into; start graycolor web with --recursive")
    with opened(folder, colorizer, tmp_path, recursive=True) as box:
        assert box.sentence == ""
        assert len(box.entries()) == 3


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif", "gif", "avif", "jp2", "ppm"])
def test_graycolor_knows_its_results_again(tmp_path, draw, suffix):
    Image.fromarray(draw(40, 60)).save(tmp_path / f"old.{suffix}")
    command(tmp_path / f"old.{suffix}")

    assert is_graycolors(tmp_path / f"old-color.{suffix}")
    assert not is_graycolors(tmp_path / f"old.{suffix}")
    (tmp_path / "link").symlink_to(tmp_path / f"old-color.{suffix}")
    assert not is_graycolors(tmp_path / "link")
