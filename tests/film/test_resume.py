"""A run that is stopped goes on, and ends with the frames of one that was not."""

import json
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from fractions import Fraction

import av
import numpy as np
import pytest

from film_clips import Clip, make, plane
from graycolor.colorizer import ColorizeSettings
from graycolor.errors import OutputError
from graycolor.files import Job
from graycolor.files.disk import size_told
from graycolor.film.job.segment_feed import SegmentFeed
from graycolor.film.output.encode import EncodeSettings
from graycolor.film.output.segments import Scratch, Segment, check_space
from graycolor.film.source.frames import reader_of
from graycolor.film.source.probe import probe
from graycolor.film.steadiness.shots import stepped
from graycolor.film.steadiness.steady import SteadySettings
from graycolor.jobs import films
from graycolor.jobs.film_estimate import estimate
from graycolor.jobs.film_notes import space_notes
from graycolor.jobs.film_plan import FilmOptions, plan_film
from graycolor.jobs.films import color_film

SLOW = {"size": (64, 48), "rate": 1, "frames": 90, "options": {"g": "5"}}  # a second a frame: segments of few frames


def pictures(path):
    with av.open(str(path)) as film:
        return [
            (frame.pts * frame.time_base, *(plane(frame, number) for number in range(3)))
            for frame in film.decode(video=0)
        ]


def differences(one, other):
    """Number, time and greatest difference of each plane, for every frame that is not the same in both."""
    assert len(one) == len(other)
    return [
        (number, a[0] - b[0], *(int(np.abs(x.astype(int) - y).max()) for x, y in zip(a[1:], b[1:], strict=True)))
        for number, (a, b) in enumerate(zip(one, other, strict=True))
        if a[0] != b[0] or not all(np.array_equal(x, y) for x, y in zip(a[1:], b[1:], strict=True))
    ]


def parts(folder):
    return sorted(folder.glob(".graycolor-*.parts/*.json"))


@pytest.mark.parametrize("container", ["mp4", "avi"])
def test_a_killed_run_goes_on_and_ends_with_the_same_frames(tmp_path, container):
    clip = Clip("mpeg4", time_base=Fraction(1, 1), **SLOW) if container == "avi" else Clip(**SLOW)
    source = make(tmp_path / f"old.{container}", clip)
    # Lossless: x264 gives the same frames of this size other bytes once in some hundred times.
    command = [
        sys.executable,
        "-m",
        "graycolor",
        "video",
        source.name,
        "--lossless",
        "--threads",
        "1",
        "--size",
        "64",
        "-o",
    ]
    whole = subprocess.run([*command, "whole.mkv", "--json"], cwd=tmp_path, check=True, capture_output=True, text=True)
    command.append("killed.mkv")
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL)
    while len(parts(tmp_path)) < 2 and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    finished = len(parts(tmp_path)) - 1
    assert not (tmp_path / "killed.mkv").exists()
    (tmp_path / ".graycolor-killed.mkv.parts/000007.part").write_bytes(b"half a segment")
    done = subprocess.run([*command, "--json"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert finished >= 1
    assert done.returncode == 0, done.stderr
    assert "going on after frame" in done.stderr
    assert differences(pictures(tmp_path / "killed.mkv"), pictures(tmp_path / "whole.mkv")) == [], done.stderr
    told, of_the_whole = json.loads(done.stdout), json.loads(whole.stdout)
    assert told["shots"] == of_the_whole["shots"] >= 1
    assert told["doubtful"] == of_the_whole["doubtful"]
    assert not list(tmp_path.glob(".graycolor-*"))


def left_behind(target, identity, frames=9):
    """What a stopped run has left of a result."""
    with Scratch(target, identity, resume=True) as scratch:
        with scratch.create(0) as file:
            file.write(b"rubbish")
        scratch.commit(Segment(0, frames, 0, frames - 1, frames, frames, 7))
    return scratch.folder


@pytest.mark.parametrize("asked", [{"resume": False}, {"discard": True}])
def test_parts_of_other_settings_are_thrown_away_when_asked(tmp_path, colored, asked):
    source = make(tmp_path / "old.mp4", Clip(frames=20))
    folder = left_behind(tmp_path / "old-color.mp4", {"saturation": 0.5})

    assert colored(source, **asked).frames == 20
    assert not folder.exists()


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        ({"saturation": 1.0, "frames": None}, {"saturation": 0.8, "frames": 10}, "saturation 1.0, now 0.8; frames not"),
        ({"hints": ["a"], "size": None}, {"hints": [], "size": None}, "(hints)"),
        ({"codec": "hevc", "crf": "20"}, {"codec": "hevc", "crf": "18"}, "(crf 20, now 18)"),
    ],
)
def test_parts_of_other_settings_are_kept_and_named(tmp_path, before, now, words):
    target = tmp_path / "new.mp4"
    folder = left_behind(target, before)
    with pytest.raises(OutputError, match="9 frames made with other settings") as refused:
        Scratch(target, now, resume=True)

    assert words in str(refused.value)
    with Scratch(target, before, resume=True) as scratch:
        assert scratch.frames == 9
    assert folder.exists()


