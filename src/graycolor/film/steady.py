"""Colors that hold through a shot: key frames through the network, fused along the motion, carried to the rest.

A network that colors every frame by itself flickers. Here every fourth frame is colored; the colors of a shot's key
frames are averaged forwards and backwards along optical flow, where the picture agrees that it is the same thing; and
the frames between take the colors of the keys on both sides, each as far as it looks like them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from graycolor.errors import UsageError
from graycolor.film.flow import agreement, carried, comparable, flow_between
from graycolor.film.shots import is_cut

if TYPE_CHECKING:
    from graycolor.colorizer import Colorizer, ColorizeSettings

Gray = NDArray[np.uint8]
Floats = NDArray[np.float32]
ColorKey = Callable[[Gray], Floats]
"""A key frame (H,W) to its chroma (H,W,2)."""

_WINDOW = 240
"""Frames of a long shot that are colored at a time."""
_AHEAD = 48
"""Frames beyond them that are looked at: after twelve keys nothing of a color is left in the average."""
_DARK = 6.0
"""Standard deviation of the gray below which a frame shows nothing that could be colored."""
_LEAST = np.float32(1e-4)
"""Weight of a key that agrees nowhere: where neither side does, the nearer one counts."""


@dataclass(frozen=True)
class SteadySettings:
    """How films are kept steady.

    Attributes:
        key_every: frames from one key frame to the next.
        flow_size: longer side of the pictures in which motion is followed.
        smoothing: 0, every frame by itself, to 1, colors hardly ever change within a shot.
        colors: settings of the network's colors.
    """

    key_every: int = 4
    flow_size: int = 384
    smoothing: float = 0.5
    colors: ColorizeSettings | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.smoothing <= 1:
            raise UsageError(f"The smoothing {self.smoothing:g} is out of range; choose 0 (none) to 1.")
        if not 1 <= self.key_every <= _AHEAD:
            raise UsageError(f"A key frame every {self.key_every} frames is out of range; choose 1 to {_AHEAD}.")

    @property
    def share_of_new(self) -> float:
        """Weight of a key frame's own colors in the running average, where the picture agrees with the last one."""
        return max(0.03, (1 - self.smoothing) ** 2)


class ShotColorizer:
    """Colors the frames of a film in order, shot by shot, with a bounded look ahead."""

    def __init__(self, colorizer: Colorizer, settings: SteadySettings, color_key: ColorKey | None = None) -> None:
        self._settings = settings
        self._color_key = color_key or (lambda gray: _colored(colorizer, gray, settings.colors))

    def color(self, lumas: Iterable[Gray]) -> Iterator[Floats]:
        """Chroma (h,w,2) of each gray (h,w), all of one size."""
        if self._settings.smoothing == 0:
            yield from (self._color_key(gray) for gray in lumas)
            return
        for shot in _shots(lumas):
            yield from self._shot(shot)

    def _shot(self, frames: Iterator[Gray]) -> Iterator[Floats]:
        """The frames of one shot, window by window; the forward average goes on from one to the next."""
        every = self._settings.key_every
        span = -(-_WINDOW // every) * every
        window: list[Gray] = []
        keys: list[_Key] = []
        while True:
            window += islice(frames, span + _AHEAD - len(window))
            ending = len(window) < span + _AHEAD
            keys = self._with_keys(window, keys, ending)
            yield from _between(window[: None if ending else span], _fused(keys, self._settings.share_of_new))
            if ending:
                return
            keys = [replace(key, place=key.place - span) for key in keys if key.place >= span]
            window = window[span:]

    def _with_keys(self, window: list[Gray], known: list[_Key], ending: bool) -> list[_Key]:
        """The key frames of a window, those not yet known colored; the last frame of a shot is one, too."""
        places = set(range(0, len(window), self._settings.key_every)) | ({len(window) - 1} if ending else set())
        visible = {place for place in places if window[place].std() >= _DARK}
        keys = {key.place: key for key in known}
        for place in sorted((visible or {0}) - keys.keys()):
            keys[place] = _Key(place, window[place], self._color_key(window[place]))
        return [keys[place] for place in sorted(keys)]


@dataclass(eq=False)
class _Key:
    """A key frame: where it is in its window, its gray, the network's colors, and their average over those before."""

    place: int
    gray: Gray
    own: Floats
    forward: Floats | None = None


@dataclass(frozen=True, eq=False)
class _Fused:
    """A key frame and the colors it ends up with."""

    place: int
    gray: Gray
    ab: Floats


def _colored(colorizer: Colorizer, gray: Gray, settings: ColorizeSettings | None) -> Floats:
    return colorizer.chroma(gray, settings).rows(0, gray.shape[0])


def _shots(frames: Iterable[Gray]) -> Iterator[Iterator[Gray]]:
    """The frames shot by shot; each shot must be read to its end before the next is asked for."""
    source = iter(frames)
    first = [frame for frame in islice(source, 1)]

    def until_cut() -> Iterator[Gray]:
        last = first.pop()
        yield last
        for frame in source:
            if is_cut(last, frame):
                first.append(frame)
                return
            yield frame
            last = frame

    while first:
        yield until_cut()


def _fused(keys: list[_Key], share_of_new: float) -> list[_Fused]:
    """Every key's colors averaged over the keys before and behind it."""
    contrast = [float(key.gray.std()) for key in keys]
    shares = [share_of_new * min(1.0, own / max(max(contrast), 1.0)) for own in contrast]
    for (last, key), share in zip(pairwise(keys), shares[1:], strict=True):
        if key.forward is None:
            key.forward = _averaged(key, last.gray, last.own if last.forward is None else last.forward, share)
    backward = [keys[-1].own]
    for (key, after), share in zip(list(pairwise(keys))[::-1], shares[-2::-1], strict=True):
        backward.append(_averaged(key, after.gray, backward[-1], share))
    both = zip(keys, reversed(backward), strict=True)
    return [
        _Fused(key.place, key.gray, ((key.own if key.forward is None else key.forward) + back) / 2)
        for key, back in both
    ]


def _averaged(key: _Key, other: Gray, average: Floats, share: float) -> Floats:
    """A key's own colors mixed into the running `average` of its neighbor `other`; all its own where they disagree."""
    here, there = comparable(key.gray, other)
    flow = flow_between(here, there)
    kept = (np.float32(1 - share) * agreement(here, there, flow))[..., None]
    return carried(average, flow) * kept + key.own * (1 - kept)


def _between(window: list[Gray], keys: list[_Fused]) -> Iterator[Floats]:
    """The colors of every frame of a window, from the keys on both sides of it."""
    places = [key.place for key in keys]
    for place, gray in enumerate(window):
        behind = bisect_right(places, place)
        sides = keys[max(0, behind - 1) : behind + 1]
        if behind and places[behind - 1] == place:
            sides = sides[:1]
        yield _mixed(place, gray, sides)


def _mixed(place: int, gray: Gray, sides: list[_Fused]) -> Floats:
    """The colors of one or two keys at a frame, each by its nearness in time and how well it explains the frame."""
    if len(sides) == 1 and sides[0].place == place:
        return sides[0].ab
    total, colors = np.zeros(gray.shape, np.float32), np.zeros((*gray.shape, 2), np.float32)
    for side in sides:
        here, there = comparable(gray, side.gray)
        flow = flow_between(here, there)
        weight = (agreement(here, there, flow) + _LEAST) / abs(place - side.place)
        colors += carried(side.ab, flow) * weight[..., None]
        total += weight
    return colors / total[..., None]
