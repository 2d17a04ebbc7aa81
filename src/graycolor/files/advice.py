"""What a caller can say to get around what is in the way: the options that a command has, or arguments in Python."""

from __future__ import annotations

from typing import NamedTuple


class Advice(NamedTuple):
    """The words of one caller; empty where it has no such thing to say.

    Attributes:
        overwrite: replaces results that are there.
        skip: leaves results alone that are there.
        place: says where a result goes.
        recursive: searches the folders in folders.
    """

    overwrite: str = "--overwrite"
    skip: str = ""
    place: str = "-o"
    recursive: str = ""

    def of_existing(self, them: str = "it") -> str:
        """What to do about results that are there."""
        ways = [
            self.overwrite and f"{self.overwrite} to replace {them}",
            self.skip and f"{self.skip} to leave {them}",
            self.place and f"{self.place} for another place",
        ]
        first, *others = filter(None, ways)
        return ", ".join((others and [first, *others[:-1], f"or {others[-1]}"]) or [first])

    def elsewhere(self, what: str) -> str:
        """The advice to name another place, file or folder."""
        return f"choose {what} with {self.place}" if self.place else "color a copy of it in another folder"


FOR_PHOTOGRAPHS = Advice(skip="--skip-existing", recursive="--recursive")
FOR_FILMS = Advice(skip="--skip-existing", recursive="--recursive")
IN_PYTHON = Advice(overwrite="overwrite=True", place="")
IN_PYTHON_FOR_FILMS = Advice(overwrite="FilmOptions(overwrite=True)", place="out=")
