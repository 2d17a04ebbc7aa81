"""What pages of runs have in common: whose they are, cards that a later run finds again, everything inside one file."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from importlib import resources
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from graycolor.errors import OutputError
from graycolor.names import on_page

if TYPE_CHECKING:
    from jinja2 import Template

SIDE = 640
"""Longest side of the pictures on a page."""


class PageKind(NamedTuple):
    """What pages show: `photographs` or `films`, and the mark by which a page of the kind is known."""

    noun: str
    version: int = 1

    @property
    def mark(self) -> str:
        """What its head says."""
        return f'<meta name="graycolor-page" content="{self.noun} {self.version}">'


PHOTO_PAGE, FILM_PAGE = PageKind("photographs"), PageKind("films")


def check_page(path: Path, kind: PageKind) -> None:
    """Refuse a place that no page of a kind may take; one of ours is continued, with all that it shows.

    Raises:
        OutputError: something else is there, or there is no such folder.
    """
    if not path.parent.is_dir():
        raise OutputError(f"The page {path} has no folder to go to; make {path.parent} first.")
    if os.path.lexists(path) and not _is_ours(path, kind):
        raise OutputError(
            f"{path} is already there and no page of graycolor's about {kind.noun}; choose another name with --report."
        )


def _is_ours(path: Path, kind: PageKind) -> bool:
    """Whether it is a page of ours; an empty file is nobody's."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        head = file.read(2000)
    return not head or kind.mark.encode() in head


@dataclass(frozen=True)
class Card:
    """What a page shows of one result or shot: its confidence, when it comes in its film, and the card as HTML."""

    confidence: float
    html: str
    at: float = 0.0


_FENCED = re.compile(r"<!--card (\{.*?\})-->\n(.*?)<!--/card-->", re.DOTALL)
_DASHES = "\\u002d\\u002d"
"""Two dashes in JSON, where they must not end a comment."""


def fenced(link: str, card: Card) -> str:
    """A card between comments that say what it is of, so that a later run finds it again."""
    told = json.dumps({"result": link, "confidence": card.confidence} | ({"at": card.at} if card.at else {}))
    return f"<!--card {told.replace('--', _DASHES)}-->\n{card.html}<!--/card-->"


def cards_of(path: Path) -> list[tuple[str, Card]]:
    """The cards of a page that is there, each with the address of its result."""
    try:
        found = [(json.loads(told), html) for told, html in _FENCED.findall(_text_of(path))]
        return [
            (str(told["result"]), Card(float(told["confidence"]), html, float(told.get("at", 0))))
            for told, html in found
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise _unreadable(path) from error


def _text_of(path: Path) -> str:
    """A page that is there, or nothing."""
    try:
        return path.read_text("utf-8") if path.exists() else ""
    except (OSError, ValueError) as error:
        raise _unreadable(path) from error


def _unreadable(path: Path) -> OutputError:
    return OutputError(f"{path} cannot be read any more; choose another name with --report.")


_NAMED = re.compile(r'<li><a href="([^"]*)">([^<]*)</a></li>')


def named_in(path: Path) -> dict[str, str]:
    """Results that a page lists without pictures: their names by their addresses."""
    return {link: unescape(name) for link, name in _NAMED.findall(_text_of(path))}


def templates() -> Callable[[str], Template]:
    """The templates of pages, by their names."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    def text(name: str) -> str:
        return resources.files("graycolor.jobs").joinpath("templates", name).read_text("utf-8")

    return Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=on_page,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(text),
    ).get_template


def link_from(page: Path, result: PurePath) -> str:
    """The address of a result, as a page has it."""
    if not isinstance(result, Path):  # an address in a store
        return quote(str(result), safe=":/")
    try:
        relative = os.path.relpath(result, page.parent)
    except ValueError:  # another drive
        return result.absolute().as_uri()
    return quote(os.fsencode(relative.replace(os.sep, "/")))


def uri(data: bytes, kind: str) -> str:
    """A picture inside the page."""
    return f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}"
