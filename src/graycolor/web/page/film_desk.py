"""The page of films: the shots of one, a frame to look at closely, a player, and what can be said beside them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from nicegui import events, ui

from graycolor.errors import GraycolorError
from graycolor.jobs.guide import reference_pixels
from graycolor.web.films.coloring import DONE
from graycolor.web.films.film import FAILED, IN_COLOR, LOOKING, READY, FilmInHand, ShotInHand
from graycolor.web.films.film_room import FilmRoom
from graycolor.web.page.film_opening import Opening
from graycolor.web.page.film_panel import FilmPanel
from graycolor.web.page.film_player import Player
from graycolor.web.page.film_stage import Stage
from graycolor.web.page.film_wall import Wall
from graycolor.web.page.hint_placing import HintPlacing
from graycolor.web.page.parts import Drop, button, rooms
from graycolor.web.photo import Photo
from graycolor.web.studio import Studio
from graycolor.web.visits import Visit

Made = TypeVar("Made")
_BEAT = 0.25
"""Seconds between two looks at what has changed."""
SHOTS, PREVIEW, WHOLE = "shots", "preview", "whole"
_TABS = {SHOTS: "Shots", PREVIEW: "Preview", WHOLE: "Result"}


class FilmDesk:
    """One open page of films."""

    def __init__(self, visit: Visit, studio: Studio, films: FilmRoom) -> None:
        self.visit, self.studio, self.films = visit, studio, films
        self.film: FilmInHand | None = None
        self.shot: ShotInHand | None = None
        self._view = SHOTS
        self._seen: object = None
        self._working = 0
        self.client = ui.context.client
        with ui.element("div").classes("desk films"):
            self._header()
            with ui.element("div").classes("room"):
                self._left()
                self.panel = FilmPanel(self)
            self._row = ui.element("nav").classes("strip reels").props('aria-label="Films"')
        self._command_dialog()
        self.drop = Drop("film").on("brought", self._brought).on("refused", lambda event: self.tell(str(event.args)))
        self._beat()
        ui.timer(_BEAT, self._beat)

    def told(self, sentence: str) -> str:
        """A sentence for the visitor, to whom files that were brought have names and no folders."""
        return self.visit.told(GraycolorError(sentence))

    @property
    def photo(self) -> Photo | None:
        """The frame that is looked at closely."""
        return self.shot.photo if self.shot is not None else None

    def _header(self) -> None:
        with ui.element("header").classes("top"):
            ui.label("graycolor").classes("wordmark")
            rooms("/films")
            ui.element("span").classes("gap")
            with ui.element("div").classes("actions") as self._actions:
                button("Add a film", self.add)

    def _left(self) -> None:
        with ui.element("section").classes("picture").props('aria-label="Film"'):
            self.opening = Opening(self.visit.is_local, self.choose_film, self.open_path)
            with ui.element("div").classes("tabs").props("role=toolbar aria-label=Views") as self._tabs:
                self._tab = {view: button(name, partial(self.look_at, view)) for view, name in _TABS.items()}
            self.wall = Wall(self.open)
            self.stage = Stage(self)
            self.hints = HintPlacing(self, self.stage.viewer)
            self.player = Player(self.copy)
            self._notice = ui.element("div").classes("notice").props("role=status")

    def _command_dialog(self) -> None:
        self._command = ui.dialog().props('aria-label="The command"')
        with self._command, ui.element("div").classes("sheet-of-paper"):
            ui.label("The same result by command").classes("title").props("role=heading aria-level=2")
            ui.label("Type this in the folder of the film and of the photographs that it follows.").classes("soft")
            self._line = ui.element("code").props("tabindex=0")
            with ui.element("div").classes("line"):
                button("Copy", self._copy, "main")
                button("Close", self._command.close)

    # What is shown

    def _beat(self) -> None:
        """Show what has changed since the last beat."""
        films = list(self.visit.films.values())
        if self.film is None or self.film.id not in self.visit.films:
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
        self._row.set_visibility(len(films) > 1)
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
            ui.label(
                self.visit.told(GraycolorError(film.sentence)) if film.state != LOOKING else "Looking at the film …"
            )
            with ui.element("div").classes("line"):
                if film.state == IN_COLOR:
                    button("Color it by its light", self.color_by_light, "main")
                if film.state in (IN_COLOR, FAILED):
                    button("Remove it", self.remove_film)

    # What is done

    def choose_film(self) -> None:
        """Let the visitor choose a film."""
        self.drop.run_method("choose", "film")

    def choose_file(self, purpose: str) -> None:
        """Let the visitor choose a `reference`."""
        self.drop.run_method("chooseOne", purpose)

    def add(self) -> None:
        """Show again where films come from."""
        self.choose_film()

    async def open_path(self, said: str) -> None:
        """Open a film that lies on this machine."""
        try:
            several = await asyncio.to_thread(self.films.open_path, self.visit, said)
        except GraycolorError as error:
            self.tell(str(error))
            return
        self.opening.offer(several)
        self._beat()

    async def _brought(self, event: events.GenericEventArguments) -> None:
        purpose, key = str(event.args["purpose"]), str(event.args["key"])
        if purpose == "reference":
            await self.lead(self.visit.beside[key])
            return
        self.film, self.shot, self._view = self.visit.films.get(key), None, SHOTS
        self._beat()

    def choose(self, film: FilmInHand) -> None:
        """Look at another film."""
        self.film, self.shot, self._view, self._seen = film, None, SHOTS, None
        self._beat()

    def look_at(self, view: str) -> None:
        """Show the shots, the preview or the result."""
        if self._view != view:
            self.player.pause()
        elif view == SHOTS:
            self.shot = None
        self._view = view
        self.hints.forget()
        self.show()

    async def open(self, shot: ShotInHand) -> None:
        """Look closely at a shot."""
        if self.film is None:
            return
        self.shot, self._view = shot, SHOTS
        self.hints.forget()
        shot.photo.history.say(self.film.wishes_of(shot))
        self.show()
        await self._color()

    def close(self) -> None:
        """Look at all shots again."""
        self.shot = None
        self.hints.forget()
        self.show()

    async def go(self, step: int) -> None:
        """Look at the next shot, or at the one before."""
        if self.film is not None and self.shot is not None:
            number = self.shot.shot.number + step
            if 0 <= number < len(self.film.shots):
                await self.open(self.film.shots[number])

    async def color_by_light(self) -> None:
        """Color a film that has colors of its own."""
        if self.film is not None:
            self.film.by_light = True
            self.films.look(self.visit, self.film)

    async def say(self, **settings: Any) -> None:
        """Say something of the whole film, or place hints on the frame that is seen, and show what comes of it."""
        film, photo = self.film, self.photo
        if film is None:
            return
        if "hints" in settings and photo is not None:
            photo.history.say(photo.history.now.saying(**settings))
            film.version += 1
        else:
            film.say(**settings)
        if "lossless" in settings:
            film.estimate = None
            self.films.look(self.visit, film)
        await self._color()

    async def lead(self, photo: Path | None) -> None:
        """Have a photograph lead the shot that is seen, or the whole film; or none any more."""
        if self.film is None:
            return
        try:
            if photo is not None:
                await asyncio.to_thread(reference_pixels, photo)
        except GraycolorError as error:
            self.tell(self.visit.told(error))
            return
        if self.shot is not None:
            self.shot.reference = photo
        else:
            self.film.reference = photo
        self.film.version += 1
        await self._color()

    async def undo(self) -> None:
        """Take back what was said last while this shot was seen."""
        await self._step(lambda photo: photo.history.undo())

    async def redo(self) -> None:
        """Say again what was taken back."""
        await self._step(lambda photo: photo.history.redo())

    async def _step(self, step: Callable[[Photo], None]) -> None:
        if self.film is not None and self.shot is not None:
            step(self.shot.photo)
            self.film.follow(self.shot)
            self.hints.forget()
            await self._color()

    async def _color(self) -> None:
        """Color the frame that is seen by all that holds for it now."""
        film, shot = self.film, self.shot
        if film is not None and shot is not None:
            shot.photo.history.say(film.wishes_of(shot))
            if await self.made(shot.photo.ask(self.studio)) is None:
                shot.photo.history.undo()
                film.follow(shot)
        self.show()

    async def made(self, future: Future[Made]) -> Made | None:
        """What the studio makes; why it could not is told."""
        self._working += 1
        self.stage.show_busy()
        try:
            return await asyncio.wrap_future(future)
        except GraycolorError as error:
            self.tell(self.visit.told(error))
            return None
        finally:
            self._working -= 1
            self.stage.show_busy()

    @property
    def is_working(self) -> bool:
        """Whether somebody waits for the frame that is seen."""
        return self._working > 0

    def make_preview(self) -> None:
        """Color ten seconds, from the shot that is seen or a third into the film."""
        if self.film is not None:
            self.films.preview(self.film, self.shot.shot.seconds if self.shot else None)
            self._view = PREVIEW
            self._beat()

    def stop_preview(self) -> None:
        """Make no preview."""
        if self.film is not None:
            self.films.stop_preview(self.film)

    def color(self) -> None:
        """Color the whole film."""
        if self.film is not None:
            self.films.color(self.film)
            self._view = WHOLE
            self._beat()

    def stop(self) -> None:
        """Stop coloring the whole film."""
        if self.film is not None:
            self.films.stop(self.film)

    def copy(self) -> None:
        """Make a copy of the result that browsers can play."""
        if self.film is not None and self.film.whole is not None:
            self.films.copy(self.film.whole)

    def download(self) -> None:
        """Hand the result over."""
        if self.film is not None and self.film.whole is not None and self.film.whole.state == DONE:
            with self.client:
                ui.download.from_url(f"/film/{self.film.id}/download")

    def remove_film(self) -> None:
        """Take the film away."""
        if self.film is not None:
            self.films.remove(self.visit, self.film)
            self._beat()

    def show_command(self) -> None:
        """Show what to type for the same result."""
        if self.film is not None:
            self._line._text = self.film.command_line()
            self._line.update()
            self._command.open()

    def _copy(self) -> None:
        ui.clipboard.write(self._line._text or "")
        self.tell("Copied.")

    def tell(self, sentence: str) -> None:
        """Show a sentence for a while."""
        with self.client:
            ui.notify(sentence, position="top", timeout=6000, close_button="OK" if len(sentence) > 20 else False)
