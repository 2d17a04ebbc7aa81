"""`Picture`: what was read from a file, apart from its colors.

Pixels lie as they are stored, because metadata speaks of them so; only the network's copy is turned upright.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from graycolor.color.blocks import Halved
from graycolor.pictures.jpeg.markers import Jpeg
from graycolor.pictures.metadata.record import Metadata
from graycolor.types import Codes

# How EXIF orientations turn stored pixels upright: quarter turns counter-clockwise, then mirrored.
TURNS = {
    1: (0, False),
    2: (0, True),
    3: (2, False),
    4: (2, True),
    5: (3, True),
    6: (3, False),
    7: (1, True),
    8: (1, False),
}

_REDUCED = 1
"""The bit of a TIFF page's kind (TIFF 6.0, tag 254) that says so."""
_SAME_SHAPE = 0.05
"""How far a smaller copy's shape may differ, by rounding to whole pixels."""
_NONE = Halved(np.empty((0, 0), np.uint8))


class Tone(NamedTuple):
    """The light that a gray profile gives 8-bit codes.

    Attributes:
        profile: the ICC profile.
        codes: (256,) uint16, the sRGB gray of each code.
    """

    profile: bytes
    codes: NDArray[np.uint16]


@dataclass(frozen=True, eq=False)
class Picture:
    """A still picture as it was stored.

    Attributes:
        gray: (H,W) sRGB gray of equal lightness. uint8 is the source's own code, untouched; uint16 comes from
            16-bit gray, from color sources and from gray under a profile (both fall between 8-bit codes).
        alpha: (H,W) of `depth`, or None.
        depth: bits of a channel of the result, 8 or 16.
        format: Pillow's name of the source's format, a key of `graycolor.pictures.formats.FORMATS`.
        metadata: what travels with the picture.
        was_color: the source had colors of its own, which the result replaces.
        encoding: how the source was compressed, for writing alike (see `graycolor.pictures.write`).
        jpeg: the source's file, where it is a JPEG whose luma can stay as it is: codes of sRGB, or gray.
        tone: of a gray JPEG whose profile has another curve than sRGB.
        kind: `gray`, `tinted`, `faded` or `color`, as the source looks (see `graycolor.pictures.kind`).
        stays_gray: a page that says something of another one: what of it is seen, or a scanner's infrared. Its codes
            are the file's own.
        notes: a sentence each for what stood in the file and could not be read.
        halved: of the gray, for all who need it smaller; another gray gets its own.
    """

    gray: Codes
    alpha: Codes | None
    depth: int
    format: str
    metadata: Metadata
    was_color: bool
    encoding: dict[str, object]
    jpeg: Jpeg | None = None
    tone: Tone | None = None
    kind: str = "gray"
    stays_gray: bool = False
    notes: tuple[str, ...] = ()
    halved: Halved = field(default=_NONE, repr=False)

    def __post_init__(self) -> None:
        if self.halved.plane is not self.gray:
            object.__setattr__(self, "halved", Halved(self.gray))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, as stored."""
        return self.gray.shape[1], self.gray.shape[0]

    def is_copy_of(self, other: Picture) -> bool:
        """Whether it is a page that shows another one again, smaller and not cut."""
        width, height = self.size
        across, down = other.size[0] / width, other.size[1] / height
        return bool(self.metadata.subfile & _REDUCED) and across > 1 and abs(across / down - 1) < _SAME_SHAPE

    def upright(self, min_half_side: int | None = None) -> Codes:
        """The gray as a person sees it, turned as its EXIF orientation says.

        Where `min_half_side` is given it is halved, if the shorter side keeps so many pixels and nothing is left over.
        """
        even = self.gray.dtype == np.uint8 and not any(length % 2 for length in self.gray.shape)
        half = even and min_half_side is not None and min(self.gray.shape) >= 2 * min_half_side
        return cast(Codes, upright(self.halved.half if half else self.gray, self.metadata.orientation))

    def as_stored(self, upright: NDArray[np.float32]) -> NDArray[np.float32]:
        """A map (h,w,...) made for `upright()`, turned back to lie over the stored pixels."""
        turns, mirrored = TURNS[self.metadata.orientation]
        back = upright[:, ::-1] if mirrored else upright
        return np.ascontiguousarray(np.rot90(back, -turns))


def upright(stored: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Stored pixels (H,W,...) as a person sees them, turned as an EXIF orientation says."""
    turns, mirrored = TURNS[orientation]
    turned = np.rot90(stored, turns)
    return np.ascontiguousarray(turned[:, ::-1] if mirrored else turned)
