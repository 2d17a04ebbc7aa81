"""The page at `/`: whose it is, and what goes when it is closed."""

from __future__ import annotations

from pathlib import Path

from nicegui import app, ui
from starlette.requests import Request

from graycolor.errors import GraycolorError
from graycolor.web.guard import VISIT
from graycolor.web.page.desk import Desk
from graycolor.web.shoebox.admission import Admission
from graycolor.web.studio import Studio
from graycolor.web.visits import Visit, Visits

_STYLES = ("page.css", "wall.css")
_SWEPT = 60.0
"""Seconds between two looks at who has left."""


def add_page(visits: Visits, studio: Studio, admission: Admission) -> None:
    """The page at `/`."""
    for style in _STYLES:
        app.add_static_file(local_file=Path(__file__).with_name(style), url_path=f"/graycolor/{style}")
    app.timer(_SWEPT, visits.sweep)

    @ui.page("/", title="graycolor")
    def page(request: Request) -> None:
        if (visit := arrive(request, visits, admission)) is not None:
            Desk(visit, studio)


def arrive(request: Request, visits: Visits, admission: Admission) -> Visit | None:
    """The visit of whoever asks for a page, which counts until it is closed; what cannot be shown is told there."""
    try:
        visit = visits.of(request.scope[VISIT])
    except GraycolorError as error:
        ui.label(str(error))
        return None
    visit.pages += 1
    visit.box = admission.box_for(request)

    def leave() -> None:
        visit.leave()
        visits.sweep()

    ui.context.client.on_delete(leave)
    for style in _STYLES:
        ui.add_head_html(f'<link rel="stylesheet" href="/graycolor/{style}">')
    return visit
