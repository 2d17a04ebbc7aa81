"""`graycolor video` from a store, to one, and by a manifest: the bytes of files, whole or not at all, done once."""

import json
import os
import shutil
import signal
from pathlib import Path

import av
import pytest

from film_clips import Clip, decoded, make, plane
from film_frames import write_frames
from graycolor.errors import OutputError
from graycolor.film.output.segments import Scratch, parts_folder
from graycolor.jobs import films
from graycolor.stores import store
from graycolor.stores.journal import FOLDER

NAMES = ["early.mov", "late.mov"]


@pytest.fixture
def video(command):
    """Runs `graycolor video` as typed: exit code, stdout, stderr."""
    usual = ("--device", "cpu", "--size", "64", "--threads", "1")
    same = ("--codec", "prores")  # x264 gives frames of this size other bytes once in hundreds of times
    return lambda *arguments: command("video", *arguments, *usual, *same)


@pytest.fixture
def reels(memory, tmp_path):
    """Two films in a store, and the same ones in a folder."""
    (tmp_path / "reels").mkdir()
    for number, name in enumerate(NAMES):
        film = make(tmp_path / "reels" / name, Clip(frames=5, seed=number, sounds=("eng",)))
        memory.pipe_file(f"/box/reels/{name}", film.read_bytes())
    return memory


def objects(memory, folder="/box/color"):
    """What lies below a folder of the store, but for the journal."""
    found = {name: memory.cat_file(name) for name in memory.find(folder)}
    return {name.removeprefix(f"{folder}/"): data for name, data in found.items() if f"/{FOLDER}/" not in name}


