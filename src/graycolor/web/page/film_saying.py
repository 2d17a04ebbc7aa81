"""What is said of a film and of its shots on the page, and what comes of it on the frame that is seen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from graycolor.errors import GraycolorError
from graycolor.jobs.guide import reference_pixels
from graycolor.web.films.film import ShotInHand
from graycolor.web.page.film_views import SHOTS
from graycolor.web.photo import Photo

if TYPE_CHECKING:
    from graycolor.web.page.film_desk import FilmDesk

Made = TypeVar("Made")


class Saying:
    """Says things of the film that a desk shows, and of the shot that is seen there.

    Args:
        desk: knows the film and the shot.
    """

    def __init__(self, desk: FilmDesk) -> None:
        self._desk, self.studio = desk, desk.studio
        self._working = 0

    @property
    def photo(self) -> Photo | None:
        """The frame that is looked at closely."""
        return self._desk.shot.photo if self._desk.shot is not None else None

    async def open(self, shot: ShotInHand) -> None:
        """Look closely at a shot."""
        if self._desk.film is None:
            return
        shot.photo.history.say(self._desk.film.wishes_of(shot))
        self._desk.look_at(SHOTS)
        self._desk.shot = shot
        self._desk.show()
        await self._color()

    def show(self) -> None:
        """Show the film as it is now."""
        self._desk.show()

    def close(self) -> None:
        """Look at all shots again."""
        self._desk.shot = None
        self._desk.hints.forget()
        self._desk.show()

    async def go(self, step: int) -> None:
        """Look at the next shot, or at the one before."""
        if self._desk.film is not None and self._desk.shot is not None:
            number = self._desk.shot.shot.number + step
            if 0 <= number < len(self._desk.film.shots):
                await self.open(self._desk.film.shots[number])

    async def say(self, **settings: Any) -> None:
        """Say something of the whole film, or place hints on the frame that is seen, and show what comes of it."""
        film, photo = self._desk.film, self.photo
        if film is None:
            return
        if "hints" in settings and photo is not None:
            photo.history.say(photo.history.now.saying(**settings))
            film.version += 1
        else:
            film.say(**settings)
        if "lossless" in settings:
            film.estimate = None
            self._desk.films.look(self._desk.visit, film)
        await self._color()

    async def lead(self, photo: Path | None) -> None:
        """Have a photograph lead the shot that is seen, or the whole film; or none any more."""
        if self._desk.film is None:
            return
        try:
            if photo is not None:
                await asyncio.to_thread(reference_pixels, photo)
        except GraycolorError as error:
            self._desk.tell(self._desk.visit.told(error))
            return
        if self._desk.shot is not None:
            self._desk.shot.reference = photo
        else:
            self._desk.film.reference = photo
        self._desk.film.version += 1
        await self._color()

    async def undo(self) -> None:
        """Take back what was said last while this shot was seen."""
        await self._step(lambda photo: photo.history.undo())

    async def redo(self) -> None:
        """Say again what was taken back."""
        await self._step(lambda photo: photo.history.redo())

    async def _step(self, step: Callable[[Photo], None]) -> None:
        if self._desk.film is not None and self._desk.shot is not None:
            step(self._desk.shot.photo)
            self._desk.film.follow(self._desk.shot)
            self._desk.hints.forget()
            await self._color()

    async def _color(self) -> None:
        """Color the frame that is seen by all that holds for it now."""
        film, shot = self._desk.film, self._desk.shot
        if film is not None and shot is not None:
            shot.photo.history.say(film.wishes_of(shot))
            if await self.made(shot.photo.ask(self.studio)) is None:
                shot.photo.history.undo()
                film.follow(shot)
        self._desk.show()

    async def made(self, future: Future[Made]) -> Made | None:
        """What the studio makes; why it could not is told."""
        self._working += 1
        self._desk.stage.show_busy()
        try:
            return await asyncio.wrap_future(future)
        except GraycolorError as error:
            self._desk.tell(self._desk.visit.told(error))
            return None
        finally:
            self._working -= 1
            self._desk.stage.show_busy()

    @property
    def is_working(self) -> bool:
        """Whether somebody waits for the frame that is seen."""
        return self._working > 0
