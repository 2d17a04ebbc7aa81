"""The header of every page, with links to the others; those that a visitor has nothing of are left out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import ui

from graycolor.web.visits import Visit


@contextmanager
def header(visit: Visit, current: str, title: str = "") -> Iterator[None]:
    """The header of the page at the address `current`; what is made within stands at its right."""
    with ui.element("header").classes("top"):
        ui.label("graycolor").classes("wordmark")
        _links(visit, current)
        if title:
            ui.label(title).classes("title").props("role=heading aria-level=1")
        ui.element("span").classes("gap")
        yield


def _links(visit: Visit, current: str) -> None:
    """Links to the pages; `current` is the address of the one that is shown."""
    links = {"/": "Photographs", "/shoebox": "Shoebox", "/films": "Films"}
    if visit.box is None:
        del links["/shoebox"]
    with ui.element("nav").classes("rooms").props('aria-label="Pages"'):
        for address, name in links.items():
            link = ui.element("a").props(f'href="{address}"')
            link._text = name
            if address == current:
                link.props("aria-current=page")
