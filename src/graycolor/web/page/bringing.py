"""What a visitor brings to the page: photographs, a reference, saved settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nicegui import events, ui

from graycolor.errors import GraycolorError
from graycolor.web.page.parts import Drop
from graycolor.web.wishes import opened

if TYPE_CHECKING:
    from graycolor.web.page.desk import Desk


class Bringing:
    """What becomes of files that are dropped or chosen.

    Args:
        desk: shows photographs, and says what is wished of the one in hand.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._drop = Drop().on("brought", self._brought).on("refused", lambda event: desk.tell(str(event.args)))

    def choose_files(self, which: str) -> None:
        """Let the visitor choose `files` or a `folder`."""
        self._drop.run_method("choose", which)

    def choose_file(self, purpose: str) -> None:
        """Let the visitor choose a `reference` or `settings`."""
        self._drop.run_method("chooseOne", purpose)

    async def _brought(self, event: events.GenericEventArguments) -> None:
        purpose, key = str(event.args["purpose"]), str(event.args["key"])
        if purpose == "reference":
            await self._desk.say(reference=self._desk.visit.beside[key])
        elif purpose == "settings":
            await self._open_settings(self._desk.visit.beside.pop(key))
        elif purpose == "film":
            ui.navigate.to("/films")
        else:
            self._desk.arrived()

    async def _open_settings(self, path: Path) -> None:
        try:
            wishes = opened(path, self._desk.visit.beside)
        except GraycolorError as error:
            self._desk.tell(self._desk.visit.told(error))
            return
        await self._desk.wish(wishes)
