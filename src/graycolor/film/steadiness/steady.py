"""Colors that hold through a shot: key frames through the network, fused along the motion, carried to the rest.

A network that colors every frame by itself flickers. Here every eighth frame is colored, and every fourth where motion
does not explain what has changed. The colors of a shot's key frames are averaged forwards and backwards along optical
flow, and the frames between take the colors of the keys on both sides, each as far as it looks like them. Frames are
held back for a second or two, never for a whole shot.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from graycolor.colorizer import ColorizeSettings
from graycolor.errors import UsageError
from graycolor.film.steadiness.fuse import Key, fuse, is_changed, mixed
from graycolor.film.steadiness.shots import Step, stepped
from graycolor.types import Floats, Gray
from graycolor.upsample import ChromaUpsampler

if TYPE_CHECKING:
    from graycolor.colorizer import Colorizer
    from graycolor.guidance.guidance import Guidance
    from graycolor.network.chroma import Forecast
    from graycolor.network.places import Places

ColorKeys = Callable[[Sequence["Look"]], Sequence["KeyColors"]]
"""Key frames to what they are colored with."""

LOOK_AHEAD = 32
"""Frames behind a key whose colors count for it: after eight keys a tenth of a color's weight is left."""
LOOK_BACK = 48
"""Frames before a place that have to be seen to go on there as if the film had been colored from its beginning."""
_LEAST_SHOWN = 6.0
"""Standard deviation of the gray below which a frame shows nothing that could be colored."""
_SEEN, _LEAST_SEEN = 192, 64
"""Short side of key frames as the network sees them: on true films larger ones came out no nearer to their colors."""


@dataclass(frozen=True)
class SteadySettings:
    """How films are kept steady.

    Attributes:
        key_every: frames from one key frame to the next where the picture changes; twice as many elsewhere.
        flow_size: longer side of the pictures in which motion is followed.
        smoothing: 0, every frame by itself, to 1, colors hardly ever change within a shot.
        colors: settings of the network's colors.
        batch: key frames that are colored at a time: two keep a CPU and the encoder busy, a GPU likes more.
    """

    key_every: int = 4
    flow_size: int = 384
    smoothing: float = 0.5
    colors: ColorizeSettings | None = None
    batch: int = 2

    def __post_init__(self) -> None:
        if not 0 <= self.smoothing <= 1:
            raise UsageError(f"The smoothing {self.smoothing:g} is out of range; choose 0 (none) to 1.")
        most = LOOK_AHEAD // 2
        if not 1 <= self.key_every <= most:
            raise UsageError(f"A key frame every {self.key_every} frames is out of range; choose 1 to {most}.")

    @property
    def kept(self) -> float:
        """Share of its weight that a color keeps over `key_every` frames."""
        return min(0.97, 1 - (1 - self.smoothing) ** 2.5)


class Look(NamedTuple):
    """One frame to be looked at.

    Attributes:
        number: what `ColorKeys` know the frame by, say its pts.
        gray: (H,W) uint8.
        step: how it follows the one before.
        wanted: its colors are asked for; others only help.
    """

    number: int
    gray: Gray
    step: Step = Step.ON
    wanted: bool = True


class KeyColors(NamedTuple):
    """What a network says of a key frame.

    Attributes:
        ab: (H,W,2) chroma.
        confidence: (H,W) or one number, 0..1: what is sure counts more in other frames, too.
        heard: share of a reference in the colors, 0..1; None where none leads.
    """

    ab: Floats
    confidence: Floats | float = 1.0
    heard: float | None = None


class ShotColorizer:
    """Colors the frames of a film in order, shot by shot, with a bounded look ahead.

    Args:
        colorizer: what colors the key frames.
        settings: see `SteadySettings`.
        color_keys: colors key frames in its place.
    """

    def __init__(
        self, colorizer: Colorizer, settings: SteadySettings | None = None, color_keys: ColorKeys | None = None
    ) -> None:
        self._settings = settings = settings or SteadySettings()
        self._color_keys = color_keys or (
            lambda keys: key_colors(colorizer, [key.gray for key in keys], settings.colors)
        )

    def color(self, grays: Iterable[Gray]) -> Iterator[Floats]:
        """Chroma (h,w,2) of each gray (h,w), all of one size; the numbers of frames count from 0."""
        steps = enumerate(stepped(grays, _itself))
        return self.color_looks(Look(number, gray, step) for number, (gray, step) in steps)

    def color_looks(self, looks: Iterable[Look]) -> Iterator[Floats]:
        """Chroma (h,w,2) of each wanted frame, of frames of which is known how they follow each other."""
        if self._settings.smoothing == 0:
            for look in looks:
                if look.wanted:
                    yield self._color_keys([look])[0].ab
            return
        shot: _Shot | None = None
        for look in looks:
            if shot is None or look.step is Step.CUT:
                yield from shot.rest() if shot is not None else ()
                shot = _Shot(self._settings, self._color_keys)
            yield from shot.add(look)
        yield from shot.rest() if shot is not None else ()