def test_an_estimate_says_what_is_done_and_refuses_other_settings(tmp_path, colorizer):
    source = make(tmp_path / "old.mp4", Clip(**SLOW))

    def stop(progress):
        if progress.kept:
            raise KeyboardInterrupt

    def prepared(saturation):
        options = FilmOptions(ColorizeSettings(saturation, size=64), encode=EncodeSettings(threads=1))
        return plan_film(Job(source, tmp_path / "new.mp4"), options), colorizer, options

    with pytest.raises(KeyboardInterrupt):
        color_film(*prepared(1.0), stop)

    assert 0 < estimate(*prepared(1.0)).done < 90
    with pytest.raises(OutputError, match=r"saturation 1\.0, now 0\.5"):
        estimate(*prepared(0.5))
    with pytest.raises(OutputError, match="--restart"):
        color_film(*prepared(0.5))
    assert color_film(*prepared(1.0)).frames == 90


@pytest.mark.parametrize("smoothing", [0, 0.5])
def test_a_stopped_run_leaves_no_thread_and_no_reader_at_work(tmp_path, colorizer, monkeypatch, smoothing):
    source, readers = make(tmp_path / "old.avi", Clip("ffv1", frames=60)), []

    def reader(*arguments, **more):
        readers.append(reader_of(*arguments, **more))
        return readers[-1]

    def stop(progress):
        if progress.done == 20:
            raise KeyboardInterrupt

    monkeypatch.setattr(films, "reader_of", reader)
    options = FilmOptions(ColorizeSettings(size=64), SteadySettings(smoothing=smoothing))
    others = set(threading.enumerate())  # other tests may have left theirs
    with pytest.raises(KeyboardInterrupt):
        color_film(plan_film(Job(source, tmp_path / "new.mkv"), options), colorizer, options, stop)

    left = set(threading.enumerate()) - others
    assert not [each.name for each in left if each.name.startswith("graycolor-")]
    # It ends at once, also where it would have to decode all frames before the wanted one.
    assert list(readers[0].frames(0)) == []


class Frame:
    def __init__(self, pts):
        self.pts = pts


def shown(count, cuts=()):
    """Frames a second apart with their steps, whose pictures change completely at `cuts`."""
    return stepped(pictured(count, cuts), lambda item: item[1])


def pictured(count, cuts):
    rng = np.random.default_rng(0)
    gray = rng.integers(0, 255, (36, 64), np.uint8)
    for pts in range(count):
        gray = rng.integers(0, 255, (36, 64), np.uint8) if pts in cuts else gray
        yield Frame(pts), gray


def segments(feed):
    found = []
    while not feed.exhausted:
        looked = len(list(feed.looks()))
        found.append((feed.first, feed.last, looked - feed.frames))
    return found


def test_segments_end_at_cuts_or_after_some_seconds():
    found = segments(SegmentFeed(shown(120, cuts=(3, 4, 11, 15, 60)), 1.0, None))

    at_cuts, within = [(0, 2), (3, 10), (11, 14)], [(15, 30), (31, 46)]
    assert [part[:2] for part in found][:5] == at_cuts + within
    assert [part[:2] for part in found][5:] == [(47, 59), (60, 75), (76, 91), (92, 107), (108, 119)]
    assert [part[2] for part in found] == [0, 0, 0, 29, 29, 32, 32, 44, 44, 48]  # before and behind, up to a cut


