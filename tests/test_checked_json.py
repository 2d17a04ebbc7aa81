from dataclasses import dataclass

import pytest

from graycolor.checked_json import Source, begins_as_json, checked, parsed_json, read_json
from graycolor.errors import DatasetError, InputError, UsageError

SOURCE = Source("a.json", "copy it again")


@dataclass(frozen=True)
class Shape:
    widths: tuple[int, ...] = (1, 2)
    width: float = 1.0
    name: str = "a"
    deep: bool = False

    def __post_init__(self):
        if self.name == "bad":
            raise UsageError("There is no shape called bad.")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "a.json is empty"),
        (b" \n", "a.json is empty"),
        (b"\xff\xfea", "neither UTF-8 nor UTF-16"),
        (b'{"a": 1,\n "b" 2}', "no JSON at line 2, column 6"),
        (b'{"a": 1, "a": 2}', "says a twice"),
        (b'{"a": [0, {"b": NaN}]}', r"In a\.json, a\[1\]\.b is no number"),
        (b'{"a": 1e999}', "a is no number, or one too large"),
        (b'{"a": 99999999999999999999999}', "a is no number, or one too large"),
        (b"1" * 10_000, "too many digits"),
        (b"[" * 100_000, "nested deeper"),
        (b'{"a":' * 100_000, "nested deeper"),
    ],
)
def test_what_is_no_json_is_told_in_a_sentence(data, sentence):
    with pytest.raises(InputError, match=rf"{sentence}.*; copy it again\.$"):
        parsed_json(data, SOURCE)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_text_is_read_as_editors_write_it(encoding):
    assert parsed_json('{"ä": 1}'.encode(encoding), SOURCE) == {"ä": 1}
    assert begins_as_json("  [1]".encode(encoding))


def test_names_that_are_no_utf8_come_through_unharmed():
    assert parsed_json(b'["\xff"]', SOURCE)[0].encode("utf-8", "surrogateescape") == b"\xff"


def test_pictures_do_not_begin_as_json():
    assert not any(map(begins_as_json, (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"II*\0", b"")))


def test_numbers_that_nobody_means_come_through_where_they_are_wanted():
    assert parsed_json("[Infinity, 1e999]", Source("a", "b", finite=False)) == [float("inf")] * 2


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ([], r"shape must be an object \{...\}, not a list"),
        ({"width": "1"}, r"shape\.width must be a number, not text"),
        ({"width": 10**400}, r"shape\.width is too large a number"),
        ({"widths": [1, 2.5]}, r"shape\.widths\[1\] must be a whole number, not a number"),
        ({"widths": None}, r"shape\.widths must be a list \[...\], not null"),
        ({"deep": 1}, r"shape\.deep must be true or false, not a whole number"),
        ({"size\x1b[2J": 1}, r"shape\.size\\x1b\[2J is unknown"),
        ({"s" * 5000: 1}, r"shape\.s{73}… is unknown"),
        ({"\udcff": 1}, r"is unknown"),
        ({"name": "bad"}, "There is no shape called bad"),
    ],
)
def test_what_is_of_another_type_is_told_with_its_place(value, sentence):
    with pytest.raises(InputError, match=sentence):
        checked(value, Shape, SOURCE, "shape")


def test_what_is_of_the_type_comes_as_it():
    assert checked({"widths": [3], "width": 2}, Shape, SOURCE) == Shape((3,), 2.0)


def test_files_are_refused_by_name_and_as_the_source_says(tmp_path):
    (tmp_path / "large.json").write_bytes(b"[" + b"1," * 1_000 + b"1]")
    large = Source("large.json", "cut it", DatasetError, largest=1_000)

    with pytest.raises(DatasetError, match=r"large\.json holds .*, more than.*; cut it\.$"):
        read_json(tmp_path / "large.json", large)
    with pytest.raises(InputError, match="is a folder"):
        read_json(tmp_path, SOURCE)
