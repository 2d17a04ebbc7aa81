import os
import subprocess
import sys
from pathlib import Path

import pytest

from graycolor.errors import InputError, MissingInputError, OutputError, UsageError
from graycolor.files import STDIO, Kind, find_inputs, named_folders, numbered, plan, write_atomic
from graycolor.files.atomic import _move_without_links


def touch(*paths):
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return paths


def reasons(planned):
    return [str(refusal.error) for refusal in planned.refusals]


def test_a_folder_gives_its_pictures_in_order_without_our_results(tmp_path):
    touch(
        tmp_path / "b.JPG",
        tmp_path / "a.png",
        tmp_path / "a-color.png",
        tmp_path / "notes.txt",
        tmp_path / "sub/c.png",
    )
    found, refusals = find_inputs([tmp_path])

    assert [path.name for path in found] == ["a.png", "b.JPG"]
    assert not refusals


def test_patterns_are_expanded_and_names_given_twice_found_once(tmp_path):
    touch(tmp_path / "1.png", tmp_path / "2.png", tmp_path / "3.jpg")
    found, _ = find_inputs([tmp_path / "*.png", tmp_path / "1.png"])

    assert [path.name for path in found] == ["1.png", "2.png"]


def test_a_name_with_brackets_is_a_name_first(tmp_path):
    touch(tmp_path / "scan [1].png")

    assert find_inputs([tmp_path / "scan [1].png"])[0] == [tmp_path / "scan [1].png"]


def test_what_leads_nowhere_is_refused_and_the_rest_found(tmp_path):
    (tmp_path / "empty").mkdir()
    touch(tmp_path / "good.png")
    found, refusals = find_inputs([tmp_path / "no.png", tmp_path / "*.gif", tmp_path / "empty", tmp_path / "good.png"])

    assert found == [tmp_path / "good.png"]
    assert [type(refusal.error) for refusal in refusals] == [MissingInputError, MissingInputError, InputError]


def test_results_go_beside_their_sources(tmp_path):
    (source,) = touch(tmp_path / "Großmutter 1923.jpeg")

    assert plan([source], None, overwrite=False).jobs[0].target == tmp_path / "Großmutter 1923-color.jpeg"


@pytest.mark.parametrize(
    ("out", "expected"),
    [("new.png", "new.png"), ("folder", "folder/a-color.png"), ("here.d/", "here.d/a-color.png")],
)
def test_an_output_is_a_file_or_a_folder(tmp_path, out, expected):
    (source,) = touch(tmp_path / "a.png")
    (tmp_path / "here.d").mkdir()
    planned = plan([source], tmp_path / out, overwrite=False)

    assert planned.jobs[0].target == tmp_path / expected
    assert planned.jobs[0].target.parent.is_dir()


def test_two_sources_never_share_a_result(tmp_path):
    sources = touch(tmp_path / "x/a.png", tmp_path / "y/a.png", tmp_path / "x/b.png")
    planned = plan(sources, tmp_path / "out", overwrite=True)

    assert [job.source.name for job in planned.jobs] == ["a.png", "b.png"]
    assert "cannot be both" in reasons(planned)[0]


@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_a_result_is_never_an_input_even_by_another_name(tmp_path, link):
    (source,) = touch(tmp_path / "a.png")
    link(source, tmp_path / "alias.png")

    assert "itself an input" in reasons(plan([source], source, overwrite=True))[0]
    assert "itself an input" in reasons(plan([source], tmp_path / "alias.png", overwrite=True))[0]


def test_what_is_there_stays_unless_told_otherwise(tmp_path):
    source, _ = touch(tmp_path / "a.png", tmp_path / "a-color.png")

    assert "--overwrite" in reasons(plan([source], None, overwrite=False))[0]
    assert plan([source], None, overwrite=True).jobs


def test_a_folder_that_cannot_be_is_refused(tmp_path):
    source, blocker = touch(tmp_path / "a.png", tmp_path / "file")

    assert "cannot be made" in reasons(plan([source], blocker / "sub" / "a.png", overwrite=False))[0]


def test_a_folder_that_cannot_be_written_is_refused(tmp_path, monkeypatch):
    (source,) = touch(tmp_path / "a.png")
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everywhere

    assert "cannot be written to" in reasons(plan([source], None, overwrite=False))[0]


