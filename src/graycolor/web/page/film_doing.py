"""What is done with a film on the page: previewed, colored, stopped, taken home; and the command that does the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nicegui import ui

from graycolor.web.films.coloring import DONE
from graycolor.web.page.film_views import PREVIEW, WHOLE
from graycolor.web.page.parts import button

if TYPE_CHECKING:
    from graycolor.web.page.film_desk import FilmDesk


class Doing:
    """Has the film that a desk shows worked on.

    Args:
        desk: knows the film and the shot that is seen.
    """

    def __init__(self, desk: FilmDesk) -> None:
        self._desk, self._films = desk, desk.films
        self._command = ui.dialog().props('aria-label="The command"')
        with self._command, ui.element("div").classes("sheet-of-paper"):
            ui.label("The same result by command").classes("title").props("role=heading aria-level=2")
            ui.label("Type this in the folder of the film and of the photographs that it follows.").classes("soft")
            self._line = ui.element("code").props("tabindex=0")
            with ui.element("div").classes("line"):
                button("Copy", self._copy, "main")
                button("Close", self._command.close)

    def make_preview(self) -> None:
        """Color ten seconds, from the shot that is seen or a third into the film."""
        if self._desk.film is not None:
            self._films.preview(self._desk.film, self._desk.shot.shot.seconds if self._desk.shot else None)
            self._desk.look_at(PREVIEW)

    def stop_preview(self) -> None:
        """Make no preview."""
        if self._desk.film is not None:
            self._films.stop_preview(self._desk.film)

    def color(self) -> None:
        """Color the whole film."""
        if self._desk.film is not None:
            self._films.color(self._desk.film)
            self._desk.look_at(WHOLE)

    def stop(self) -> None:
        """Stop coloring the whole film."""
        if self._desk.film is not None:
            self._films.stop(self._desk.film)

    def copy(self) -> None:
        """Make a copy of the result that browsers can play."""
        if self._desk.film is not None and self._desk.film.whole is not None:
            self._films.copy(self._desk.film.whole)

    def download(self) -> None:
        """Hand the result over."""
        if self._desk.film is not None and self._desk.film.whole is not None and self._desk.film.whole.state == DONE:
            with self._desk.client:
                ui.download.from_url(f"/film/{self._desk.film.id}/download")

    def remove_film(self) -> None:
        """Take the film away."""
        if self._desk.film is not None:
            self._films.remove(self._desk.visit, self._desk.film)
            self._desk.renew()

    def show_command(self) -> None:
        """Show what to type for the same result."""
        if self._desk.film is not None:
            self._line._text = self._desk.film.command_line()
            self._line.update()
            self._command.open()

    def _copy(self) -> None:
        ui.clipboard.write(self._line._text or "")
        self._desk.tell("Copied.")
