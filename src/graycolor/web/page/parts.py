"""Parts of the page: buttons, and the two that run in the browser, the picture and the files that are dropped."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui


class Viewer(ui.element, component="viewer.js"):
    """A photograph, before and after; emits `place`, `move`, `select`, `remove`, `undo` and `redo`."""

    def show(self, **props: object) -> None:
        """Set what is shown, under the names of `viewer.js`; what is as it was is not sent again."""
        changed = {name: value for name, value in props.items() if self._props.get(name) != value}
        if changed:
            self._props.update(changed)
            self.update()


class Drop(ui.element, component="drop.js"):
    """Takes files from all over the page; emits `brought` and `refused`.

    Args:
        takes: what a file is that nobody says anything else of, `photograph` or `film`.
    """

    def __init__(self, takes: str = "photograph") -> None:
        super().__init__()
        self._props["takes"] = takes


def button(text: str, act: Callable[[], object], kind: str = "plain") -> ui.button:
    """A button; its kind is `main`, `plain` or `quiet`."""
    return ui.button(text, on_click=act, color=None).props("flat no-caps").classes(kind)
