"""The card on which a color is chosen for a place: what is likely there, what things usually have, any other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from nicegui import events, ui

from graycolor.web.page.parts import button

_SIDES = frozenset({"top", "bottom", "left", "right"})


class Palette:
    """A card over the picture; hidden until a place is chosen.

    Args:
        choose: is called with the color that was chosen.
        remove: takes the hint away.
        close: nothing more is wanted of this place.
    """

    def __init__(
        self,
        choose: Callable[[str], Awaitable[None]],
        remove: Callable[[], Awaitable[None]],
        close: Callable[[], Awaitable[None]],
    ) -> None:
        self._choose, self._remove, self._close = choose, remove, close
        self.card = ui.element("section").classes("palette").props('aria-label="Color of this place"')
        self.card.set_visibility(False)

    def open(self, likely: Sequence[str], common: Mapping[str, str], color: str) -> None:
        """Show colors to choose from; `color` is the one that the place has been given, or empty."""
        self.card.clear()
        self._swatches_by_color: dict[str, ui.element] = {}
        with self.card:
            with ui.element("header"):
                ui.label("Which color is this?").classes("title")
                button("Done", self._close, "quiet")
            self._swatches("Likely here", {each: each for each in likely}, named=False)
            self._swatches("What things often have", common, named=True)
            with ui.element("footer"):
                self._picker(color or (likely[0] if likely else "#808080"))
                self._away = button("Remove this hint", self._remove, "quiet")
            ui.run_javascript(
                f'getHtmlElement({self.card.id})?.querySelector(".swatch")?.focus({{preventScroll: true}})'
            )
        self.mark(color)
        self.card.set_visibility(True)

    def mark(self, color: str) -> None:
        """Mark the color that the place has now; empty where it has none of its own."""
        for each, swatch in self._swatches_by_color.items():
            swatch.props(f"aria-pressed={'true' if each == color else 'false'}")
        self._away.set_visibility(bool(color))

    def keep_off(self, corner: str) -> None:
        """Lie in the corner opposite to this one, such as `top left`, where the place is that is spoken of."""
        self.card.classes(remove="off-top off-bottom off-left off-right")
        self.card.classes(" ".join(f"off-{side}" for side in corner.split() if side in _SIDES))

    def hide(self) -> None:
        """Take the card away."""
        self.card.set_visibility(False)

    def _swatches(self, title: str, colors: Mapping[str, str], *, named: bool) -> None:
        ui.label(title).classes("caption")
        with ui.element("div").classes("swatches"):
            for name, color in colors.items():
                said = f"{name}, {color}" if named else f"likely color {color}"
                swatch = ui.element("button").classes("swatch").style(f"--color: {color}")
                swatch.props(f'type=button aria-label="{said}" title="{said}"')
                swatch.on("click", lambda color=color: self._choose(color))
                self._swatches_by_color[color] = swatch
                if named:
                    with swatch:
                        ui.element("span")._text = name

    def _picker(self, color: str) -> None:
        with ui.element("label").classes("picker"):
            picker = ui.element("input").props(f'type=color value="{color}" aria-label="Any other color"')
            picker.on("change", self._picked, js_handler="(event) => emit(event.target.value)")
            ui.element("span")._text = "Any other"

    async def _picked(self, event: events.GenericEventArguments) -> None:
        await self._choose(str(event.args))
