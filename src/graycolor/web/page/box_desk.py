"""The desk with a photograph of the folder: what is said of it is kept, and it is marked instead of removed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from nicegui import ui

from graycolor.errors import GraycolorError
from graycolor.web.page.desk import Desk
from graycolor.web.page.parts import button
from graycolor.web.photo import Photo
from graycolor.web.shoebox.box import Box
from graycolor.web.shoebox.entry import DONE, LEFT_ALONE, TO_LOOK_AT, UNMARKED, Entry
from graycolor.web.states import FAILED, IN_COLOR
from graycolor.web.studio import Studio
from graycolor.web.visits import Visit
from graycolor.web.wishes import Wishes

if TYPE_CHECKING:
    from graycolor.web.page.wall import Wall

_BUTTONS = {DONE: ("Done", "D"), TO_LOOK_AT: ("To look at", "L"), LEFT_ALONE: ("Leave alone", "A")}


class BoxDesk(Desk):
    """The desk of a wall.

    Args:
        visit, studio: as of `Desk`.
        box: the folder.
        wall: knows what comes next.
    """

    AWAY = "Leave it alone"

    def __init__(self, visit: Visit, studio: Studio, box: Box, wall: Wall) -> None:
        self._box, self._wall = box, wall
        self._shown: object = None
        super().__init__(visit, studio)
        self.root.classes("boxed")

    def _header(self) -> None:
        with ui.element("header").classes("top"):
            ui.label("graycolor").classes("wordmark")
            button("Back to the wall", self._wall.close).props('title="Back to the wall (Escape)"')
            self._where = ui.label("").classes("where")
            with ui.element("div").classes("marking"):
                button("Previous", lambda: self._wall.turn(-1), "quiet").props('title="Previous (P)"')
                button("Next", lambda: self._wall.turn(1), "quiet").props('title="Next (N)"')
            self._actions = ui.element("span").classes("gap")
            with ui.element("div").classes("marking marks").props('role=group aria-label="Mark"'):
                self._marks = {mark: self._mark_button(mark) for mark in _BUTTONS}
            self._trouble = ui.label("").classes("trouble").props("role=status")
            with ui.element("div").classes("line offer") as self._offer:
                button("Replace it", self._replace, "main")
                button("Keep it as it is", self._keep)
            self._news = ui.label("").classes("news").props("role=status")
        self._all = self.home.all_button()
        self._all.set_visibility(False)

    def _mark_button(self, mark: str) -> ui.button:
        name, key = _BUTTONS[mark]
        return button(name, lambda: self._toggle(mark)).props(f'title="{name} ({key})"')

    def _toggle(self, mark: str) -> None:
        if (entry := self._wall.entry) is not None:
            self._wall.mark(entry, UNMARKED if entry.mark == mark else mark)

    def _replace(self) -> None:
        if (entry := self._wall.entry) is not None:
            self._wall.mark(entry, DONE, replace=True)

    def _keep(self) -> None:
        if (entry := self._wall.entry) is not None:
            self._wall.keep_old(entry)

    @property
    def photos(self) -> Mapping[str, Photo]:
        """The photograph that is opened."""
        entry = self._wall.entry
        photo = self._box.photo(entry.id) if entry else None
        return {photo.id: photo} if photo else {}

    def look_at(self, entry: Entry, where: str) -> None:
        """Take a photograph of the folder on the desk."""
        self._where.text = where
        self.open(self._box.open(entry))
        self.show_mark()

    def beat(self) -> None:
        """Show what has changed since the last beat."""
        super().beat()
        if (entry := self._wall.entry) is not None and entry.version != self._shown:
            self.show_mark()

    def show_mark(self) -> None:
        """Show how the photograph is marked, and what could not be written."""
        if (entry := self._wall.entry) is not None:
            self._shown = entry.version
            for mark, each in self._marks.items():
                is_marked = entry.is_done if mark == DONE else entry.mark == mark
                each.props(f"aria-pressed={str(is_marked).lower()}")
            self._marks[DONE].set_enabled(entry.can_be_done and self._state not in (IN_COLOR, FAILED))
            self._trouble.text = entry.trouble
            self._offer.set_visibility(entry.offers)
            self._news.text = "Writing …" if entry.is_making else entry.news

    @property
    def _state(self) -> str:
        return self.photo.state if self.photo else ""

    def show(self) -> None:
        """Show the photograph as it is now, and how it is marked."""
        super().show()
        self.show_mark()

    def away_button(self, photo: Photo) -> None:
        """A button that takes a photograph off the desk; what is in color is left alone anyway."""
        if photo.state != IN_COLOR:
            super().away_button(photo)

    def arrived(self) -> None:
        """A photograph was brought, which has its place on the other page."""
        self.tell("What you have brought is on the page Photographs.")

    def remove(self, photo: Photo) -> None:
        """Leave a photograph alone; nothing of the folder is ever removed."""
        if (entry := self._wall.entry) is not None:
            self._wall.mark(entry, LEFT_ALONE)
            self._wall.close()

    async def wish(self, wishes: Wishes) -> None:
        """Take these wishes for the photograph, with a photograph to follow that stays with the folder."""
        try:
            wishes = await asyncio.to_thread(self._box.taken, wishes)
        except GraycolorError as error:
            self.tell(self._box.told(error))
            return
        await super().wish(wishes)