def test_writing_aside_leaves_only_the_result(tmp_path):
    write_atomic(tmp_path / "a.png", b"data", overwrite=False)

    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
    assert (tmp_path / "a.png").read_bytes() == b"data"


def test_a_file_that_appeared_meanwhile_is_left_alone(tmp_path):
    touch(tmp_path / "a.png")
    with pytest.raises(OutputError, match="already there"):
        write_atomic(tmp_path / "a.png", b"data", overwrite=False)

    assert (tmp_path / "a.png").read_bytes() == b"x"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_that_is_there_already_to_the_last_byte_is_in_its_place(tmp_path):
    for _ in range(2):
        write_atomic(tmp_path / "a.png", b"data", overwrite=False)

    assert (tmp_path / "a.png").read_bytes() == b"data"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_an_interruption_leaves_the_old_state(tmp_path, monkeypatch, interruption):
    touch(tmp_path / "a.png")

    def stop(descriptor):
        raise interruption

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises((KeyboardInterrupt, OutputError)):
        write_atomic(tmp_path / "a.png", b"data", overwrite=True)

    assert (tmp_path / "a.png").read_bytes() == b"x"
    assert len(list(tmp_path.iterdir())) == 1


def test_results_get_ordinary_permissions(tmp_path):
    mask = os.umask(0o027)
    try:
        write_atomic(tmp_path / "a.png", b"data", overwrite=False)
    finally:
        os.umask(mask)

    assert Path(tmp_path / "a.png").stat().st_mode & 0o777 == 0o640


def test_folders_in_folders_are_searched_when_asked(tmp_path):
    touch(tmp_path / "b.png", tmp_path / "a/c.png", tmp_path / "a/c-color.png")

    assert find_inputs([tmp_path], recursive=True)[0] == [tmp_path / "a/c.png", tmp_path / "b.png"]


def test_a_pattern_leaves_out_our_results_and_what_is_no_picture(tmp_path):
    touch(tmp_path / "a.png", tmp_path / "a-color.png", tmp_path / "notes.txt")

    assert find_inputs([tmp_path / "*"])[0] == [tmp_path / "a.png"]
    (refusal,) = find_inputs([tmp_path / "*.txt"])[1]
    assert "Nothing that" in str(refusal.error)


