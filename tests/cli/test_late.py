"""Commands that are built when they are called."""

import inspect
from importlib import import_module

import pytest

from graycolor.cli.late import COMMANDS, built


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_listed_with_the_help_that_it_gives_itself(name):
    entry, command = COMMANDS[name], built(name)
    own = entry.module or name
    function = getattr(import_module(f"graycolor.cli.{own}"), own)

    assert entry.help == inspect.getdoc(function) == command.help
    assert command.name == name
    assert {each.name for each in command.params} >= inspect.signature(function).parameters.keys() - {"context"}
