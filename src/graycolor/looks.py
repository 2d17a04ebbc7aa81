"""Looks: named treatments of chroma. The light of a picture is never part of one, so it stays as exact as it was.

A look takes the colors that the network gave, with what guided it, before the user's saturation and hints: what a
person says of a place is what that place gets, and no saturation is gray under every look.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from graycolor.errors import UsageError
from graycolor.types import Floats

Change = tuple[float, float]
"""A factor on the chroma of the colors around one hue, and the degrees by which that hue is turned."""
Cast = tuple[float, float]
"""The a and b that are added to a color."""

HUES = {"reds": 30, "oranges": 60, "yellows": 95, "greens": 135, "cyans": 200, "blues": 270, "purples": 330}
"""Degrees in the ab plane that the changes of a look stand for; between two of them they pass into each other. Skin
lies around 50, grass around 120, a clear sky around 260."""
_SATURATIONS, _MOSTS = (0, 4), (1, 200)
_DARK = 0.25
"""Share of white below which casts fade."""
_FACTORS, _TURNS, _CASTS = (0, 4), (-60, 60), (-40, 40)
_SAME: Change = (1.0, 0.0)
_NONE: Cast = (0.0, 0.0)


@dataclass(frozen=True)
class Look:
    """What becomes of every color; as it stands, nothing does.

    Attributes:
        name: what it is called.
        saturation: factor on all chroma, 0 to 4.
        most: chroma that strong colors come near and never pass, 1 to 200; weak ones hardly change. None is no bound.
        reds, oranges, yellows, greens, cyans, blues, purples: see `Change` and `HUES`.
        shadows, highlights: see `Cast`; what is added in the dark and at L = 100, and a mixture between. Below L = 25
            both fade, so that black borders stay black.
    """

    name: str = "own"
    saturation: float = 1.0
    most: float | None = None
    reds: Change = _SAME
    oranges: Change = _SAME
    yellows: Change = _SAME
    greens: Change = _SAME
    cyans: Change = _SAME
    blues: Change = _SAME
    purples: Change = _SAME
    shadows: Cast = _NONE
    highlights: Cast = _NONE

    def __post_init__(self) -> None:
        self._check("saturation", self.saturation, *_SATURATIONS)
        if self.most is not None:
            self._check("most", self.most, *_MOSTS)
        for name in HUES:
            factor, turn = getattr(self, name)
            self._check(f"{name}[0]", factor, *_FACTORS)
            self._check(f"{name}[1]", turn, *_TURNS)
        for name in ("shadows", "highlights"):
            for place, value in enumerate(getattr(self, name)):
                self._check(f"{name}[{place}]", value, *_CASTS)
        turned = [degrees + getattr(self, name)[1] for name, degrees in HUES.items()]
        if any(after <= before for before, after in zip(turned, [*turned[1:], turned[0] + 360], strict=True)):
            raise UsageError(f"The look {self.name} turns hues past each other; turn neighbors by less.")

    def _check(self, name: str, value: float, low: float, high: float) -> None:
        if not low <= value <= high:  # NaN is in no range
            raise UsageError(f"The look {self.name} has {name} = {value:g}; choose {low} to {high}.")

    @property
    def changes_nothing(self) -> bool:
        """Whether colors stay as they are."""
        return not self.as_dict().keys() - {"name"}

    def as_dict(self) -> dict[str, Any]:
        """Its name, and the numbers in which it differs from one that changes nothing; `Look` takes them back."""
        own = {field.name: getattr(self, field.name) for field in fields(self)}
        usual = {field.name: field.default for field in fields(self)}
        plain = {name: list(value) if isinstance(value, tuple) else value for name, value in own.items()}
        return {name: value for name, value in plain.items() if name == "name" or own[name] != usual[name]}

    def on(self, ab: Floats, lightness: Floats) -> Floats:
        """Chroma (h,w,2) with this look; `lightness` (h,w) is L, 0 to 100, at the same places."""
        import numpy as np  # not above, so that looks can be listed at once

        if self.changes_nothing:
            return ab
        a, b = ab[..., 0], ab[..., 1]
        hue = np.degrees(np.arctan2(b, a))
        factors, turns = (self._by_hue(hue, part) for part in range(2))
        chroma = np.hypot(a, b) * factors * self.saturation
        if self.most is not None:
            chroma /= np.sqrt(1 + (chroma / self.most) ** 2)
        turned = np.radians(hue + turns)
        treated = np.stack([chroma * np.cos(turned), chroma * np.sin(turned)], axis=-1)
        light = lightness[..., None] / 100
        cast = (1 - light) * np.array(self.shadows) + light * np.array(self.highlights)
        treated += cast * np.minimum(1, light / _DARK)
        return treated.astype(np.float32)

    def _by_hue(self, hue: Any, part: int) -> Any:
        """Factor (0) or turn (1) for hues in degrees, going from one change to the next without a corner."""
        import numpy as np

        degrees = [*HUES.values(), next(iter(HUES.values())) + 360]
        values = [getattr(self, name)[part] for name in HUES]
        fine = np.arange(degrees[0], degrees[-1] + 1)
        place = np.interp(fine, degrees, range(len(degrees)))
        before, share = np.minimum(place.astype(int), len(HUES) - 1), place % 1
        share[-1] = 1
        ends = np.array([*values, values[0]])
        curve = ends[before] + (ends[before + 1] - ends[before]) * share * share * (3 - 2 * share)
        return np.interp((hue - degrees[0]) % 360 + degrees[0], fine, curve)


LOOKS = {
    look.name: look
    for look in (
        Look("natural"),
        Look("vivid", saturation=1.45, most=90, oranges=(0.9, 0), blues=(1.1, 0)),
        Look("muted", saturation=0.8, most=26),
        Look("sepia-warm", saturation=0.55, blues=(0.6, 0), shadows=(6, 9), highlights=(2, 12)),
        # Starch grains dyed orange-red, green and violet (Lumière 1907): no primary is pure, so that strong colors
        # pale, reds lean to orange and blues to violet; plates kept behind a yellow filter and varnish are warm in
        # their lights, and their shadows show the violet grains.
        Look(
            "autochrome",
            saturation=1.05,
            most=30,
            reds=(1.1, 8),
            yellows=(0.9, -6),
            greens=(0.8, -8),
            cyans=(0.7, 15),
            blues=(0.9, 8),
            shadows=(4, -5),
            highlights=(0, 9),
        ),
        # Dyes of great density put in by the developer, and layers that hold each other back where they develop:
        # reds and yellows are deep, greens less so and a little yellow, skies a dense blue without cyan.
        Look(
            "kodachrome",
            saturation=1.3,
            most=80,
            reds=(1.25, 4),
            oranges=(1.0, 0),
            yellows=(1.15, -8),
            greens=(0.85, -10),
            cyans=(0.9, 18),
            blues=(1.2, 2),
            shadows=(1, -3),
            highlights=(1, 4),
        ),
        # Three strips, dyes printed one upon another (1932): full reds, greens and blues with little in between.
        Look(
            "technicolor",
            saturation=1.4,
            most=95,
            reds=(1.25, 3),
            oranges=(1.0, -6),
            yellows=(1.0, -4),
            greens=(1.15, 8),
            cyans=(1.15, 14),
            blues=(1.2, 4),
            purples=(1.1, 12),
        ),
        # Two records, printed in red-orange and blue-green (1922 to 1935): yellows, blues and purples are lost to them.
        Look(
            "two-color",
            saturation=1.2,
            most=45,
            reds=(1.1, 5),
            oranges=(1.0, -15),
            yellows=(0.55, -25),
            greens=(0.7, 45),
            cyans=(1.0, 2),
            blues=(0.9, -55),
            purples=(0.5, 35),
            shadows=(-3, -2),
            highlights=(3, 4),
        ),
        # Washes of few pale colors over a print: pink skin, green meadows, a light blue sky.
        Look(
            "hand-tinted",
            saturation=1.1,
            most=28,
            oranges=(1.05, -14),
            yellows=(0.8, 0),
            greens=(0.95, 8),
            cyans=(0.9, 10),
            blues=(1.1, -8),
            shadows=(2, 4),
            highlights=(1, 5),
        ),
    )
}
"""The looks that come with graycolor, by name."""


def look_of(look: Look | str) -> Look:
    """A look by its name, or as it is.

    Raises:
        UsageError: there is none of that name.
    """
    if isinstance(look, Look):
        return look
    if isinstance(look, str) and look in LOOKS:
        return LOOKS[look]
    raise no_look(look, LOOKS)


def no_look(name: object, known: Any) -> UsageError:
    """The error for a look that is not among those known."""
    from difflib import get_close_matches

    close = get_close_matches(str(name), list(known), 1)
    wanted = f"did you mean {close[0]}?" if close else f"choose one of {', '.join(known)}."
    return UsageError(f"There is no look {name!r}; {wanted}")
