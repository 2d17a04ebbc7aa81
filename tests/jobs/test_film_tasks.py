"""Films as tasks: whoever does them, in whatever order and however often, the result is that of one machine."""

import random
from collections import deque
from dataclasses import replace

import av
import pytest

from film_clips import make_shots
from graycolor.colorizer import ColorizeSettings
from graycolor.errors import GraycolorError, InputError, OutputError
from graycolor.files import Job
from graycolor.film.job.user_hints import FilmHint
from graycolor.film.output.encode import EncodeSettings
from graycolor.film.output.segments import Scratch, parts_folder
from graycolor.jobs.film_plan import FilmOptions, plan_film
from graycolor.jobs.film_program import FilmProgram
from graycolor.jobs.film_tasks import FilmTasks, FilmWorker
from graycolor.jobs.films import color_film

OPTIONS = FilmOptions(ColorizeSettings(size=64), encode=EncodeSettings(lossless=True))
SHOTS = [7, 40, 5, 90, 12, 30]


def coded(path):
    """Time and bytes of every packet: Matroska writes a number of its own into each file."""
    with av.open(str(path)) as film:
        return [(packet.pts, bytes(packet)) for packet in film.demux() if packet.pts is not None]


class Telling:
    def __init__(self, key, value=None, error=None, last=True):
        self.key, self.value, self.error, self.last = key, value, error, last


class Hands:
    """Two hands in one process, which do tasks piecemeal, in any order, and drop some half-way to begin them again.

    Attributes:
        worked: methods that were begun.
    """

    size = 2

    def __init__(self, worker, *, dropped=0.0, seed=0):
        self._worker, self._dropped, self._random = worker, dropped, random.Random(seed)
        self._new, self._running = deque(), []
        self.worked = []

    @property
    def waiting(self):
        return len(self._new)

    def put(self, key, method, *arguments):
        self._new.append((key, method, arguments))

    def forget(self, unwanted):
        before = len(self._new)
        self._new = deque(task for task in self._new if not unwanted(task[0]))
        return before - len(self._new)

    def take(self):
        while self._new and len(self._running) < self.size:
            self._begin(self._new.popleft())
        at_work = self._random.choice(self._running)
        task, telling = at_work
        if self._random.random() < self._dropped:
            self._running.remove(at_work)
            telling.close()
            self._begin(task)
            return self.take()
        try:
            return Telling(task[0], next(telling), last=False)
        except StopIteration:
            self._running.remove(at_work)
            return Telling(task[0])
        except GraycolorError as error:
            self._running.remove(at_work)
            return Telling(task[0], error=error)

    def _begin(self, task):
        self.worked.append(task[1])
        self._running.append((task, getattr(self._worker, task[1])(*task[2])))


@pytest.fixture
def planned(tmp_path):
    """A function that plans a film with shots."""

    def plan(name="old.mp4", target="new.mkv", shots=SHOTS, options=OPTIONS, codec="libx264"):
        source = tmp_path / name
        if not source.exists():
            make_shots(source, shots, codec=codec)
        return plan_film(Job(source, tmp_path / target), options)

    return plan


@pytest.fixture
def by_many(colorizer):
    """A function that colors films by many."""

    def run(*plans, options=OPTIONS, **hands):
        at_work = Hands(FilmWorker(colorizer, options), **hands)
        told = []
        outcomes = list(FilmProgram(at_work, plans, options).outcomes(told.append))
        return outcomes, told, at_work.worked

    return run


def test_the_result_is_that_of_one_machine_though_tasks_are_dropped_and_begun_again(planned, by_many, colorizer):
    one = color_film(planned(target="one.mkv"), colorizer, OPTIONS)
    (many,), told, worked = by_many(planned(), dropped=0.15)

    assert coded(many.plan.job.target) == coded(one.plan.job.target)
    assert (many.frames, many.size, many.notes, many.look) == (one.frames, one.size, one.notes, one.look)
    assert many.shots == one.shots
    assert worked.count("color") >= 3
    assert (told[-1].done, told[-1].total) == (sum(SHOTS), sum(SHOTS))
    assert not parts_folder(many.plan.job.target).exists()