def files(folder):
    paths = (path for path in Path(folder).rglob("*") if path.is_file() and FOLDER not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def left():
    return list(Path("temporary").iterdir())


def test_results_are_those_of_files(reels, video):
    here, _, _ = video("reels/", "-o", "local")
    there, told, said = video("memory://box/reels", "-o", "memory://box/color")
    back, _, _ = video("memory://box/reels/", "-o", "mixed/")
    up, _, _ = video(f"file://{Path('reels').absolute()}", "-o", "memory://box/up")

    assert (here, there, back, up) == (0, 0, 0, 0)
    assert objects(reels) == files("local") == files("mixed") == objects(reels, "/box/up")
    assert sorted(objects(reels)) == ["early-color.mov", "late-color.mov"]
    assert said == ""
    assert "memory://box/color/early-color.mov  5 frames" in told
    assert "2 colored in" in told
    assert left() == []


def test_what_is_done_is_skipped_and_what_has_changed_is_not(reels, video, tmp_path):
    asked = ("memory://box/reels", "-o", "memory://box/color")
    video(*asked)
    before = objects(reels)

    code, told, said = video(*asked)
    assert (code, told) == (0, "0 colored in 0.0 s of work, 2 skipped, done already\n")
    assert said == "2 films skipped, done already.\n"
    code, _, said = video(*asked, "--look", "vivid")
    assert code == 1
    assert "2 results, such as that of memory://box/reels/early.mov, are already there; use --overwrite" in said
    code, _, said = video(*asked, "--look", "vivid", "--skip-existing")
    assert code == 0
    assert "2 results are there that were not made of these inputs with these settings" in said
    assert objects(reels) == before

    reels.pipe_file("/box/reels/late.mov", make(tmp_path / "new.mov", Clip(frames=6)).read_bytes())
    code, told, _ = video(*asked, "--overwrite")
    assert (code, "1 colored" in told, "1 skipped, done already" in told) == (0, True, True)
    assert {name for name, data in objects(reels).items() if data != before[name]} == {"late-color.mov"}


def test_a_result_that_nobody_knows_is_left_alone(reels, video):
    reels.pipe_file("/box/color/late-color.mov", b"somebody's own")

    code, told, said = video("memory://box/reels", "-o", "memory://box/color")

    assert code == 1
    assert "memory://box/color/late-color.mov is already there and was not made of this input" in said
    assert objects(reels)["late-color.mov"] == b"somebody's own"
    assert "1 colored" in told


def test_a_result_that_was_replaced_by_hand_is_left_alone(reels, video):
    video("reels/", "-o", "memory://box/color")
    reels.pipe_file("/box/color/late-color.mov", b"somebody's own")

    code, told, said = video("reels/", "-o", "memory://box/color")
    assert code == 1
    assert "memory://box/color/late-color.mov is already there and was not made of this input" in said
    assert "1 there already and not done again, 1 skipped, done already" in told
    assert objects(reels)["late-color.mov"] == b"somebody's own"
    _, _, said = video("reels/", "-o", "memory://box/color", "--skip-existing")
    assert said.startswith("1 result is there that was not made of its input with these settings; it is left alone")


@pytest.mark.parametrize("place", ["memory://box/color", "color"])
def test_two_runs_at_once_color_no_film_twice_and_know_each_others_results(reels, video, monkeypatch, place):
    asked, fetch, colored = ("memory://box/reels", "-o", place), store.fetch, []
    count = films.shots_in

    def fetching(address, file):
        """While one run fetches the first film, another one does the same films."""
        if not colored and address.name == "early.mov":
            colored.append("other run")
            colored.append(video(*asked))
        fetch(address, file)

    monkeypatch.setattr(store, "fetch", fetching)
    monkeypatch.setattr(films, "shots_in", lambda film, parts: (colored.append(film.path.name), count(film, parts))[1])
    code, told, said = video(*asked)

    other_code, _, other_said = next(each for each in colored if isinstance(each, tuple))
    assert (code, other_code) == (1, 1)
    assert "memory://box/reels/early.mov: Another run is at work in" in other_said
    assert "late-color.mov has come since the run began, from another run or by hand, and is left alone" in said
    assert "1 colored" in told
    assert "1 there already" in told
    assert sorted(each for each in colored if str(each).endswith(".mov")) == NAMES
    assert video(*asked)[:2] == (0, "0 colored in 0.0 s of work, 2 skipped, done already\n")


def test_a_film_that_is_none_costs_itself_alone(reels, video):
    reels.pipe_file("/box/reels/broken.mov", b"no film at all")

    code, told, said = video("memory://box/reels", "-o", "memory://box/color", "--log", "run.jsonl")

    assert code == 1
    assert sorted(objects(reels)) == ["early-color.mov", "late-color.mov"]
    assert "memory://box/reels/broken.mov" in told.partition("Failed:")[2]
    assert str(Path("temporary").absolute()) not in told + said
    log = [json.loads(line) for line in Path("run.jsonl").read_text().splitlines()]
    assert {entry["input"]: entry["output"] for entry in log} == {
        "memory://box/reels/broken.mov": None,
        "memory://box/reels/early.mov": "memory://box/color/early-color.mov",
        "memory://box/reels/late.mov": "memory://box/color/late-color.mov",
    }
    assert left() == []


def test_a_result_that_cannot_be_put_is_not_colored_again(reels, video, monkeypatch):
    asked = ("memory://box/reels/early.mov", "-o", "memory://box/color")
    with monkeypatch.context() as patch:
        patch.setattr(store, "put", _no_line)
        code, _, said = video(*asked)

    assert (code, objects(reels)) == (1, {})
    assert "The line is dead; 5 frames are kept, and the same command goes on there." in said
    monkeypatch.setattr(store, "fetch", lambda *_: pytest.fail("was fetched again"))
    code, _, said = video(*asked)
    assert code == 0
    assert "early.mov: going on after frame 5." in said
    assert list(objects(reels)) == ["early-color.mov"]


def _no_line(*_, **__):
    raise OutputError("The line is dead.")


def test_what_was_begun_with_other_settings_is_not_thrown_away_unasked(reels, video, monkeypatch):
    asked = ("memory://box/reels/early.mov", "-o", "memory://box/color")
    with monkeypatch.context() as patch:
        patch.setattr(store, "put", _no_line)
        video(*asked)

    code, _, said = video(*asked, "--saturation", "0.5")
    assert code == 1
    assert "made with other settings (saturation 1.0, now 0.5)" in said
    code, _, _ = video(*asked, "--saturation", "0.5", "--restart")
    assert (code, left(), list(objects(reels))) == (0, [], ["early-color.mov"])


def test_what_is_finished_is_of_use_though_the_film_is_fetched_again(reels, video, monkeypatch):
    asked = ("memory://box/reels/early.mov", "-o", "out/")
    with monkeypatch.context() as patch:
        patch.setattr(films, "assemble", _no_line)
        code, _, said = video(*asked)
    assert (code, "5 frames are kept" in said) == (1, True)
    for folder in left():
        shutil.rmtree(folder)

    code, _, said = video(*asked)

    assert code == 0
    assert "early.mov: going on after frame 5." in said
    assert (left(), list(files("out"))) == ([], ["early-color.mov"])


def test_a_film_that_changes_while_it_is_fetched_is_not_colored(reels, video, monkeypatch, tmp_path):
    fetch, other = store.fetch, make(tmp_path / "other.mov", Clip(frames=7)).read_bytes()
    monkeypatch.setattr(store, "fetch", lambda *where: reels.pipe_file("/box/reels/early.mov", other) or fetch(*where))

    code, _, said = video("memory://box/reels/early.mov", "-o", "memory://box/color")

    assert (code, objects(reels), left()) == (1, {}, [])
    assert "memory://box/reels/early.mov has changed since the run began; run the same command again." in said


def test_a_dry_run_fetches_and_writes_nothing(reels, video, monkeypatch):
    monkeypatch.setattr(store, "fetch", lambda *_: pytest.fail("was fetched"))

    code, told, said = video("memory://box/reels", "-o", "memory://box/color", "--dry-run")

    assert code == 0
    assert "memory://box/reels/early.mov -> memory://box/color/early-color.mov" in told
    assert said == "2 would be colored; nothing was done, and no film was looked into.\n"
    assert reels.find("/box/color") == []


def test_a_dry_run_for_programs_lists_what_cannot_be_done(reels, video):
    reels.pipe_file("/box/color/late-color.mov", b"somebody's own")

    code, told, _ = video("memory://box/reels", "-o", "memory://box/color", "--dry-run", "--json")

    assert code == 1
    entries = {entry["input"]: entry for entry in map(json.loads, told.splitlines())}
    assert sorted(entries) == ["memory://box/reels/early.mov", "memory://box/reels/late.mov"]
    assert "is already there" in entries["memory://box/reels/late.mov"]["error"]
    assert all(entry["dry_run"] for entry in entries.values())


def test_a_page_shows_shots_and_commands_by_their_addresses(reels, video):
    code, _, _ = video("memory://box/reels", "-o", "memory://box/color", "--report", "look.html")
    page = Path("look.html").read_text()

    assert code == 0
    assert 'href="memory://box/color/early-color.mov' in page
    assert "graycolor video memory://box/reels/early.mov --size 64 --codec prores --hint" in page
    assert "-o memory://box/color/early-color.mov --overwrite" in page
    assert "2 shots of 2 films colored" in page


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["memory://box/reels"], 2, "Say with -o where the results go"),
        (["memory://box/reels", "-o", "x.mov"], 2, "x.mov is one file, but there are 2 inputs"),
        (["memory://box/none", "-o", "out"], 1, "There is nothing at memory://box/none; check the address."),
        (["memory://box", "-o", "out"], 1, "There are no films to color"),
        (["memory://box/reel/f_%06d.dpx", "-o", "out"], 2, "f_%06d.dpx names numbered frames, which are colored from"),
        (["memory://box/reels", "-o", "memory://box/f_%06d.png"], 2, "copy them from or to the store yourself"),
        (["frames/f_%06d.png", "-o", "memory://box/color"], 2, "frames/f_%06d.png names numbered frames"),
        (["memory://box/reels", "-o", "out", "--rate", "18"], 2, "--rate, --sound and --transfer are of numbered"),
        (["memory://box/reels", "-o", "-"], 2, "have no place in an archive"),
        (["memory://box/reels", "-o", "out", "--log", "memory://box/log"], 2, "--log takes a file of this machine"),
        (["memory://box/reels", "-o", "out", "--snapshot", "memory://box/s.png"], 2, "--snapshot takes a file of this"),
        (["memory://me:secret@box/reels", "-o", "out"], 2, "holds a password"),
    ],
)
def test_what_makes_no_sense_is_refused(reels, video, tmp_path, arguments, code, sentence):
    write_frames(tmp_path / "frames", count=2)
    found, told, said = video(*arguments)

    assert (found, sentence in said) == (code, True), said
    assert "secret" not in told + said
    assert not Path("out").exists() or not files("out")
    assert left() == []


