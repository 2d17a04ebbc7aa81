"""`graycolor colorize` from a store and to one: the bytes of one machine, whole or not at all, done once."""

import json
from pathlib import Path

import pytest

from graycolor.colorizer import Colorizer
from graycolor.files import PICTURES, Job
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.stores import carry, store
from graycolor.stores.address import Address
from graycolor.stores.journal import FOLDER
from graycolor.stores.photographs import PHOTOGRAPHS
from graycolor.stores.settle import settle
from graycolor.stores.sources import find_wanted


def objects(memory, folder):
    """What lies below a folder of the store, but for the journal."""
    found = {name: memory.cat_file(name) for name in memory.find(folder)}
    return {name.removeprefix(f"{folder}/"): data for name, data in found.items() if f"/{FOLDER}/" not in name}


def files(folder):
    paths = (path for path in Path(folder).rglob("*") if path.is_file() and FOLDER not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.parametrize(
    "settings", [(), ("--confidence", "--save-settings"), ("--variants", "2"), ("--format", "png")]
)
def test_results_are_those_of_files(scans, typed, settings):
    here, _, said_here = typed("scans/", "-o", "local", *settings)
    there, table_there, said_there = typed("memory://box/scans", "-o", "memory://box/color", *settings)
    back, _, _ = typed("memory://box/scans/", "-o", "mixed/", *settings)

    assert (here, there, back) == (0, 0, 0)
    assert objects(scans, "/box/color") == files("local") == files("mixed")
    assert said_there == said_here
    assert "memory://box/color/p0-color" in table_there
    assert list(Path("temporary").iterdir()) == []


def test_files_go_up_and_folders_are_mirrored(memory, typed, picture, tmp_path):
    (tmp_path / "scans/deep").mkdir(parents=True)
    (tmp_path / "scans/deep/a.jpg").write_bytes(picture())
    memory.pipe_file("/box/scans/deep/b.jpg", picture(1))
    memory.pipe_file("/box/scans/.hidden/c.jpg", picture(1))
    memory.pipe_file("/box/scans/notes.txt", b"nothing to color")
    memory.pipe_file("/box/scans/deep/b-color.jpg", b"a result of before")

    code, _, said = typed("scans/", "memory://box/scans", "--recursive", "-o", "memory://box/color")

    assert (code, said) == (0, "memory://box/scans: passed over 1 file of other kinds: notes.txt.\n")
    assert sorted(objects(memory, "/box/color")) == ["deep/a-color.jpg", "deep/b-color.jpg"]


def test_folders_that_are_not_searched_are_told(scans, typed, picture):
    scans.pipe_file("/box/scans/deep/b.jpg", picture())

    code, _, said = typed("memory://box/scans", "-o", "memory://box/color")

    assert (code, said) == (0, "memory://box/scans: passed over 1 folder (--recursive goes there): deep.\n")


def test_one_picture_may_be_given_its_name(scans, typed):
    code, _, _ = typed("memory://box/scans/p1.png", "-o", "memory://box/fine/one.webp")

    assert code == 0
    assert list(objects(scans, "/box/fine")) == ["one.webp"]


def test_what_is_done_is_skipped_and_what_has_changed_is_not(scans, typed, picture):
    command = ("memory://box/scans", "-o", "memory://box/color")
    typed(*command)
    before = objects(scans, "/box/color")

    assert "3 skipped, done already" in typed(*command)[1]
    assert "3 skipped, done already" in typed(*command, "--overwrite")[1]
    code, told, said = typed(*command, "--look", "vivid")
    assert code == 1
    assert "3 results, such as that of memory://box/scans/p0.jpg, are already there; use --overwrite" in said
    assert objects(scans, "/box/color") == before

    code, told, said = typed(*command, "--look", "vivid", "--skip-existing")
    assert code == 0
    assert "3 results are there that were not made of these inputs with these settings" in said

    scans.pipe_file("/box/scans/p0.jpg", picture(7))
    code, told, _ = typed(*command, "--overwrite")
    assert "2 skipped, done already" in told
    after = objects(scans, "/box/color")
    assert {name for name in after if after[name] != before[name]} == {"p0-color.jpg"}


def test_a_result_that_nobody_knows_is_left_alone(scans, typed):
    scans.pipe_file("/box/color/p0-color.jpg", b"somebody's own")

    code, told, said = typed("memory://box/scans", "-o", "memory://box/color")

    assert code == 1
    assert "memory://box/color/p0-color.jpg is already there and was not made of this input" in said
    assert scans.cat_file("/box/color/p0-color.jpg") == b"somebody's own"
    assert "2 colored" in told


def test_a_killed_run_is_gone_on_with_and_nothing_is_done_twice(scans, typed, monkeypatch):
    wanted, _ = find_wanted(["memory://box/scans"], PICTURES)
    options = PhotoOptions(kind="auto", save_settings=True)
    settled = settle(PHOTOGRAPHS, wanted, "memory://box/color", options, "weights")
    errands = list(settled.errands.values())
    carrier = carry.Carrier(Colorizer(device="cpu", threads=1), Path("temporary"))
    assert carrier.carry(errands[0]).outcome.error is None
    put = store.put
    with monkeypatch.context() as patch:  # it dies when the settings are there, and takes nothing away
        patch.setattr(store, "put", lambda place, address, **how: put(place, address, **how) or _dies())
        patch.setattr(store, "remove", lambda address: None)
        with pytest.raises(KeyboardInterrupt):
            carrier.carry(errands[1])

    again = settle(PHOTOGRAPHS, wanted, "memory://box/color", options, "weights")

    assert [job.source.name for job in again.plan.skipped] == ["p0.jpg"]
    assert [job.source.name for job in again.plan.jobs] == ["p1.png", "p2.tif"]
    assert not again.plan.refusals
    assert all(carrier.carry(errand).outcome.error is None for errand in again.errands.values())


def _dies():
    raise KeyboardInterrupt


def test_failures_are_told_by_their_addresses_and_listed_at_the_end(scans, typed):
    scans.pipe_file("/box/scans/broken.jpg", b"\xff\xd8 nothing")
    scans.pipe_file("/box/scans/a/../x.jpg", b"leads elsewhere")

    code, told, said = typed("memory://box/scans", "-r", "-o", "memory://box/color", "--log", "run.jsonl")

    assert code == 1
    assert "Failed:" in told
    assert "memory://box/scans/broken.jpg is no picture" in told.partition("Failed:")[2]
    assert "memory://box/scans/a/.." in said
    assert "has empty or dotted parts" in said
    assert "temporary" not in told + said
    log = [json.loads(line) for line in Path("run.jsonl").read_text().splitlines()]
    assert [entry["input"] for entry in log if entry["error"] is None] == [
        f"memory://box/scans/p{number}.{suffix}" for number, suffix in enumerate(["jpg", "png", "tif"])
    ]


def test_a_page_shows_results_by_their_addresses(scans, typed):
    code, _, _ = typed("memory://box/scans", "-o", "memory://box/color", "--report", "look.html")

    assert code == 0
    assert 'href="memory://box/color/p0-color.jpg"' in Path("look.html").read_text()


def test_a_dry_run_writes_nothing(scans, typed):
    code, told, said = typed("memory://box/scans", "-o", "memory://box/color", "--dry-run")

    assert code == 0
    assert "memory://box/scans/p0.jpg -> memory://box/color/p0-color.jpg" in told
    assert "3 would be colored; nothing was done" in said
    assert scans.find("/box/color") == []


DEAD = ConnectionError("The line is dead.")


class Flaky:
    """Fails as networks do, a few times."""

    def __init__(self, action, times, error=DEAD):
        self.action, self.times, self.error, self.calls = action, times, error, 0

    def __call__(self, *arguments, **options):
        self.calls += 1
        if self.calls <= self.times:
            raise self.error
        return self.action(*arguments, **options)


@pytest.mark.parametrize("method", ["ls", "get_file", "pipe_file"])
def test_a_line_that_fails_for_a_moment_costs_nothing(scans, typed, monkeypatch, method):
    monkeypatch.setattr(scans, method, flaky := Flaky(getattr(scans, method), 3))

    code, _, _ = typed("memory://box/scans", "-o", "memory://box/color")

    assert code == 0
    assert flaky.calls > 3
    assert len(objects(scans, "/box/color")) == 3


def test_a_line_that_stays_dead_is_told_after_some_tries(scans, typed, monkeypatch):
    monkeypatch.setattr(scans, "get_file", dead := Flaky(scans.get_file, 10**6))

    code, _, said = typed("memory://box/scans/p0.jpg", "-o", "memory://box/color")

    assert code == 1
    assert "memory://box/scans/p0.jpg cannot be read (The line is dead, tried 5 times)" in said
    assert dead.calls == 5
    assert objects(scans, "/box/color") == {}


def test_what_is_refused_or_gone_is_asked_for_once(scans, typed, monkeypatch):
    forbidden = Flaky(scans.get_file, 10**6, PermissionError("Access Denied"))
    monkeypatch.setattr(scans, "get_file", forbidden)

    code, _, said = typed("memory://box/scans/p0.jpg", "-o", "memory://box/color")

    assert (code, forbidden.calls) == (1, 1)
    assert "as the store refuses it (Access Denied); check the credentials" in said


def test_where_one_file_of_a_result_cannot_be_put_none_is(scans, typed, monkeypatch):
    put = store.put
    monkeypatch.setattr(store, "put", lambda place, *there, **how: _refused(place) or put(place, *there, **how))

    code, _, _ = typed("memory://box/scans/p0.jpg", "-o", "memory://box/color", "--variants", "2", "--confidence")

    assert code == 1
    assert objects(scans, "/box/color") == {}


def _refused(place):
    if place.stem.endswith("-2"):
        raise store.OutputError("No room.")


def test_what_appears_meanwhile_is_not_replaced(scans, tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"ours")
    scans.pipe_file("/box/a.jpg", b"theirs")

    with pytest.raises(store.OutputError, match=r"memory://box/a\.jpg is already there and is left alone"):
        store.put(tmp_path / "a.jpg", Address("memory://box/a.jpg"), overwrite=False)
    assert scans.cat_file("/box/a.jpg") == b"theirs"
    store.put(tmp_path / "a.jpg", Address("memory://box/a.jpg"), overwrite=True)
    assert scans.cat_file("/box/a.jpg") == b"ours"


def test_an_answer_that_was_lost_is_no_failure(scans, tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"ours")
    scans.pipe_file("/box/a.jpg", b"ours")

    store.put(tmp_path / "a.jpg", Address("memory://box/a.jpg"), overwrite=False)

    assert scans.cat_file("/box/a.jpg") == b"ours"


def test_a_source_that_changes_meanwhile_is_told(scans, typed, monkeypatch, picture):
    fetch = store.fetch

    def late(address, place):
        fetch(address, place)
        scans.pipe_file("/box/scans/p0.jpg", picture(9))

    monkeypatch.setattr(store, "fetch", late)
    code, _, said = typed("memory://box/scans/p0.jpg", "-o", "memory://box/color")

    assert code == 1
    assert "memory://box/scans/p0.jpg has changed since the run began" in said
    assert objects(scans, "/box/color") == {}


def test_two_sources_with_one_result_are_told(scans, typed, picture):
    scans.pipe_file("/box/scans/p0.jpeg", picture())

    code, told, said = typed("memory://box/scans", "-o", "memory://box/color", "--format", "png")

    assert code == 1
    assert "cannot be both a result of memory://box/scans/p0.jpeg and a result of memory://box/scans/p0.jpg" in said
    assert "3 colored" in told


def test_folders_of_killed_runs_are_swept_and_those_of_living_ones_stay(scans, typed):
    left = Path("temporary/graycolor-stores-left")
    left.mkdir()
    (left / "lock").touch()
    with carry.scratch() as living:
        assert typed("memory://box/scans/p0.jpg", "-o", "memory://box/color")[0] == 0

        assert not left.exists()
        assert living.exists()
    assert not living.exists()


def test_a_picture_larger_than_any_is_not_fetched(scans, monkeypatch):
    job = Job(Address("memory://box/scans/p0.jpg"), Address("memory://box/color/p0.jpg"))
    wanted, _ = find_wanted([str(job.source)], PICTURES)
    found = settle(PHOTOGRAPHS, wanted, "memory://box/color", PhotoOptions(max_pixels=10), "weights")
    (errand,) = found.errands.values()
    monkeypatch.setattr(store, "fetch", lambda *_: pytest.fail("was fetched"))

    outcome = carry.Carrier(None, Path.cwd()).carry(errand).outcome

    assert "memory://box/scans/p0.jpg holds 0 MB, more than" in str(outcome.error)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["memory://box/scans"], 2, "Say with -o where the results go"),
        (["memory://box/scans", "-o", "x.png"], 2, "x.png is one file, but there are 3 inputs"),
        (["memory://box/none", "-o", "out"], 1, "There is nothing at memory://box/none; check the address."),
        (["memory://box", "-o", "out"], 1, "add --recursive to search the folders in it"),
        (["memory://box/scans", "-o", "out", "--watch"], 2, "--watch waits for files in folders of this machine"),
        (["memory://box/scans", "-o", "out", "--keep-times"], 2, "leave out --keep-times"),
        (["memory://box/scans", "-o", "-"], 2, "have no place in an archive"),
        (["memory://box/scans", "-o", "out", "--log", "memory://box/log"], 2, "--log takes a file of this machine"),
        (["scans/", "-o", "sftp://host/out"], 2, "graycolor knows no sftp:// addresses"),
        (["memory://me:secret@box/scans", "-o", "out"], 2, "holds a password"),
    ],
)
def test_what_makes_no_sense_is_refused(scans, typed, arguments, code, sentence):
    found, told, said = typed(*arguments)

    assert (found, sentence in said) == (code, True), said
    assert "secret" not in told + said
    assert not Path("out").exists() or not files("out")
