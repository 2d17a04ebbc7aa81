"""The rooms behind the page: names, wishes, waiting."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from graycolor.bounds import UPLOAD_BYTES
from graycolor.colorizer import Colorizer
from graycolor.errors import BoundError, InputError, MissingInputError
from graycolor.guidance.hints import Hint
from graycolor.network import weights
from graycolor.network.bins import Bins
from graycolor.network.config import NetworkConfig
from graycolor.network.header import Header
from graycolor.web.address import is_own_name
from graycolor.web.photo import Photo
from graycolor.web.results import finish, saved_settings
from graycolor.web.studio import IDLE, LATER, NOW, Memory, Studio
from graycolor.web.uploads import plain_name, received
from graycolor.web.visits import Visits
from graycolor.web.wishes import History, Wishes, command_line, opened
from graycolor.web.wrong_passwords import FREE, WrongPasswords, told_wait


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("old.jpg", "old.jpg"),
        ("..%2F..%2Fetc%2Fpasswd", "passwd"),
        (r"C:\album\old.jpg", "old.jpg"),
        ("%00old%0A.jpg", r"_x00old_n.jpg"),
        (".hidden.jpg", "hidden.jpg"),
        ("..", "photograph"),
        ("con.jpg", "photograph-con.jpg"),
        ("Gro%C3%9Fmutter.jpg", "Großmutter.jpg"),
        (f"{'a' * 300}.jpg", f"{'a' * 116}.jpg"),
    ],
)
def test_a_name_is_never_a_path(said, name):
    assert plain_name(said) == name


@pytest.mark.parametrize(
    ("name", "bound", "own"),
    [
        ("localhost", "127.0.0.1", True),
        ("[::1]", "127.0.0.1", True),
        ("evil.example", "127.0.0.1", False),
        ("192.168.1.5", "127.0.0.1", False),
        ("192.168.1.5", "0.0.0.0", True),
        ("evil.example", "0.0.0.0", False),
        ("", "127.0.0.1", False),
    ],
)
def test_a_browser_asks_by_a_name_of_ours(name, bound, own):
    assert is_own_name(name, bound) == own


def test_who_guesses_passwords_waits_longer_every_time():
    now = 0.0
    wrong = WrongPasswords(lambda: now)
    for _ in range(FREE - 1):
        wrong.note("192.0.2.1")
    assert wrong.wait("192.0.2.1") == 0
    wrong.note("192.0.2.1")
    assert wrong.wait("192.0.2.1") == 60
    assert wrong.wait("192.0.2.2") == 0
    now = 61.0
    assert wrong.wait("192.0.2.1") == 0
    wrong.note("192.0.2.1")
    assert told_wait(wrong.wait("192.0.2.1")) == "Too many wrong passwords; try again in 2 minutes."
    wrong.forget("192.0.2.1")
    assert wrong.wait("192.0.2.1") == 0
    for number in range(FREE):
        wrong.note(f"2001:db8::{number}")
    assert wrong.wait("2001:db8::ffff") > 0
    assert wrong.wait("2001:db8:0:1::") == 0


def test_wishes_are_taken_back_and_said_again():
    history = History()
    strong = history.now.saying(saturation=1.5)
    history.say(strong)
    history.say(strong.saying(saturation=1.5))
    history.undo()

    assert history.now.key == Wishes().key
    assert history.can_redo
    history.redo()
    assert history.now is strong
    history.undo()
    history.say(Wishes().saying(denoise=True))
    assert not history.can_redo


def test_the_command_says_all_that_was_wished():
    wishes = Wishes({"hints": (Hint("#aa3322", ((12.5, 40.0),), percent=True),), "saturation": 1.2, "input": "gray"})

    line = command_line("-my photo.jpg", wishes.choosing(2, 5))

    assert line == (
        "graycolor colorize './-my photo.jpg' --saturation 1.2 --variants 3 --seed 5 --input gray "
        "--hint '12.5%,40%,#aa3322'"
    )
    assert command_line("old.jpg", Wishes()) == "graycolor colorize old.jpg"


def test_settings_that_were_brought_lead_to_no_file_of_this_machine(tmp_path, colorizer, draw):
    secret = tmp_path / "elsewhere" / "led.png"
    secret.parent.mkdir()
    Image.new("RGB", (60, 40), (160, 60, 40)).save(secret)
    Image.fromarray(draw(60, 80)).save(tmp_path / "old.png")
    from graycolor.web.photo import Photo

    studio, visits = Studio(lambda: colorizer), Visits()
    try:
        photo = Photo(tmp_path / "old.png", "old.png", History(Wishes({"reference": secret})))
        brought = saved_settings(photo, visits.of("anna"), studio).result()
        assert json.loads(brought.read_text("utf-8"))["settings"]["reference"]["file"] == str(secret)
        with pytest.raises(MissingInputError, match=r"led\.png"):
            opened(brought, {})
        assert opened(brought, {"led.png": secret}).settings["reference"] == secret
    finally:
        studio.close()
        visits.close()


def test_who_cannot_wait_comes_first_and_knows_how_many_are_before(colorizer):
    from threading import Event

    begun, go_on, order = Event(), Event(), []
    studio = Studio(lambda: colorizer)
    studio.submit(NOW, lambda _: (begun.set(), go_on.wait(30)))
    begun.wait(30)
    late = studio.submit(LATER, lambda _: order.append("late"))
    soon = studio.submit(NOW, lambda _: order.append("soon"))

    assert (studio.ahead_of(soon), studio.ahead_of(late)) == (1, 2)
    go_on.set()
    late.result(30)
    assert order == ["soon", "late"]
    studio.close()


def test_what_nobody_has_asked_for_keeps_no_film_waiting(colorizer):
    from threading import Event

    begun, go_on = Event(), Event()
    studio = Studio(lambda: colorizer)
    studio.submit(IDLE, lambda _: (begun.set(), go_on.wait(30)))
    begun.wait(30)
    studio.submit(IDLE, lambda _: None)
    assert not studio.busy
    studio.submit(LATER, lambda _: None)
    assert studio.busy
    go_on.set()
    studio.close()


def test_memory_forgets_the_oldest():
    memory, made = Memory(100), []
    for key in ("a", "b", "a", "c", "a", "b"):
        memory.of(key, lambda key=key: made.append(key) or key, lambda _: 45)

    assert made == ["a", "b", "c", "b"]


def test_a_visit_is_removed_when_all_have_left(tmp_path, monkeypatch):
    monkeypatch.setattr("graycolor.web.visits._GRACE", 0.0)
    visits = Visits()
    visit = visits.of("anna")
    visit.pages += 1
    visits.sweep()
    assert visits.known("anna") is visit
    with pytest.raises(BoundError):
        visit.room_for(100 * UPLOAD_BYTES)
    place = visit.place_for("old.jpg")
    place.write_bytes(b"x")
    told = visit.told(ValueError(f"{place} is broken."))
    visit.leave()
    visits.sweep()

    assert told == "old.jpg is broken."
    assert visits.known("anna") is None
    assert not place.exists()
    visits.close()
    assert not Path(visits.root).exists()


async def _chunks(*chunks):
    for chunk in chunks:
        yield chunk


def _arrived(upload):
    """The upload's outcome, in a thread of its own: Playwright's browser, once open, has this thread's event loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, upload).result(60)


