"""Hints as they stand in JSON: in a hints file, and in the settings beside a result.

A module of its own because msgspec is imported with it, which a run without such files has no need of.
"""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from graycolor.checked_json import Source
from graycolor.errors import UsageError
from graycolor.guidance.hints import Hint


class HintEntry(Struct, forbid_unknown_fields=True):
    """One hint: a color at `x` and `y` (pixels, or text with a percent sign), or at many `points`."""

    color: str
    x: float | str | UnsetType = UNSET
    y: float | str | UnsetType = UNSET
    points: tuple[tuple[float, float], ...] | UnsetType = UNSET
    percent: bool = False

    def hint(self, source: Source, place: str) -> Hint:
        """The hint; `place` is where in the file it stands.

        Raises:
            GraycolorError: as `source` says: it has no place at all.
            UsageError: it makes no sense.
        """
        if self.points is UNSET and (self.x is UNSET or self.y is UNSET):
            raise source.refusal_at(place, "needs x and y, or points")
        try:
            if self.points is UNSET:
                return Hint.parse(f"{self.x},{self.y},{self.color}")
            return Hint(self.color, self.points, self.percent)
        except UsageError as error:
            raise UsageError(f"In {source.name}, {place} makes no sense: {error}") from error


class HintsFile(Struct, forbid_unknown_fields=True):
    """A hints file that is an object; a bare list means the same."""

    hints: list[HintEntry]
