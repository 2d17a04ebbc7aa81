"""The panel beside a film: what it is, what is wished of its colors, and how far they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from nicegui import ui

from graycolor.web.films.coloring import DONE, FAILED, STOPPED, Coloring
from graycolor.web.films.facts import facts_of, progress_words, state_words
from graycolor.web.films.film import READY, FilmInHand, ShotInHand
from graycolor.web.page.controls import boldness_of, look_choice, slider, temperature_of
from graycolor.web.page.parts import button
from graycolor.web.wishes import Wishes

if TYPE_CHECKING:
    from graycolor.web.page.film_desk import FilmDesk

_COLOR_WORDS = {STOPPED: "Go on", FAILED: "Try again", DONE: "Color it again"}


class FilmPanel:
    """The controls beside the shots; the desk says what becomes of what is set."""

    def __init__(self, desk: FilmDesk) -> None:
        self._desk = desk
        with ui.element("aside").classes("panel").props('aria-label="Film"') as self.element:
            self._title = ui.label("").classes("title").props("role=heading aria-level=1")
            self._facts = ui.element("dl").classes("facts")
            self._told: object = None
            self._notes = ui.element("div").classes("notes")
            with ui.element("div").classes("controls") as self._controls:
                self._colors()
                self._reference()
                self._previewing = _Progress("A look at ten seconds", desk.doing.stop_preview)
                with self._previewing.section:
                    self._preview = button("Preview ten seconds", desk.doing.make_preview)
                self._how()
                self._whole = _Progress("", desk.doing.stop)
                with self._whole.section:
                    self._download = button("Download", desk.doing.download, "main")
                    self._color = button("Color the film", desk.doing.color, "main")
                    with ui.element("div").classes("line"):
                        button("Command", desk.doing.show_command, "quiet")
                        button("Remove film", desk.doing.remove_film, "quiet")

    def show(self, film: FilmInHand, shot: ShotInHand | None) -> None:
        """Set everything as it holds for a film, or for a shot of it."""
        self._title.text = film.name
        self._tell(film)
        self._controls.set_visibility(film.state == READY)
        colors = Wishes(film.colors).colors
        values = (colors.saturation, boldness_of(colors.temperature), film.smoothing)
        for each, value in zip((self._strength, self._boldness, self._steadiness), values, strict=True):
            each.props["value"] = value
            each.update()
        self._look.props["value"] = colors.look_name
        self._look.update()
        self._grain.value, self._lossless.value, self._replace.value = colors.denoise, film.lossless, film.overwrite
        self._replace.set_visibility(film.is_local and film.plan is not None and film.plan.job.target.exists())
        led = shot.reference if shot else film.reference
        self._scope.text = f"Its colors lead in {'this shot' if shot else 'the whole film'}."
        self._followed.text = f"Follows {led.name}" if led else ""
        self._unfollow.set_visibility(led is not None)
        self._show_work(film, shot)

    def beat(self, film: FilmInHand) -> None:
        """Show how far the work is."""
        self._tell(film)
        for work, progress, line in (
            (film.preview, self._previewing, self._desk.films.previews),
            (film.whole, self._whole, self._desk.films.wholes),
        ):
            if work is not None and work.going_on:
                progress.show(work, self._desk.told(state_words(work, film, line.ahead_of(work))), film)

    def _show_work(self, film: FilmInHand, shot: ShotInHand | None) -> None:
        for work, progress in ((film.preview, self._previewing), (film.whole, self._whole)):
            progress.show(work, self._desk.told(state_words(work, film, 0)) if work else "", film)
        self._preview.set_visibility(not (film.preview and film.preview.going_on))
        self._preview.text = "Preview ten seconds from this shot" if shot else "Preview ten seconds"
        state = film.whole.state if film.whole else ""
        self._color.set_visibility(not (film.whole and film.whole.going_on))
        goes_on = film.whole is not None and film.whole.kept > 0 and not film.outdated(film.whole)
        self._color.text = (
            "Color the film" if state == STOPPED and not goes_on else _COLOR_WORDS.get(state, "Color the film")
        )
        self._color.classes(
            **({"add": "plain", "remove": "main"} if state == DONE else {"add": "main", "remove": "plain"})
        )
        self._download.set_visibility(state == DONE)

    def _tell(self, film: FilmInHand) -> None:
        facts, notes = facts_of(film), self._notes_of(film)
        if (facts, notes) == self._told:
            return
        self._told = facts, notes
        self._facts.clear()
        with self._facts:
            for name, value in facts:
                ui.element("dt")._text = name
                ui.element("dd")._text = value
        self._notes.clear()
        with self._notes:
            for note in notes:
                ui.label(note).classes("soft")

    def _notes_of(self, film: FilmInHand) -> list[str]:
        outcomes = [
            work.outcome for work in (film.preview, film.whole) if work is not None and work.outcome is not None
        ]
        notes = [*(film.plan.notes if film.plan else ()), *(note for each in outcomes for note in each.notes)]
        return [self._desk.told(note) for note in dict.fromkeys(notes)]

    def _colors(self) -> None:
        say = self._desk.saying.say
        with _section("Colors"):
            self._strength = slider(
                "Strength", 0, 2, 0.05, "gray", "strong", lambda value: say(saturation=round(value, 2))
            )
            self._boldness = slider(
                "Boldness", 0, 1, 0.05, "calm", "bold", lambda value: say(temperature=temperature_of(value))
            )
            self._steadiness = slider(
                "Steadiness", 0, 1, 0.05, "lively", "steady", lambda value: say(smoothing=round(value, 2))
            )
            self._look = look_choice(lambda look: say(look=look))
            self._grain = ui.checkbox("Look past grain and noise").classes("check")
            self._grain.on("update:model-value", lambda: say(denoise=bool(self._grain.value)))

    def _reference(self) -> None:
        with _section("Follow a photograph") as section:
            section.props('data-drop="reference"')
            ui.label("Drop a color photograph of the same place, people or time here.").classes("soft")
            self._scope = ui.label("").classes("soft")
            self._followed = ui.label("").classes("followed")
            with ui.element("div").classes("line"):
                button("Choose one", lambda: self._desk.choose_file("reference"))
                self._unfollow = button("Stop following", lambda: self._desk.saying.lead(None))

    def _how(self) -> None:
        say = self._desk.saying.say
        with _section("The file"):
            self._lossless = ui.checkbox("Keep every bit of the gray (a large file)").classes("check")
            self._lossless.on("update:model-value", lambda: say(lossless=bool(self._lossless.value)))
            self._replace = ui.checkbox("Replace it: a result is there already").classes("check")
            self._replace.on("update:model-value", lambda: say(overwrite=bool(self._replace.value)))


class _Progress:
    """A section that shows how far a coloring is, above what its owner puts into it."""

    def __init__(self, title: str, stop: Callable[[], object]) -> None:
        self.section = _section(title)
        with self.section:
            self._state = ui.label("").classes("state").props("role=status")
            with ui.element("div").classes("working") as self._working:
                self._bar = ui.element("progress").props(f'max=1 aria-label="{title or "The whole film"}"')
                self._words = ui.label("").classes("soft figures")
                button("Stop", stop)

    def show(self, work: Coloring | None, state: str, film: FilmInHand) -> None:
        """Show how far it is, under a sentence on its state."""
        self._working.set_visibility(work is not None and work.going_on)
        self._state.text = state
        if work is None or not work.going_on:
            return
        now = work.progress
        if now is None or now.looked:
            self._bar.props.pop("value", None)
        else:
            self._bar.props["value"] = round(now.done / max(now.total, 1), 4)
        self._bar.update()
        self._words.text = progress_words(work, film)


def _section(title: str) -> ui.element:
    section = ui.element("section")
    if title:
        with section:
            ui.label(title).classes("caption").props("role=heading aria-level=2")
    return section