def test_segments_say_what_they_hold_of_each_shot():
    feed, found = SegmentFeed(shown(60, cuts=(3, 4, 30)), 1.0, None), []
    while not feed.exhausted:
        list(feed.looks())
        found.append([(part.first, part.frames, part.begins) for part in feed.segment(0).shots])

    assert found == [
        [(0, 3, True)],
        [(3, 1, True), (4, 15, True)],
        [(19, 11, False)],
        [(30, 16, True)],
        [(46, 14, False)],
    ]


def test_segments_are_the_same_when_begun_in_the_middle():
    whole = segments(SegmentFeed(shown(120, cuts=(3, 11, 15, 60)), 1.0, None))
    frames = [each for each in shown(120, cuts=(3, 11, 15, 60)) if each[0][0].pts >= 60]
    rest = segments(SegmentFeed(iter(frames), 1.0, 108))

    assert rest == whole[-1:]


def test_a_segment_tells_how_far_into_which_shot_the_next_begins():
    feed, found = SegmentFeed(shown(120, cuts=(3, 15, 60)), 1.0, None), []
    while not feed.exhausted:
        list(feed.looks())
        found.append(feed.segment(len(found)))
    frames = (each for each in shown(120, cuts=(3, 15, 60)) if each[0][0].pts >= found[3].lead)
    resumed = SegmentFeed(frames, 1.0, found[3].next, shot=found[3].shot, into=found[3].into)
    list(resumed.looks())

    assert [(each.next, each.shot, each.into) for each in found[:5]] == [
        (3, 3, 0),
        (15, 15, 0),
        (31, 15, 16),
        (47, 15, 32),
        (60, 60, 0),
    ]
    assert resumed.segment(4) == found[4]


def test_a_second_run_for_the_same_result_is_turned_away(tmp_path):
    with Scratch(tmp_path / "new.mp4", {}, resume=True), pytest.raises(OutputError, match="Another run"):
        Scratch(tmp_path / "new.mp4", {}, resume=True)
    with Scratch(tmp_path / "new.mp4", {}, resume=True) as scratch:
        assert not scratch.complete
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["[" * 100_000, '{"number": "0"}', "[]", "", '{"number": 0, "size": 1e999}'])
def test_a_damaged_note_of_a_segment_means_that_it_is_colored_again(tmp_path, text):
    with Scratch(tmp_path / "new.mp4", {"a": 1}, resume=True) as scratch:
        for number in range(2):
            scratch.create(number).close()
            scratch.commit(Segment(number, 100, 0, 99, 100, 100, 0))
    with Scratch(tmp_path / "new.mp4", {"a": 1}, resume=True) as scratch:
        assert len(scratch.segments) == 2
    next(scratch.folder.glob("*1.json")).write_text(text)
    with Scratch(tmp_path / "new.mp4", {"a": 1}, resume=True) as scratch:
        assert [segment.number for segment in scratch.segments] == [0]


def test_what_plainly_does_not_fit_is_refused_before_it_begins(tmp_path):
    film, job = probe(make(tmp_path / "old.mp4", Clip(frames=3))), Job(tmp_path / "old.mp4", tmp_path / "new.mkv")
    free = shutil.disk_usage(tmp_path).free
    of_a_frame = film.width * film.height * 3.2 / 8

    assert not list(space_notes(job, film, "ffv1", 1000))
    assert re.search(
        r"About \d\S* [GM]B will lie", next(space_notes(job, film, "ffv1", round(0.4 * free / of_a_frame)))
    )
    with pytest.raises(OutputError, match=r"needs about \d\S* GB until it is finished, and \d\S* [GM]B are free"):
        list(space_notes(job, film, "ffv1", round(2 * free / of_a_frame)))


def test_sizes_are_told_in_units_that_show_them():
    told = [size_told(each) for each in (0, 22_000, 1_240_000, 25_000_000, 3_210_000_000)]

    assert told == ["0 kB", "22 kB", "1.2 MB", "25 MB", "3.2 GB"]


def test_a_disk_that_will_not_do_is_found_out_early(tmp_path):
    free = shutil.disk_usage(tmp_path).free
    with Scratch(tmp_path / "new.mp4", {}, resume=True) as scratch:
        scratch.create(0).close()
        scratch.commit(Segment(0, 100, 0, 99, 100, 100, free // 1000))
        check_space(scratch, 1000, tmp_path / "new.mp4")
        with pytest.raises(OutputError, match="same command again"):
            check_space(scratch, 100_000, tmp_path / "new.mp4")
