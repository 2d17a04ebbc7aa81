r"""Names of files as text: as people see them, and as JSON and pages hold them.

A name on disk is any bytes. Those that are no UTF-8 are half surrogates in Python, which no file in UTF-8 takes; line
breaks, escape sequences and marks that turn the direction of writing are text to Python, and commands to a terminal.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_RAW = range(0xDC80, 0xDD00)
"""Where Python keeps the bytes of a name that are no UTF-8 (PEP 383)."""
_NO_UTF8 = re.compile("[\ud800-\udfff]")
# Control characters, line separators, and what steers the direction of writing or is not seen at all; joiners, which
# Persian and emoji need, and unusual spaces stay. The first 32 have their escapes in JSON anyway.
_STEERING = "\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
_STEERING_IN_JSON = re.compile(f"[{_STEERING}]")
_UNREADABLE = re.compile(f"[\x00-\x1f\ud800-\udfff{_STEERING}]")
_NO_ASCII = re.compile(r"[^\x00-\x7e]")
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_ADDRESS = "file:///"


def readable(text: object) -> str:
    r"""Text that a person can read and a terminal only shows: one line, without anything that steers.

    Line breaks become `\n`, an escape `\x1b`, a turned direction `\u202e`, a byte that is no UTF-8 `\xff`. Applied
    twice it changes nothing more.
    """
    said = str(text)
    return said if said.isascii() and said.isprintable() else _UNREADABLE.sub(_spelled, said)


def on_page(value: object) -> object:
    """What Jinja writes for a value (its `finalize`): readable, but for what is HTML already."""
    return value if hasattr(value, "__html__") else readable(value)


def spelled(text: str) -> str:
    r"""Text that UTF-8 can hold: bytes of a foreign name that are none are spelled `\xff`, all else stays."""
    return _NO_UTF8.sub(_spelled, text)


def told(path: Path) -> str:
    """A path as JSON holds it: as it is, or as its `file:` address where it is no UTF-8.

    `path_told` gives it back to the last byte.
    """
    said = str(path)
    return path.absolute().as_uri() if _NO_UTF8.search(said) else said


def path_told(said: str) -> Path:
    """The path that `told` told."""
    if not said.startswith(_ADDRESS):
        return Path(said)
    from urllib.parse import unquote_to_bytes

    return Path(os.fsdecode(unquote_to_bytes(said.removeprefix("file://"))))


@contextmanager
def in_utf8(path: Path) -> Iterator[Path]:
    """The file by a name that is UTF-8, for libraries that take no other: a link, gone at the end of the block."""
    if not _NO_UTF8.search(str(path)):
        yield path
        return
    import tempfile

    with tempfile.TemporaryDirectory(prefix="graycolor-") as folder:
        place = Path(folder, "file")
        place.symlink_to(path.absolute())
        yield place


def json_text(value: Any, *, indent: int | None = None, ascii_only: bool = False, to_read_back: bool = False) -> str:
    r"""A value as JSON that every reader takes, and that a terminal only shows.

    Bytes of foreign names are spelled `\xff`, or with `to_read_back` JSON's escapes of half surrogates, which Python
    reads as the same name and some readers refuse. What steers a terminal is written as JSON's escapes, and a number
    that is none, or endless, is null.
    """
    try:
        text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
    except ValueError:
        text = json.dumps(_finite(value), indent=indent, ensure_ascii=False)
    text = _NO_UTF8.sub(_escaped if to_read_back else lambda found: _spelled(found).replace("\\", "\\\\"), text)
    return (_NO_ASCII if ascii_only else _STEERING_IN_JSON).sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def _spelled(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code in _RAW:
        return f"\\x{code - 0xDC00:02x}"
    return _SHORT.get(found[0]) or (f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}")


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
