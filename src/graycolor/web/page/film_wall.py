"""The wall: one colored frame for every shot of a film."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from graycolor.web.films.facts import counted
from graycolor.web.films.film import FilmInHand, ShotInHand, clock
from graycolor.web.films.routes import shot_address


class Wall:
    """All shots, as buttons.

    Args:
        choose: is called with the shot that is to be looked at.
    """

    def __init__(self, choose: Callable[[ShotInHand], object]) -> None:
        self._choose = choose
        self._film: FilmInHand | None = None
        self._pictures: list[tuple[ui.element, ui.element]] = []
        with ui.element("div").classes("wall-room") as self.element:
            self._said = ui.label("").classes("soft").props("role=status")
            self._wall = ui.element("div").classes("wall").props('role=group aria-label="Shots"')

    def show(self, film: FilmInHand) -> None:
        """Show the shots that were found; those that are there already stay."""
        if film is not self._film:
            self._film, self._pictures = film, []
            self._wall.clear()
        with self._wall:
            for shot in film.shots[len(self._pictures) :]:
                self._pictures.append(self._frame(shot))
        for shot, (picture, marks) in zip(list(film.shots), self._pictures, strict=False):
            if picture.props.get("src") != (address := shot_address(film, shot)):
                picture.props["src"] = address
                picture.update()
            if marks._text != (said := _marks(shot)):
                marks._text = said
                marks.update()
        self._said.text = _said(film)

    def _frame(self, shot: ShotInHand) -> tuple[ui.element, ui.element]:
        moment, length = clock(shot.shot.seconds), counted(shot.shot.frames, "frame")
        with ui.element("button").on("click", lambda: self._choose(shot)) as button:
            button.props["type"] = "button"
            button.props["aria-label"] = f"Shot {shot.shot.number + 1}, at {moment}, {length}"
            picture = ui.element("img").props('alt="" loading=lazy')
            ui.element("span").classes("when")._text = moment
            marks = ui.element("span").classes("marks-count")
        return picture, marks


def _marks(shot: ShotInHand) -> str:
    hints = len(shot.hints)
    words = [counted(hints, "hint")] if hints else []
    return ", ".join([*words, *(["photograph"] if shot.reference else [])])


def _said(film: FilmInHand) -> str:
    if not film.shots and not film.all_shots:
        return "Looking for its shots …"
    return "Choose a shot to look closely, and to say which colors you know. What you say holds through that shot."
