"""What a run reads and writes are different files, however their names are spelled."""

import os

import pytest

from graycolor.errors import OutputError, UsageError
from graycolor.files import Claims, plan


def touch(*paths):
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return paths


@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_what_is_read_is_never_written_under_another_name_either(tmp_path, link):
    (photo,) = touch(tmp_path / "a.jpg")
    link(photo, tmp_path / "run.log")
    claims = Claims([photo])

    for name in (photo, tmp_path / "run.log", tmp_path / "sub" / ".." / "a.jpg"):
        with pytest.raises(UsageError, match="is itself an input and cannot become the log; choose another"):
            claims.claim(name, "the log", "choose another", UsageError)


def test_two_purposes_never_share_a_file_and_one_may_claim_twice(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "other").symlink_to(tmp_path / "out")
    claims = Claims()
    claims.claim(tmp_path / "out/look.html", "the page", "choose another")
    claims.claim(tmp_path / "other/look.html", "the page", "choose another")

    with pytest.raises(OutputError, match="both the page and the log"):
        claims.claim(tmp_path / "other/look.html", "the log", "choose another")
    (tmp_path / "link.html").symlink_to(tmp_path / "out/look.html")
    with pytest.raises(OutputError, match="both the page and the log"):
        claims.claim(tmp_path / "link.html", "the log", "choose another")


def test_case_tells_names_apart_where_the_file_system_does_and_only_there(tmp_path):
    touch(tmp_path / "strict/name", tmp_path / "loose/name")
    os.link(tmp_path / "loose/name", tmp_path / "loose/NAME")  # as a disk of Windows or macOS shows it
    for folder in ("strict", "strict/new/er"):
        claims = Claims()
        claims.claim(tmp_path / folder / "Straße.jpg", "one", "choose another")
        claims.claim(tmp_path / folder / "STRASSE.jpg", "other", "choose another")

    for folder in ("loose", "loose/new/er"):
        claims = Claims()
        claims.claim(tmp_path / folder / "Straße.jpg", "one", "choose another")
        with pytest.raises(OutputError, match="both"):
            claims.claim(tmp_path / folder / "STRASSE.jpg", "other", "choose another")


def test_a_folder_that_is_made_meanwhile_changes_no_claim(tmp_path):
    sources = touch(tmp_path / "x/a.png", tmp_path / "y/a.png")
    (tmp_path / "alias").symlink_to(tmp_path / "out")
    claims = Claims(sources)
    claims.claim(tmp_path / "alias/a-color.png", "the log", "choose another")
    planned = plan(sources, tmp_path / "out/", overwrite=True, claims=claims)

    assert not planned.jobs
    assert all("cannot be both" in str(refusal.error) for refusal in planned.refusals)


def test_what_goes_with_a_result_is_in_the_plan(tmp_path):
    sources = touch(tmp_path / "a.png", tmp_path / "a.jpg", tmp_path / "b.png")
    touch(tmp_path / "b-color.map")

    def companions(job):
        return [job.beside(".map")]

    planned = plan(sources, None, overwrite=False, companions=companions)
    going_on = plan(sources, None, overwrite=False, skip_existing=True, companions=companions)
    ours = plan(sources, None, overwrite=False, skip_existing=True, companions=companions, is_ours=lambda _: True)

    assert [job.beside(".map").name for job in planned.jobs] == ["a-color.png.map", "a-color.jpg.map"]
    assert "b-color.map is already there; use --overwrite" in str(planned.refusals[0].error)
    assert "was not made by graycolor" in str(going_on.refusals[0].error)
    assert len(ours.jobs) == 3
