"""`graycolor video` as a user runs it: in a process of its own, on films made on the spot."""

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time

import av
import cv2
import numpy as np
import pytest

from film_clips import Clip, decoded, make, packets, plane
from film_frames import write_frames, write_sound
from interruptible import PYTHON


def run(*arguments, cwd, **options):
    command = [sys.executable, "-m", "graycolor", "video", *map(str, arguments), "--size", "64", "--threads", "1"]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, **options)


@pytest.fixture
def film(tmp_path):
    return make(tmp_path / "old.mp4", Clip(frames=30, sounds=("eng",)))


def leftovers(folder):
    return [path.name for path in folder.rglob("*") if "graycolor-" in path.name]


def test_a_film_comes_back_in_color(tmp_path, film):
    done = run(film.name, cwd=tmp_path)
    result = tmp_path / "old-color.mp4"

    assert done.returncode == 0, done.stderr
    assert "old-color.mp4  30 frames" in done.stdout
    assert done.stderr == ""
    assert packets(result) == packets(film)
    with av.open(str(result)) as colored:
        chroma = plane(next(colored.decode(video=0)), 1).astype(int) - 128
    assert np.abs(chroma).mean() > 1
    assert not leftovers(tmp_path)


def test_json_is_one_object_a_film(tmp_path, film):
    done = run(film.name, "missing.mp4", "--json", cwd=tmp_path)
    objects = {entry["input"]: entry for entry in map(json.loads, done.stdout.splitlines())}

    assert done.returncode == 1
    assert objects["old.mp4"]["frames"] == 30
    assert objects["old.mp4"]["output"] == "old-color.mp4"
    assert "no file" in objects["missing.mp4"]["error"]


def test_a_tree_is_mirrored_logged_and_gone_on_with(tmp_path):
    for folder in ("reels", "reels/1931"):
        (tmp_path / folder).mkdir()
        make(tmp_path / folder / "old.mp4", Clip(frames=5))
    (tmp_path / "reels/cut.mp4").write_bytes(b"no film")
    asked = ("reels", "-o", "out", "--recursive", "--skip-existing", "--log", "run.jsonl")
    first = run(*asked, cwd=tmp_path)
    (tmp_path / "out/1931/old-color.mp4").unlink()
    second = run(*asked, cwd=tmp_path)
    entries = [json.loads(line) for line in (tmp_path / "run.jsonl").read_text().splitlines()]
    results = ["out/1931/old-color.mp4", "out/old-color.mp4"]

    assert (first.returncode, second.returncode) == (1, 1)
    assert "1 film skipped, done already." in second.stderr
    assert [entry["output"] for entry in entries] == [None, *results, None, results[0]]
    assert entries[0]["input"] == "reels/cut.mp4"
    assert entries[1]["frames"] == 5
    assert entries[1]["settings"]["size"] == 64


def test_a_page_of_shots_is_written_where_asked(tmp_path, film):
    done = run(film.name, "missing.mp4", "--report", "look.html", "--json", cwd=tmp_path)
    objects = {entry["input"]: entry for entry in map(json.loads, done.stdout.splitlines())}
    page = (tmp_path / "look.html").read_text()
    (tmp_path / "mine.html").write_text("mine")
    refused = run(film.name, "--report", "mine.html", "--overwrite", cwd=tmp_path)

    assert objects["old.mp4"]["shots"] == 1
    assert "1 shot of 1 film colored" in page
    assert "missing.mp4" in page
    assert "graycolor video old.mp4 --size 64 --hint" in page
    assert refused.returncode == 1
    assert "no page of graycolor's about films" in refused.stderr
    assert (tmp_path / "mine.html").read_text() == "mine"


def test_results_are_replaced_or_left_alone_but_not_both(tmp_path, film):
    done = run(film.name, "--overwrite", "--skip-existing", cwd=tmp_path)

    assert done.returncode == 2
    assert "choose one of the two" in done.stderr


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(tmp_path, film):
    done = run(film.name, "--dry-run", "--codec", "hevc", cwd=tmp_path)

    assert done.returncode == 0
    assert "old-color.mp4" in done.stdout
    assert "h264 yuv420p -> hevc yuv420p" in done.stdout
    assert "about 30 frames in 1 shot," in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old.mp4"]


def test_a_preview_is_a_short_film_of_its_own_name(tmp_path, film):
    done = run(film.name, "--preview", "0.4s", cwd=tmp_path)

    assert done.returncode == 0
    assert len(decoded(tmp_path / "old-preview-color.mp4")) == 10


def test_a_snapshot_shows_before_and_after(tmp_path, film):
    done = run(film.name, "--snapshot", "now.png", cwd=tmp_path)
    before, after = np.split(cv2.imread(str(tmp_path / "now.png")).astype(int), 2, axis=1)

    assert done.returncode == 0
    assert before.shape == (64, 96, 3)
    assert not np.ptp(before, axis=2).any()
    assert np.ptp(after, axis=2).mean() > 3


