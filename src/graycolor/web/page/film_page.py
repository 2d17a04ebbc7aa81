"""The page of films, at `/films`; what it shows is imported when somebody asks for it."""

from __future__ import annotations

from pathlib import Path

from nicegui import app, ui
from starlette.requests import Request

from graycolor.web.films.film_room import FilmRoom
from graycolor.web.page.index import arrive
from graycolor.web.shoebox.admission import Admission, is_passed_on
from graycolor.web.studio import Studio
from graycolor.web.visits import Visits

_STYLE = Path(__file__).with_name("films.css")


def add_film_page(visits: Visits, studio: Studio, admission: Admission, films: FilmRoom) -> None:
    """The page at `/films`."""
    app.add_static_file(local_file=_STYLE, url_path="/graycolor/films.css")

    @ui.page("/films", title="graycolor: films")
    def page(request: Request) -> None:
        from graycolor.web.page.film_desk import FilmDesk

        visit = arrive(request, visits, admission)
        if visit is None:
            return
        visit.is_local = visit.is_local and not is_passed_on(request)
        ui.add_head_html('<link rel="stylesheet" href="/graycolor/films.css">')
        FilmDesk(visit, studio, films)
