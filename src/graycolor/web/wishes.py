"""What a person said of one photograph, as the settings that the command saves; and the command that says the same."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from graycolor.bounds import HINT_FILE_BYTES
from graycolor.colorizer import ColorizeSettings
from graycolor.errors import MissingInputError
from graycolor.files.regular import read_regular
from graycolor.guidance.hints import Hint
from graycolor.jobs.photo_options import PhotoOptions, options_of
from graycolor.jobs.sidecar import read_sidecar, settings_of
from graycolor.pictures.metadata.mark import Mark


@dataclass(frozen=True, eq=False)
class Wishes:
    """Settings under the names of the command's options; what is missing is as usual.

    Attributes:
        settings: as `graycolor.jobs.photo_options.options_of` takes them.
        chosen: which of the variants is meant, counted from 0.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    chosen: int = 0

    def saying(self, **settings: Any) -> Wishes:
        """The same, but for these settings."""
        return replace(self, settings={**self.settings, **settings})

    def choosing(self, variant: int, seed: int) -> Wishes:
        """The same with another coloring; 0 is the usual one."""
        return replace(self.saying(variants=variant + 1, seed=seed if variant else 0), chosen=variant)

    @property
    def hints(self) -> tuple[Hint, ...]:
        """The colors that were placed."""
        return tuple(self.settings.get("hints", ()))

    @property
    def colors(self) -> ColorizeSettings:
        """What is said of the colors of the whole picture."""
        return self.options().settings

    @property
    def key(self) -> str:
        """A text that is the same for the same wishes."""
        said = json.dumps([_plain(settings_of(self.options())), self.chosen], sort_keys=True, default=str)
        return hashlib.sha256(said.encode()).hexdigest()[:24]

    def options(self, mark: Mark | None = None, **run: Any) -> PhotoOptions:
        """The command's options; see `options_of`."""
        return options_of(self.settings, mark, **run)


def _plain(settings: dict[str, Any]) -> dict[str, Any]:
    reference = settings["reference"]
    return settings | {"reference": reference and reference["sha256"]}


class History:
    """Wishes of one photograph as they came, one after the other: any can be taken back and said again.

    Args:
        first: what holds at the beginning.
        changed: is called when something else holds.
    """

    def __init__(self, first: Wishes | None = None, changed: Callable[[], None] = lambda: None) -> None:
        self._said, self._place = [first or Wishes()], 0
        self._changed = changed

    @property
    def now(self) -> Wishes:
        """What holds now."""
        return self._said[self._place]

    def say(self, wishes: Wishes) -> None:
        """Say something new; what was taken back is forgotten."""
        if wishes.key != self.now.key:
            self._said[self._place + 1 :] = [wishes]
            self._go(1)

    @property
    def can_undo(self) -> bool:
        """Whether something can be taken back."""
        return self._place > 0

    @property
    def can_redo(self) -> bool:
        """Whether something was taken back."""
        return self._place + 1 < len(self._said)

    def undo(self) -> None:
        """Take the last back."""
        self._go(-self.can_undo)

    def redo(self) -> None:
        """Say again what was taken back."""
        self._go(self.can_redo)

    def _go(self, steps: int) -> None:
        self._place += steps
        if steps:
            self._changed()


def opened(path: Path, beside: Mapping[str, Path]) -> Wishes:
    """The wishes in a settings file that a visitor brought.

    Args:
        path: the file.
        beside: what else the visitor brought, by name. A settings file names its reference by a path, which on a page
            leads nowhere but there: it must not be a way to ask what lies on this machine.

    Raises:
        MissingInputError: its reference was not brought. InputError: it is no settings file.
    """
    try:
        content = json.loads(read_regular(path, "settings file", most=HINT_FILE_BYTES))
        named = Path(content["settings"]["reference"]["file"]).name
    except (ValueError, KeyError, TypeError):  # what else is wrong with it is told in a moment
        return Wishes(read_sidecar(path).settings)
    if named not in beside:
        raise MissingInputError(f"These settings follow the photograph {named}; bring that as reference first.")
    content["settings"]["reference"]["file"] = str(beside[named])
    path.write_text(json.dumps(content), "utf-8")
    return Wishes(read_sidecar(path).settings)


_SAID_OTHERWISE = frozenset({"hints", "reference", "mark", "format"})


def command_line(name: str, wishes: Wishes) -> str:
    """What to type for the same result; the photograph and its reference are named as if they lay here."""
    options = wishes.options()
    usual, settings = settings_of(PhotoOptions()) | {"input": "auto"}, settings_of(options)
    settings["look"] = options.settings.look_name
    words = ["graycolor", "colorize", safe_name(name)]
    for key, value in settings.items():
        if value != usual[key] and key not in _SAID_OTHERWISE:
            words += [f"--{key.replace('_', '-')}", *([] if value is True else [f"{value}"])]
    for hint in options.hints:
        unit = "%" if hint.percent else ""
        words += [word for x, y in hint.points for word in ("--hint", f"{x:.10g}{unit},{y:.10g}{unit},{hint.color}")]
    if isinstance(options.reference, Path):
        words += ["--reference", options.reference.name]
    if options.format:
        words += ["--format", options.format]
    if wishes.settings.get("mark") is False:
        words += ["--no-mark"]
    return shlex.join(words)


def safe_name(name: str) -> str:
    """A name that the command does not take for an option."""
    return f"./{name}" if name.startswith("-") else name
