"""What a folder holds beside its pictures is told."""

import pytest

from graycolor.files.passed_over import passed_over


@pytest.fixture
def shoebox(tmp_path):
    for name in ("a.jpg", "a-color.jpg", "a.graycolor.json", "uncle-color.png", "letter.docx", "Thumbs.db", ".hidden"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "aunt").mkdir()
    (tmp_path / "aunt/b.jpg").write_bytes(b"x")
    (tmp_path / "aunt/will.pdf").write_bytes(b"x")
    (tmp_path / ".cache").mkdir()
    return tmp_path


def test_folders_other_files_and_lone_results_are_named(shoebox):
    (sentence,) = passed_over([shoebox])

    assert sentence.startswith(f"{shoebox}: passed over 1 folder (--recursive goes there): aunt; ")
    assert "1 file of other kinds: letter.docx; " in sentence
    assert sentence.endswith("1 file named like a result (name one by itself to color it): uncle-color.png.")


def test_folders_in_folders_are_told_of_where_they_are_searched(shoebox):
    first, second = passed_over([shoebox], recursive=True)

    assert "--recursive" not in first
    assert second == f"{shoebox / 'aunt'}: passed over 1 file of other kinds: will.pdf."


def test_nothing_is_said_where_nothing_was_left_out(shoebox):
    assert not list(passed_over([shoebox / "a.jpg", shoebox / "letter.docx"]))


def test_many_are_counted(tmp_path):
    for number in range(9):
        (tmp_path / f"{number}.txt").touch()

    (sentence,) = passed_over([tmp_path])

    assert sentence.endswith("9 files of other kinds: 0.txt, 1.txt, 2.txt and 6 more.")
