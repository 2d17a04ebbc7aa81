"""Films behind the page: in lines of their own, after photographs, stopped, found again, and never lost."""

import threading
import time

import pytest
from PIL import Image

from film_clips import Clip, make
from graycolor.errors import BoundError, GraycolorError, UsageError
from graycolor.film.output.segments import parts_folder
from graycolor.guidance.hints import Hint
from graycolor.web.films.coloring import DONE, STOPPED
from graycolor.web.films.film import IN_COLOR, READY
from graycolor.web.films.film_room import FilmRoom
from graycolor.web.studio import NOW, Studio
from graycolor.web.visits import Visits


class Rooms:
    """A server's rooms without its page."""

    def __init__(self, colorizer):
        self.studio, self.visits = Studio(lambda: colorizer), Visits()
        self.films = FilmRoom(self.studio)
        self.visit = self.visits.of("anna")

    def open(self, path):
        """The film at a path, once it was looked at."""
        assert self.films.open_path(self.visit, str(path)) == []
        film = list(self.visit.films.values())[-1]
        wait(lambda: film.all_shots or film.state not in ("looking", READY))
        return film

    def close(self):
        told = self.films.close()
        self.studio.close()
        self.visits.close()
        return told


@pytest.fixture
def rooms(colorizer):
    rooms = Rooms(colorizer)
    yield rooms
    rooms.close()


def wait(until):
    ends = time.monotonic() + 60
    while not until():
        assert time.monotonic() < ends
        time.sleep(0.01)


def say_hint(film, color="#8a2f42"):
    photo = film.shots[0].photo
    photo.history.say(photo.history.now.saying(hints=(Hint(color, ((20.0, 30.0),), percent=True),)))
    film.version += 1


def test_what_was_said_and_finished_is_found_again_after_a_restart(rooms, colorizer, tmp_path):
    film = rooms.open(make(tmp_path / "long.mp4", Clip(frames=100, size=(64, 48), rate=1)))
    film.say(saturation=1.2, smoothing=0.6)
    say_hint(film)
    line = film.command_line()
    assert line == f"graycolor video {film.source} --saturation 1.2 --smoothing 0.6 --hint '64:20%,30%,#8a2f42'"
    rooms.films.color(film)
    wait(lambda: film.whole.progress is not None and film.whole.progress.done > 60)
    told, kept = rooms.films.close(), film.whole.kept
    assert told == [f"{film.source} is colored in part: {kept} frames. Open it again on the page to go on."]
    assert kept >= 16
    assert film.whole.state == STOPPED

    again = Rooms(colorizer)
    found = again.open(film.source)
    assert found.command_line() == line
    assert (found.whole.state, found.whole.kept, found.outdated(found.whole)) == (STOPPED, kept, False)
    earlier = []
    again.films.color(found)
    wait(lambda: found.whole.state == DONE or earlier.append(found.whole.progress))
    assert any(each is not None and each.earlier == kept for each in earlier)
    assert not parts_folder(found.whole.result).exists()
    again.close()


def test_a_film_waits_for_photographs_and_never_the_other_way_round(rooms, tmp_path):
    film = rooms.open(make(tmp_path / "old.mp4", Clip(frames=60)))
    begun, go_on = threading.Event(), threading.Event()
    rooms.films.color(film)
    wait(lambda: film.whole.progress is not None)
    photograph = rooms.studio.submit(NOW, lambda _: (begun.set(), go_on.wait(30)))
    begun.wait(30)
    wait(lambda: film.whole.waits_since)
    done = film.whole.progress.done
    time.sleep(0.2)

    assert film.whole.progress.done == done
    go_on.set()
    photograph.result(30)
    wait(lambda: film.whole.state == DONE)


