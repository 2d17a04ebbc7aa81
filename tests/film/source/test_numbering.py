"""Patterns of numbered files, and the rates that people write."""

from fractions import Fraction
from pathlib import Path

import pytest

from graycolor.errors import MissingInputError, UsageError
from graycolor.film.source.numbering import file_of, is_pattern, numbered_files, pattern_of, stem_of, told_gaps
from graycolor.film.source.rates import rate_of


def touched(folder, *names):
    for name in names:
        (folder / name).touch()
    return folder


def test_a_pattern_finds_its_frames_in_the_order_of_their_numbers(tmp_path):
    names = ("f_0010.png", "f_0009.png", "f_0002.png", "f_12345.png", "f_011.png", "f_0012.tif", "g_0001.png", "f_.png")
    found = numbered_files(touched(tmp_path, *names) / "f_%04d.png")

    assert found.numbers == (2, 9, 10, 12345)
    assert [path.name for path in found.files] == ["f_0002.png", "f_0009.png", "f_0010.png", "f_12345.png"]
    assert found.gaps == ((3, 8), (11, 12344))


def test_numbers_without_zeros_are_told_from_those_with(tmp_path):
    assert numbered_files(touched(tmp_path, "1.png", "02.png", "10.png") / "%d.png").numbers == (1, 10)


def test_gaps_are_named(tmp_path):
    names = (f"f_{number:03d}.png" for number in (1, 2, 4, 9))
    told = told_gaps(numbered_files(touched(tmp_path, *names) / "f_%03d.png"))

    assert "5 frames are missing (3, 5 to 8)" in told


def test_many_gaps_are_counted(tmp_path):
    names = (f"f_{number:03d}.png" for number in range(0, 60, 2))

    assert "and 21 more gaps" in told_gaps(numbered_files(touched(tmp_path, *names) / "f_%03d.png"))


def test_a_wrong_pattern_is_answered_with_the_one_that_is_there(tmp_path):
    touched(tmp_path, "f_000001.png")

    with pytest.raises(MissingInputError, match=r"the folder has f_%06d\.png"):
        numbered_files(tmp_path / "f_%04d.png")
    with pytest.raises(MissingInputError, match="check the folder"):
        numbered_files(tmp_path / "nowhere" / "f_%04d.png")


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("reel/f_%06d.png", True),
        ("%d.TIFF", True),
        ("f_%06d.mp4", False),
        ("f_000001.png", False),
        ("f_%s.png", False),
        ("f_%06d/one.png", False),
    ],
)
def test_patterns_are_told_from_names(name, is_one):
    assert is_pattern(name) is is_one


def test_a_file_that_has_the_name_is_a_file(tmp_path):
    assert not is_pattern(touched(tmp_path, "f_%06d.png") / "f_%06d.png")


def test_names_and_numbers_go_both_ways():
    assert file_of(Path("a/f_%03d.png"), 7) == Path("a/f_007.png")
    assert pattern_of(Path("a/reel2_f_007.png")) == Path("a/reel2_f_%03d.png")
    assert pattern_of(Path("a/one.png")) is None
    assert stem_of(Path("reel/f_%06d.png")) == "f"
    assert stem_of(Path("reel/%06d.png")) == "frames"


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("24", Fraction(24)),
        ("16.667", Fraction(50, 3)),
        ("23.976", Fraction(24000, 1001)),
        ("29.97", Fraction(30000, 1001)),
        ("59.94", Fraction(60000, 1001)),
        ("18.5", Fraction(37, 2)),
        ("16.6", Fraction(83, 5)),
        ("24000/1001", Fraction(24000, 1001)),
    ],
)
def test_a_rounded_rate_stands_for_the_one_that_is_meant(text, rate):
    assert rate_of(text) == rate


@pytest.mark.parametrize("text", ["", "0", "fast", "-5", "1/0", "1e3", "99999", "nan", "1/2/3", "٢٤"])
def test_what_is_no_rate_is_refused(text):
    with pytest.raises(UsageError, match="is no rate"):
        rate_of(text)
