"""Links between the pages, in the header of each; those that a visitor has nothing of are left out."""

from __future__ import annotations

from nicegui import ui

from graycolor.web.visits import Visit


def pages(visit: Visit, current: str) -> None:
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