def test_films_wait_for_one_another_and_previews_go_first(rooms, tmp_path):
    first, second = (rooms.open(make(tmp_path / f"{name}.mp4", Clip(frames=60))) for name in "ab")
    rooms.films.color(first)
    rooms.films.color(second)
    assert rooms.films.wholes.ahead_of(second.whole) == 1
    rooms.films.preview(second, None)
    rooms.films.stop(second)
    wait(lambda: second.preview.state == DONE)

    assert second.whole.state == STOPPED
    assert second.preview.result.name == "b-preview-color.mp4"
    assert second.preview.watched == second.preview.result
    wait(lambda: first.whole.state == DONE)
    assert not (tmp_path / "b-color.mp4").exists()


def test_a_visit_that_ends_leaves_local_films_and_results_where_they_are(rooms, tmp_path, monkeypatch):
    monkeypatch.setattr("graycolor.web.visits._GRACE", 0.0)
    film = rooms.open(make(tmp_path / "old.mp4", Clip(frames=40)))
    rooms.films.preview(film, 0.0)
    rooms.films.color(film)
    rooms.visits.sweep()
    assert rooms.visits.known("anna") is rooms.visit  # somebody will come back for it
    wait(lambda: film.whole.state == DONE)
    rooms.visits.sweep()

    assert rooms.visits.known("anna") is None
    wait(lambda: not film.folder.exists())
    assert film.source.exists()
    assert (tmp_path / "old-color.mp4").exists()


def test_a_visit_that_ends_takes_what_was_brought_with_it(rooms, tmp_path, monkeypatch):
    monkeypatch.setattr("graycolor.web.visits._GRACE", 0.0)
    brought = rooms.visit.place_for("old.mp4")
    make(brought, Clip(frames=200))
    rooms.visit.files += 1
    film = rooms.films.bring(rooms.visit, brought)
    wait(lambda: film.state == READY)
    rooms.films.color(film)
    wait(lambda: film.whole.progress is not None)
    rooms.visits.sweep()
    wait(lambda: not film.whole.going_on)

    assert film.whole.state == STOPPED
    assert film.whole.sentence == ""
    wait(lambda: not rooms.visit.folder.exists())


def test_what_is_said_on_a_shot_is_taken_back_there(rooms, tmp_path):
    film = rooms.open(make(tmp_path / "old.mp4", Clip()))
    shot, led = film.shots[0], tmp_path / "led.png"
    Image.new("RGB", (60, 40), (160, 60, 40)).save(led)
    for say in (lambda: film.say(saturation=1.5), lambda: setattr(shot, "reference", led)):
        say()
        shot.photo.history.say(film.wishes_of(shot))
    assert film.command_line().endswith("old.mp4 --saturation 1.5 --reference 6:led.png")
    shot.photo.history.undo()
    film.follow(shot)
    assert film.command_line().endswith("old.mp4 --saturation 1.5")
    shot.photo.history.undo()
    film.follow(shot)
    assert film.command_line().endswith("old.mp4")
    assert film.preview_options(0.0).references == ()


def test_paths_are_whole_and_for_those_who_sit_here(rooms, tmp_path):
    film = make(tmp_path / "old.mp4", Clip())
    make(tmp_path / "other.mp4", Clip())
    for said, sentence in (("", "Type the path"), ("old.mp4", "no whole path"), (f"{film}x", "There is no file")):
        with pytest.raises(GraycolorError, match=sentence.replace("no whole", "not a whole")):
            rooms.films.open_path(rooms.visit, said)
    assert rooms.films.open_path(rooms.visit, str(tmp_path)) == [film, tmp_path / "other.mp4"]
    rooms.visit.is_local = False
    with pytest.raises(UsageError, match="bring it here"):
        rooms.films.open_path(rooms.visit, str(film))


def test_a_visit_holds_so_many_films(rooms, tmp_path, monkeypatch):
    monkeypatch.setattr("graycolor.web.films.film_room.VISIT_FILMS", 1)
    film = rooms.open(make(tmp_path / "old.mp4", Clip(colored=True)))
    assert film.state == IN_COLOR
    with pytest.raises(BoundError, match="1 films"):
        rooms.open(film.source)
    rooms.films.remove(rooms.visit, film)
    assert rooms.visit.films == {}
    assert film.source.exists()
