"""How much of a reference was heard in a picture, and a sentence where it was little."""

from __future__ import annotations

LITTLE_HEARD = 0.4
"""Share of a reference in a picture's colors, 0..1, below which they have little in common.

A photograph's own mirrored copy is heard at 0.67 or more, one of the same scene nearly as much; between two photographs
of different things the median is 0.46, and a quarter is below 0.37.
"""


def little_heard(heard: float | None, led: str = "picture") -> tuple[str, ...]:
    """A sentence, where a reference was heard (0..1, None without one) so little that the user should know."""
    if heard is None or heard >= LITTLE_HEARD:
        return ()
    return (
        f"The reference has little in common with this {led}: {heard:.0%} of the colors follow it. Choose one of a "
        "similar scene in similar light, or place hints.",
    )
