"""What a visitor takes home: results, settings, and the command that makes the same."""

from __future__ import annotations

import asyncio
import shutil
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

from nicegui import ui

from graycolor.web.page.parts import button
from graycolor.web.photo import Photo
from graycolor.web.results import finish, saved_settings, zipped
from graycolor.web.states import IN_COLOR, READY, WAITING
from graycolor.web.wishes import command_line

if TYPE_CHECKING:
    from graycolor.web.page.desk import Desk


_NAMED = 4
"""Photographs that a sentence names; of more it tells how many."""


class TakingHome:
    """Downloads, and the dialog with the command.

    Args:
        desk: knows the photograph and the visit.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._command = ui.dialog().props('aria-label="The command"')
        with self._command, ui.element("div").classes("sheet-of-paper"):
            ui.label("The same result by command").classes("title").props("role=heading aria-level=2")
            self._how = ui.label("").classes("soft")
            self._line = ui.element("code").props("tabindex=0")
            with ui.element("div").classes("line"):
                button("Copy", self._copy, "main")
                button("Close", self._command.close)

    def all_button(self) -> ui.button:
        """The button that hands over everything; it tells how far it is."""
        self._all = button("Download all", self.download_all)
        return self._all

    async def download(self) -> None:
        """Make the result, and hand it over."""
        if (photo := self._desk.photo) is not None:
            result = await self._desk.made(finish(photo, self._desk.visit, self._desk.studio))
            self._hand_over(result)

    async def save_settings(self) -> None:
        """Hand the settings over as `--save-settings` writes them."""
        if (photo := self._desk.photo) is not None:
            settings = await self._desk.made(saved_settings(photo, self._desk.visit, self._desk.studio))
            self._hand_over(settings)

    async def download_all(self) -> None:
        """Make all results, and hand them over in one file."""
        photos = list(self._desk.visit.photos.values())
        wanted = [photo for photo in photos if photo.state in (READY, WAITING)]
        futures = [finish(photo, self._desk.visit, self._desk.studio) for photo in wanted]
        self._all.disable()
        try:
            results = await self._all_made(futures)
            if results:
                archive = await asyncio.to_thread(zipped, results, self._desk.visit)
                for result in results:
                    shutil.rmtree(result.parent.parent, ignore_errors=True)
                self._hand_over(archive)
            if told := _told_of([photo for photo in photos if photo.state not in (READY, WAITING)]):
                self._desk.tell(told)
        finally:
            self._all.text = "Download all"
            self._all.enable()

    async def _all_made(self, futures: list[Future[Path]]) -> list[Path]:
        results = []
        for number, future in enumerate(futures, 1):
            self._all.text = f"Making {number} of {len(futures)} …"
            result = await self._desk.made(future)
            results += [result] if result is not None else []
        return results

    def _hand_over(self, path: Path | None) -> None:
        if path is not None:
            with self._desk.client:
                ui.download.from_url(f"/download/{self._desk.visit.offer(path)}")

    def show_command(self) -> None:
        """Show what to type for the same result."""
        if (photo := self._desk.photo) is not None:
            wishes = photo.history.now
            self._line._text = command_line(photo.name, wishes)
            number = wishes.chosen + 1
            several = f" It makes {number} colorings; number {number} is this one." if wishes.chosen else ""
            self._how.text = f"Type this in the folder of the photograph.{several}"
            self._line.update()
            self._command.open()

    def _copy(self) -> None:
        ui.clipboard.write(self._line._text or "")
        self._desk.tell("Copied.")


def _told_of(left_out: list[Photo]) -> str:
    """A sentence on photographs of which there is nothing to take home; empty where there are none."""
    in_color = [photo.name for photo in left_out if photo.state == IN_COLOR]
    failed = [photo.name for photo in left_out if photo.state != IN_COLOR]
    told = [f"{_listed(in_color)} in color already"] if in_color else []
    told += [f"{_listed(failed)} not colored, because {'it' if len(failed) == 1 else 'they'} could not be read"] * bool(
        failed
    )
    return f"Left out: {'; '.join(told)}." if told else ""


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{shown}{more} {'is' if len(names) == 1 else 'are'}"
