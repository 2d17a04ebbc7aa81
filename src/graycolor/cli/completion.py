"""What a shell completes the values of options with."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress


def completing(*values: str) -> Callable[[str], list[str]]:
    """Completion of an option that takes one of these."""

    def begun(incomplete: str) -> list[str]:
        return [value for value in values if value.startswith(incomplete.lower())]

    return begun


def look_names(incomplete: str) -> list[str]:
    """Names of graycolor's looks, and of those in the config files where these can be read."""
    from graycolor.config.places import config_files
    from graycolor.looks import LOOKS

    files, names = config_files(), list(LOOKS)
    if any(files):
        from graycolor.config.read import read_config
        from graycolor.errors import ConfigError

        with suppress(ConfigError):  # the command itself says what is wrong
            names += read_config(*files).looks
    return [name for name in names if name.startswith(incomplete)]


def format_names(incomplete: str) -> list[str]:
    """Suffixes that photographs are written under, without the dot."""
    from graycolor.files.find import PICTURE_SUFFIXES

    return sorted(suffix[1:] for suffix in PICTURE_SUFFIXES if suffix[1:].startswith(incomplete.lower()))