def test_all_that_is_brought_counts_and_what_was_refused_does_not(monkeypatch):
    monkeypatch.setattr("graycolor.web.visits.VISIT_BYTES", 10)
    monkeypatch.setattr("graycolor.web.visits.VISIT_FILES", 2)
    visits = Visits()
    visit = visits.of("anna")
    reference = _arrived(received(_chunks(b"abc", b"de"), "uncle.jpg", -1, visit))
    for chunks in ((b"abc", b"defg"), (b"",)):
        with pytest.raises((BoundError, InputError)):
            _arrived(received(_chunks(*chunks), "more.jpg", -1, visit))

    assert (visit.files, visit.bytes) == (1, 5)
    assert list(visit.folder.rglob("*.jpg")) == [reference]
    _arrived(received(_chunks(b"abc"), "settings.json", -1, visit))
    with pytest.raises(BoundError, match="2 files are as many"):
        _arrived(received(_chunks(b"a"), "third.jpg", -1, visit))
    visits.close()


def test_a_result_names_the_weights_that_colored_it(tmp_path, jpeg):
    header = Header(NetworkConfig.tiny("cnn", "ab"), Bins.uniform(NetworkConfig.tiny("cnn", "ab").bin_step))
    weights.save(tmp_path / "own.safetensors", weights.build(header), header)
    colorizer = Colorizer(tmp_path / "own.safetensors")
    (tmp_path / "old.jpg").write_bytes(jpeg())
    visits = Visits()
    studio = Studio(lambda: colorizer)
    photo = Photo(tmp_path / "old.jpg", "old.jpg")
    result = finish(photo, visits.of("anna"), studio).result(60)

    assert colorizer.weights_hash[:16].encode() in result.read_bytes()
    studio.close()
    visits.close()
