"""The one way to open a file that a user named: no pipe, socket or device, and no more bytes than expected.

A pipe without a writer keeps its reader waiting for ever, and a device such as /dev/zero never ends. Whoever means a
pipe hands its bytes over by standard input.
"""

from __future__ import annotations

import os
import stat
from io import BufferedReader
from pathlib import Path

from graycolor.errors import GraycolorError, InputError, MissingInputError, reason_of
from graycolor.files.nearby import nearest_name

_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def check_regular(path: Path, noun: str = "picture", wrong: type[GraycolorError] = InputError) -> None:
    """Refuse what is no regular file; `noun` says what it should have been, `wrong` is raised.

    Raises:
        MissingInputError: there is no such file.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError):  # the last where the name holds a zero
        raise MissingInputError(f"There is no {_file_of(noun)} {path}; {nearest_name(path)}") from None
    except OSError as error:
        raise _unreadable(path, error, wrong) from error
    if stat.S_ISDIR(mode):
        inside = "; name the pictures in it." if noun == "picture" else "; name a file."
        raise wrong(f"{path} is a folder, not a {noun}{inside}")
    for is_kind, kind in _KINDS:
        if is_kind(mode):
            advice = "hand its bytes over by standard input, as -" if noun == "picture" else "name a file"
            raise wrong(f"{path} is {kind}, not a {noun}; {advice}.")


def _file_of(noun: str) -> str:
    return "file" if noun == "picture" else noun


def _unreadable(path: Path, error: OSError, wrong: type[GraycolorError]) -> GraycolorError:
    reason = reason_of(error)
    return wrong(f"{path} cannot be read ({reason}); check its name and permissions.")


def open_regular(path: Path, noun: str = "picture", wrong: type[GraycolorError] = InputError) -> BufferedReader:
    """A file opened for reading; see `check_regular`."""
    check_regular(path, noun, wrong)
    try:
        return path.open("rb")
    except OSError as error:
        raise _unreadable(path, error, wrong) from error


def read_regular(
    path: Path, noun: str = "picture", *, most: int, lift: str = "", wrong: type[GraycolorError] = InputError
) -> bytes:
    """A file's bytes, `most` of them at most; `lift` is what a person can do about that bound.

    Raises:
        MissingInputError: there is no such file.
        GraycolorError: of the type `wrong`: it is no regular file, too large, or must not be read.
    """
    with open_regular(path, noun, wrong) as file:
        if os.fstat(file.fileno()).st_size > most:
            raise wrong(too_many_bytes(str(path), os.fstat(file.fileno()).st_size, most, lift))
        try:
            return file.read()
        except OSError as error:
            raise _unreadable(path, error, wrong) from error


def too_many_bytes(name: str, size: int, most: int, lift: str = "") -> str:
    """The sentence for a file that holds more bytes than it may."""
    advice = f"; {lift}." if lift else "."
    return f"{name} holds {size / 1e6:,.0f} MB, more than the {most / 1e6:,.0f} MB that graycolor takes{advice}"


def sha256_of(path: Path, noun: str = "picture", wrong: type[GraycolorError] = InputError) -> str:
    """SHA-256 of a file, hexadecimal; see `check_regular`."""
    import hashlib  # ten milliseconds, and a photograph needs none

    with open_regular(path, noun, wrong) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