def test_a_part_is_cut_to_the_frame(tmp_path, film):
    run(film.name, "--start", "0:00.4", "--frames", "7", "-o", "part.mkv", cwd=tmp_path)
    times = [float(each[0]) for each in decoded(tmp_path / "part.mkv")]

    assert times == pytest.approx([0.04 * number for number in range(7)])


def test_nothing_is_overwritten_unasked(tmp_path, film):
    (tmp_path / "old-color.mp4").write_bytes(b"mine")
    refused = run(film.name, cwd=tmp_path)
    kept = (tmp_path / "old-color.mp4").read_bytes()
    done = run(film.name, "--overwrite", cwd=tmp_path)

    assert (refused.returncode, done.returncode) == (1, 0)
    assert "--overwrite" in refused.stderr
    assert kept == b"mine"
    assert (tmp_path / "old-color.mp4").stat().st_size > 1000


def test_lossless_goes_into_matroska(tmp_path, film):
    done = run(film.name, "--lossless", cwd=tmp_path)
    before, after = decoded(film), decoded(tmp_path / "old-color.mkv")

    assert done.returncode == 0
    assert all(np.array_equal(one[2], other[2]) for one, other in zip(before, after, strict=True))


def test_notes_come_before_the_work(tmp_path):
    make(tmp_path / "old.mkv", Clip(subtitles=True))
    done = run("old.mkv", "-o", "new.mp4", cwd=tmp_path)

    assert done.returncode == 0
    assert done.stderr.startswith("old.mkv: .mp4 cannot hold subtitle track 1 (subrip fre)")


def test_tracks_that_are_left_out_stand_in_the_log_and_in_json(tmp_path):
    make(tmp_path / "old.mkv", Clip(subtitles=True))
    done = run("old.mkv", "-o", "new.mp4", "--json", "--log", "run.jsonl", cwd=tmp_path)
    logged = json.loads((tmp_path / "run.jsonl").read_text())

    assert json.loads(done.stdout)["dropped"] == logged["dropped"]
    assert logged["dropped"] == [{"track": 1, "kind": "subtitle", "codec": "subrip", "title": "fre"}]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--codec", "theora"], 2, "no codec 'theora'"),
        (["--codec", "ffv1", "-o", "new.mp4"], 2, "cannot hold ffv1"),
        (["--start", "soon"], 2, "is no time"),
        (["--preview", "1s", "--duration", "1s"], 2, "leave out one"),
        (["--input", "blue"], 2, "choose one of"),
        (["--snapshot", "now.txt"], 2, "does not end like a picture"),
        (["--hint", "5,5,#ff0000"], 2, "does not say of which frame it is; write FRAME:X,Y,COLOR"),
        (["--hint", "9:5,5"], 2, "The hint '9:5,5' cannot be read; write FRAME:X,Y,COLOR"),
        (["--hint", "x:5,5,red"], 2, "does not begin with a frame or a time"),
        (["--hint", "99:5,5,#ff0000"], 2, "has no frame 99"),
        (["--reference", "nowhere.jpg"], 1, "nowhere.jpg"),
        (["--smoothing", "2"], 2, "out of range"),
        (["--start", "1h"], 1, "no frames to color in that part of old.mp4, which is 0:01 long"),
        (["--start", "1:99"], 2, "'1:99' is no time"),
        (["--start", "10:00:01:00"], 1, "old.mp4 has no timecode"),
        (["--duration", "0"], 2, "must be longer than 0"),
        (["--hint", "3:5;5"], 2, "write FRAME:X,Y,COLOR, like 120:"),
        (["-o", "new.avi"], 1, "writes no .avi"),
        (["-o", "old.mp4"], 1, "itself an input"),
        (["-o", "/proc/new.mp4"], 1, "cannot be"),
    ],
)
def test_requests_that_cannot_be_met_get_one_sentence(tmp_path, film, arguments, code, sentence):
    before = film.read_bytes()
    done = run(film.name, *arguments, cwd=tmp_path)

    assert done.returncode == code
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert film.read_bytes() == before
    assert not leftovers(tmp_path)


def test_a_film_in_color_is_asked_about(tmp_path):
    make(tmp_path / "new.mp4", Clip(colored=True))
    refused = run("new.mp4", cwd=tmp_path)
    done = run("new.mp4", "--input", "color", cwd=tmp_path)

    assert (refused.returncode, done.returncode) == (1, 0)
    assert "--input color" in refused.stderr


def test_a_full_disk_loses_nothing(tmp_path):
    make(tmp_path / "old.mkv", Clip(frames=60, size=(320, 240), seed=3))

    def small_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    arguments = ("old.mkv", "--lossless")
    full = run(*arguments, cwd=tmp_path, preexec_fn=small_files)
    done = run(*arguments, cwd=tmp_path)

    assert full.returncode == 1
    assert "free some space" in full.stderr
    assert "Traceback" not in full.stderr
    assert done.returncode == 0
    assert len(decoded(tmp_path / "old-color.mkv")) == 60
    assert not leftovers(tmp_path)


