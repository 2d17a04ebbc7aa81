"""The rows of a manifest, each made into a picture that is wanted: paths found, settings checked as options are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from graycolor.checked_json import Source, checked, excerpt
from graycolor.config.keys import OF_COMMANDS, Key, nearest
from graycolor.errors import GraycolorError, InputError, MissingInputError, UsageError
from graycolor.files import PICTURES, Refusal, check_kind, named
from graycolor.files.find import listed
from graycolor.files.regular import check_regular
from graycolor.guidance.hints import Hint, read_hints
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.looks import Look
from graycolor.pictures.formats import format_of_suffix
from graycolor.stores import store
from graycolor.stores.address import Address, is_plain, place_of
from graycolor.stores.destination import Place
from graycolor.stores.sources import Wanted, as_path, of_file

SETTINGS: Mapping[str, Key] = {
    **{name: key for name, key in OF_COMMANDS["colorize"].items() if key.project},
    "variants": Key("a whole number", low=1),
    "seed": Key("a whole number", low=0),
}
"""Options that a row may set: what decides on colors and how they are encoded."""
_COLUMNS = ("path", "output", "hints", "reference", *SETTINGS)
_INLINE = re.compile(r"\s*[\d.]+\s*%?\s*,")
"""How hints begin that stand in the row itself; anything else is a file's name."""
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_FEW = 3
"""Objects of one folder that are asked for one by one; of more, the folder is listed."""
_OF_COLORS = ("saturation", "temperature", "size", "denoise")
_OF_WRITING = ("quality", "keep", "interleaved")


class Rows:
    """The rows of a manifest, as they are read.

    Args:
        path: of the manifest.
        options: of pictures that say nothing else.
        look_named: finds a look by its name.
        is_text: whether values are texts, as in CSV.
    """

    def __init__(
        self, path: Path, options: PhotoOptions, look_named: Callable[[str], str | Look], *, is_text: bool
    ) -> None:
        self._folder, self._options, self._look_named, self._is_text = path.parent, options, look_named, is_text
        self._same: dict[tuple[tuple[str, Any], ...], PhotoOptions] = {}
        self._rows: list[tuple[Place, str, PhotoOptions | None]] = []
        self._lines: dict[str, int] = {}

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._rows)

    def add(self, line: int, said: Mapping[str, Any]) -> None:
        """Take up a row.

        Raises:
            GraycolorError: something in it is wrong; the sentence begins with the column.
        """
        values = {name: self._value(name, value) for name, value in said.items()}
        if "path" not in values:
            raise InputError("path is missing; name a file or an address.")
        place = self._place(values["path"])
        output = _output(place, values.get("output"), values.get("format") or self._options.format)
        first = self._lines.setdefault(output, line)
        if first != line:
            raise InputError(f"output is {output}, as that of line {first}; name another in the column output.")
        self._rows.append((place, output, self._options_of(values)))

    def found(self) -> tuple[list[Wanted], list[Refusal]]:
        """The pictures that are there, and the others."""
        entries = _entries(place for place, _, _ in self._rows if isinstance(place, Address))
        wanted: list[Wanted] = []
        refusals: list[Refusal] = []
        for place, output, options in self._rows:
            try:
                wanted.append(_wanted(place, entries)._replace(output=output, options=options))
            except GraycolorError as error:
                refusals.append(Refusal(as_path(place), error))
        return wanted, refusals

    def _place(self, said: str) -> Place:
        place = place_of(said)
        return place if isinstance(place, Address) else self._folder / place

    def _value(self, name: str, value: Any) -> Any:
        """A value of the type that its column takes."""
        check_column(name)
        key = SETTINGS.get(name, Key("text"))
        if self._is_text:
            value = _typed(value, key)
        elif name == "hints" and isinstance(value, list):
            return value
        try:
            key.check(name, value)
        except UsageError as error:
            raise InputError(f"{name} {error}") from error
        return value

    def _options_of(self, values: Mapping[str, Any]) -> PhotoOptions | None:
        """The options of a row; None where it has no settings of its own."""
        own = {name: value for name, value in values.items() if name not in ("path", "output", "format")}
        hints = self._hints(own.pop("hints", None))
        if not own and not hints:
            return None
        key = tuple(sorted(own.items()))
        try:
            if key not in self._same:
                self._same[key] = self._with(own)
            options = self._same[key]
            return replace(options, hints=(*options.hints, *hints)) if hints else options
        except UsageError as error:
            raise InputError(f"the settings make no sense: {error}") from error

    def _with(self, own: Mapping[str, Any]) -> PhotoOptions:
        options = self._options
        colors = {name: own[name] for name in _OF_COLORS if name in own}
        if "look" in own:
            colors["look"] = self._look_named(own["look"])
        writing = {name: own[name] for name in _OF_WRITING if name in own}
        more = {name: own[name] for name in ("variants", "seed") if name in own}
        if "input" in own:
            more["kind"] = own["input"]
        if "reference" in own:
            more["reference"] = self._folder / own["reference"]
            check_regular(more["reference"], "reference")
        return replace(
            options, settings=replace(options.settings, **colors), write=replace(options.write, **writing), **more
        )

    def _hints(self, said: str | list[Any] | None) -> tuple[Hint, ...]:
        """Hints of a row: `X,Y,COLOR; X,Y,COLOR`, the name of a file, or in JSON a list of texts and objects."""
        if said is None:
            return ()
        try:
            if isinstance(said, list):
                return tuple(_hint(each, number) for number, each in enumerate(said))
            if _INLINE.match(said):
                return tuple(Hint.parse(each) for each in said.split(";") if each.strip())
            return read_hints(self._folder / said)
        except GraycolorError as error:
            raise InputError(f"hints cannot be used: {error}") from error


