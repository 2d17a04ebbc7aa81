"""Colors gray photographs and old films, and never touches their light.

The public names are fetched on demand, so that `import graycolor` costs nothing.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0.dev0"

# ONNX Runtime sends usage data from version 1.29 on, unless this stands here before it is imported, by whomever. A call
# afterwards comes too late: it has left an identity under the user's cache folder and asked for its collector by then.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

if TYPE_CHECKING:
    from graycolor import errors, looks
    from graycolor.api import colorize, colorize_video
    from graycolor.colorizer import Colorizer
    from graycolor.film.job.user_hints import FilmHint, FilmReference
    from graycolor.film.output.encode import EncodeSettings
    from graycolor.film.steadiness.steady import ShotColorizer, SteadySettings
    from graycolor.jobs.film_plan import FilmOptions
    from graycolor.notebook import show
    from graycolor.settings import ColorizeSettings

_HOMES = {
    "Colorizer": "graycolor.colorizer",
    "ColorizeSettings": "graycolor.settings",
    "EncodeSettings": "graycolor.film.output.encode",
    "FilmHint": "graycolor.film.job.user_hints",
    "FilmOptions": "graycolor.jobs.film_plan",
    "FilmReference": "graycolor.film.job.user_hints",
    "ShotColorizer": "graycolor.film.steadiness.steady",
    "SteadySettings": "graycolor.film.steadiness.steady",
    "colorize": "graycolor.api",
    "colorize_video": "graycolor.api",
    "show": "graycolor.notebook",
}

__all__ = [
    "ColorizeSettings",
    "Colorizer",
    "EncodeSettings",
    "FilmHint",
    "FilmOptions",
    "FilmReference",
    "ShotColorizer",
    "SteadySettings",
    "__version__",
    "colorize",
    "colorize_video",
    "errors",
    "looks",
    "show",
]


def __getattr__(name: str) -> Any:
    if name in ("errors", "looks"):
        return import_module(f"graycolor.{name}")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'graycolor' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
