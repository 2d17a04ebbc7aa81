"""Finds inputs: files, folders and patterns, without our own results."""

from __future__ import annotations

import glob
import os
import re
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

from graycolor.errors import GraycolorError, InputError, MissingInputError, reason_of
from graycolor.files.advice import FOR_PHOTOGRAPHS, Advice
from graycolor.files.foreign import is_film, no_picture_at
from graycolor.files.nearby import nearest_name

PICTURE_SUFFIXES = frozenset(
    {
        ".jpg",
        ".jpeg",
        ".jpe",
        ".png",
        ".apng",
        ".webp",
        ".tif",
        ".tiff",
        ".bmp",
        ".gif",
        ".avif",
        ".jp2",
        ".ppm",
        ".pnm",
        ".heic",
        ".heif",
    }
)
"""What results are written as."""
NEIGHBORS = {".pgm": ".ppm", ".pbm": ".ppm", ".pfm": ".tif", ".j2k": ".jp2", ".j2c": ".jp2", ".jpx": ".jp2"}
"""Suffixes that are read but hold no color, or no metadata: what their results get instead."""
OWN_MARK = "-color"
"""What our outputs' stems end with; folders are searched without them."""

OWN_NAME = re.compile(rf"{OWN_MARK}(-\d+|(\.\w+)?-confidence)?$")
"""Results, their variants and maps of confidence."""
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)
"""How addresses begin; a path has made one slash of two."""
_SCANS = frozenset({".dpx", ".exr"})
"""Frames of a film that are no pictures to graycolor."""
_GLANCE = 50
"""Files of a folder that are looked at for what else it may hold."""


class Kind(NamedTuple):
    """A kind of files.

    Attributes:
        word: what to call them.
        found: suffixes that are looked for in folders.
        written: those that can be written.
        named: further suffixes, taken where a name or a pattern has them: a folder of pictures may hold letters.
        usual: those that people have, as they call them; a sentence has no room for all.
    """

    word: str
    found: frozenset[str]
    written: frozenset[str]
    named: frozenset[str] = frozenset()
    usual: str = ""

    def __str__(self) -> str:
        return f"{self.word} to color" + (f" ({self.usual} and others)" if self.usual else "")


_DOCUMENTS = frozenset({".pdf"})
PICTURES = Kind(
    "pictures", PICTURE_SUFFIXES | NEIGHBORS.keys(), PICTURE_SUFFIXES | _DOCUMENTS, _DOCUMENTS, "JPEG, PNG, TIFF"
)


class Refusal(NamedTuple):
    """An input that will not be done, and why."""

    source: Path
    error: GraycolorError


def find_inputs(
    names: Iterable[str | Path], *, recursive: bool = False, kind: Kind = PICTURES, advice: Advice = FOR_PHOTOGRAPHS
) -> tuple[list[Path], list[Refusal]]:
    """Files of a kind named by files, folders (their own ones, sorted, without our results) and glob patterns.

    With `recursive` the folders within folders are searched too. Folders are searched without hidden files and
    folders, whose names begin with a dot: they are other programs' previews. A name that leads nowhere becomes a
    refusal; the others are still found.
    """
    found: list[Path] = []
    refusals: list[Refusal] = []
    names = list(names)
    parts = _parts_of_names(names)
    for number, name in enumerate(names):
        if number in parts:
            refusals += [Refusal(Path(whole), _unquoted(whole)) for whole in filter(None, [parts[number]])]
            continue
        try:
            _check_name(str(name))
            found += _pictures_of(Path(name), recursive, kind, advice)
        except GraycolorError as error:
            refusals.append(Refusal(Path(name), error))
        except (OSError, ValueError) as error:  # no permission, a name too long or with a zero in it
            reason = reason_of(error) if isinstance(error, OSError) else str(error)
            unreadable = InputError(f"{name} cannot be read ({reason}); check its name and permissions.")
            refusals.append(Refusal(Path(name), unreadable))
    first: dict[Path, Path] = {}
    for path in found:
        first.setdefault(path.absolute(), path)
    return list(first.values()), refusals


_MOST_PARTS = 12
"""Words that a name with spaces may have been cut into."""


def _parts_of_names(names: Sequence[str | Path]) -> dict[int, str]:
    """Names that are parts of one that has spaces, cut by a shell: the first leads to the whole name, the rest to
    nothing."""
    parts: dict[int, str] = {}
    for first, name in enumerate(names[:-1]):
        if first in parts or os.path.lexists(name) or len(names) > _GLANCE:
            continue
        for end in range(min(len(names), first + _MOST_PARTS), first + 1, -1):
            whole = " ".join(map(str, names[first:end]))
            if os.path.lexists(whole):
                parts |= {first: whole} | dict.fromkeys(range(first + 1, end), "")
                break
    return parts


def _unquoted(whole: str) -> MissingInputError:
    return MissingInputError(f"The name {whole} has spaces, so put it in quotes: {shlex.quote(whole)}.")


