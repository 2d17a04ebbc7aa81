"""A folder as a wall: what is said of it lies beside it, is found again, and makes the command's own bytes."""

import json
import os
import time

import pytest
from PIL import Image

from boxes import command, named, opened, until
from graycolor.errors import InputError, OutputError
from graycolor.guidance.hints import Hint
from graycolor.web.shoebox.admission import Admission
from graycolor.web.shoebox.box import Box
from graycolor.web.shoebox.entry import DONE, LEFT_ALONE, TO_LOOK_AT
from graycolor.web.states import READY, WAITING
from graycolor.web.studio import Studio

MARKED = {"d.jpg": DONE, "l.jpg": TO_LOOK_AT, "a.jpg": LEFT_ALONE}


def by_command(tmp_path, folder, name, settings):
    """What `graycolor colorize` makes of a photograph with the settings beside its result."""
    place = tmp_path / "by-command"
    command(folder / name, "--settings", settings, "-o", f"{place}/")
    return {path.name: path.read_bytes() for path in place.iterdir()}


def test_all_are_looked_at_and_those_before_somebodys_eyes_first(folder, colorizer, tmp_path, jpeg):
    for number in range(4):
        (folder / f"more-{number}.jpg").write_bytes(jpeg(60, 80, seed=number))
    with opened(folder, colorizer, tmp_path) as box:
        box.want([named(box, "sea.jpg").id])
        until(lambda: all(entry.state == READY for entry in box.entries()))
        seen = sorted(box.entries(), key=lambda entry: entry.version)

        assert "sea.jpg" in [entry.name for entry in seen[:3]]
        assert all(box.thumbnail(entry).startswith(b"\xff\xd8") for entry in seen)
        assert box.changes(box.version) == []
    assert sorted(path.name for path in folder.iterdir()) == [".graycolor", *sorted(entry.name for entry in seen)]


def test_what_was_seen_is_known_the_next_day_unless_it_changed(folder, colorizer, tmp_path, jpeg):
    with opened(folder, colorizer, tmp_path) as box:
        until(lambda: all(entry.pictured for entry in box.entries()))
        seen = {entry.name: entry.confidence for entry in box.entries()}
    (folder / "sea.jpg").write_bytes(jpeg(90, 120, seed=5))
    busy = Studio(lambda: time.sleep(1) or colorizer)
    with opened(folder, colorizer, tmp_path, studio=busy) as box:
        assert named(box, "old.jpg").confidence == pytest.approx(seen["old.jpg"], abs=1e-4)
        assert (named(box, "old.jpg").state, named(box, "sea.jpg").state) == (READY, WAITING)
        until(lambda: named(box, "sea.jpg").pictured)
        box.want([named(box, "old.jpg").id])
        until(lambda: named(box, "old.jpg").pictured)
    (folder / ".graycolor" / "wall.json").write_text('{"format": 1, "seen": 3')
    with opened(folder, colorizer, tmp_path) as box:
        until(lambda: named(box, "old.jpg").pictured)


def test_what_is_done_is_what_the_command_makes_and_is_found_again(folder, colorizer, tmp_path):
    old = (folder / "old.jpg").read_bytes()
    with opened(folder, colorizer, tmp_path) as box:
        entry = named(box, "old.jpg")
        photo = box.open(entry)
        hint = Hint("#a02030", ((80.0, 90.0),), percent=True)
        photo.history.say(photo.history.now.saying(hints=(hint,), saturation=1.3))
        box.marking.mark(entry, DONE)
        until(lambda: entry.made == entry.wishes.key)
        box.marking.mark(named(box, "sea.jpg"), TO_LOOK_AT)
    result = folder / "old-color.jpg"
    settings = folder / "old-color.jpg.graycolor.json"

    assert by_command(tmp_path, folder, "old.jpg", settings) == {result.name: result.read_bytes()}
    assert (folder / "old.jpg").read_bytes() == old
    assert not (folder / "sea-color.jpg").exists()
    with opened(folder, colorizer, tmp_path) as box:
        again = named(box, "old.jpg")
        assert (again.mark, again.wishes.hints) == (DONE, (hint,))
        assert named(box, "sea.jpg").mark == TO_LOOK_AT
        assert not again.is_making
        photo = box.open(again)
        photo.history.say(photo.history.now.saying(saturation=0.5))
        before = result.read_bytes()
        box.marking.settle(again)
        until(lambda: not again.wants_result)
        assert result.read_bytes() != before


def test_a_coloring_that_was_chosen_is_remembered(folder, colorizer, tmp_path):
    with opened(folder, colorizer, tmp_path) as box:
        entry = named(box, "old.jpg")
        photo = box.open(entry)
        photo.history.say(photo.history.now.choosing(1, 4))
        box.marking.mark(entry, DONE)
        until(lambda: not entry.wants_result)
    with opened(folder, colorizer, tmp_path) as box:
        assert named(box, "old.jpg").wishes.chosen == 1

    made = {path.name: path.read_bytes() for path in folder.glob("old-color-?.jpg")}
    assert len(made) == 2
    assert by_command(tmp_path, folder, "old.jpg", folder / "old-color.jpg.graycolor.json") == made


