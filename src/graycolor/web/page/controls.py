"""Controls for colors, of photographs as of films: the browser's own sliders and lists, named for screen readers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from math import log

from nicegui import ui

from graycolor.looks import LOOKS

_BOLD, _MIXED = 0.1, 1.0
"""Temperatures at the ends of the slider; the command takes others too."""


def slider(
    name: str, low: float, high: float, step: float, least: str, most: str, say: Callable[[float], Awaitable]
) -> ui.element:
    """A slider between two words; `say` is called with what was chosen."""
    with ui.element("label").classes("slider"):
        ui.element("span")._text = name
        # The browser's own: its name is read to those who cannot see it.
        made = ui.element("input").props(f'type=range min={low} max={high} step={step} aria-label="{name}"')
        made.on("change", lambda event: say(float(event.args)), js_handler="(event) => emit(event.target.value)")
        with ui.element("span").classes("ends").props("aria-hidden=true"):
            ui.element("span")._text = least
            ui.element("span")._text = most
    return made


def look_choice(say: Callable[[str], Awaitable]) -> ui.element:
    """A list of all looks; `say` is called with the one that was chosen."""
    with ui.element("label").classes("slider"):
        ui.element("span")._text = "Look"
        with ui.element("select").props('aria-label="Look"') as select:
            for name in LOOKS:
                ui.element("option").props(f'value="{name}"')._text = name.replace("-", " ")
        select.on("change", lambda event: say(str(event.args)), js_handler="(event) => emit(event.target.value)")
    return select


def temperature_of(boldness: float) -> float | None:
    """The temperature of a place on the slider; none at its middle, where colors are as they were learned."""
    return None if abs(boldness - 0.5) < 0.01 else round(_MIXED * (_BOLD / _MIXED) ** boldness, 3)


def boldness_of(temperature: float | None) -> float:
    """The place of a temperature on the slider."""
    if temperature is None:
        return 0.5
    return min(1.0, max(0.0, log(temperature / _MIXED) / log(_BOLD / _MIXED)))
