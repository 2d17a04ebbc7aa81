"""Colors for places: where somebody clicks, the palette opens, and what is chosen there becomes a hint."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any, Protocol, TypeVar

from nicegui import events

from graycolor.guidance.hints import Hint
from graycolor.web.page.palette import Palette
from graycolor.web.page.parts import Viewer
from graycolor.web.photo import Photo
from graycolor.web.states import READY
from graycolor.web.studio import Studio
from graycolor.web.visits import Visit

Made = TypeVar("Made")


class Hinted(Protocol):
    """A page with a picture on which colors are placed: a photograph, or a frame of a film."""

    studio: Studio

    @property
    def photo(self) -> Photo | None:
        """What is looked at."""
        ...

    def show(self) -> None:
        """Show it as it is now."""
        ...

    async def say(self, **settings: Any) -> None:
        """Say something of it, and show what comes of it."""
        ...

    async def made(self, future: Future[Made]) -> Made | None:
        """What the studio makes; why it could not is told."""
        ...


class HintPlacing:
    """What clicks on the picture become.

    Args:
        desk: says what is wished of the photograph.
        viewer: where places are clicked.
        visit: of who clicks; who has placed a color once need not be told that it can be done.
    """

    def __init__(self, desk: Hinted, viewer: Viewer, visit: Visit) -> None:
        self._desk, self._visit = desk, visit
        self._place: tuple[float, float] | None = None
        self._number: int | None = None
        viewer.on("place", self._placed).on("move", self._moved)
        viewer.on("select", self._selected).on("remove", self._removed)
        self._palette = Palette(self._color, self._remove, self.close)

    @property
    def shown(self) -> dict[str, Any]:
        """What the viewer shows of it: hints, the chosen one, a place without a color, that one may click."""
        marks = [dict(zip("xy", self._spot(hint), strict=True), color=hint.color) for hint in self._hints()]
        pending = None
        if self._place is not None and self._number is None:
            pending = {"x": self._place[0], "y": self._place[1]}
        photo = self._desk.photo
        tells = photo is not None and photo.state == READY and not marks and not self._visit.has_placed
        return {
            "hints": marks,
            "pending": pending,
            "chosen": -1 if self._number is None else self._number,
            "tells": tells,
        }

    def forget(self) -> None:
        """Nothing more is wanted of the place that was chosen."""
        self._place = self._number = None
        self._palette.hide()

    async def close(self) -> None:
        """Take the palette away."""
        self.forget()
        self._desk.show()

    async def _placed(self, event: events.GenericEventArguments) -> None:
        self._place, self._number = _place_of(event), None
        await self._open("", str(event.args["corner"]))

    async def _selected(self, event: events.GenericEventArguments) -> None:
        self._number = int(event.args["n"])
        hint = self._hints()[self._number]
        self._place = self._spot(hint)
        await self._open(hint.color, str(event.args["corner"]))

    async def _open(self, color: str, corner: str) -> None:
        photo = self._desk.photo
        if photo is None or self._place is None or photo.state != READY:
            return
        self._desk.show()
        colors = await self._desk.made(photo.palette(self._desk.studio, *self._place))
        if colors is not None:
            self._palette.keep_off(corner)
            self._palette.open(*colors, color)

    async def _color(self, color: str) -> None:
        """Give the place that was chosen a color."""
        if self._place is None:
            return
        hints, hint = list(self._hints()), Hint(color, (self._place,), percent=True)
        if self._number is None:
            hints.append(hint)
            self._number = len(hints) - 1
        else:
            hints[self._number] = hint
        self._palette.mark(color)
        self._visit.has_placed = True
        await self._desk.say(hints=tuple(hints))

    async def _moved(self, event: events.GenericEventArguments) -> None:
        hints, number = list(self._hints()), int(event.args["n"])
        place = _place_of(event)
        if len(hints[number].points) > 1:  # a painted stroke has no one place
            self._desk.show()
            return
        hints[number] = Hint(hints[number].color, (place,), percent=True)
        if self._number == number:
            self._place = place
        await self._desk.say(hints=tuple(hints))

    async def _removed(self, event: events.GenericEventArguments) -> None:
        self._number = int(event.args["n"])
        await self._remove()

    async def _remove(self) -> None:
        hints = list(self._hints())
        if self._number is not None and self._number < len(hints):
            del hints[self._number]
        self.forget()
        await self._desk.say(hints=tuple(hints))

    def _spot(self, hint: Hint) -> tuple[float, float]:
        """Where a hint is shown, in percent; painted strokes at their first point."""
        (x, y), photo = hint.points[0], self._desk.photo
        if hint.percent or photo is None:
            return x, y
        return 100 * (x + 0.5) / photo.size[0], 100 * (y + 0.5) / photo.size[1]

    def _hints(self) -> tuple[Hint, ...]:
        return self._desk.photo.history.now.hints if self._desk.photo else ()


def _place_of(event: events.GenericEventArguments) -> tuple[float, float]:
    """A place in percent, inside the picture."""
    x, y = (min(100.0, max(0.0, float(event.args[axis]))) for axis in "xy")
    return x, y
