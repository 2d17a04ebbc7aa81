"""Lists of names: more inputs than a command line holds, one a line, as `find` and editors write them."""

from __future__ import annotations

import codecs
import os
import sys
from pathlib import Path

from graycolor.bounds import LIST_BYTES
from graycolor.errors import InputError
from graycolor.files.regular import read_regular

_STDIN = "-"
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def read_names(name: str) -> list[str]:
    """The names in a list (`-` is standard input), one a line, or ended by zeros as `find -print0` writes them.

    Empty lines are left out; everything else is part of a name, spaces at its ends too. Names are those of files: what
    begins with a dash or an @ is one as well.

    Raises:
        InputError, MissingInputError: the list cannot be read, or holds no names.
    """
    which = "The list on standard input" if name == _STDIN else name
    data = _piped() if name == _STDIN else read_regular(Path(name), "list", most=LIST_BYTES)
    names = [_as_file(line) for line in _lines(data, which) if line]
    if not names:
        raise InputError(f"{which} holds no names; write one a line.")
    return names


def _piped() -> bytes:
    data = sys.stdin.buffer.read(LIST_BYTES + 1)
    if len(data) > LIST_BYTES:
        raise InputError(f"The list on standard input holds over {LIST_BYTES / 1e6:,.0f} MB; name a list of files.")
    return data


def _lines(data: bytes, which: str) -> list[str]:
    """The lines of a list, in whatever encoding editors and shells write; names that are no UTF-8 stay as they are."""
    for mark, encoding in _UTF16.items():
        if data.startswith(mark):
            try:
                return data[2:].decode(encoding).replace("\r\n", "\n").split("\n")
            except UnicodeDecodeError:
                raise InputError(f"{which} is damaged where it should be UTF-16; save it as UTF-8.") from None
    data = data.removeprefix(codecs.BOM_UTF8)
    if b"\0" in data:
        return [os.fsdecode(each) for each in data.split(b"\0")]
    return [os.fsdecode(each.removesuffix(b"\r")) for each in data.split(b"\n")]


def _as_file(name: str) -> str:
    """A name that says nothing but a file: `-` alone would be standard input."""
    return str(Path(name).absolute()) if name == _STDIN else name
