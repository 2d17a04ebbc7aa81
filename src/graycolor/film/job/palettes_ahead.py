"""The palettes of a film's shots, made by a look through each shot before its first frame is colored.

A palette depends on the frames of its shot alone: a run that goes on within a shot looks through that shot from its
beginning, and comes to the same one. Memory holds a bounded number of small key frames, however long the shot is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from graycolor.film.steadiness.shot_palette import KEYS, ShotPalette
from graycolor.film.steadiness.shots import Step
from graycolor.film.steadiness.steady import Look, shows_anything
from graycolor.network.places import Places
from graycolor.types import Gray

See = Callable[[Sequence[Gray]], Sequence[Places]]
"""What the network sees in key frames."""


@dataclass(frozen=True, eq=False)
class ShotLooked:
    """A shot that was looked through.

    Attributes:
        first, last: numbers of its frames, as `Look` has them.
        palette: None where fewer than two of its frames show anything.
        seen: what the network saw in the key frames that the palette was made of, by their numbers.
    """

    first: int
    last: int
    palette: ShotPalette | None
    seen: dict[int, Places]

    @property
    def nbytes(self) -> int:
        """What it takes in memory, about."""
        return sum(places.nbytes for places in self.seen.values())

    def settled(self, keys: Sequence[Look], see: See) -> list[Places | None]:
        """Key frames of this shot with the colors that their places have in it."""
        if self.palette is None:
            return [None] * len(keys)
        new = [key for key in keys if key.number not in self.seen]
        said = see([key.gray for key in new]) if new else ()
        fresh = dict(zip((key.number for key in new), said, strict=True))
        return [self.palette.settled((self.seen | fresh)[key.number]) for key in keys]


class ShotsLooking:
    """Looks through frames in order, shot by shot.

    Args:
        see: what the network sees in key frames.
        key_every: frames from one key frame to the next.
    """

    def __init__(self, see: See, key_every: int) -> None:
        # Twice as far apart: these are key frames also where the picture changes little, so what is seen for the
        # palette need not be seen again.
        self._see, self._every = see, 2 * key_every
        self._shot: _Shot | None = None

    def add(self, look: Look) -> ShotLooked | None:
        """Take the next frame; the shot before it, where it begins another."""
        ended = self.end() if look.step is Step.CUT else None
        if self._shot is None:
            self._shot = _Shot(look.number, self._every)
        self._shot.add(look)
        return ended

    def end(self) -> ShotLooked | None:
        """The shot at hand, which ends with the frame that was taken last; None where none has begun."""
        shot, self._shot = self._shot, None
        return None if shot is None else shot.looked(self._see)


def shots_looked(looks: Iterable[Look], see: See, key_every: int) -> Iterator[ShotLooked]:
    """Look through frames: every shot once it has ended."""
    looking = ShotsLooking(see, key_every)
    for look in looks:
        if (ended := looking.add(look)) is not None:
            yield ended
    if (ended := looking.end()) is not None:
        yield ended


@dataclass
class _Shot:
    """The shot at hand: key frames that may serve, thinned out as they become many, so that they stay evenly spread."""

    first: int
    every: int
    last: int = 0
    frames: int = 0
    keys: list[tuple[int, Look]] = field(default_factory=list)
    """With their places in the shot: of every stretch of `every` frames the first that shows anything."""

    def add(self, look: Look) -> None:
        place, self.frames, self.last = self.frames, self.frames + 1, look.number
        known = bool(self.keys) and self.keys[-1][0] // self.every == place // self.every
        if known or look.step is Step.FLASH or not shows_anything(look.gray):
            return
        self.keys.append((place, look))
        if len(self.keys) > KEYS:
            self.every *= 2
            stretches: dict[int, tuple[int, Look]] = {}
            for key in self.keys:
                stretches.setdefault(key[0] // self.every, key)
            self.keys = list(stretches.values())

    def looked(self, see: See) -> ShotLooked:
        if len(self.keys) < 2:
            return ShotLooked(self.first, self.last, None, {})
        seen = {look.number: places for _, look in self.keys for places in see([look.gray])}
        return ShotLooked(self.first, self.last, ShotPalette(list(seen.values())), seen)


class PalettesAhead:
    """Palettes in the order of the film, each held as long as its shot is colored."""

    def __init__(self, looked: Iterator[ShotLooked], see: See) -> None:
        self._looked, self._see = looked, see
        self._shot: ShotLooked | None = None

    def settled(self, keys: Sequence[Look]) -> list[Places | None]:
        """What `key_colors` takes as `settled`, for key frames in order; looks through their shots where it must."""
        found: list[Places | None] = []
        while len(found) < len(keys):
            shot = self._shot_of(keys[len(found)])
            found += shot.settled([key for key in keys[len(found) :] if key.number <= shot.last], self._see)
        return found

    def _shot_of(self, key: Look) -> ShotLooked:
        while self._shot is None or self._shot.last < key.number:
            self._shot = next(self._looked, _BEYOND)
        return self._shot


_BEYOND = ShotLooked(0, sys.maxsize, None, {})
"""What lies behind the last shot that could be looked through."""
