"""Help that can be read on a narrow terminal."""

import re

import pytest
from typer.testing import CliRunner

from graycolor.cli.app import app
from graycolor.cli.late import COMMANDS, built


def words(text):
    """Text without frames and spaces, as one string."""
    return re.sub(r"[\s│]", "", text)


@pytest.mark.parametrize("columns", ["80", "130"])
@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_and_its_sentence_are_shown_whole(name, columns):
    done = CliRunner().invoke(app, [name, "--help"], prog_name="graycolor", env={"COLUMNS": columns})

    assert done.exit_code == 0
    assert max(map(len, done.stdout.splitlines())) <= int(columns)
    assert "…" not in done.stdout
    for param in (each for each in built(name).params if not getattr(each, "hidden", False)):
        for option in (each for each in (*param.opts, *param.secondary_opts) if each.startswith("--")):
            assert re.search(rf"{option}\b", done.stdout), option
        for word in (param.help or "").split():
            assert word in done.stdout or words(word) in words(done.stdout), (param.name, word)


def test_sentences_have_more_than_half_of_a_narrow_terminal():
    shown = CliRunner().invoke(app, ["colorize", "--help"], prog_name="graycolor", env={"COLUMNS": "80"}).stdout

    assert len(shown.splitlines()) < 160  # with a column for each kind of name it took twice as many
