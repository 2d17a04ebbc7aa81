"""Commands whose defaults may come from config files: flags and the environment win over them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from graycolor.cli.console import say
from graycolor.cli.spelling import PlainCommand
from graycolor.config.places import config_files
from graycolor.errors import ConfigError

if TYPE_CHECKING:
    from graycolor.config.read import Config, Setting
    from graycolor.looks import Look

_CONFIG = "graycolor.config"
"""The name under which the config files stand in a context's `meta`."""


class ConfiguredCommand(PlainCommand):
    """A command that takes its defaults from the config files; where there are none, nothing is imported for them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        config = None if {*self.get_help_option_names(ctx)} & {*args} else config_of(ctx)
        if config is not None:
            ctx.meta[_CONFIG] = config
            names = parameters(self)
            ctx.default_map = {names[key]: said.value for key, said in config.settings[str(self.name)].items()}
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        if _CONFIG in ctx.meta and not ctx.params.get("quiet"):
            self._tell_project(ctx, ctx.meta[_CONFIG])
        return super().invoke(ctx)

    def _tell_project(self, ctx: click.Context, config: Config) -> None:
        """Say what a project's file decides: it may have come with the pictures."""
        names = parameters(self)
        own = {key: said for key, said in config.settings[str(self.name)].items() if said.project}
        holding = [f"{key} = {said.value}" for key, said in own.items() if _holds(ctx, names[key])]
        if holding:
            say(f"{config.project} sets {', '.join(holding)}.")


def _holds(ctx: click.Context, name: str) -> bool:
    """Whether a parameter has its value from a config file."""
    return ctx.get_parameter_source(name) is click.core.ParameterSource.DEFAULT_MAP


def parameters(command: click.Command) -> Mapping[str, str]:
    """The name of each parameter by its option, without the dashes."""
    return {option.lstrip("-"): str(each.name) for each in command.params for option in each.opts}


def config_of(ctx: click.Context) -> Config | None:
    """What the config files say; None where there is none.

    Raises:
        UsageError: of click; a file says what cannot be used.
    """
    files = config_files()
    if not any(files):
        return None
    from graycolor.config.read import read_config

    try:
        return read_config(*files)
    except ConfigError as error:
        raise click.UsageError(str(error), ctx) from error


def look_named(name: str) -> str | Look:
    """A look of the config files, or the name of one of graycolor's own.

    Raises:
        UsageError: there is none of that name.
    """
    from graycolor.looks import LOOKS, no_look

    ctx = click.get_current_context(silent=True)
    own = ctx.meta[_CONFIG].looks if ctx is not None and _CONFIG in ctx.meta else {}
    if name not in LOOKS and name not in own:
        raise no_look(name, [*LOOKS, *own])
    return own.get(name, name)


def origin(parameter: click.Parameter, said: Setting | None) -> tuple[Any, str]:
    """The value that a parameter has without a flag, and where from: a variable, a file, or `default`."""
    variables = [parameter.envvar] if isinstance(parameter.envvar, str) else parameter.envvar or []
    for variable in variables:
        if os.environ.get(variable):
            return os.environ[variable], variable
    return (parameter.default, "default") if said is None else (said.value, str(said.file))
