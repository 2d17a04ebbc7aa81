"""One shot of a film, looked at closely: its frame in the viewer of photographs, and the way to its neighbors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nicegui import ui

from graycolor.web.films.facts import counted
from graycolor.web.films.film import FilmInHand, ShotInHand, clock
from graycolor.web.page.parts import Viewer, button
from graycolor.web.routes import address_of

if TYPE_CHECKING:
    from graycolor.web.page.film_desk import FilmDesk


class Stage:
    """The frame that stands for a shot; colors can be placed on it.

    Args:
        desk: says what becomes of what is done here.
    """

    def __init__(self, desk: FilmDesk) -> None:
        self._desk = desk
        with ui.element("div").classes("shot-stage") as self.element:
            with ui.element("div").classes("line shot-line"):
                button("All shots", desk.saying.close)
                self._title = ui.label("").classes("soft")
                ui.element("span").classes("gap")
                self._before = button("Shot before", lambda: desk.saying.go(-1))
                self._after = button("Next shot", lambda: desk.saying.go(1))
            self.viewer = Viewer()
            self.viewer.on("undo", desk.saying.undo).on("redo", desk.saying.redo)

    def show(self, film: FilmInHand, shot: ShotInHand) -> None:
        """Show a shot as it looks by all that holds for it."""
        photo, number = shot.photo, shot.shot.number
        shown = photo.latest
        self._title.text = f"Shot {number + 1}, at {clock(shot.shot.seconds)}, {counted(shot.shot.frames, 'frame')}"
        self._before.set_enabled(number > 0)
        self._after.set_enabled(number + 1 < len(film.shots))
        self.viewer.show(
            name=photo.name,
            pixels=list(photo.size) if shown else [1, 1],
            before=address_of(photo, "before", "") if shown else None,
            after=address_of(photo, "after", shown.key) if shown else None,
            veil=address_of(photo, "veil", shown.key) if shown else None,
            beforeName="gray",
            **self._desk.hints.shown,
            canUndo=photo.history.can_undo,
            canRedo=photo.history.can_redo,
        )
        self.show_busy()

    def show_busy(self) -> None:
        """Say whether somebody waits for it."""
        self.viewer.show(busy="Coloring …" if self._desk.saying.is_working else "")
