"""Colors by name: what things usually have, words for hair and cloth, and the names of CSS."""

from __future__ import annotations

import re
from collections.abc import Sequence

THINGS = {
    "skin": "#cf9f80",
    "hair": "#6b4a32",
    "sky": "#86acd4",
    "water": "#5d8794",
    "leaves": "#5f7f3c",
    "grass": "#86964a",
    "wood": "#8c6139",
    "brick": "#a9563f",
    "stone": "#9a9284",
    "navy": "#3f5382",
    "wine red": "#8a2f42",
    "no color": "#808080",
}
"""What things usually have, by the things' names: the page offers these."""
_WORDS = {
    "blond": "#c2a26d",
    "blonde": "#c2a26d",
    "chestnut": "#6e4030",
    "auburn": "#7d3f2a",
    "ginger": "#b0663a",
    "burgundy": "#8a2f42",
    "rust": "#a0522d",
    "mustard": "#b8923c",
    "cream": "#e6d7b4",
    "denim": "#4f6d8f",
    "brown": "#6b4a32",
}
"""Further words for hair and cloth. The brown of CSS is a strong red, which nobody means who says brown."""
_SHADE = re.compile(r"^(dark|light|pale|deep|medium|bright)(?=.)")
"""Words for light, which is the picture's own and never a hint's."""


def hex_of(name: str) -> str | None:
    """`#rrggbb` of a color's name, with spaces or without; None where nobody knows it."""
    from PIL import ImageColor

    plain = _plain(name)
    for each in (plain, _SHADE.sub("", plain)):
        known = _OWN.get(each) or ImageColor.colormap.get(each)
        if known is not None:
            return "#{:02x}{:02x}{:02x}".format(*ImageColor.getrgb(known)[:3])
    return None


def nearest(name: str) -> Sequence[str]:
    """The known name most like an unknown one, as one writes it; none where none is like it."""
    from difflib import get_close_matches

    from PIL import ImageColor

    return [
        _SPELLED.get(each, each) for each in get_close_matches(_plain(name), [*_OWN, *ImageColor.colormap], 1, 0.65)
    ]


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).lower()


_SPELLED = {_plain(name): name for name in (*THINGS, *_WORDS)}
_OWN = {_plain(name): color for name, color in (*THINGS.items(), *_WORDS.items())}
