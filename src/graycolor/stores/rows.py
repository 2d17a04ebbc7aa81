"""The rows of a manifest, each made into what is wanted: paths found, settings checked as options are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Generic

from graycolor.checked_json import excerpt
from graycolor.config.keys import Key, nearest
from graycolor.errors import GraycolorError, InputError, MissingInputError, UsageError
from graycolor.files import Refusal, check_kind
from graycolor.files.find import listed
from graycolor.files.regular import check_regular
from graycolor.stores import store
from graycolor.stores.address import Address, is_plain, place_of
from graycolor.stores.destination import Place
from graycolor.stores.medium import LookNamed, Medium, Options
from graycolor.stores.sources import Wanted, as_path, of_file

_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_FEW = 3
"""Objects of one folder that are asked for one by one; of more, the folder is listed."""


class Rows(Generic[Options]):
    """The rows of a manifest, as they are read.

    Args:
        medium: what they are of.
        path: of the manifest.
        options: of all that say nothing else.
        look_named: finds a look by its name.
        is_text: whether values are texts, as in CSV.
    """

    def __init__(
        self, medium: Medium[Options], path: Path, options: Options, look_named: LookNamed, *, is_text: bool
    ) -> None:
        self._medium, self._folder, self._options = medium, path.parent, options
        self._look_named, self._is_text = look_named, is_text
        self._same: dict[tuple[tuple[str, Any], ...], Options] = {}
        self._rows: list[tuple[Place, str, Options | None]] = []
        self._lines: dict[str, int] = {}
        self._folders: dict[str, int] = {}

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
        self._medium.check_source(values["path"])
        place, options = self._place(values["path"]), self._options_of(values)
        output = self._output(place, values.get("output"), options or self._options)
        self._claim(output, line)
        self._rows.append((place, output, options))

    def _claim(self, output: str, line: int) -> None:
        """Refuse a result that another row has, or that would lie in the result of another as if that were a folder."""
        first = self._lines.setdefault(output, line)
        if first != line:
            raise InputError(f"output is {output}, as that of line {first}; name another in the column output.")
        above = [str(folder) for folder in PurePosixPath(output).parents]
        file = next((folder for folder in above if folder in self._lines), None)
        within = self._lines[file] if file is not None else self._folders.get(output)
        if within is not None:
            raise InputError(
                f"output is {output}, but one of it and the result of line {within} would be a file and a folder at "
                "the same time; name another in the column output."
            )
        self._folders |= dict.fromkeys(above, line)

    def found(self) -> tuple[list[Wanted[Options]], list[Refusal]]:
        """What is there, and the others."""
        entries = _entries(place for place, _, _ in self._rows if isinstance(place, Address))
        wanted: list[Wanted[Options]] = []
        refusals: list[Refusal] = []
        for place, output, options in self._rows:
            try:
                wanted.append(self._wanted(place, entries)._replace(output=output, options=options))
            except GraycolorError as error:
                refusals.append(Refusal(as_path(place), error))
        return wanted, refusals

    def _place(self, said: str) -> Place:
        place = place_of(said)
        return place if isinstance(place, Address) else self._folder / place

    def _value(self, name: str, value: Any) -> Any:
        """A value of the type that its column takes."""
        check_column(name, self._medium.columns)
        key = self._medium.settings.get(name, Key("text"))
        if self._is_text:
            value = _typed(value, key)
        elif name == "hints" and isinstance(value, list):
            return value
        try:
            key.check(name, value)
        except UsageError as error:
            raise InputError(f"{name} {error}") from error
        return value

    def _options_of(self, values: Mapping[str, Any]) -> Options | None:
        """The options of a row; None where it has no settings of its own."""
        own = {name: value for name, value in values.items() if name not in ("path", "output", "hints")}
        hints = values.get("hints")
        if not own and not hints:
            return None
        key = tuple(sorted(own.items()))
        try:
            if key not in self._same:
                self._same[key] = self._medium.with_own(self._options, own, self._folder, self._look_named)
            options = self._same[key]
            return self._with_hints(options, hints) if hints else options
        except UsageError as error:
            raise InputError(f"the settings make no sense: {error}") from error

    def _with_hints(self, options: Options, said: str | list[Any]) -> Options:
        try:
            return self._medium.with_hints(options, said, self._folder)
        except GraycolorError as error:
            raise InputError(f"hints cannot be used: {error}") from error

    def _output(self, source: Place, said: str | None, options: Options) -> str:
        """The name of the result, below the place of all results.

        Raises:
            InputError: it leads elsewhere, or does not go with what was said.
        """
        if said is None:
            usual = self._medium.name(as_path(source), options)
            self._check_options(usual, options)
            return usual
        name, written = PurePosixPath(said), self._medium.kind.written
        if not name.name or name.is_absolute() or not is_plain(name):
            raise InputError(f"output is {excerpt(said)!r}; name a file below the folder that -o says.")
        if name.suffix.lower() not in written:
            raise InputError(f"output is {excerpt(said)!r}; let it end with one of {listed(written)}.")
        self._medium.check_name(name, options)
        self._check_options(str(name), options)
        return str(name)

    def _check_options(self, name: str, options: Options) -> None:
        try:
            self._medium.check_options(PurePosixPath(name), options)
        except UsageError as error:
            raise InputError(f"the settings make no sense: {error}") from error

    def _wanted(self, place: Place, entries: Mapping[Address, store.Entry]) -> Wanted[Options]:
        if not isinstance(place, Address):
            check_regular(place, self._medium.noun)
            check_kind(place, self._medium.kind)
            return of_file(place)
        if place not in entries:
            raise MissingInputError(f"There is nothing at {place}; check the address.")
        return Wanted(place, entries[place].sign, entries[place].size)


def check_column(name: str, columns: Collection[str]) -> None:
    """Refuse a column that there is not.

    Raises:
        InputError: it says which there are, without the file.
    """
    if name not in columns:
        raise InputError(f"the column {excerpt(name)!r} is unknown; {nearest(name, columns)}")


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
