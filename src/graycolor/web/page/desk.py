"""The page: a photograph to look at, what can be said of it, and the others below."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from nicegui import app, events, ui
from starlette.requests import Request

from graycolor.errors import GraycolorError
from graycolor.web.guard import VISIT
from graycolor.web.page.hint_placing import HintPlacing
from graycolor.web.page.panel import Panel
from graycolor.web.page.parts import Drop, Viewer, button, rooms
from graycolor.web.page.strip import Strip
from graycolor.web.page.taking_home import TakingHome
from graycolor.web.photo import FAILED, IN_COLOR, READY, WAITING, Photo
from graycolor.web.routes import address_of
from graycolor.web.studio import Studio
from graycolor.web.visits import Visit, Visits
from graycolor.web.wishes import Wishes, opened

Made = TypeVar("Made")
_STYLE = Path(__file__).with_name("page.css")
_BEAT = 0.25
"""Seconds between two looks at what has changed."""

_WHERE = {
    True: "They stay on this computer.",
    False: "They stay on the computer that shows this page, and are removed from it when you leave.",
}


def add_page(visits: Visits, studio: Studio) -> None:
    """The page at `/`."""
    app.add_static_file(local_file=_STYLE, url_path="/graycolor/page.css")

    @ui.page("/", title="graycolor")
    def page(request: Request) -> None:
        try:
            visit = visits.of(request.scope[VISIT])
        except GraycolorError as error:
            ui.label(str(error))
            return
        client = ui.context.client
        visit.pages += 1

        def leave() -> None:
            visit.leave()
            visits.sweep()

        client.on_delete(leave)
        ui.add_head_html('<link rel="stylesheet" href="/graycolor/page.css">')
        Desk(visit, studio)


class Desk:
    """One open page of a visitor."""

    def __init__(self, visit: Visit, studio: Studio) -> None:
        self.visit, self.studio = visit, studio
        self.photo: Photo | None = None
        self.choices_of: Photo | None = None
        self._seed = 0
        self._seen: object = None
        self.client = ui.context.client
        self._working = 0
        self.home = TakingHome(self)
        with ui.element("div").classes("desk"):
            self._header()
            with ui.element("div").classes("room"):
                self._picture()
                self.panel = Panel(self)
            self.strip = Strip(self.open, self.remove)
        self.drop = Drop().on("brought", self._brought).on("refused", lambda event: self.tell(str(event.args)))
        self._beat()
        ui.timer(_BEAT, self._beat)

    def _header(self) -> None:
        with ui.element("header").classes("top"):
            ui.label("graycolor").classes("wordmark")
            rooms("/")
            ui.element("span").classes("gap")
            with ui.element("div").classes("actions") as self._actions:
                button("Add photographs", lambda: self.choose_files("files"))
                self._all = self.home.all_button()

    def _picture(self) -> None:
        with ui.element("section").classes("picture").props('aria-label="Photograph"'):
            self.viewer = Viewer()
            self.viewer.on("undo", self.undo).on("redo", self.redo)
            self.hints = HintPlacing(self, self.viewer)
            self._notice = ui.element("div").classes("notice").props("role=status")
            with ui.element("div").classes("welcome") as self._welcome:
                ui.label("Bring your photographs").classes("big").props("role=heading aria-level=1")
                ui.label("Drop them here, one or many, or a whole folder.").classes("soft")
                ui.label(_WHERE[self.visit.is_local]).classes("soft")
                with ui.element("div").classes("line"):
                    button("Choose photographs", lambda: self.choose_files("files"), "main")
                    button("Choose a folder", lambda: self.choose_files("folder"))

    # What is shown

    def _beat(self) -> None:
        """Show what has changed since the last beat."""
        photos = list(self.visit.photos.values())
        if self.photo is None or self.photo.id not in self.visit.photos:
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
        self._all.set_visibility(len(self.visit.photos) > 1)
        self.viewer.set_visibility(photo is not None)
        self.panel.show(photo)
        self._notify(photo)
        if photo is None:
            return
        shown, now = photo.latest, photo.history.now
        kept = photo.kept
        self.viewer.show(
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
        """What stands in the place of a photograph that was not colored."""
        self._notice.clear()
        self._notice.set_visibility(photo is not None and photo.state in (IN_COLOR, FAILED))
        if photo is None or photo.state not in (IN_COLOR, FAILED):
            return
        with self._notice:
            ui.label(photo.sentence)
            with ui.element("div").classes("line"):
                if photo.state == IN_COLOR:
                    button("Color it by its light", self.color_anyway, "main")
                button("Remove it", lambda: self.remove(photo))

    # What is done

    def open(self, photo: Photo) -> None:
        """Look at another photograph."""
        self.photo = photo
        self.hints.forget()
        self.strip.choose(photo)
        self.show()

    def remove(self, photo: Photo) -> None:
        """Take a photograph away."""
        self.visit.drop(photo)
        self._beat()

    async def color_anyway(self) -> None:
        """Color a photograph that has colors of its own."""
        if self.photo is not None:
            self.photo.history.say(self.photo.history.now.saying(input="gray"))
            self.photo.begin(self.studio)

    async def say(self, **settings: Any) -> None:
        """Say something of the photograph, and show what comes of it."""
        if self.photo is not None:
            await self._wish(self.photo.history.now.saying(**settings))

    async def _wish(self, wishes: Wishes) -> None:
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
        self._beat()
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

    # Other colorings, comparison, a photograph to follow

    async def show_choices(self) -> None:
        """Show four colorings to choose from; asked again, others."""
        photo = self.photo
        if photo is None:
            return
        self._seed = self._seed + 1 if self.choices_of is photo else 0
        pictures = await self.made(photo.choices(self.studio, self._seed))
        if pictures is not None:
            self.choices_of = photo
            self._offer(pictures, photo)

    def _offer(self, pictures: list[bytes], photo: Photo) -> None:
        seed = self._seed

        async def choose(number: int) -> None:
            await self._wish(photo.history.now.choosing(number, seed))
            self._offer(pictures, photo)

        now = photo.history.now
        same = now.chosen == 0 or now.settings.get("seed", 0) == seed
        self.panel.choices(pictures, now.chosen if same else -1, choose)

    def keep(self) -> None:
        """Keep the version that is seen, to compare others with."""
        if self.photo is not None:
            self.photo.keep()
            self._beat()

    def let_go(self) -> None:
        """Compare with gray again."""
        if self.photo is not None:
            self.photo.kept, self.photo.version = None, self.photo.version + 1
            self._beat()

    def choose_files(self, which: str) -> None:
        """Let the visitor choose `files` or a `folder`."""
        self.drop.run_method("choose", which)

    def choose_file(self, purpose: str) -> None:
        """Let the visitor choose a `reference` or `settings`."""
        self.drop.run_method("chooseOne", purpose)

    async def _brought(self, event: events.GenericEventArguments) -> None:
        purpose, key = str(event.args["purpose"]), str(event.args["key"])
        if purpose == "reference":
            await self.say(reference=self.visit.beside[key])
        elif purpose == "settings":
            await self._open_settings(self.visit.beside.pop(key))
        elif purpose == "film":
            ui.navigate.to("/films")
        else:
            self._beat()

    async def _open_settings(self, path: Path) -> None:
        try:
            wishes = opened(path, self.visit.beside)
        except GraycolorError as error:
            self.tell(self.visit.told(error))
            return
        await self._wish(wishes)

    def tell(self, sentence: str) -> None:
        """Show a sentence for a while."""
        with self.client:
            ui.notify(sentence, position="top", timeout=6000, close_button="OK" if len(sentence) > 20 else False)
