"""All photographs of a visit in one row, to go from one to the other."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from graycolor.web.photo import Photo
from graycolor.web.routes import address_of
from graycolor.web.states import WAITING


class Strip:
    """The row below the picture.

    Args:
        choose: is called with the photograph that is to be looked at.
        remove: is called with the one that is to go.
    """

    def __init__(self, choose: Callable[[Photo], None], remove: Callable[[Photo], None]) -> None:
        self._choose, self._remove = choose, remove
        self._buttons: dict[str, ui.element] = {}
        self._row = ui.element("nav").classes("strip").props('aria-label="Photographs"')

    def show(self, photos: list[Photo], chosen: Photo | None) -> None:
        """Show these photographs."""
        self._row.set_visibility(bool(photos))
        self._row.clear()
        self._buttons = {}
        with self._row:
            for photo in photos:
                self._buttons[photo.id] = self._frame(photo)
        self.choose(chosen)

    def choose(self, photo: Photo | None) -> None:
        """Mark the one that is looked at."""
        for key, button in self._buttons.items():
            button.props(f"aria-current={'true' if photo is not None and key == photo.id else 'false'}")

    def _frame(self, photo: Photo) -> ui.element:
        with ui.element("div").classes("frame"):
            button = ui.element("button").on("click", lambda: self._choose(photo))
            button.props["type"] = "button"
            button.props["aria-label"] = f"{photo.name}{_state(photo)}"
            button.props["title"] = photo.sentence or photo.name
            with button:
                if photo.thumbnail:
                    picture = ui.element("img")
                    picture.props["src"] = address_of(photo, "thumbnail", str(photo.version))
                    picture.props["alt"] = ""
                else:
                    ui.element("i").classes("empty" if photo.state == WAITING else "empty not")
                if photo.reason:
                    _tell(photo)
                if photo.doubtful:
                    ui.element("b").classes("dot")
            away = ui.element("button").classes("away").on("click", lambda: self._remove(photo))
            away.props["type"] = "button"
            away.props["aria-label"] = f"Remove {photo.name}"
            with away:
                ui.element("span")._text = "×"
        return button


def _tell(photo: Photo) -> None:
    """The name and the reason on the tile of a photograph that was not colored."""
    with ui.element("span").classes("why" if photo.thumbnail else "why bare"):
        if not photo.thumbnail:
            ui.element("b")._text = photo.name
        ui.element("span")._text = photo.reason


def _state(photo: Photo) -> str:
    if photo.doubtful:
        return ", doubtful"
    if photo.reason:
        return f", {photo.reason[:1].lower()}{photo.reason[1:]}"
    return ", waiting" if photo.state == WAITING else ""
