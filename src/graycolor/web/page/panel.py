"""What can be said of the whole picture, beside it: strength, boldness, other colorings, a photograph to follow."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from nicegui import ui

from graycolor.web.page.controls import boldness_of, look_choice, slider, temperature_of
from graycolor.web.page.parts import button
from graycolor.web.photo import Photo
from graycolor.web.states import IN_COLOR, READY

if TYPE_CHECKING:
    from graycolor.web.page.desk import Desk


class Panel:
    """The controls beside the picture; the desk says what becomes of what is set."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        with ui.element("aside").classes("panel").props('aria-label="Colors"') as self.element:
            self._about = ui.element("div").classes("about")
            self._controls = ui.element("div").classes("controls")
            with self._controls:
                self._sliders()
                self._colorings()
                self._reference()
                self._comparison()
                self._take_home()

    def show(self, photo: Photo | None) -> None:
        """Set everything as it holds for a photograph."""
        self.element.set_visibility(photo is not None)
        if photo is None:
            return
        self._tell(photo)
        self._controls.set_visibility(photo.state == READY)
        wishes = photo.history.now
        colors = wishes.options().settings
        for each, value in ((self._strength, colors.saturation), (self._boldness, boldness_of(colors.temperature))):
            each.props["value"] = value
            each.update()
        self._look.props["value"] = colors.look_name
        self._look.update()
        self._grain.value = colors.denoise
        reference = wishes.settings.get("reference")
        self._followed.text = f"Follows {reference.name}" if reference else ""
        self._unfollow.set_visibility(reference is not None)
        self._keep.text = "Keep this one instead" if photo.kept else "Keep this one to compare"
        self._let_go.set_visibility(photo.kept is not None)
        self._choices.set_visibility(self._desk.colorings.of is photo)
        self._several.text = f"It holds {photo.pictures} pictures, and all of them will be colored."
        self._several.set_visibility(photo.pictures > 1)

    def _tell(self, photo: Photo) -> None:
        self._about.clear()
        with self._about:
            ui.label(photo.name).classes("title").props("role=heading aria-level=1")
            if photo.state == READY:
                width, height = photo.size
                sure = f" · {photo.confidence:.0%} sure of its colors" if photo.confidence else ""
                ui.label(f"{width} × {height} pixels{sure}").classes("soft")
            if photo.doubtful:
                ui.label(
                    "Much of this was guessed. “Guesses” shows where; click on a place whose color you know."
                ).classes("doubt")
            if photo.kind == "tinted" and photo.state == READY:
                ui.label("Its tint is replaced.").classes("soft")
            if photo.state == IN_COLOR:
                self._leave_alone(photo)

    def _leave_alone(self, photo: Photo) -> None:
        """What can be done with a photograph that is in color already."""
        ui.label(photo.sentence)
        ui.label("If its colors are not worth keeping, new ones can be guessed from its light.").classes("soft")
        with ui.element("div").classes("line"):
            button("Color it by its light", self._desk.color_anyway)
            self._desk.away_button(photo)

    def _sliders(self) -> None:
        self._several = ui.label("").classes("soft")
        with self._section("Colors"):
            self._strength = slider(
                "Strength", 0, 2, 0.05, "gray", "strong", lambda value: self._desk.say(saturation=round(value, 2))
            )
            self._boldness = slider(
                "Boldness", 0, 1, 0.05, "calm", "bold", lambda value: self._desk.say(temperature=temperature_of(value))
            )
            self._look = look_choice(lambda look: self._desk.say(look=look))
            self._grain = ui.checkbox("Look past grain and noise").classes("check")
            self._grain.on("update:model-value", lambda: self._desk.say(denoise=bool(self._grain.value)))

    def _colorings(self) -> None:
        with self._section("Other colorings"):
            self._choices = ui.element("div").classes("choices").props('role=group aria-label="Colorings"')
            button("Show others", self._desk.colorings.show)

    def choices(self, pictures: list[bytes], chosen: int, choose: Callable[[int], Awaitable[None]]) -> None:
        """Small pictures to choose from."""
        self._choices.clear()
        with self._choices:
            for number, data in enumerate(pictures):
                name = f"Coloring {number + 1}" if number else "The usual coloring"
                button = ui.element("button").on("click", lambda number=number: choose(number))
                button.props(f'type=button aria-label="{name}" aria-pressed={str(number == chosen).lower()}')
                with button:
                    address = f"data:image/jpeg;base64,{base64.b64encode(data).decode('ascii')}"
                    ui.element("img").props(f'src="{address}" alt=""')
        self._choices.set_visibility(True)

    def _reference(self) -> None:
        with self._section("Follow a photograph") as section:
            section.props('data-drop="reference"')
            ui.label("Drop a color photograph of the same place, people or time here.").classes("soft")
            self._followed = ui.label("").classes("followed")
            with ui.element("div").classes("line"):
                button("Choose one", lambda: self._desk.bringing.choose_file("reference"))
                self._unfollow = button("Stop following", lambda: self._desk.say(reference=None))

    def _comparison(self) -> None:
        with self._section("Compare"), ui.element("div").classes("line"):
            self._keep = button("Keep this one to compare", self._desk.colorings.keep)
            self._let_go = button("Compare with gray", self._desk.colorings.let_go)

    def _take_home(self) -> None:
        with self._section(""):
            button("Download", self._desk.home.download, "main")
            with ui.element("div").classes("line"):
                button("Command", self._desk.home.show_command, "quiet")
                button("Save settings", self._desk.home.save_settings, "quiet")
                button("Open settings", lambda: self._desk.bringing.choose_file("settings"), "quiet")

    def _section(self, title: str) -> ui.element:
        section = ui.element("section")
        if title:
            with section:
                ui.label(title).classes("caption").props("role=heading aria-level=2")
        return section
