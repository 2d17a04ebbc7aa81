"""A film to be watched: the preview, or the result."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from graycolor.web.films.coloring import AT_WORK, DONE, Coloring
from graycolor.web.films.film import FilmInHand
from graycolor.web.page.parts import button

_RENEWED = 5
"""Seconds from one picture of the newest frame to the next."""


class Player:
    """The browser's own player, with a button that takes the colors away to compare; before, the newest frame.

    Args:
        copy: makes a copy that browsers can play.
    """

    def __init__(self, copy: Callable[[], object]) -> None:
        self._gray = False
        with ui.element("div").classes("player") as self.element:
            self._now = ui.element("img").classes("now")
            self._video = ui.element("video").props("controls playsinline preload=metadata")
            with ui.element("div").classes("line"):
                self._button = button("See it in gray", self._switch)
                self._copy = button("Make a copy to watch", copy)
                self._said = ui.label("").classes("soft").props("role=status")

    def show(self, film: FilmInHand, work: Coloring, which: str) -> None:
        """Show what comes out of a coloring; `which` is `preview` or `whole`."""
        watched = work.watched is not None
        for each in (self._video, self._button):
            each.set_visibility(watched)
        self._copy.set_visibility(work.state == DONE and not watched and not work.copying)
        self._said.text = _words(work)
        self._set(self._video, f"/film/{film.id}/play/{which}?v={id(work)}" if watched else "")
        self._video.props["aria-label"] = f"{film.name}, {'a preview' if which == 'preview' else 'in color'}"
        self.show_now(film, work, which)

    def show_now(self, film: FilmInHand, work: Coloring, which: str) -> None:
        """Show the newest frame while the whole film is being colored."""
        seen = which == "whole" and work.state == AT_WORK and film.newest_frame.exists()
        self._now.set_visibility(seen)
        if seen:
            self._now.props["alt"] = "The newest frame, before and after"
            self._set(self._now, f"/film/{film.id}/now.jpg?v={work.seconds // _RENEWED}")

    def _set(self, element: ui.element, address: str) -> None:
        if element.props.get("src", "") != address:
            element.props["src"] = address
            element.update()

    def pause(self) -> None:
        """Be silent."""
        ui.run_javascript(f"getHtmlElement({self._video.id})?.pause()")

    def _switch(self) -> None:
        self._gray = not self._gray
        self._video.classes(**({"add": "gray"} if self._gray else {"remove": "gray"}))
        self._button.text = "See it in color" if self._gray else "See it in gray"


def _words(work: Coloring) -> str:
    if work.is_copied:
        return "Browsers cannot play the film as it is stored, so this is a copy to look at."
    if work.watched is not None:
        return ""
    if work.state == DONE:
        return "Browsers cannot play it as it is stored." if not work.copying else "Making a copy to watch …"
    return "It will be here when it is done." if work.going_on else "There is nothing to see yet."