def test_a_disk_that_fills_up_says_how_much_is_kept(tmp_path):
    make(tmp_path / "old.mkv", Clip(frames=60, size=(64, 48), rate=1, options={"g": "5"}))
    whole = run("old.mkv", "--lossless", "-o", "whole.mkv", cwd=tmp_path)
    most = (tmp_path / "whole.mkv").stat().st_size * 2 // 3

    def small_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    full = run("old.mkv", "--lossless", cwd=tmp_path, preexec_fn=small_files)

    assert (whole.returncode, full.returncode) == (0, 1)
    assert full.stderr.splitlines()[-1].endswith("60 frames are kept, and the same command goes on there.")


@pytest.mark.slow
def test_an_interrupted_run_says_how_to_go_on(tmp_path):
    make(tmp_path / "old.mp4", Clip(frames=400, size=(64, 48), rate=1, options={"g": "5"}))
    command = [*PYTHON, "-m", "graycolor", "video", "old.mp4", "--size", "64", "--threads", "1"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    while not list(tmp_path.glob(".graycolor-*.parts/000001.json")) and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)

    assert process.returncode == 130
    assert re.search(r"The beginning of old\.mp4, \d+ of about 400 frames, is kept; run the same command again", stderr)
    assert "Traceback" not in stderr
    assert run("old.mp4", cwd=tmp_path).returncode == 0
    assert len(decoded(tmp_path / "old-color.mp4")) == 400


def test_a_run_that_is_interrupted_at_once_says_that_nothing_is_kept(tmp_path):
    make(tmp_path / "old.mp4", Clip(frames=400, size=(160, 120), rate=400))  # a second of film: a single piece
    command = [*PYTHON, "-m", "graycolor", "video", "old.mp4", "--size", "256", "--threads", "1"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    while not list(tmp_path.glob(".graycolor-*.parts/*.part")) and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "Nothing was finished yet" in stderr
    assert "kept" not in stderr


@pytest.mark.parametrize("mark", ["--mark", "--no-mark"])
def test_a_test_of_some_frames_is_not_taken_for_the_film(tmp_path, mark):
    make(tmp_path / "old.mp4", Clip(frames=60))
    run("old.mp4", "--frames", "12", mark, cwd=tmp_path)
    part = (tmp_path / "old-color.mp4").read_bytes()
    refused = run("old.mp4", "--skip-existing", cwd=tmp_path)
    same = run("old.mp4", "--frames", "12", "--skip-existing", cwd=tmp_path)

    assert refused.returncode == 1
    assert "old-color.mp4 is there, but only a part of old.mp4" in refused.stderr
    assert (tmp_path / "old-color.mp4").read_bytes() == part
    assert (same.returncode, same.stderr) == (0, "1 film skipped, done already.\n")

    assert run("old.mp4", "--overwrite", mark, cwd=tmp_path).returncode == 0
    assert "skipped, done already" in run("old.mp4", "--skip-existing", cwd=tmp_path).stderr


def test_python_does_the_same(tmp_path, film):
    code = (
        "import graycolor; from graycolor import ColorizeSettings, FilmOptions;"
        "options = FilmOptions(ColorizeSettings(size=64), frames=5);"
        "print(graycolor.colorize_video('old.mp4', device='cpu', threads=1, options=options))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.stdout == "old-color.mp4\n", done.stderr
    assert len(decoded(tmp_path / "old-color.mp4")) == 5


def test_help_and_an_example(tmp_path):
    done = run("--help", cwd=tmp_path, env=os.environ | {"COLUMNS": "120"})

    assert done.returncode == 0
    assert "old_film.mp4" in done.stdout


def test_numbered_frames_become_frames_and_a_film_with_sound(tmp_path):
    write_frames(tmp_path / "reel", first=7)
    write_sound(tmp_path / "reel.wav")
    asked = ("reel/f_%06d.png", "--rate", "16.667")
    frames = run(*asked, "-o", "out/f_%06d.png", "--json", cwd=tmp_path)
    film = run(*asked, "--sound", "reel.wav", "-o", "new.mov", "--codec", "prores", "--quality", "4", cwd=tmp_path)
    refused = run("reel/f_000007.png", cwd=tmp_path)

    assert (frames.returncode, film.returncode) == (0, 0), frames.stderr + film.stderr
    entry = json.loads(frames.stdout)
    assert (entry["input"], entry["output"], entry["frames"]) == ("reel/f_%06d.png", "out/f_%06d.png", 12)
    assert len(list((tmp_path / "out").iterdir())) == 12
    assert [float(time) for time, _, _ in decoded(tmp_path / "new.mov")] == pytest.approx(
        [0.06 * number for number in range(12)]
    )
    assert list(packets(tmp_path / "new.mov")) == [1]
    assert refused.returncode == 1
    assert "name all of its frames by their pattern" in refused.stderr