def test_what_is_not_ours_is_never_replaced(folder, colorizer, tmp_path):
    command(folder, "--save-settings")
    (folder / "sea-color.jpg").write_bytes(b"retouched by hand")
    later = time.time() + 60
    os.utime(folder / "sea-color.jpg", (later, later))
    with opened(folder, colorizer, tmp_path) as box:
        for name in ("old.jpg", "sea.jpg"):
            entry = named(box, name)
            photo = box.open(entry)
            photo.history.say(photo.history.now.saying(saturation=1.5))
            box.marking.mark(entry, DONE)
        until(lambda: named(box, "sea.jpg").trouble)
        until(lambda: not named(box, "old.jpg").wants_result)

        assert "sea-color.jpg is already there" in named(box, "sea.jpg").trouble
    assert (folder / "sea-color.jpg").read_bytes() == b"retouched by hand"
    assert json.loads((folder / "old-color.jpg.graycolor.json").read_text("utf-8"))["settings"]["saturation"] == 1.5


def test_links_and_settings_that_cannot_be_read_are_left_alone(folder, colorizer, tmp_path, jpeg):
    (tmp_path / "elsewhere.jpg").write_bytes(jpeg())
    (folder / "link.jpg").symlink_to(tmp_path / "elsewhere.jpg")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8 no picture")
    settings = folder / "sea-color.jpg.graycolor.json"
    settings.write_text("{}")
    with opened(folder, colorizer, tmp_path) as box:
        assert [entry.name for entry in box.entries()] == ["broken.jpg", "old.jpg", "sea.jpg"]
        assert "1 link" in box.sentence
        with pytest.raises(InputError, match=r"sea\.jpg cannot be marked\. In sea-color\.jpg\.graycolor"):
            box.marking.mark(named(box, "sea.jpg"), DONE)
        assert box.open(named(box, "sea.jpg")).state == "failed"
        until(lambda: named(box, "broken.jpg").state != WAITING)
        assert str(folder) not in named(box, "broken.jpg").sentence
        (folder / "old.jpg").unlink()
        (folder / "old.jpg").symlink_to(tmp_path / "elsewhere.jpg")
        named(box, "old.jpg").state = WAITING
        assert not box.is_fit(named(box, "old.jpg"))
        assert box.open(named(box, "old.jpg")).state == "failed"
    assert settings.read_text() == "{}"
    assert not list(folder.glob("old-color*"))


def test_a_photograph_to_follow_stays_with_the_folder(folder, colorizer, tmp_path):
    Image.new("RGB", (60, 40), (160, 60, 40)).save(tmp_path / "led.png")
    with opened(folder, colorizer, tmp_path) as box:
        photo = box.open(named(box, "old.jpg"))
        photo.history.say(box.taken(photo.history.now.saying(reference=tmp_path / "led.png")))
    (tmp_path / "led.png").unlink()
    with opened(folder, colorizer, tmp_path) as box:
        kept = named(box, "old.jpg").wishes.settings["reference"]

        assert kept.name == "led.png"
        assert kept.is_relative_to(folder)
        assert [entry.name for entry in box.entries()] == ["old.jpg", "sea.jpg"]


def test_one_folder_is_open_once(folder, colorizer, tmp_path):
    with opened(folder, colorizer, tmp_path), pytest.raises(OutputError, match="Another graycolor web"):
        Box(folder, Studio(lambda: colorizer), "", tmp_path / "second")


def test_what_has_come_and_gone_is_found(folder, colorizer, tmp_path, jpeg):
    with opened(folder, colorizer, tmp_path) as box:
        (folder / "sea.jpg").unlink()
        (folder / "new.jpg").write_bytes(jpeg(seed=3))
        until(lambda: not box._reader.is_alive())
        box.read_again()
        until(lambda: box.edition == 2)

        assert [entry.name for entry in box.entries()] == ["new.jpg", "old.jpg"]


class _Asked:
    def __init__(self, host, **headers):
        self.client = type("Client", (), {"host": host})()
        self.headers = headers


@pytest.mark.parametrize(
    ("asked", "shared", "sees"),
    [
        (_Asked("127.0.0.1"), False, True),
        (_Asked("::1"), False, True),
        (_Asked("127.0.0.1", **{"x-forwarded-for": "192.168.1.9"}), False, False),
        (_Asked("192.168.1.9"), False, False),
        (_Asked("192.168.1.9"), True, True),
        (_Asked("testclient"), False, False),
    ],
)
def test_who_sits_elsewhere_does_not_see_the_folder_unless_it_is_shared(asked, shared, sees):
    box = object()

    assert (Admission(box, shared).box_for(asked) is box) == sees
