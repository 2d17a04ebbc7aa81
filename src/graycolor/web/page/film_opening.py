"""Where films come from: one is brought, or its path is typed at the machine on which it lies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from nicegui import events, ui

from graycolor.web.page.parts import button

_WHERE = {
    True: "It stays on this computer. A copy is made of what you drop; a large film is better opened by its path.",
    False: "It stays on the computer that shows this page, and is removed from it when you leave.",
}


class Opening:
    """What is shown while there is no film.

    Args:
        is_local: whether the visitor sits at the machine, so that a path means something.
        choose: lets the visitor choose a file.
        open_path: opens the film at a path.
    """

    def __init__(
        self, is_local: bool, choose: Callable[[], object], open_path: Callable[[str], Awaitable[None]]
    ) -> None:
        self._open_path = open_path
        self._path = ""
        with ui.element("div").classes("welcome") as self.element:
            ui.label("Bring your film").classes("big").props("role=heading aria-level=1")
            ui.label("Drop it here. Sound, subtitles and the light of every frame stay as they are.").classes("soft")
            ui.label(_WHERE[is_local]).classes("soft")
            with ui.element("div").classes("line"):
                button("Choose a film", choose, "main")
            if is_local:
                self._path_line()
            self._several = ui.element("div").classes("several")

    def _path_line(self) -> None:
        with ui.element("div").classes("path"):
            with ui.element("label"):
                ui.element("span")._text = "Or open it where it lies"
                field = ui.element("input").props('type=text spellcheck=false autocomplete=off aria-label="Path"')
                field.props["placeholder"] = "/home/anna/films/wedding.mp4"
            field.on("input", self._typed, js_handler="(event) => emit(event.target.value)")
            field.on("keydown.enter", self._open)
            button("Open", self._open)

    def _typed(self, event: events.GenericEventArguments) -> None:
        self._path = str(event.args)

    async def _open(self) -> None:
        await self._open_path(self._path)

    def offer(self, paths: list[Path]) -> None:
        """Show the films of a folder to choose from."""
        self._several.clear()
        with self._several:
            for path in paths:
                button(path.name, partial(self._open_path, str(path)))