def test_rows_have_hints_at_moments_settings_and_results_of_their_own(reels, video):
    Path("reels/list.csv").write_text(
        "path,output,hints,saturation\n"
        'early.mov,deep/hinted.mkv,"2:50%,50%,red; 0.04s:10%,10%,#2a4a9a",\n'
        "early.mov,gray.mov,,0\n"
        "memory://box/reels/late.mov,,,\n"
    )

    code, told, said = video("--manifest", "reels/list.csv", "-o", "out", "--log", "run.jsonl")
    assert (code, said) == (0, "")
    hints = ("--hint", "2:50%,50%,red", "--hint", "0.04s:10%,10%,#2a4a9a")
    video("reels/early.mov", "-o", "hinted.mkv", *hints)
    video("reels/late.mov", "-o", "late.mov")

    assert sorted(files("out")) == ["deep/hinted.mkv", "gray.mov", "late-color.mov"]
    assert chromas("out/deep/hinted.mkv") == chromas("hinted.mkv") != chromas("out/gray.mov")
    assert Path("out/late-color.mov").read_bytes() == Path("late.mov").read_bytes()
    assert set(chromas("out/gray.mov")) == {(512,)}
    entries = {
        entry["output"]: entry["settings"] for entry in map(json.loads, Path("run.jsonl").read_text().splitlines())
    }
    assert {name: said["saturation"] for name, said in entries.items()} == {
        "out/deep/hinted.mkv": 1.0,
        "out/gray.mov": 0.0,
        "out/late-color.mov": 1.0,
    }
    assert [len(said["hints"]) for said in entries.values()] == [2, 0, 0]
    assert "3 colored" in told
    assert video("--manifest", "reels/list.csv", "-o", "out")[2] == "3 films skipped, done already.\n"


