"""The page of films: the shots of one, a frame to look at closely, a player, and what can be said beside them."""

from __future__ import annotations

import asyncio
from functools import partial

from nicegui import events, ui

from graycolor.errors import GraycolorError
from graycolor.web.films.film import FAILED, IN_COLOR, LOOKING, READY, FilmInHand, ShotInHand
from graycolor.web.films.film_room import FilmRoom
from graycolor.web.page.film_doing import Doing
from graycolor.web.page.film_opening import Opening
from graycolor.web.page.film_panel import FilmPanel
from graycolor.web.page.film_player import Player
from graycolor.web.page.film_saying import Saying
from graycolor.web.page.film_stage import Stage
from graycolor.web.page.film_views import PREVIEW, SHOTS, VIEWS, WHOLE
from graycolor.web.page.film_wall import Wall
from graycolor.web.page.hint_placing import HintPlacing
from graycolor.web.page.pages import header
from graycolor.web.page.parts import Drop, button
from graycolor.web.studio import Studio
from graycolor.web.visits import Visit

_BEAT = 0.25
"""Seconds between two looks at what has changed."""


class FilmDesk:
    """One open page of films."""

    def __init__(self, visit: Visit, studio: Studio, films: FilmRoom) -> None:
        self.visit, self.studio, self.films = visit, studio, films
        self.film: FilmInHand | None = None
        self.shot: ShotInHand | None = None
        self._view = SHOTS
        self._seen: object = None
        self._adding = False
        self.client = ui.context.client
        self.saying, self.doing = Saying(self), Doing(self)
        with ui.element("div").classes("desk films"):
            self._header()
            with ui.element("div").classes("room"):
                self._left()
                self.panel = FilmPanel(self)
            self._row = ui.element("nav").classes("strip reels").props('aria-label="Films"')
        self.drop = Drop("film").on("brought", self._brought).on("refused", lambda event: self.tell(str(event.args)))
        self._beat()
        ui.timer(_BEAT, self._beat)

    def told(self, sentence: str) -> str:
        """A sentence for the visitor, to whom files that were brought have names and no folders."""
        return self.visit.told(GraycolorError(sentence))

    def _header(self) -> None:
        with header(self.visit, "/films"), ui.element("div").classes("actions") as self._actions:
            button("Add a film", self.add)

    def _left(self) -> None:
        with ui.element("section").classes("picture").props('aria-label="Film"'):
            self.opening = Opening(self.visit.is_local, self.choose_film, self.open_path)
            with ui.element("div").classes("tabs").props("role=toolbar aria-label=Views") as self._tabs:
                self._tab = {view: button(name, partial(self.look_at, view)) for view, name in VIEWS.items()}
            self.wall = Wall(self.saying.open)
            self.stage = Stage(self)
            self.hints = HintPlacing(self.saying, self.stage.viewer, self.visit)
            self.player = Player(self.doing.copy)
            self._notice = ui.element("div").classes("notice").props("role=status")

    # What is shown

    def _beat(self) -> None:
        """Show what has changed since the last beat."""
        films = list(self.visit.films.values())
        self._adding = self._adding and bool(films)
        if self._adding:
            self.film = self.shot = None
        elif self.film is None or self.film.id not in self.visit.films:
            self.film, self.shot = (films[-1] if films else None), None
        seen = [(film.id, film.seen) for film in films]
        if seen != self._seen:
            self._seen = seen
            self._show_reels(films)
            self.show()
        elif self.film is not None:
            self.panel.beat(self.film)
            self.stage.show_busy()
            if self._view == WHOLE and self.film.whole is not None:
                self.player.show_now(self.film, self.film.whole, WHOLE)

    def show(self) -> None:
        """Show the film as it is now."""
        film = self.film
        self.opening.element.set_visibility(film is None)
        self._actions.set_visibility(film is not None)
        self.panel.element.set_visibility(film is not None)
        self._tabs.set_visibility(film is not None and film.state == READY)
        if film is None:
            for each in (self.wall.element, self.stage.element, self.player.element, self._notice):
                each.set_visibility(False)
            return
        self._show_tabs(film)
        self._show_view(film)
        self._notify(film)
        self.panel.show(film, self.shot)
        self.panel.beat(film)

    def _show_tabs(self, film: FilmInHand) -> None:
        there = {SHOTS: True, PREVIEW: film.preview is not None, WHOLE: film.whole is not None}
        if not there[self._view]:
            self._view = SHOTS
        for view, tab in self._tab.items():
            tab.set_visibility(there[view] and sum(there.values()) > 1)
            tab.props(f"aria-pressed={'true' if view == self._view else 'false'}")

    def _show_view(self, film: FilmInHand) -> None:
        ready, work = film.state == READY, {PREVIEW: film.preview, WHOLE: film.whole}.get(self._view)
        self.wall.element.set_visibility(ready and self._view == SHOTS and self.shot is None)
        self.stage.element.set_visibility(ready and self._view == SHOTS and self.shot is not None)
        self.player.element.set_visibility(ready and work is not None)
        if ready and work is not None:
            self.player.show(film, work, self._view)
        elif ready and self.shot is None:
            self.wall.show(film)
        elif ready and self.shot is not None:
            self.stage.show(film, self.shot)

    def _show_reels(self, films: list[FilmInHand]) -> None:
        self._row.clear()
        self._row.set_visibility(len(films) > 1 or (self._adding and bool(films)))
        with self._row:
            for film in films:
                current = "true" if film is self.film else "false"
                button(film.name, partial(self.choose, film)).props(f"aria-current={current}")

    def _notify(self, film: FilmInHand) -> None:
        """What stands in the place of a film that is not ready."""
        self._notice.clear()
        self._notice.set_visibility(film.state != READY)
        if film.state == READY:
            return
        with self._notice:
            ui.label("Looking at the film …" if film.state == LOOKING else self.told(film.sentence))
            with ui.element("div").classes("line"):
                if film.state == IN_COLOR:
                    button("Color it by its light", self.color_by_light, "main")
                if film.state in (IN_COLOR, FAILED):
                    button("Remove it", self.doing.remove_film)

    # What is done

    def choose_film(self) -> None:
        """Let the visitor choose a film."""
        self.drop.run_method("choose", "film")

    def choose_file(self, purpose: str) -> None:
        """Let the visitor choose a `reference`."""
        self.drop.run_method("chooseOne", purpose)

    def add(self) -> None:
        """Show again where films come from, where they can be opened by their path; else let one be chosen."""
        if not self.visit.is_local:
            self.choose_film()
            return
        self._adding = True
        self.renew()

    def renew(self) -> None:
        """Show everything anew."""
        self._seen = None
        self._beat()

    async def open_path(self, said: str) -> None:
        """Open a film that lies on this machine."""
        try:
            several = await asyncio.to_thread(self.films.open_path, self.visit, said)
        except GraycolorError as error:
            self.tell(str(error))
            return
        self.opening.offer(several)
        self._adding, self.film = bool(several) and self._adding, None
        self.renew()

    async def _brought(self, event: events.GenericEventArguments) -> None:
        purpose, key = str(event.args["purpose"]), str(event.args["key"])
        if purpose == "reference":
            await self.saying.lead(self.visit.beside[key])
        elif purpose == "photograph":
            self.tell("That is a photograph; it lies on the page of photographs now.")
        elif (film := self.visit.films.get(key)) is not None:
            self.choose(film)

    def choose(self, film: FilmInHand) -> None:
        """Look at another film."""
        self.film, self.shot, self._view, self._adding = film, None, SHOTS, False
        self.hints.forget()
        self.renew()

    def look_at(self, view: str) -> None:
        """Show the shots, the preview or the result."""
        if self._view != view:
            self.player.pause()
        elif view == SHOTS:
            self.shot = None
        self._view = view
        self.hints.forget()
        self.show()

    async def color_by_light(self) -> None:
        """Color a film that has colors of its own."""
        if self.film is not None:
            self.film.by_light = True
            self.films.look(self.visit, self.film)

    def tell(self, sentence: str) -> None:
        """Show a sentence for a while."""
        with self.client:
            ui.notify(sentence, position="top", timeout=6000, close_button="OK" if len(sentence) > 20 else False)
