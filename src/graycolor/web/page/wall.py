"""The page of a folder: the wall, and the desk for the photograph that is opened from it."""

from __future__ import annotations

from typing import Any

from nicegui import events, ui

from graycolor.errors import GraycolorError
from graycolor.web.page.box_desk import BoxDesk
from graycolor.web.page.pages import header
from graycolor.web.page.parts import button
from graycolor.web.shoebox.box import Box
from graycolor.web.shoebox.entry import Entry
from graycolor.web.studio import Studio
from graycolor.web.visits import Visit


class Prints(ui.element, component="wall.js"):
    """Thumbnails; emits `open`, `mark`, `close` and `counted`."""

    def show(self, opened: str) -> None:
        """Show the wall, or no more than listen to keys while a photograph is opened."""
        self._props["opened"] = opened
        self.update()


class Wall:
    """One open page of a folder.

    Args:
        visit: whose it is.
        box: the folder.
        studio: colors its photographs.
    """

    def __init__(self, visit: Visit, box: Box, studio: Studio) -> None:
        self._box, self._sure = box, 0
        self.entry: Entry | None = None
        with ui.element("div").classes("shoebox") as self._root:
            with header(visit, "/shoebox", box.folder.name):
                self._all_sure = button("", self._ask)
            self._prints = Prints()
        self._prints.on("open", self._opened).on("close", self.close)
        self._prints.on("mark", self._marked).on("counted", self._counted)
        self._desk = BoxDesk(visit, studio, box, self)
        self._desk.root.set_visibility(False)
        self._all_sure.set_visibility(False)
        self._question()

    def _question(self) -> None:
        self._dialog = ui.dialog().props('aria-label="Mark the sure ones as done"')
        with self._dialog, ui.element("div").classes("sheet-of-paper"):
            self._asked = ui.label("").classes("title").props("role=heading aria-level=2")
            ui.label("Their results are written beside them. Any of them can be opened and changed later.").classes(
                "soft"
            )
            with ui.element("div").classes("line"):
                button("Mark them", self._mark_sure, "main")
                button("Cancel", self._dialog.close)

    def _counted(self, event: events.GenericEventArguments) -> None:
        self._sure = int(event.args["sure"])
        self._all_sure.text = f"Mark {self._sure} sure one{'' if self._sure == 1 else 's'} as done"
        self._all_sure.set_visibility(self._sure > 0)

    def _ask(self) -> None:
        one = self._sure == 1
        told = "photograph is sure of its colors" if one else "photographs are sure of their colors"
        self._asked.text = f"{self._sure} {told}, without a mark. Mark {'it' if one else 'them'} as done?"
        self._dialog.open()

    def _mark_sure(self) -> None:
        self._dialog.close()
        self._box.mark_sure_ones()

    def _opened(self, event: events.GenericEventArguments) -> None:
        entry = self._box.entry(str(event.args["id"]))
        if entry is None:
            return
        self.leave()
        self.entry = entry
        self._root.set_visibility(False)
        self._desk.root.set_visibility(True)
        self._prints.show(entry.id)
        self._desk.look_at(entry, f"{int(event.args['place'])} of {int(event.args['count'])}")

    def close(self, _: Any = None) -> None:
        """Go back to the wall."""
        self.leave()
        self.entry = None
        self._desk.root.set_visibility(False)
        self._root.set_visibility(True)
        self._prints.show("")

    def leave(self) -> None:
        """Have the result made of the photograph that was in hand, if it is done."""
        if self.entry is not None:
            self._box.settle(self.entry)

    def turn(self, step: int) -> None:
        """Go to the next photograph, or to the one before."""
        self._prints.run_method("turn", step)

    def _marked(self, event: events.GenericEventArguments) -> None:
        if (entry := self._box.entry(str(event.args["id"]))) is not None:
            self.mark(entry, str(event.args["mark"]))

    def mark(self, entry: Entry, mark: str) -> None:
        """Mark a photograph."""
        try:
            self._box.mark(entry, mark)
        except GraycolorError as error:
            self._desk.tell(self._box.told(error))
        self._desk.show_mark()