def chromas(path):
    """The distinct codes of U in each frame."""
    with av.open(str(path)) as film:
        return [tuple(sorted({*plane(frame, 1).ravel().tolist()})) for frame in film.decode(video=0)]


def test_json_lines_say_the_same_and_parts_are_cut(reels, video):
    rows = [
        {"path": "reels/early.mov", "hints": ["0:50%,50%,red"], "frames": 2, "output": "two.mov"},
        {"path": "reels/early.mov", "start": "0.08s", "codec": "ffv1", "look": None},
    ]
    Path("list.jsonl").write_text("\n".join(map(json.dumps, rows)))

    code, _, said = video("--manifest", "list.jsonl", "-o", "memory://box/color")

    assert code == 0, said
    for name, data in objects(reels).items():
        Path(name).write_bytes(data)
    assert {name: len(decoded(Path(name))) for name in objects(reels)} == {"two.mov": 2, "early-color.mkv": 3}


def test_settings_that_do_not_fit_a_film_cost_that_film_alone(reels, video):
    Path("list.csv").write_text("path,start\nreels/early.mov,1:30\nreels/late.mov,\n")

    code, told, said = video("--manifest", "list.csv", "-o", "out")

    assert code == 1
    assert "There are no frames to color in that part of reels/early.mov" in said
    assert list(files("out")) == ["late-color.mov"]
    assert "1 failed" in told


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("path,variants\nreels/early.mov,2\n", "the column 'variants' is unknown"),
        ('path,hints\nreels/early.mov,"50%,20%,red"\n', "line 2, hints cannot be used: The hint '50%,20%,red' does"),
        ('path,hints\nreels/early.mov,"3:50%,20%,redd"\n', "line 2, hints cannot be used: The hint's color 'redd'"),
        ("path,reference\nreels/early.mov,2:none.jpg\n", "line 2, There is no reference none.jpg"),
        ("path,start\nreels/early.mov,soon\n", "line 2, the settings make no sense: 'soon' is no time"),
        ("path,smoothing\nreels/early.mov,2\n", "line 2, smoothing is 2; choose 0 to 1"),
        ("path,codec,lossless\nreels/early.mov,hevc,yes\n", "line 2, the settings make no sense: Lossless is ffv1"),
        ("path,output,codec\nreels/early.mov,x.webm,prores\n", "line 2, .webm cannot hold prores"),
        ("path,quality\nreels/early.mov,99\n", "line 2, the settings make no sense: The quality 99 is out of range"),
        ("path,output,quality\nreels/early.mov,x.mov,6\n", "The quality 6 is out of range for prores"),
        ("path,reference\nreels/early.mov,s3://box/garden.jpg\n", "download the file first and name it"),
        ("path,output\nreels/early.mov,x.jpg\n", "line 2, output is 'x.jpg'; let it end with one of"),
        ("path\nframes/f_%06d.png\n", "line 2, path frames/f_%06d.png names numbered frames"),
        ("path\nmemory://box/reel/f_%06d.dpx\n", "line 2, path memory://box/reel/f_%06d.dpx names numbered frames"),
        ("path\n", "names no films"),
    ],
)
def test_what_is_wrong_with_a_manifest_is_told_before_anything_begins(reels, video, row, problem):
    Path("list.csv").write_text(row)

    code, _, said = video("--manifest", "list.csv", "-o", "out")

    assert (code, problem in said) == (1, True), said
    assert not Path("out").exists()


