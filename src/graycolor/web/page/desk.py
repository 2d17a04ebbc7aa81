"""The page: a photograph to look at, what can be said of it, and the others below."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from nicegui import app, events, ui
from starlette.requests import Request

from graycolor.errors import GraycolorError
from graycolor.guidance.hints import Hint
from graycolor.web.guard import VISIT
from graycolor.web.page.palette import Palette
from graycolor.web.page.panel import Panel
from graycolor.web.page.parts import Drop, Viewer
from graycolor.web.page.strip import Strip
from graycolor.web.photo import FAILED, IN_COLOR, READY, WAITING, Photo
from graycolor.web.results import finish, saved_settings, zipped
from graycolor.web.routes import address_of
from graycolor.web.studio import Studio
from graycolor.web.visits import Visit, Visits
from graycolor.web.wishes import Wishes, command_line, opened

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
        self._place: tuple[float, float] | None = None
        self._hint: int | None = None
        self._seed = 0
        self._seen: object = None
        self._client = ui.context.client
        self._working = 0
        with ui.element("div").classes("desk"):
            self._header()
            with ui.element("div").classes("room"):
                self._picture()
                self.panel = Panel(self)
            self.strip = Strip(self.open, self.remove)
        self.drop = Drop().on("brought", self._brought).on("refused", lambda event: self._say(str(event.args)))
        self._dialog()
        self._beat()
        ui.timer(_BEAT, self._beat)

    def _header(self) -> None:
        with ui.element("header").classes("top"):
            ui.label("graycolor").classes("wordmark")
            ui.element("span").classes("gap")
            with ui.element("div").classes("actions") as self._actions:
                self._button("Add photographs", lambda: self.choose_files("files"))
                self._all = self._button("Download all", self.download_all)

    def _picture(self) -> None:
        with ui.element("section").classes("picture").props('aria-label="Photograph"'):
            self.viewer = Viewer()
            self.viewer.on("place", self._placed).on("move", self._moved).on("select", self._selected)
            self.viewer.on("remove", self._removed).on("undo", self.undo).on("redo", self.redo)
            self.palette = Palette(self._color_hint, self._remove_hint, self._close_palette)
            self._notice = ui.element("div").classes("notice").props("role=status")
            with ui.element("div").classes("welcome") as self._welcome:
                ui.label("Bring your photographs").classes("big").props("role=heading aria-level=1")
                ui.label("Drop them here, one or many, or a whole folder.").classes("soft")
                ui.label(_WHERE[self.visit.is_local]).classes("soft")
                with ui.element("div").classes("line"):
                    self._button("Choose photographs", lambda: self.choose_files("files"), "main")
                    self._button("Choose a folder", lambda: self.choose_files("folder"))

    def _button(self, text: str, act: Callable[[], object], kind: str = "plain") -> ui.button:
        return ui.button(text, on_click=act, color=None).props("flat no-caps").classes(kind)

    def _dialog(self) -> None:
        with (
            ui.dialog().props('aria-label="The command"') as self._command,
            ui.element("div").classes("sheet-of-paper"),
        ):
            ui.label("The same result by command").classes("title").props("role=heading aria-level=2")
            self._how = ui.label("").classes("soft")
            self._line = ui.element("code").props("tabindex=0")
            with ui.element("div").classes("line"):
                self._button("Copy", self._copy, "main")
                self._button("Close", self._command.close)

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
            hints=_marks(now.hints),
            pending=self._pending(),
            chosen=self._hint if self._hint is not None else -1,
            canUndo=photo.history.can_undo,
            canRedo=photo.history.can_redo,
            busy=self._busy(),
        )

    def _pending(self) -> dict[str, float] | None:
        if self._place is None or self._hint is not None:
            return None
        return {"x": self._place[0], "y": self._place[1]}

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
                    self._button("Color it by its light", self.color_anyway, "main")
                self._button("Remove it", lambda: self.remove(photo))

    # What is done

    def open(self, photo: Photo) -> None:
        """Look at another photograph."""
        self.photo, self._place, self._hint = photo, None, None
        self.palette.hide()
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
        shown = await self._made(photo.ask(self.studio))
        photo.version += 1
        self._beat()
        return shown

    async def _made(self, future: Future[Made]) -> Made | None:
        """What the studio makes; why it could not is told."""
        self._working += 1
        self.viewer.show(busy=self._busy())
        try:
            return await asyncio.wrap_future(future)
        except GraycolorError as error:
            self._say(self.photo.told(self.visit.told(error)) if self.photo else self.visit.told(error))
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
            await self._close_palette()
            await self._color()

    # Hints

    async def _placed(self, event: events.GenericEventArguments) -> None:
        self._place, self._hint = (float(event.args["x"]), float(event.args["y"])), None
        self.palette.keep_off(event.args["corner"])
        await self._open_palette("")

    async def _selected(self, event: events.GenericEventArguments) -> None:
        self._hint = int(event.args["n"])
        hint = self._hints()[self._hint]
        self.palette.keep_off(event.args["corner"])
        self._place = hint.points[0]
        await self._open_palette(hint.color)

    async def _open_palette(self, color: str) -> None:
        if self.photo is None or self._place is None or self.photo.state != READY:
            return
        self.show()
        colors = await self._made(self.photo.palette(self.studio, *self._place))
        if colors is not None:
            self.palette.open(*colors, color)

    async def _color_hint(self, color: str) -> None:
        """Give the place that was chosen a color."""
        if self._place is None:
            return
        hints, hint = list(self._hints()), Hint(color, (self._place,), percent=True)
        if self._hint is None:
            hints.append(hint)
            self._hint = len(hints) - 1
        else:
            hints[self._hint] = hint
        self.palette.mark(color)
        await self.say(hints=tuple(hints))

    async def _moved(self, event: events.GenericEventArguments) -> None:
        hints, number = list(self._hints()), int(event.args["n"])
        place = (min(100.0, max(0.0, float(event.args["x"]))), min(100.0, max(0.0, float(event.args["y"]))))
        hints[number] = Hint(hints[number].color, (place,), percent=True)
        if self._hint == number:
            self._place = place
        await self.say(hints=tuple(hints))

    async def _removed(self, event: events.GenericEventArguments) -> None:
        self._hint = int(event.args["n"])
        await self._remove_hint()

    async def _remove_hint(self) -> None:
        hints = list(self._hints())
        if self._hint is not None and self._hint < len(hints):
            del hints[self._hint]
        await self._close_palette()
        await self.say(hints=tuple(hints))

    async def _close_palette(self) -> None:
        self._place = self._hint = None
        self.palette.hide()
        self.show()

    def _hints(self) -> tuple[Hint, ...]:
        return self.photo.history.now.hints if self.photo else ()

    # Other colorings, comparison, a photograph to follow

    async def show_choices(self) -> None:
        """Show four colorings to choose from; asked again, others."""
        photo = self.photo
        if photo is None:
            return
        self._seed = self._seed + 1 if self.choices_of is photo else 0
        pictures = await self._made(photo.choices(self.studio, self._seed))
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
        else:
            self._beat()

    async def _open_settings(self, path: Path) -> None:
        try:
            wishes = opened(path, self.visit.beside)
        except GraycolorError as error:
            self._say(self.visit.told(error))
            return
        await self._wish(wishes)

    # What is taken home

    async def download(self) -> None:
        """Make the result, and hand it over."""
        if self.photo is not None:
            result = await self._made(finish(self.photo, self.visit, self.studio))
            self._hand_over(result)

    async def save_settings(self) -> None:
        """Hand the settings over as `--save-settings` writes them."""
        if self.photo is not None:
            settings = await self._made(saved_settings(self.photo, self.visit, self.studio))
            self._hand_over(settings)

    async def download_all(self) -> None:
        """Make all results, and hand them over in one file."""
        wanted = [photo for photo in self.visit.photos.values() if photo.state in (READY, WAITING)]
        futures = [finish(photo, self.visit, self.studio) for photo in wanted]
        self._all.disable()
        try:
            results = await self._all_made(futures)
            if results:
                archive = await asyncio.to_thread(zipped, results, self.visit)
                for result in results:
                    shutil.rmtree(result.parent.parent, ignore_errors=True)
                self._hand_over(archive)
        finally:
            self._all.text = "Download all"
            self._all.enable()

    async def _all_made(self, futures: list[Future[Path]]) -> list[Path]:
        results = []
        for number, future in enumerate(futures, 1):
            self._all.text = f"Making {number} of {len(futures)} …"
            result = await self._made(future)
            results += [result] if result is not None else []
        return results

    def _hand_over(self, path: Path | None) -> None:
        if path is not None:
            with self._client:
                ui.download.from_url(f"/download/{self.visit.offer(path)}")

    def show_command(self) -> None:
        """Show what to type for the same result."""
        if self.photo is not None:
            wishes = self.photo.history.now
            self._line._text = command_line(self.photo.name, wishes)
            number = wishes.chosen + 1
            several = f" It makes {number} colorings; number {number} is this one." if wishes.chosen else ""
            self._how.text = f"Type this in the folder of the photograph.{several}"
            self._line.update()
            self._command.open()

    def _copy(self) -> None:
        ui.clipboard.write(self._line._text or "")
        self._say("Copied.")

    def _say(self, sentence: str) -> None:
        with self._client:
            ui.notify(sentence, position="top", timeout=6000, close_button="OK" if len(sentence) > 20 else False)


def _marks(hints: tuple[Hint, ...]) -> list[dict[str, Any]]:
    """Where hints lie, for the viewer; painted strokes show at their first point."""
    return [{"x": hint.points[0][0], "y": hint.points[0][1], "color": hint.color} for hint in hints if hint.percent]
