"""The page at `/`: whose it is, and what goes when it is closed."""

from __future__ import annotations

from pathlib import Path

from nicegui import app, ui
from starlette.requests import Request

from graycolor.errors import GraycolorError
from graycolor.web.guard import VISIT
from graycolor.web.page.desk import Desk
from graycolor.web.studio import Studio
from graycolor.web.visits import Visits

_STYLE = Path(__file__).with_name("page.css")


def add_page(visits: Visits, studio: Studio) -> None:
    """The page at `/`."""
    app.add_static_file(local_file=_STYLE, url_path="/graycolor/page.css")

    @ui.page("/", title="graycolor")
    def page(request: Request) -> None:
        try:
            visit = visits.of(request.scope[VISIT])
        except GraycolorError as error:
            ui.label(str(error))
            return
        client = ui.context.client
        visit.pages += 1

        def leave() -> None:
            visit.leave()
            visits.sweep()

        client.on_delete(leave)
        ui.add_head_html('<link rel="stylesheet" href="/graycolor/page.css">')
        Desk(visit, studio)
