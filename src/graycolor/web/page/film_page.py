"""The page of films, at `/films`; what it shows is imported when somebody asks for it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from nicegui import app, ui
from starlette.requests import Request

from graycolor.errors import GraycolorError
from graycolor.web.films.film_room import FilmRoom
from graycolor.web.guard import VISIT
from graycolor.web.studio import Studio
from graycolor.web.visits import GRACE, Visits

_STYLE = Path(__file__).with_name("films.css")
_PASSED_ON = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
"""What a server that stands between says: whoever asks then does not sit here, though the address is this machine's."""


def add_film_page(visits: Visits, studio: Studio, films: FilmRoom) -> None:
    """The page at `/films`."""
    app.add_static_file(local_file=_STYLE, url_path="/graycolor/films.css")

    @ui.page("/films", title="graycolor: films")
    def page(request: Request) -> None:
        from graycolor.web.page.film_desk import FilmDesk

        try:
            visit = visits.of(request.scope[VISIT])
        except GraycolorError as error:
            ui.label(str(error))
            return
        visit.is_local = visit.is_local and not any(name in request.headers for name in _PASSED_ON)
        visit.pages += 1

        def leave() -> None:
            visit.leave()
            visits.sweep()
            asyncio.get_running_loop().call_later(GRACE + 1, visits.sweep)

        ui.context.client.on_delete(leave)
        ui.add_head_html('<link rel="stylesheet" href="/graycolor/page.css">')
        ui.add_head_html('<link rel="stylesheet" href="/graycolor/films.css">')
        FilmDesk(visit, studio, films)
