"""The page at `/shoebox`: the folder, for those who may see it."""

from __future__ import annotations

from nicegui import ui
from starlette.requests import Request

from graycolor.web.page.index import arrive
from graycolor.web.page.wall import Wall
from graycolor.web.shoebox.admission import Admission
from graycolor.web.studio import Studio
from graycolor.web.visits import Visits


def add_box_page(visits: Visits, studio: Studio, admission: Admission) -> None:
    """The page at `/shoebox`."""

    @ui.page("/shoebox", title="graycolor: shoebox")
    def page(request: Request) -> None:
        visit = arrive(request, visits, admission)
        if visit is None:
            return
        if visit.box is None:
            ui.label("This page shows a folder only to whoever sits at the machine where it lies.")
            return
        visit.box.read_again()
        wall = Wall(visit, visit.box, studio)
        ui.context.client.on_delete(wall.leave)
