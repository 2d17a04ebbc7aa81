import os
from pathlib import Path

import pytest

from graycolor.errors import InputError, MissingInputError, OutputError
from graycolor.files import find_inputs, plan, write_aside


def touch(*paths):
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return paths


def reasons(planned):
    return [str(refusal.error) for refusal in planned.refusals]


def test_a_folder_gives_its_pictures_in_order_without_our_results(tmp_path):
    touch(tmp_path / "b.JPG", tmp_path / "a.png", tmp_path / "a-color.png", tmp_path / "notes.txt", tmp_path / "sub/c.png")
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


@pytest.mark.parametrize(("out", "expected"), [("new.png", "new.png"), ("folder", "folder/a-color.png"), ("here.d/", "here.d/a-color.png")])
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
    assert "both become" in reasons(planned)[0]


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
    write_aside(tmp_path / "a.png", b"data", overwrite=False)

    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
    assert (tmp_path / "a.png").read_bytes() == b"data"


def test_a_file_that_appeared_meanwhile_is_left_alone(tmp_path):
    touch(tmp_path / "a.png")
    with pytest.raises(OutputError, match="already there"):
        write_aside(tmp_path / "a.png", b"data", overwrite=False)

    assert (tmp_path / "a.png").read_bytes() == b"x"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_an_interruption_leaves_the_old_state(tmp_path, monkeypatch, interruption):
    touch(tmp_path / "a.png")

    def stop(descriptor):
        raise interruption

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises((KeyboardInterrupt, OutputError)):
        write_aside(tmp_path / "a.png", b"data", overwrite=True)

    assert (tmp_path / "a.png").read_bytes() == b"x"
    assert len(list(tmp_path.iterdir())) == 1


def test_results_get_ordinary_permissions(tmp_path):
    mask = os.umask(0o027)
    try:
        write_aside(tmp_path / "a.png", b"data", overwrite=False)
    finally:
        os.umask(mask)

    assert Path(tmp_path / "a.png").stat().st_mode & 0o777 == 0o640
