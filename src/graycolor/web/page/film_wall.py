"""The wall: one colored frame for every shot of a film."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from graycolor.film.output.frame_painter import small_shape
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
        self._version = -1
        self._pictures: list[tuple[ui.element, ui.element]] = []
        with ui.element("div").classes("wall-room") as self.element:
            self._said = ui.label("").classes("soft").props("role=status")
            self._wall = ui.element("div").classes("wall").props('role=group aria-label="Shots"')

    def show(self, film: FilmInHand) -> None:
        """Show the shots that were found; those that are there already stay."""
        if film is not self._film:
            self._film, self._pictures, self._version = film, [], film.version
            self._wall.clear()
            self._wall.style(f"--shape: {_shape(film)}")
        shots = list(film.shots)
        fresh = shots[len(self._pictures) :]
        with self._wall:
            self._pictures += [self._frame(shot) for shot in fresh]
        for shot in shots if film.version != self._version else fresh:
            self._renew(film, shot)
        self._version = film.version
        self._said.text = _said(film)

    def _renew(self, film: FilmInHand, shot: ShotInHand) -> None:
        picture, marks = self._pictures[shot.shot.number]
        if picture.props.get("src") != (address := shot_address(film, shot)):
            picture.props["src"] = address
            picture.update()
        if marks._text != (said := _marks(shot)):
            marks._text = said
            marks.update()

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


def _shape(film: FilmInHand) -> float:
    """Width over height of the pictures, as a wall can have them."""
    if film.film is None:
        return 4 / 3
    height, width = small_shape(film.film, 1000)
    return round(min(2.4, max(0.7, width / height)), 3)
