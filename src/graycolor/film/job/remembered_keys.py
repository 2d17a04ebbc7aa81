"""Key frames that two neighboring segments look at go through the network once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from graycolor.film.steadiness.steady import ColorKeys, KeyColors, Look

_KEPT = 24
"""Key frames whose colors are kept: the twenty that a segment looks at before and behind a seam where every fourth
frame is one, and a few more. Where more frames are keys, those seen too long ago are seen again."""


class RememberedKeys:
    """Colors key frames as `color_keys` does, and asks it only for those that it was not asked for just before."""

    def __init__(self, color_keys: ColorKeys) -> None:
        self._color_keys, self._known = color_keys, OrderedDict[int, KeyColors]()

    def __call__(self, keys: Sequence[Look]) -> list[KeyColors]:
        """What the network says of key frames, which are told apart by their numbers."""
        new = [key for key in keys if key.number not in self._known]
        colored = self._color_keys(new) if new else ()
        self._known.update(zip((key.number for key in new), colored, strict=True))
        found = [self._known[key.number] for key in keys]
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return found