def test_a_run_that_is_stopped_while_it_clears_up_says_so_and_leaves_nothing_for_ever(reels, video, monkeypatch):
    Path("list.csv").write_text("path\nreels/early.mov\n")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    with monkeypatch.context() as patch:
        patch.setattr(Scratch, "remove", lambda _: signal.raise_signal(signal.SIGINT))
        code, _, said = video("--manifest", "list.csv", "-o", "out")
    signal.signal(signal.SIGINT, before)
    assert (code, "early.mov is finished; run the same command again to go on." in said) == (130, True), said
    assert parts_folder(Path("out/early-color.mov")).is_dir()

    assert video("--manifest", "list.csv", "-o", "out")[2] == "1 film skipped, done already.\n"
    assert sorted(path.name for path in Path("out").iterdir()) == [FOLDER, "early-color.mov"]


def test_a_full_disk_of_temporary_files_is_told_as_such(reels, video, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: (10**6, 10**6 - 50, 50))

    code, _, said = video("memory://box/reels/early.mov", "-o", "memory://box/color")

    assert (code, objects(reels)) == (1, {})
    where = f"memory://box/color/early-color.mov (on its way, in {Path('temporary').absolute()}) needs about"
    assert where in said
    assert "free some, or set TMPDIR to a disk with more room." in said
    _, _, said = video("reels/early.mov", "-o", "file:///" + str(Path("out").absolute()).lstrip("/"))
    assert "or choose another place for the result." in said


def test_a_month_old_room_goes_with_the_next_run(reels, video):
    old = Path("temporary", f"graycolor-film-{os.getuid() if hasattr(os, 'getuid') else 'own'}-{'0' * 24}")
    old.mkdir()
    (old / "lock").touch()
    for path in (old / "lock", old):
        os.utime(path, (0, 0))

    assert video("memory://box/reels/early.mov", "-o", "out")[0] == 0
    assert left() == []


def test_a_film_that_is_not_there_costs_itself_alone(reels, video):
    Path("list.csv").write_text("path\nreels/none.mov\nreels/late.mov\nmemory://box/reels/gone.mov\n")

    code, _, said = video("--manifest", "list.csv", "-o", "out")

    assert code == 1
    assert "There is no film reels/none.mov" in said
    assert "There is nothing at memory://box/reels/gone.mov" in said
    assert list(files("out")) == ["late-color.mov"]
