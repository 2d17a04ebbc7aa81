"""Where one shot ends and the next begins.

Histograms, the usual detector, cry cut at every flash and fast fade. Compared here are small blocks of the picture
after its own mean and contrast were taken out: blind to both. Where that alone is not sure (a whip pan, a zoom), a
second look asks how much of the new picture the old one explains once it has moved. And where a flash has burnt the
picture out, the frames behind it are asked whether the shot goes on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.film.steadiness.flow import carried, even, flow_between
from graycolor.types import Gray

Item = TypeVar("Item")

FLASH_FRAMES = 4
"""How many frames a flash may last, or a splice of another picture: the shot goes on behind them."""
_BLOCKS = (32, 18)
_SURE = 0.9
"""Difference of blocks that no movement within a shot reaches."""
BLOCKS_DOUBTFUL = 0.5
"""Difference below which there is no cut."""
_UNEXPLAINED = 0.56
"""What remains after moving, from which on a doubtful case is a cut."""


class Step(Enum):
    """How a frame follows the one before: it goes on, begins a shot, or interrupts one for a moment.

    `DISSOLVE` is the middle of a shot's going over into the next, for whoever asks for it (`dissolves.divided`): colors
    go on there, and what was said of a shot ends.
    """

    ON = "on"
    CUT = "cut"
    FLASH = "flash"
    DISSOLVE = "dissolve"

    @property
    def begins(self) -> bool:
        """Whether a shot begins there."""
        return self in (Step.CUT, Step.DISSOLVE)


def stepped(items: Iterable[Item], gray_of: Callable[[Item], Gray]) -> Iterator[tuple[Item, Step]]:
    """Every item with its step; reads a few items ahead where a picture breaks off. The first begins a shot."""
    source, ahead = iter(items), deque[Item]()
    shot: Gray | None = None
    while ahead or _filled(ahead, source, 1):
        gray = gray_of(ahead[0])
        step = Step.CUT
        if shot is not None and not is_cut(shot, gray):
            step = Step.ON
        elif shot is not None and _filled(ahead, source, 1 + FLASH_FRAMES):
            behind = list(ahead)[1:]
            step = Step.CUT if all(is_cut(shot, gray_of(each)) for each in behind) else Step.FLASH
        shot = shot if step is Step.FLASH else gray
        yield ahead.popleft(), step


def _filled(ahead: deque[Item], source: Iterator[Item], length: int) -> bool:
    """Read until `ahead` has `length` items or there are no more; whether any came out."""
    while len(ahead) < length and (found := next(source, None)) is not None:
        ahead.append(found)
    return bool(ahead)


def is_cut(before: Gray, after: Gray) -> bool:
    """Whether two neighboring pictures (H,W) of one size belong to different shots."""
    difference = float(np.abs(blocks_of(before) - blocks_of(after)).mean())
    if difference > _SURE or before.shape != after.shape:
        return True
    return difference > BLOCKS_DOUBTFUL and _unexplained(before, after) > _UNEXPLAINED


def blocks_of(gray: Gray) -> NDArray[np.float32]:
    """Small blocks of a picture (H,W), evened in light and contrast."""
    blocks = cv2.resize(gray, _BLOCKS, interpolation=cv2.INTER_AREA).astype(np.float32)
    return (blocks - blocks.mean()) / (blocks.std() + 4)


def _unexplained(before: Gray, after: Gray) -> float:
    """Mean difference of evened lightness, in standard deviations, after `before` has moved to `after`."""
    moved = carried(_standard(before)[..., None], flow_between(even(after), even(before)))
    return float(np.abs(moved[..., 0] - _standard(after)).mean())


def _standard(gray: Gray) -> NDArray[np.float32]:
    values = gray.astype(np.float32)
    return (values - values.mean()) / (values.std() + 4)
