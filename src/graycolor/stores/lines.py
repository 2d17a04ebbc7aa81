"""A line of a journal, as a type; a module of its own because msgspec is imported with it."""

from __future__ import annotations

from msgspec import Struct


class Line(Struct):
    """What is planned for a result (`settings`), or what became of it."""

    result: str
    content: str = ""
    settings: str = ""
    before: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()
    sha256: str = ""
    failed: bool = False
    untouched: bool = False