def check_column(name: str) -> None:
    """Refuse a column that there is not.

    Raises:
        InputError: it says which there are, without the file.
    """
    if name not in _COLUMNS:
        raise InputError(f"the column {excerpt(name)!r} is unknown; {nearest(name, _COLUMNS)}")


def _hint(said: Any, number: int) -> Hint:
    from graycolor.guidance.hint_entries import HintEntry

    if isinstance(said, str):
        return Hint.parse(said)
    source = Source("the row", 'write "50%,20%,olive" or {"x": 120, "y": 80, "color": "#aa3322"}')
    place = f"hints[{number}]"
    return checked(said, HintEntry, source, place).hint(source, place)


def _typed(text: str, key: Key) -> Any:
    """The value of a cell; a text that is none of the kind is left to the check."""
    text = text.strip()
    try:
        if key.kind == "a whole number":
            return int(text)
        if key.kind == "a number":
            return float(text)
        return _FLAGS.get(text.lower(), text) if key.kind == "true or false" else text
    except ValueError:
        return text


def _output(source: Place, said: str | None, output_format: str | None) -> str:
    """The name of the result, below the place of all results.

    Raises:
        InputError: it leads elsewhere, or is of another format than was said.
    """
    suffix = "." + output_format.lower().removeprefix(".") if output_format else ""
    if suffix:
        format_of_suffix(suffix)
    if said is None:
        return named(as_path(source), suffix or source.suffix)
    name = PurePosixPath(said)
    if not name.name or name.is_absolute() or not is_plain(name):
        raise InputError(f"output is {excerpt(said)!r}; name a file below the folder that -o says.")
    if name.suffix.lower() not in PICTURES.written:
        raise InputError(f"output is {excerpt(said)!r}; let it end with one of {listed(PICTURES.written)}.")
    if suffix and format_of_suffix(name.suffix.lower()) != format_of_suffix(suffix):
        raise InputError(f"output is {excerpt(said)!r} and format {output_format!r}; leave out one of them.")
    return str(name)


def _wanted(place: Place, entries: Mapping[Address, store.Entry]) -> Wanted:
    if not isinstance(place, Address):
        check_regular(place)
        check_kind(place)
        return of_file(place)
    if place not in entries:
        raise MissingInputError(f"There is nothing at {place}; check the address.")
    return Wanted(place, entries[place].sign, entries[place].size)


def _entries(addresses: Iterable[Address]) -> dict[Address, store.Entry]:
    """What is at addresses; folders that many of them lie in are listed."""
    wanted = list(addresses)
    counts = Counter(address.parent for address in wanted)
    found: dict[Address, store.Entry] = {}
    for folder in (folder for folder, count in counts.items() if count > _FEW):
        try:
            found |= {entry.address: entry for entry in store.entries(folder)}
        except MissingInputError:
            continue
    for address in (address for address in wanted if counts[address.parent] <= _FEW):
        if (entry := store.entry_at(address)) is not None:
            found[address] = entry
    return found