@pytest.mark.parametrize("name", ["x" * 300 + ".png", "zero\0byte.png", "/proc/self/mem/a.png", ""])
def test_names_that_no_file_can_have_are_refused_and_the_rest_found(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    touch(tmp_path / "sub/good.png")
    found, refusals = find_inputs([name, "sub/good.png"])

    assert found == [Path("sub/good.png")]
    assert isinstance(refusals[0].error, InputError)


@pytest.mark.parametrize("name", ["-o.png", " two  spaces .png", "Ünïcödé 写真.png", "it's;$HOME.png", "a\nb.png"])
def test_odd_names_are_found_planned_and_written(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    touch(tmp_path / name)
    found, refusals = find_inputs(["."])
    (job,) = plan(found, None, overwrite=False).jobs
    write_atomic(job.target, b"data", overwrite=False)

    assert not refusals
    assert (tmp_path / f"{Path(name).stem}-color.png").read_bytes() == b"data"


def test_a_result_whose_name_would_be_too_long_is_refused_and_the_rest_planned(tmp_path):
    sources = touch(tmp_path / ("x" * 250 + ".png"), tmp_path / "good.png")
    planned = plan(sources, None, overwrite=False)

    assert [job.source for job in planned.jobs] == [sources[1]]
    assert "too long" in reasons(planned)[0]


def test_several_sources_never_go_into_one_file(tmp_path):
    sources = touch(tmp_path / "a.png", tmp_path / "b.png")

    with pytest.raises(UsageError, match="there are 2 inputs"):
        plan(sources, tmp_path / "out.png", overwrite=False)
    assert plan(sources, tmp_path / "scans.1923", overwrite=False).jobs[0].target == tmp_path / "scans.1923/a-color.png"


def test_a_slash_makes_a_folder_of_any_name(tmp_path):
    (source,) = touch(tmp_path / "a.png")

    assert plan([source], f"{tmp_path}/out.png/", overwrite=False).jobs[0].target == tmp_path / "out.png/a-color.png"


def test_a_result_of_no_kind_graycolor_writes_is_refused_before_it_is_colored(tmp_path):
    (source,) = touch(tmp_path / "a.png")

    assert "writes no .ico" in reasons(plan([source], tmp_path / "a.ico", overwrite=False))[0]


def test_a_link_that_leads_nowhere_counts_as_there(tmp_path):
    (source,) = touch(tmp_path / "a.png")
    (tmp_path / "a-color.png").symlink_to(tmp_path / "gone.png")

    assert "already there" in reasons(plan([source], None, overwrite=False))[0]


def test_what_the_system_does_not_let_be_written_is_one_sentence():
    with pytest.raises(OutputError, match=r"^/proc/a\.png cannot be written"):
        write_atomic(Path("/proc/a.png"), b"data", overwrite=False)


def test_without_links_a_file_that_appeared_meanwhile_is_left_alone_too(tmp_path):
    aside, target = touch(tmp_path / "aside", tmp_path / "a.png")
    aside.write_bytes(b"data")
    with pytest.raises(FileExistsError):
        _move_without_links(aside, target)
    assert target.read_bytes() == b"x"

    _move_without_links(aside, tmp_path / "new.png")
    assert (tmp_path / "new.png").read_bytes() == b"data"
    assert not aside.exists()


FILL = """
import resource, sys
from pathlib import Path
from graycolor.files import write_atomic
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
write_atomic(Path(sys.argv[1]), b"x" * 5000, overwrite=True)
"""


def test_a_write_that_stops_half_way_leaves_the_old_file_and_nothing_else(tmp_path):
    touch(tmp_path / "a.png")
    done = subprocess.run([sys.executable, "-c", FILL, tmp_path / "a.png"], capture_output=True, text=True)

    assert "OutputError" in done.stderr
    assert "free some space" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
    assert (tmp_path / "a.png").read_bytes() == b"x"


def test_a_tree_is_mirrored_below_the_output_folder_from_the_folder_that_was_named(tmp_path):
    sources = touch(tmp_path / "in/a.png", tmp_path / "in/x/a.png", tmp_path / "alone/b.png")
    planned = plan(sources, tmp_path / "out", overwrite=False, roots=named_folders([tmp_path / "in", sources[2]]))

    targets = [str(job.target.relative_to(tmp_path / "out")) for job in planned.jobs]
    assert targets == ["a-color.png", "x/a-color.png", "b-color.png"]


def test_hidden_files_are_other_programs_and_our_variants_are_results(tmp_path):
    touch(tmp_path / "a.png", tmp_path / "._a.png", tmp_path / ".cache/a.png")
    touch(tmp_path / "a-color-2.png", tmp_path / "a-color-confidence.png")

    assert find_inputs([tmp_path], recursive=True)[0] == [tmp_path / "a.png"]


def test_only_what_has_all_its_results_is_skipped(tmp_path):
    def two(target):
        return numbered(target, 2)

    sources = touch(tmp_path / "a.png", tmp_path / "b.png", tmp_path / "c.png")
    touch(
        tmp_path / "a-color-1.png", tmp_path / "a-color-2.png", tmp_path / "b-color-1.png", tmp_path / "c-color-1.png"
    )
    (tmp_path / "c-color-2.png").write_bytes(b"")  # what a killed run leaves on a disk without links
    planned = plan(sources, None, overwrite=False, skip_existing=True, results=two)

    assert [job.source.stem for job in planned.skipped] == ["a"]
    assert [job.source.stem for job in planned.jobs] == ["b", "c"]


def test_nothing_is_made_where_only_a_plan_is_wanted(tmp_path):
    (source,) = touch(tmp_path / "a.png")

    assert plan([source], tmp_path / "out", overwrite=False, make_folders=False).jobs
    assert not (tmp_path / "out").exists()


def test_standard_input_has_one_result_and_no_folder():
    assert plan([STDIO], None, overwrite=False).jobs[0].target == STDIO
    assert plan([STDIO], "a.jpg", overwrite=False).jobs[0].target == Path("a.jpg")
    with pytest.raises(UsageError, match="no name"):
        plan([STDIO], "folder/", overwrite=False)
    with pytest.raises(UsageError, match="name no others"):
        plan([STDIO, Path("a.png")], None, overwrite=False)


def test_films_are_files_and_never_pipes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (source,) = touch(tmp_path / "a.mp4")
    kind = Kind("films", frozenset({".mp4"}), frozenset({".mp4"}))

    assert plan([source], "-", overwrite=False, kind=kind).jobs[0].target == Path("-/a-color.mp4")
