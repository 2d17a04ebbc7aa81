"""One photograph of the folder: where it lies, what was said of it, and how it looks on the wall."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from graycolor.files import Job
from graycolor.jobs.outcome import DOUBTFUL
from graycolor.web.photo import FAILED, READY, WAITING
from graycolor.web.wishes import Wishes

UNMARKED, DONE, TO_LOOK_AT, LEFT_ALONE = "", "done", "to look at", "left alone"
MARKS = (UNMARKED, DONE, TO_LOOK_AT, LEFT_ALONE)


@dataclass(eq=False)
class Entry:
    """A photograph of the folder.

    Attributes:
        job: the photograph, and where its result goes.
        name: the photograph's name, seen from the folder.
        wishes: what was said of it.
        mark: one of `MARKS`.
        made: key of the wishes that its result was made by; empty where there is none of ours.
        ours: SHA-256 of results that were made here, which may be replaced; what else lies in their place may not.
        inherited: results that the command made with the settings beside them.
        is_locked: whether the settings beside it cannot be read, and so must not be written over.
        state: as of `graycolor.web.photo.Photo`.
        sentence: what a person should know about the state.
        trouble: what could not be written, and why.
        confidence: mean over the picture.
        pictured: whether there is a thumbnail.
        is_making: whether its result waits to be made.
        version: the wall's, when it last changed.
    """

    job: Job
    name: str
    wishes: Wishes = field(default_factory=Wishes)
    mark: str = UNMARKED
    made: str = ""
    ours: tuple[str, ...] = ()
    inherited: tuple[Path, ...] = ()
    is_locked: bool = False
    state: str = WAITING
    sentence: str = ""
    trouble: str = ""
    confidence: float = 0.0
    pictured: bool = False
    is_making: bool = False
    version: int = 0
    id: str = field(default_factory=lambda: secrets.token_urlsafe(9))

    @property
    def doubtful(self) -> bool:
        """Whether a person should look."""
        return self.state == READY and self.confidence < DOUBTFUL

    @property
    def wants_result(self) -> bool:
        """Whether it is done, and its result is not what was said of it."""
        return self.mark == DONE and self.state != FAILED and self.made != self.wishes.key

    def told(self) -> dict[str, object]:
        """What the wall shows of it."""
        return {
            "id": self.id,
            "name": self.name,
            "mark": self.mark,
            "state": self.state,
            "sentence": self.trouble or self.sentence,
            "troubled": bool(self.trouble),
            "confidence": round(self.confidence, 3),
            "doubtful": self.doubtful,
            "pictured": self.pictured,
            "making": self.is_making,
            "version": self.version,
        }
