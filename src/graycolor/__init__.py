"""Gives gray photographs and old films their colors back, and never touches their light.

The public names are fetched on demand, so that `import graycolor` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0.dev0"

if TYPE_CHECKING:
    from graycolor import errors
    from graycolor.api import colorize
    from graycolor.colorizer import Colorizer, ColorizeSettings

_HOMES = {
    "Colorizer": "graycolor.colorizer",
    "ColorizeSettings": "graycolor.colorizer",
    "colorize": "graycolor.api",
}

__all__ = ["ColorizeSettings", "Colorizer", "__version__", "colorize", "errors"]


def __getattr__(name: str) -> Any:
    if name == "errors":
        return import_module("graycolor.errors")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'graycolor' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
