"""Names of files as text: shown to people, and in JSON that any reader takes."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graycolor.names import json_text, on_page, path_told, readable, spelled, told

ANY = st.text(st.characters() | st.characters(categories=("Cs",)))
FOREIGN = os.fsdecode(b"a\xff\xfe\n.jpg")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("old.jpg", "old.jpg"),
        ("Müller　日本\u202fam.jpg", "Müller　日本\u202fam.jpg"),
        ("پ\u200cپ.jpg", "پ\u200cپ.jpg"),
        (os.fsdecode(b"\xff.jpg"), r"\xff.jpg"),
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("\x1b[31mred\x07\x7f", r"\x1b[31mred\x07\x7f"),
        ("\x9b31m", r"\u009b31m"),
        ("\u202egpj.exe", r"\u202egpj.exe"),
        ("[red]<b>", "[red]<b>"),
        (Path("in/a\nb.jpg"), r"in/a\nb.jpg"),
    ],
)
def test_a_name_is_shown_on_one_line(name, shown):
    assert readable(name) == shown


@given(ANY)
def test_what_is_readable_holds_nothing_that_a_terminal_obeys(text):
    shown = readable(text)
    shown.encode()
    assert readable(shown) == shown
    assert not any(code < 32 or 0x7F <= code < 0xA0 or 0x202A <= code <= 0x202E for code in map(ord, shown))


@given(ANY, st.booleans())
def test_json_is_utf8_on_lines_of_its_own(text, ascii_only):
    line = json_text({"name": text, "others": [text]}, ascii_only=ascii_only)
    assert readable(line) == line
    assert line.isascii() or not ascii_only
    assert json.loads(line.encode()) == {"name": spelled(text), "others": [spelled(text)]}


def test_json_has_no_numbers_that_are_none():
    told = json_text({"loss": [float("nan"), float("inf"), 1.5], "names": {"a": -float("inf")}})
    assert json.loads(told) == {"loss": [None, None, 1.5], "names": {"a": None}}


@pytest.mark.parametrize("name", ["old.jpg", "/somewhere/a b.jpg", FOREIGN, f"/x/{FOREIGN}", "in/%ff#?.jpg"])
def test_a_path_told_is_the_path(name):
    said = told(Path(name))
    said.encode()
    assert path_told(said).absolute() == Path(name).absolute()


def test_a_path_in_utf8_is_told_as_it_is():
    assert told(Path("in/Müller.jpg")) == "in/Müller.jpg"
    assert told(Path("/x") / FOREIGN) == "file:///x/a%FF%FE%0A.jpg"


def test_a_page_shows_names_and_leaves_its_own_html_alone():
    from jinja2 import Environment

    template = Environment(autoescape=True, finalize=on_page).from_string("{{ name }}{{ card | safe }}{{ 3 }}")
    page = template.render(name="<script>\n" + FOREIGN, card="<p>\n</p>")
    assert page == r"&lt;script&gt;\na\xff\xfe\n.jpg" + "<p>\n</p>3"
