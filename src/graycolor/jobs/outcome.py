"""What became of one photograph."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from graycolor.errors import GraycolorError
from graycolor.files import Job, Refusal
from graycolor.names import told

DOUBTFUL = 0.41
"""Mean confidence below which a person should look: one photograph in seven lies there, and their errors are larger by
half (`docs/photographs.md`)."""


def is_doubtful(confidence: float) -> bool:
    """Whether a person should look. Networks that say one color, as `cnn` does, know no confidence, which is 0."""
    return 0 < confidence < DOUBTFUL


class Stages(NamedTuple):
    """Seconds of work on one file, stage by stage."""

    read: float = 0.0
    network: float = 0.0
    write: float = 0.0


_NO_TIME = Stages()


class Views(NamedTuple):
    """Small upright pictures of one outcome, encoded for a page: before, every result, and where it was guessed."""

    size: tuple[int, int]
    before: bytes
    after: tuple[bytes, ...]
    confidence: bytes


class Outcome(NamedTuple):
    """What became of one file.

    Attributes:
        job: the file and its result's place.
        error: why it failed, or None.
        left_alone: why it was not colored though nothing is wrong with it, or nothing.
        width, height: of the picture, 0 where it could not be read.
        stages: seconds of work on it.
        confidence: mean over the picture, near 0 where the network was guessing, 1 where it was certain; 0 where it
            knows none.
        was_color: the source had colors, which the result replaced.
        kind: what the source looks like: `gray`, `tinted`, `faded` or `color`.
        kept: which light is the source's own; see `graycolor.pictures.encode_result.Result`.
        notes: a sentence each for what the result could not keep.
        results: the files that were written for a person to look at, the result (or its variants) first.
        views: small pictures for a report, where they were asked for.
        look: how the colors were treated.
        settings: of this file, where they are not the run's (a row of a manifest may have its own).
    """

    job: Job
    error: GraycolorError | None = None
    left_alone: str = ""
    width: int = 0
    height: int = 0
    stages: Stages = _NO_TIME
    confidence: float = 0.0
    was_color: bool = False
    kind: str = "gray"
    kept: str = ""
    notes: tuple[str, ...] = ()
    results: tuple[Path, ...] = ()
    views: Views | None = None
    look: str = ""
    settings: Mapping[str, Any] | None = None

    @property
    def seconds(self) -> float:
        """Seconds of work on the file, all stages added."""
        return sum(self.stages)

    @property
    def colored(self) -> bool:
        """Whether there is a result."""
        return self.error is None and not self.left_alone

    @property
    def doubtful(self) -> bool:
        """Whether the network was guessing so much that a person should look."""
        return self.colored and is_doubtful(self.confidence)

    def as_dict(self) -> dict[str, Any]:
        """The outcome as plain values, for JSON."""
        return {
            "input": told(self.job.source),
            "output": told(self.results[0]) if self.results else None,
            "outputs": [told(result) for result in self.results],
            "width": self.width,
            "height": self.height,
            "seconds": round(self.seconds, 3),
            "stages": {name: round(value, 3) for name, value in self.stages._asdict().items()},
            "confidence": round(self.confidence, 3),
            "doubtful": self.doubtful,
            "was_color": self.was_color,
            "kind": self.kind,
            "kept": self.kept,
            "look": self.look or None,
            "notes": list(self.notes),
            "left_alone": self.left_alone or None,
            "error": str(self.error) if self.error else None,
        }


def refused(refusal: Refusal) -> dict[str, Any]:
    """An input that was not begun, as plain values, for JSON."""
    return {"input": told(refusal.source), "output": None, "error": str(refusal.error)}
