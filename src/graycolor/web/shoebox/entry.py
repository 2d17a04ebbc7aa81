"""One photograph of the folder: where it lies, what was said of it, and how it looks on the wall."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from graycolor.files import Job
from graycolor.jobs.outcome import is_doubtful
from graycolor.web.states import FAILED, IN_COLOR, READY, WAITING, short_reason
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
        kept: identities of older results that somebody chose to keep; the photograph is done with them.
        is_asked: whether somebody asked for its result, and it is not known yet whether it can be written.
        may_replace: whether it may take the place of a result that graycolor once made.
        is_locked: whether the settings beside it cannot be read, and so must not be written over.
        state: as of `graycolor.web.photo.Photo`.
        sentence: what a person should know about the state.
        trouble: what could not be written, and why.
        offers: whether that is a result of graycolor's, which may be replaced or kept.
        news: what was written last, or what stays.
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
    kept: tuple[str, ...] = ()
    is_asked: bool = False
    may_replace: bool = False
    is_locked: bool = False
    state: str = WAITING
    sentence: str = ""
    trouble: str = ""
    offers: bool = False
    news: str = ""
    confidence: float = 0.0
    pictured: bool = False
    is_making: bool = False
    version: int = 0
    id: str = field(default_factory=lambda: secrets.token_urlsafe(9))

    @property
    def doubtful(self) -> bool:
        """Whether a person should look."""
        return self.state == READY and is_doubtful(self.confidence)

    @property
    def wants_result(self) -> bool:
        """Whether it is done or to be done, and its result is not what was said of it."""
        is_wanted = (self.mark == DONE and not self.kept) or self.is_asked
        return is_wanted and self.can_be_done and self.made != self.wishes.key

    @property
    def can_be_done(self) -> bool:
        """Whether there can be a result at all, as far as anybody knows."""
        return self.state not in (FAILED, IN_COLOR) and not self.is_locked

    @property
    def is_done(self) -> bool:
        """Whether its result is there."""
        return self.mark == DONE and self.can_be_done and not self.is_making

    @property
    def is_untouched(self) -> bool:
        """Whether nobody has said anything of it."""
        return self.mark == UNMARKED and not self.ours and self.wishes.key == Wishes().key

    @property
    def reason(self) -> str:
        """Why it was not colored, in a word or two."""
        told = short_reason(self.state, self.sentence, self.job.source.name)
        return "Cannot be colored" if self.is_locked else told

    @property
    def _mark_shown(self) -> str:
        """The mark as the wall shows it; what nobody can do is not done."""
        mark = DONE if self.is_asked else self.mark
        return UNMARKED if mark == DONE and not self.can_be_done else mark

    def told(self) -> dict[str, object]:
        """What the wall shows of it."""
        return {
            "id": self.id,
            "name": self.name,
            "mark": self._mark_shown,
            "state": self.state,
            "sentence": self.trouble or self.sentence,
            "reason": self.reason,
            "troubled": bool(self.trouble),
            "offers": self.offers,
            "news": self.news,
            "confidence": round(self.confidence, 3),
            "doubtful": self.doubtful,
            "pictured": self.pictured,
            "making": self.is_making,
            "version": self.version,
        }
