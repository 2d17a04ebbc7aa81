"""Help that can be read on a narrow terminal."""

import re

import click
import pytest
from typer.testing import CliRunner

from graycolor.cli.app import app
from graycolor.cli.late import COMMANDS, built
from graycolor.cli.panels import OPTIONS, PANELS, panels_of


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
    assert len(helped("colorize").splitlines()) < 150  # with a column for each kind of name it took twice as many


def helped(name):
    return CliRunner().invoke(app, [name, "--help"], prog_name="graycolor", env={"COLUMNS": "80"}).stdout


@pytest.mark.parametrize("name", PANELS)
def test_options_stand_under_titles_in_one_order(name):
    shown, there = helped(name), {option for each in built(name).params for option in each.opts} | {"--help"}

    assert re.findall(r"^╭─ (.+?) ─", shown, re.MULTILINE) == ["Arguments", *PANELS[name]]
    for title, options in PANELS[name].items():
        listed = shown.partition(f"╭─ {title} ")[2].partition("╰")[0]
        named = re.findall(r"^│ (?:-\w, )?(--[\w-]+)", listed, re.MULTILINE)
        assert named == [option for option in options if option in there]
        assert 0 < len(named) < 9  # a list that is read, not searched


@pytest.mark.parametrize("name", COMMANDS)
def test_each_option_has_one_place(name):
    command = built(name)
    panels = panels_of(command, click.Context(command, help_option_names=["-h", "--help"]))
    placed = {each.name: title for title, parameters in panels for each in parameters}
    shown = [each for each in command.params if not getattr(each, "hidden", False)]

    assert sum(len(parameters) for _, parameters in panels) == len(shown) + 1  # and --help
    for each in shown:
        if name in PANELS and isinstance(each, click.Option):
            assert set(each.opts) & set(PANELS[name][placed[each.name]]), f"{each.opts} has no panel of its own"
        elif isinstance(each, click.Option):
            assert placed[each.name] == OPTIONS
            assert len(shown) < 12, f"{name} has many options: give it panels"


def test_panels_name_options_that_are_there():
    there = {name: {option for each in built(name).params for option in each.opts} | {"--help"} for name in PANELS}
    everywhere = set.union(*there.values())

    for name, panels in PANELS.items():
        for title, options in panels.items():
            known = everywhere if sum(title in each for each in PANELS.values()) > 1 else there[name]
            assert set(options) <= known, (name, title)


def test_a_switch_that_is_off_does_not_say_so():
    assert "default: no-" not in helped("colorize")
    assert "default: resume" in re.sub(r"[\s│]+", " ", helped("video"))
