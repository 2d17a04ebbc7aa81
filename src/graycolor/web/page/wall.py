"""The page of a folder: the wall, and the desk for the photograph that is opened from it."""

from __future__ import annotations

import asyncio
from typing import Any

from nicegui import events, ui

from graycolor.errors import GraycolorError
from graycolor.web.page.box_desk import BoxDesk
from graycolor.web.page.pages import header
from graycolor.web.page.parts import button
from graycolor.web.shoebox.box import Box
from graycolor.web.shoebox.entry import Entry
from graycolor.web.shoebox.marking import ASK, KEEP, REPLACE, is_taken
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
        self._box, self._rest = box, 0
        self.entry: Entry | None = None
        with ui.element("div").classes("shoebox") as self._root:
            with header(visit, "/shoebox", box.folder.name):
                self._mark_all = button("", self._ask)
            self._prints = Prints()
        self._prints.on("open", self._opened).on("close", self.close)
        self._prints.on("mark", self._marked).on("counted", self._counted)
        self._desk = BoxDesk(visit, studio, box, self)
        self._desk.root.set_visibility(False)
        self._mark_all.set_visibility(False)
        self._question()

    def _question(self) -> None:
        self._dialog = ui.dialog().props('aria-label="Mark the others as done"')
        with self._dialog, ui.element("div").classes("sheet-of-paper"):
            self._asked = ui.label("").classes("title").props("role=heading aria-level=2")
            ui.label("Their results are written beside them. Any of them can be opened and changed later.").classes(
                "soft"
            )
            self._found = ui.label("")
            with ui.element("div").classes("line"):
                self._plainly = button("Mark them", lambda: self._mark_rest(ASK), "main")
                self._keeping = button("Mark them, keep the results", lambda: self._mark_rest(KEEP))
                self._replacing = button("Mark them, replace the results", lambda: self._mark_rest(REPLACE))
                button("Cancel", self._dialog.close)

    def _counted(self, event: events.GenericEventArguments) -> None:
        self._rest, every = int(event.args["rest"]), int(event.args["all"])
        which = f"all {every}" if self._rest == every else f"the {self._rest} others"
        which = which if self._rest > 1 else "the other one" if every > 1 else "it"
        self._mark_all.text = f"Mark {which} as done"
        self._mark_all.set_visibility(self._rest > 0)

    async def _ask(self) -> None:
        """Ask whether to mark the rest, and what becomes of results that lie there already."""
        rest, taken = await asyncio.to_thread(self._count)
        one = rest == 1
        told = "photograph is not doubtful and has" if one else "photographs are not doubtful and have"
        self._asked.text = f"{rest} {told} no mark. Mark {'it' if one else 'them'} as done?"
        self._found.text = (
            f"{taken} of them {'has' if taken == 1 else 'have'} a result already. Results that graycolor made "
            "can be kept or replaced; what graycolor did not make is never replaced."
        )
        for each in (self._found, self._keeping, self._replacing):
            each.set_visibility(taken > 0)
        self._plainly.set_visibility(not taken)
        self._dialog.open()

    def _count(self) -> tuple[int, int]:
        rest = self._box.marking.rest()
        return len(rest), sum(map(is_taken, rest))

    async def _mark_rest(self, found: str) -> None:
        self._dialog.close()
        await asyncio.to_thread(self._box.marking.mark_rest, found)

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
            self._box.marking.settle(self.entry)

    def turn(self, step: int) -> None:
        """Go to the next photograph, or to the one before."""
        self._prints.run_method("turn", step)

    def _marked(self, event: events.GenericEventArguments) -> None:
        if (entry := self._box.entry(str(event.args["id"]))) is not None:
            self.mark(entry, str(event.args["mark"]))

    def mark(self, entry: Entry, mark: str, *, replace: bool = False) -> None:
        """Mark a photograph; why it cannot be marked so is told."""
        try:
            self._box.marking.mark(entry, mark, replace=replace)
        except GraycolorError as error:
            self._desk.tell(self._box.told(error))
        self._desk.show_mark()

    def keep_old(self, entry: Entry) -> None:
        """Be content with the result that lies there."""
        self._box.marking.keep_old([entry])
        self._desk.show_mark()