def named_folders(names: Iterable[str | Path]) -> frozenset[Path]:
    """The folders among names and among what patterns match: where the trees begin that results mirror."""
    folders: set[Path] = set()
    for name in names:
        try:
            matches = [name] if os.path.lexists(name) else glob.glob(str(name))  # noqa: PTH207 - takes absolute patterns
            folders |= {Path(match) for match in matches if Path(match).is_dir()}
        except (OSError, ValueError):
            continue  # `find_inputs` says what is wrong with it
    return frozenset(folders)


def _check_name(name: str) -> None:
    """Refuse what can be no file's name, or is none as it is said."""
    if not name:
        raise InputError("An empty name is no file; name a file or folder (a variable that is not set is empty).")
    if not _ADDRESS.match(name) or os.path.lexists(name):
        return
    if name.lower().startswith("file:"):
        raise InputError(f"{name} is an address, not a name; leave out the file:// before the name.")
    raise InputError(f"{name} is an address, not a file; download the file first and name it.")


def _pictures_of(path: Path, recursive: bool, kind: Kind, advice: Advice) -> list[Path]:
    if path.is_dir():
        return _pictures_in(path, recursive, kind, advice)
    if os.path.lexists(path):
        check_kind(path, kind)
        return [path]
    matches = sorted(Path(match) for match in glob.glob(str(path)))  # noqa: PTH207 - takes absolute patterns
    pictures = [file for match in matches for file in _pictures_at(match, recursive, kind)]
    if matches and not pictures:
        instead = _foreign_among(matches[:_GLANCE], kind) or "check the pattern"
        raise InputError(f"Nothing that {path} matches is among the {kind}; {instead}.")
    if not pictures:
        raise MissingInputError(f"There is no file {path}; {nearest_name(path)}")
    return pictures


def check_kind(path: Path, kind: Kind = PICTURES) -> None:
    """Refuse a file that is no picture and does not say that it is one, before its result is named.

    Raises:
        InputError: it is something else, with what would work.
    """
    if kind is PICTURES and path.suffix.lower() not in kind.found | kind.named and (else_ := no_picture_at(path)):
        raise InputError(f"{path} {else_}.")


def _pictures_in(folder: Path, recursive: bool, kind: Kind, advice: Advice) -> list[Path]:
    pictures = _pictures_at(folder, recursive, kind)
    if pictures:
        return pictures
    seen = [path for path in sorted(folder.iterdir()) if not path.name.startswith(".")]
    if not seen:
        raise InputError(f"The folder {folder} is empty; name another.")
    instead = _other_kind_in(folder, seen[:_GLANCE], kind) or "name another"
    if not recursive and any(each.is_dir() for each in seen):
        search = f"add {advice.recursive} to search" if advice.recursive else "name"
        instead = f"{search} the folders in it"
    raise InputError(f"The folder {folder} holds no {kind}; {instead}.")


def _other_kind_in(folder: Path, files: Sequence[Path], kind: Kind) -> str:
    """What to do with films where pictures were looked for, and the other way round; or what one of the files is."""
    if kind is PICTURES:
        films = any(map(is_film, files))
        return f"color its films with graycolor video {folder}" if films else _foreign_among(files, kind)
    frame = next((file for file in files if _is_source(file, PICTURES) or file.suffix.lower() in _SCANS), None)
    if frame is None:
        return ""
    pictures = f"color its pictures with graycolor colorize {folder}, or " if frame.suffix.lower() not in _SCANS else ""
    return f"{pictures}name the frames of a film by their pattern, like {folder / 'frame_%06d'}{frame.suffix}"


def _foreign_among(files: Sequence[Path], kind: Kind) -> str:
    """What the first of the files is that tells it, and what to do with it, where pictures were looked for."""
    if kind is not PICTURES:
        return ""
    return next((f"{file.name} {what}" for file in files if (what := no_picture_at(file))), "")


def _pictures_at(path: Path, recursive: bool, kind: Kind) -> list[Path]:
    """The file itself or the folder's files, where they are of the kind and not our results."""
    if path.is_dir():
        return list(_pictures_below(path, recursive, kind))
    return [path] if _is_source(path, kind, kind.found | kind.named) else []


def _pictures_below(folder: Path, recursive: bool, kind: Kind) -> Iterable[Path]:
    """Links to folders are not followed, so that no search goes round in circles."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if recursive and path.is_dir() and not path.is_symlink():
            yield from _pictures_below(path, recursive, kind)
        elif _is_source(path, kind):
            yield path


def _is_source(file: Path, kind: Kind, suffixes: frozenset[str] = frozenset()) -> bool:
    return is_source_name(file, suffixes or kind.found) and file.is_file()


def is_source_name(file: PurePath, suffixes: frozenset[str]) -> bool:
    """Whether a name has one of the suffixes and is no result's of ours."""
    return file.suffix.lower() in suffixes and not OWN_NAME.search(file.stem)


def listed(suffixes: frozenset[str]) -> str:
    """Suffixes in a sentence."""
    return ", ".join(sorted(suffix[1:] for suffix in suffixes))