class _Shot:
    """The frames of one shot that are being looked at, and its key frames."""

    def __init__(self, settings: SteadySettings, color_keys: ColorKeys) -> None:
        self._settings, self._color_keys = settings, color_keys
        self._waiting: deque[tuple[int, Look]] = deque()
        """Frames, by their place in the shot, whose colors were not handed out."""
        self._new: list[tuple[int, Look]] = []
        """Key frames that are not colored yet."""
        self._keys: list[Key] = []
        self._length = 0
        self._choice = _KeyChoice(settings.key_every)
        self._last_key: int | None = None
        self._last: tuple[int, Look] | None = None
        """The last frame that shows anything."""

    def add(self, look: Look) -> Iterator[Floats]:
        """Take the next frame; colors of earlier ones come out as they are settled."""
        place, self._length = self._length, self._length + 1
        self._waiting.append((place, look))
        if look.step is not Step.FLASH and shows_anything(look.gray):
            self._last = place, look
            if self._choice.is_key(place, look.gray):
                self._last_key = place
                self._new.append(self._last)
        if len(self._new) >= self._settings.batch:
            self._color()
        if self._length % (self._settings.batch * self._settings.key_every) == 0:
            yield from self._settled(self._length - LOOK_AHEAD)

    def rest(self) -> Iterator[Floats]:
        """The shot is over: the colors of all frames that are left."""
        if self._last is not None and self._last[0] != self._last_key:
            self._new.append(self._last)
        yield from self._settled(self._length)

    def _color(self) -> None:
        fresh, self._new = self._new, []
        colors = self._color_keys([look for _, look in fresh]) if fresh else ()
        for (place, look), own in zip(fresh, colors, strict=True):
            before = self._keys[-1] if self._keys else None
            kept = self._settings.kept ** ((place - before.place) / self._settings.key_every) if before else 0
            self._keys.append(Key(place, look.gray, own.ab, own.confidence, before=before, kept=kept))

    def _settled(self, end: int) -> Iterator[Floats]:
        """The colors of the waiting frames up to place `end`; what is no longer needed is forgotten."""
        if not self._waiting or self._waiting[0][0] >= end:
            return
        self._color()
        if self._keys:
            fuse(self._keys, 1 + sum(key.place < end for key in self._keys))
        while self._waiting and self._waiting[0][0] < end:
            place, look = self._waiting.popleft()
            if look.wanted:
                yield self._colors_at(place, look.gray)
        while len(self._keys) > 1 and self._keys[1].place <= end:
            del self._keys[0]

    def _colors_at(self, place: int, gray: Gray) -> Floats:
        behind = [key for key in self._keys if key.place <= place][-1:]
        ahead = [key for key in self._keys if key.place > place and key.ab is not None][:1]
        if not behind and not ahead:
            return np.zeros((*gray.shape, 2), np.float32)  # nothing is to be seen, so it has no color
        return mixed(place, gray, [*behind, *ahead])


class _KeyChoice:
    """The choice of the frames of a shot that the network looks at.

    What is decided follows from places in the shot and two neighboring candidates alone, never from earlier decisions:
    segments that look at the same frames have the same key frames there.
    """

    def __init__(self, every: int) -> None:
        self._every = every
        self._candidate: tuple[int, Gray] | None = None
        """The number of the last stretch of `every` frames that showed anything, and its first frame that did."""

    def is_key(self, place: int, gray: Gray) -> bool:
        """Whether a frame that shows something is a key frame; frames are asked about in order."""
        stretch, before = place // self._every, self._candidate
        if before is not None and before[0] == stretch:
            return False
        self._candidate = stretch, gray
        return stretch % 2 == 0 or before is None or before[0] != stretch - 1 or is_changed(before[1], gray)


def shows_anything(gray: Gray) -> bool:
    """Whether there is anything in a gray (H,W) that could be colored; black, white and burnt out frames have none."""
    return float(cv2.meanStdDev(gray)[1][0, 0]) >= _LEAST_SHOWN


def _itself(gray: Gray) -> Gray:
    return gray


def seen_side(shape: tuple[int, ...]) -> int:
    """Short side of the pictures that the network sees, unless somebody wants another, of grays of a shape (H,W)."""
    return max(_LEAST_SEEN, min(_SEEN, *shape))


def seen_settings(settings: ColorizeSettings | None, shape: tuple[int, ...]) -> ColorizeSettings:
    """Settings for key frames of a shape (H,W): where no size is set, the network sees them small."""
    settings = settings or ColorizeSettings()
    return replace(settings, size=settings.size or seen_side(shape))


def key_colors(
    colorizer: Colorizer,
    grays: Sequence[Gray],
    settings: ColorizeSettings | None = None,
    guidance: Sequence[Guidance | None] = (),
    settled: Sequence[Places | None] = (),
) -> list[KeyColors]:
    """What a colorizer says of grays (H,W) of one size, at that size; where none is set, the network sees them small.

    `guidance` and `settled` are empty or have one for each: what a person wants, and what the palette of the shot has
    made of what the network saw there. On a GPU all that have neither are colored at once.
    """
    settings = seen_settings(settings, grays[0].shape)
    led, known = list(guidance) or [None] * len(grays), list(settled) or [None] * len(grays)
    free = [gray for gray, own, places in zip(grays, led, known, strict=True) if own is None and places is None]
    said = iter(colorizer.forecast_many(free, settings))
    found = []
    for gray, own, places in zip(grays, led, known, strict=True):
        if own is not None:
            forecast = _guided(colorizer, gray, settings, own, places)
        else:
            forecast = next(said) if places is None else colorizer.settled(places, settings)
        found.append(_at_size(forecast, gray))
    return found


def _guided(
    colorizer: Colorizer, gray: Gray, settings: ColorizeSettings, guidance: Guidance, places: Places | None
) -> Forecast:
    """What a person says has the last word, over the palette of the shot as over the network."""
    sight = colorizer.look(gray, settings, whole=True)
    if places is not None:
        sight = replace(sight, ab=places.forecast.ab, confidence=places.forecast.confidence)
    return colorizer.guided(sight, gray.shape, settings, guidance)[0]


def _at_size(forecast: Forecast, gray: Gray) -> KeyColors:
    confidence = cv2.resize(forecast.confidence, gray.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return KeyColors(ChromaUpsampler(forecast.fine(), gray).rows(0, gray.shape[0]), confidence, forecast.heard)
