"""What can go wrong, by name, each with the exit code that the command line gives it.

Every message is one sentence for a person and ends with what to do. Classes also inherit the built-in exception that
a Python caller would look for, so `except FileNotFoundError` and its like keep working.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

EXIT_FAILED = 1
"""Some inputs failed; the others are done."""
EXIT_USAGE = 2
"""The command was called in a way that cannot work."""
EXIT_INTERRUPTED = 130
"""Stopped by the user (128 + SIGINT)."""


class GraycolorError(Exception):
    """Base of everything that graycolor raises on purpose."""

    exit_code = EXIT_FAILED


class InputError(GraycolorError, ValueError):
    """An input cannot be read: damaged, empty, foreign or too large."""


class BoundError(InputError):
    """An input is over one of `graycolor.bounds`; the sentence names the bound and what lifts it."""


class MissingInputError(InputError, FileNotFoundError):
    """An input is not there."""


class OutputError(GraycolorError, OSError):
    """An output cannot be written; nothing was left half-written."""


class ExistsError(OutputError):
    """A result is there already, and nobody said what to do about it; `place` is what is there, where one is meant."""

    def __init__(self, message: str, place: PurePath | None = None) -> None:
        super().__init__(message)
        self.place = place


class BusyError(OutputError):
    """Another run is at work where this one would be."""


class WeightsError(GraycolorError, ValueError):
    """A weights file is damaged, foreign, or made for another network."""


class DeviceError(GraycolorError, RuntimeError):
    """The device asked for is not there, or ran out of memory."""


class ClusterError(GraycolorError, RuntimeError):
    """A cluster is not there, or its processes died at their work."""


class MissingPackageError(GraycolorError, ImportError):
    """A package is not installed that only some of the work needs; see `graycolor.packages`."""


class DatasetError(GraycolorError, ValueError):
    """A dataset is missing, half prepared, or does not match its manifest."""


class TrainingError(GraycolorError, RuntimeError):
    """Training cannot start or go on."""


class UsageError(GraycolorError, ValueError):
    """The request contradicts itself; nothing was done."""

    exit_code = EXIT_USAGE


class ConfigError(GraycolorError, ValueError):
    """A config file cannot be read, or says what is unknown or makes no sense; nothing was done."""

    exit_code = EXIT_USAGE


class DepthWarning(UserWarning):
    """A result has fewer bits a channel than its input, because the kind of its object has no more."""


class ResultWarning(UserWarning):
    """A result is not all that its reader may expect: something was not kept, or a reference was hardly followed."""


class ProfileWarning(UserWarning):
    """A color profile could not be followed, or not to the last bit."""


def reason_of(error: Any) -> str:
    """The system's own words, in lower case, without number and path; of an OSError, or of what FFmpeg makes of one."""
    return str(error.strerror or error).lower()
