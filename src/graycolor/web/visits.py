"""Who is there: every visitor has photographs and a folder of their own, which go when they have left."""

from __future__ import annotations

import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from graycolor.bounds import VISIT_BYTES, VISIT_FILES, VISITS
from graycolor.errors import BoundError
from graycolor.web.photo import Photo

if TYPE_CHECKING:
    from graycolor.web.films.film import FilmInHand
    from graycolor.web.shoebox.box import Box

_GRACE = 600.0
"""Seconds that a visitor may be away, say to load the page again, before all is removed."""
_DOWNLOADS = 6
"""Files that wait to be fetched."""


@dataclass(eq=False)
class Visit:
    """One visitor.

    Attributes:
        folder: for all files that are brought or made.
        photos: by their ids, in the order they came.
        films: by their ids, in the order they came.
        stills: frames of films that can be looked at like photographs, by their ids.
        beside: references and settings that were brought, by their names.
        downloads: files that the visitor may fetch, by their keys.
        is_local: whether the visitor sits at this machine.
        pages: how many pages of theirs are open.
        files, bytes: what they have brought: photographs, films, references and settings.
        box: the folder of this machine that they may see, if any.
        has_placed: whether they have placed a color on a picture.
        at_end: called when the visit is over, before its files go.
    """

    folder: Path
    photos: dict[str, Photo] = field(default_factory=dict)
    films: dict[str, FilmInHand] = field(default_factory=dict)
    stills: dict[str, Photo] = field(default_factory=dict)
    beside: dict[str, Path] = field(default_factory=dict)
    downloads: dict[str, Path] = field(default_factory=dict)
    is_local: bool = True
    pages: int = 0
    files: int = 0
    bytes: int = 0
    left: float = field(default_factory=time.monotonic)
    box: Box | None = None
    has_placed: bool = False
    at_end: list[Callable[[], None]] = field(default_factory=list)

    def photo(self, key: str) -> Photo | None:
        """A photograph that they brought, a frame of a film, or a photograph of the folder that they may see."""
        return self.photos.get(key) or self.stills.get(key) or (self.box.photo(key) if self.box else None)

    def leave(self) -> None:
        """One of their pages was closed."""
        self.pages -= 1
        self.left = time.monotonic()

    @property
    def is_needed(self) -> bool:
        """Whether work goes on that somebody will come back for: a film that lies on this machine is being colored."""
        return any(film.is_local and film.whole and film.whole.going_on for film in self.films.values())

    def room_for(self, size: int) -> None:
        """Refuse a further file that would be more than a visitor may bring.

        Raises:
            BoundError: it would.
        """
        if self.files >= VISIT_FILES:
            raise BoundError(f"{VISIT_FILES:,} files are as many as one visit may hold; remove photographs first.")
        self.room_for_bytes(size)

    def room_for_bytes(self, size: int) -> None:
        """Refuse further bytes of a file that would be more than a visitor may bring; several may be on their way.

        Raises:
            BoundError: they would.
        """
        if self.bytes + size > VISIT_BYTES:
            raise BoundError(f"{VISIT_BYTES // 10**9} GB are as much as one visit may hold; remove photographs first.")

    def place_for(self, name: str) -> Path:
        """A new file of that name; a folder of its own keeps it apart from others, and the name as it was."""
        folder = self.folder / secrets.token_hex(8)
        folder.mkdir()
        return folder / name

    def take(self, photo: Photo) -> None:
        """Add a photograph; one with a name that is there already gets a number, as its result would."""
        taken = {other.name.casefold() for other in self.photos.values()}
        stem, suffix, number = Path(photo.name).stem, Path(photo.name).suffix, 2
        while photo.name.casefold() in taken:
            photo.name, number = f"{stem} ({number}){suffix}", number + 1
        self.photos[photo.id] = photo

    def drop(self, photo: Photo) -> None:
        """Remove a photograph and its file."""
        if self.photos.pop(photo.id, None) is not None:
            self.give_back(photo.source)

    def give_back(self, brought: Path) -> None:
        """Remove a file that was brought; others have its room."""
        self.files -= 1
        self.bytes -= brought.stat().st_size
        shutil.rmtree(brought.parent, ignore_errors=True)

    def told(self, error: Exception) -> str:
        """A sentence for the visitor, to whom files have names and no folders."""
        return re.sub(rf"{re.escape(str(self.folder))}[/\\]\w+[/\\]", "", str(error))

    def offer(self, path: Path) -> str:
        """A key under which the visitor, and nobody else, can fetch a file; the oldest of many is removed."""
        key = secrets.token_urlsafe(12)
        self.downloads[key] = path
        while len(self.downloads) > _DOWNLOADS:
            self.downloads.pop(next(iter(self.downloads))).unlink(missing_ok=True)
        return key


class Visits:
    """All visitors. Their folders lie in one of the system's folder for temporary files, and go with the server.

    Args:
        are_local: whether all of them sit at this machine.
    """

    def __init__(self, are_local: bool = True) -> None:
        self._are_local = are_local
        self.root = Path(tempfile.mkdtemp(prefix="graycolor-web-"))
        self._there: dict[str, Visit] = {}

    def of(self, name: str) -> Visit:
        """The visit of that name; a new one where there is none.

        Raises:
            BoundError: too many are there.
        """
        self.sweep()
        if name not in self._there:
            if len(self._there) >= VISITS:
                raise BoundError("Too many people are here at the moment; try again in a few minutes.")
            folder = self.root / secrets.token_hex(8)
            folder.mkdir()
            self._there[name] = Visit(folder, is_local=self._are_local)
        return self._there[name]

    def known(self, name: str) -> Visit | None:
        """The visit of that name, if there is one."""
        return self._there.get(name)

    def sweep(self) -> None:
        """Remove what was left."""
        now = time.monotonic()
        for name, visit in list(self._there.items()):
            if not visit.pages and not visit.is_needed and now - visit.left > _GRACE:
                del self._there[name]
                for end in visit.at_end:
                    end()
                shutil.rmtree(visit.folder, ignore_errors=True)

    def close(self) -> None:
        """Remove everything."""
        self._there.clear()
        shutil.rmtree(self.root, ignore_errors=True)
