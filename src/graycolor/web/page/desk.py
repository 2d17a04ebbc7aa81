"""The page: a photograph to look at, what can be said of it, and the others below."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any, TypeVar

from nicegui import ui

from graycolor.errors import GraycolorError
from graycolor.web.page.bringing import Bringing
from graycolor.web.page.colorings import Colorings
from graycolor.web.page.hint_placing import HintPlacing
from graycolor.web.page.pages import header
from graycolor.web.page.panel import Panel
from graycolor.web.page.parts import Viewer, button
from graycolor.web.page.strip import Strip
from graycolor.web.page.taking_home import TakingHome
from graycolor.web.photo import Photo
from graycolor.web.routes import address_of
from graycolor.web.states import FAILED, IN_COLOR, READY, WAITING
from graycolor.web.studio import Studio
from graycolor.web.visits import Visit
from graycolor.web.wishes import Wishes

Made = TypeVar("Made")
_BEAT = 0.25
"""Seconds between two looks at what has changed."""

_WHERE = {
    True: "They stay on this computer.",
    False: "They stay on the computer that shows this page, and are removed from it when you leave.",
}


class Desk:
    """One open page of a visitor.

    Attributes:
        AWAY: what a button says that takes a photograph off the desk.
    """

    AWAY = "Remove it"

    def __init__(self, visit: Visit, studio: Studio) -> None:
        self.visit, self.studio = visit, studio
        self.photo: Photo | None = None
        self._seen: object = None
        self.client = ui.context.client
        self._working = 0
        self.home = TakingHome(self)
        self.colorings = Colorings(self)
        self.bringing = Bringing(self)
        with ui.element("div").classes("desk") as self.root:
            self._header()
            with ui.element("div").classes("room"):
                self._picture()
                self.panel = Panel(self)
            self.strip = Strip(self.open, self.remove)
        self.beat()
        ui.timer(_BEAT, self.beat)

    def _header(self) -> None:
        with header(self.visit, "/"), ui.element("div").classes("actions") as self._actions:
            button("Add photographs", lambda: self.bringing.choose_files("files"))
            self._all = self.home.all_button()

    def _picture(self) -> None:
        with ui.element("section").classes("picture").props('aria-label="Photograph"'):
            self.viewer = Viewer()
            self.viewer.on("undo", self.undo).on("redo", self.redo)
            self.hints = HintPlacing(self, self.viewer, self.visit)
            self._notice = ui.element("div").classes("notice").props("role=status")
            with ui.element("div").classes("welcome") as self._welcome:
                ui.label("Bring your photographs").classes("big").props("role=heading aria-level=1")
                ui.label("Drop them here, one or many, or a whole folder.").classes("soft")
                ui.label(_WHERE[self.visit.is_local]).classes("soft")
                with ui.element("div").classes("line"):
                    button("Choose photographs", lambda: self.bringing.choose_files("files"), "main")
                    button("Choose a folder", lambda: self.bringing.choose_files("folder"))

    # What is shown

    @property
    def photos(self) -> Mapping[str, Photo]:
        """The photographs on the desk, by their ids."""
        return self.visit.photos

    def beat(self) -> None:
        """Show what has changed since the last beat."""
        photos = list(self.photos.values())
        if self.photo is None or self.photo.id not in self.photos:
            self.photo = photos[0] if photos else None
        seen = [(photo.id, photo.version) for photo in photos]
        if seen != self._seen:
            self._seen = seen
            self.strip.show(photos, self.photo)
            self.show()
        elif self.photo is not None:
            self.viewer.show(busy=self._busy())

    def show(self) -> None:
        """Show the photograph as it is now."""
        photo = self.photo
        self._welcome.set_visibility(photo is None)
        self._actions.set_visibility(photo is not None)
        self._all.set_visibility(len(self.photos) > 1)
        self.viewer.set_visibility(photo is not None)
        self.panel.show(photo)
        self._notify(photo)
        if photo is None:
            return
        if photo.state in (IN_COLOR, FAILED):
            self._show_own(photo)
            return
        shown, now = photo.latest, photo.history.now
        kept = photo.kept
        self.viewer.show(
            still=False,
            name=photo.name,
            pixels=list(photo.size) if shown else [1, 1],
            after=address_of(photo, "after", shown.key) if shown else None,
            veil=address_of(photo, "veil", shown.key) if shown else None,
            before=(address_of(photo, "after", kept[1].key) if kept else address_of(photo, "before", ""))
            if shown
            else None,
            beforeName="kept" if kept else "gray",
            fullAfter=address_of(photo, "full/after", now.key),
            fullBefore=address_of(photo, "full/kept" if kept else "full/before", kept[1].key if kept else ""),
            **self.hints.shown,
            canUndo=photo.history.can_undo,
            canRedo=photo.history.can_redo,
            busy=self._busy(),
        )

    def _show_own(self, photo: Photo) -> None:
        """Show a photograph of which nothing was made: in its own colors, if it has some."""
        self.viewer.show(
            still=True,
            name=photo.name,
            pixels=list(photo.size) if photo.own else [1, 1],
            after=address_of(photo, "own", str(photo.version)) if photo.own else None,
            before=None,
            veil=None,
            fullAfter=None,
            fullBefore=None,
            **self.hints.shown,
            busy=self._busy(),
        )

    def _busy(self) -> str:
        """What the visitor waits for, or nothing."""
        photo = self.photo
        if photo is None or (photo.state != WAITING and not self._working):
            return ""
        ahead = self.studio.ahead_of(photo.first) if photo.first and photo.state == WAITING else 0
        if ahead > 1:
            return f"{ahead - 1} before this one" if ahead > 2 else "This one is next"
        return "Coloring …"

    def _notify(self, photo: Photo | None) -> None:
        """What stands in the place of a photograph that cannot be shown."""
        self._notice.clear()
        self._notice.set_visibility(photo is not None and photo.state == FAILED)
        if photo is None or photo.state != FAILED:
            return
        with self._notice:
            ui.label(photo.sentence)
            with ui.element("div").classes("line"):
                self.away_button(photo)

    def away_button(self, photo: Photo) -> None:
        """A button that takes a photograph off the desk."""
        button(self.AWAY, lambda: self.remove(photo))

    # What is done

    def open(self, photo: Photo) -> None:
        """Look at another photograph."""
        self.photo = photo
        self.hints.forget()
        self.strip.choose(photo)
        self.show()

    def arrived(self) -> None:
        """A photograph was brought."""
        self.beat()

    def remove(self, photo: Photo) -> None:
        """Take a photograph away."""
        self.visit.drop(photo)
        self.beat()

    async def color_anyway(self) -> None:
        """Color a photograph that has colors of its own."""
        if self.photo is not None:
            self.photo.history.say(self.photo.history.now.saying(input="gray"))
            self.photo.begin(self.studio)

    async def say(self, **settings: Any) -> None:
        """Say something of the photograph, and show what comes of it."""
        if self.photo is not None:
            await self.wish(self.photo.history.now.saying(**settings))

    async def wish(self, wishes: Wishes) -> None:
        """Take these wishes for the photograph, if they can be fulfilled."""
        photo = self.photo
        if photo is None or photo.state != READY:
            return
        photo.history.say(wishes)
        if await self._color() is None and photo.history.now is wishes:
            photo.history.undo()
            self.show()

    async def _color(self) -> object:
        photo = self.photo
        if photo is None:
            return None
        shown = await self.made(photo.ask(self.studio))
        photo.version += 1
        self.beat()
        return shown

    async def made(self, future: Future[Made]) -> Made | None:
        """What the studio makes; why it could not is told."""
        self._working += 1
        self.viewer.show(busy=self._busy())
        try:
            return await asyncio.wrap_future(future)
        except GraycolorError as error:
            self.tell(self.photo.told(self.visit.told(error)) if self.photo else self.visit.told(error))
            return None
        finally:
            self._working -= 1
            self.viewer.show(busy=self._busy())

    async def undo(self) -> None:
        """Take the last wish back."""
        await self._step(lambda photo: photo.history.undo())

    async def redo(self) -> None:
        """Wish again what was taken back."""
        await self._step(lambda photo: photo.history.redo())

    async def _step(self, step: Callable[[Photo], None]) -> None:
        if self.photo is not None:
            step(self.photo)
            self.hints.forget()
            await self._color()

    def tell(self, sentence: str) -> None:
        """Show a sentence for a while."""
        with self.client:
            ui.notify(sentence, position="top", timeout=6000, close_button="OK" if len(sentence) > 20 else False)