def test_several_films_are_told_in_order_and_one_that_fails_costs_no_other(planned, by_many, tmp_path):
    plans = [planned("a.mp4", "a.mkv"), planned("b.mp4", "b.mkv"), planned("c.mp4", "c.mkv", [9, 9])]
    plans[1].job.source.write_bytes(b"gone bad since")
    outcomes, _, _ = by_many(*plans)

    assert isinstance(outcomes[1], GraycolorError)
    assert "b.mp4" in str(outcomes[1])
    assert [outcomes[number].plan.job.target.name for number in (0, 2)] == ["a.mkv", "c.mkv"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mkv", "a.mp4", "b.mp4", "c.mkv", "c.mp4"]


def begun_on_one_machine(plan, colorizer, count):
    """Stop after so many segments, as a killed run would."""
    told = []

    def stop(progress):
        if len(list(parts_folder(plan.job.target).glob("[0-9]*.json"))) >= count:
            told.append(progress)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        color_film(plan, colorizer, OPTIONS, stop)


def begun_by_many(plan, colorizer, skipped):
    """Color all stretches but some, as a killed run would."""
    worker, film = FilmWorker(colorizer, OPTIONS), FilmTasks(plan, OPTIONS)
    tasks, colored = deque(film.begin()), 0
    while tasks:
        task = tasks.popleft()
        if task.method == "color":
            colored += 1
            if colored - 1 in skipped:
                continue
        for said in getattr(worker, task.method)(*task.arguments):
            tasks += film.tell(task, said)
        tasks += film.end()
    film.close()
    assert colored > max(skipped)


def test_what_one_machine_has_begun_is_gone_on_with_by_many(planned, by_many, colorizer):
    one = color_film(planned(target="one.mkv"), colorizer, OPTIONS)
    begun_on_one_machine(planned(), colorizer, 3)
    (many,), told, _ = by_many(planned())

    assert coded(many.plan.job.target) == coded(one.plan.job.target)
    assert told[-1].earlier > 0


@pytest.mark.parametrize("skipped", [{0}, {1, 2}])
def test_what_was_begun_by_many_is_gone_on_with_by_either(planned, by_many, colorizer, skipped):
    one = color_film(planned(target="one.mkv"), colorizer, OPTIONS)
    for target in ("new.mkv", "alone.mkv"):
        begun_by_many(planned(target=target), colorizer, skipped)
    (many,), told, worked = by_many(planned())
    alone = color_film(planned(target="alone.mkv"), colorizer, OPTIONS)

    assert coded(many.plan.job.target) == coded(one.plan.job.target)
    assert coded(alone.plan.job.target) == coded(one.plan.job.target)
    assert worked.count("color") <= len(skipped)
    assert told[-1].earlier > 0


@pytest.mark.parametrize(
    ("name", "codec", "change"),
    [
        ("old.avi", "mpeg4", {}),
        ("old.mp4", "libx264", {"hints": (FilmHint.parse("60:50%,50%,#aa3322"),)}),
        ("cut.mkv", "libx264", {}),
    ],
)
def test_a_film_that_cannot_be_divided_is_colored_as_a_whole(planned, by_many, colorizer, name, codec, change):
    options = replace(OPTIONS, **change)
    source = planned(name, codec=codec, options=options).job.source
    if name == "cut.mkv":
        data = bytearray(source.read_bytes())
        data[len(data) // 2 : len(data) // 2 + 300] = bytes(300)
        source.write_bytes(data)
    one = color_film(planned(name, "one.mkv", options=options), colorizer, options)
    dropped = 0.0 if name == "cut.mkv" else 0.1  # where a stop falls into damage, what comes out depends on it
    (many,), _, worked = by_many(planned(name, options=options), options=options, dropped=dropped)

    assert coded(many.plan.job.target) == coded(one.plan.job.target)
    assert many.notes == one.notes
    assert ("look" in worked) == (name == "cut.mkv")


def test_a_part_of_a_film_is_that_of_one_machine(planned, by_many, colorizer):
    options = replace(OPTIONS, start=5.0, frames=100)
    one = color_film(planned(target="one.mkv", options=options), colorizer, options)
    (many,), _, _ = by_many(planned(options=options), options=options)

    assert many.frames == one.frames == 100
    assert coded(many.plan.job.target) == coded(one.plan.job.target)


def test_a_film_that_another_run_is_at_is_left_to_it(planned, by_many):
    plan = planned(shots=[9, 9])
    with Scratch(plan.job.target, {}, resume=True):
        (outcome,), _, _ = by_many(plan)

    assert isinstance(outcome, OutputError)
    assert "Another run is at work" in str(outcome)


def test_a_film_that_changes_meanwhile_is_no_silent_mixture(planned, colorizer):
    plan = planned()
    worker = FilmWorker(colorizer, OPTIONS)
    parts_folder(plan.job.target).mkdir()
    first = next(worker.look(plan, ()))
    with pytest.raises(InputError, match="has changed"):
        list(worker.color(plan, [replace(first, frames=first.frames + 1)], 0))


def test_a_segment_that_is_missing_at_the_end_is_told(planned, colorizer):
    plan = planned()
    parts_folder(plan.job.target).mkdir()
    with pytest.raises(OutputError, match="are gone"):
        list(FilmWorker(colorizer, OPTIONS).join(plan))
