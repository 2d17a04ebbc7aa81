"""Manifests: tables of pictures or films, a row each, as CSV or as JSON lines; checked whole before anything begins.

A manifest says what is colored, what their results are called below the place that the user named, and how
they are colored and encoded. It cannot choose weights, bounds, or any place outside: it may come from somebody else.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from graycolor.bounds import LIST_BYTES
from graycolor.checked_json import Source, begins_as_json, decoded, excerpt, parsed_json
from graycolor.errors import GraycolorError, InputError
from graycolor.files import Refusal
from graycolor.files.regular import read_regular
from graycolor.stores.medium import LookNamed, Medium, Options
from graycolor.stores.rows import Rows, check_column
from graycolor.stores.sources import Wanted

_DELIMITERS = ",;\t"
"""Between the cells of a row; which of them is told by the first row."""


class Row(NamedTuple):
    """A row: its line in the file, and what stands in it by the names of the columns."""

    line: int
    said: dict[str, Any]


def read_manifest(
    medium: Medium[Options], path: Path, options: Options, look_named: LookNamed
) -> tuple[list[Wanted[Options]], list[Refusal]]:
    """The pictures or films of a manifest, and those that are not there.

    Args:
        medium: what it is a table of.
        path: of the manifest; relative names in it count from its folder.
        options: of all that say nothing else.
        look_named: finds a look by its name.

    Raises:
        InputError, MissingInputError: it cannot be read, or a row is wrong; the sentence has its line and column.
    """
    data = read_regular(path, "manifest", most=LIST_BYTES)
    is_json = begins_as_json(data[:64])
    rows, mistakes = Rows(medium, path, options, look_named, is_text=not is_json), []
    text = _text(data, path)
    for row in _of_json_lines(text, path) if is_json else _of_csv(text, path, medium.columns):
        try:
            rows.add(row.line, row.said)
        except GraycolorError as error:
            mistakes.append(f"In {path}, line {row.line}, {error}")
    if mistakes:
        count = len(mistakes) - 1
        more = f" {count} more {'row has' if count == 1 else 'rows have'} mistakes." if count else ""
        raise InputError(f"{mistakes[0]}{more}")
    if not rows.count:
        raise InputError(
            f"{path} names no {medium.noun}s; write a row for each, below a first row of names such as path."
        )
    return rows.found()


def _text(data: bytes, path: Path) -> str:
    try:
        return decoded(data)
    except UnicodeError as error:
        raise InputError(f"{path} is neither UTF-8 nor UTF-16 text; save it as UTF-8.") from error


def _of_csv(text: str, path: Path, known: Collection[str]) -> Iterator[Row]:
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names: list[str] = []
    try:
        for cells in reader:
            if not any(map(str.strip, cells)):
                continue
            if not names:
                names = _columns(cells, path, known)
            elif len(cells) != len(names):
                raise InputError(
                    f"In {path}, line {reader.line_num} has {len(cells)} cells and the first row {len(names)}; put "
                    'cells that hold a comma in quotes ("...").'
                )
            else:
                said = {name: cell for name, cell in zip(names, cells, strict=True) if cell.strip()}
                yield Row(reader.line_num, said)
    except csv.Error as error:
        raise InputError(f"In {path}, line {reader.line_num} is no CSV ({error}); save the table again.") from error


def _columns(cells: list[str], path: Path, known: Collection[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    twice = next((name for number, name in enumerate(names) if name in names[:number]), None)
    if twice is not None:
        raise InputError(f"In {path}, the first row names the column {excerpt(twice)!r} twice; name each once.")
    for name in names:
        try:
            check_column(name, known)
        except InputError as error:
            raise InputError(f"In {path}, {error}") from error
    if "path" not in names:
        raise InputError(f"In {path}, the first row has no column path; it names the columns: path, output, hints, ...")
    return names


def _object(line: str, number: int, path: Path) -> dict[str, Any]:
    source = Source(str(path), 'write an object on each line, like {"path": "a.jpg"}')
    try:
        said = parsed_json(line, source)
    except InputError:
        said = parsed_json("\n" * (number - 1) + line, source)  # so that the sentence has the line of the file
    if not isinstance(said, dict):
        raise source.refusal_at(f"line {number}", "is no object {...}")
    return said


def _of_json_lines(text: str, path: Path) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        said = _object(line, number, path)
        yield Row(number, {name: value for name, value in said.items() if value is not None})
