"""Animations written with flat memory: what Pillow would keep of all frames until the last is there.

It walks through WebP and AVIF frame by frame, if it is given an image of several frames. For GIF and PNG it keeps them
all, so that long ones are written as several files, and these are joined: their frames stand in the file as they are.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import takewhile

from PIL import Image

from graycolor.pictures.structure import GIF_CONTROL, GIF_FRAME, color_table, gif_blocks, png_chunks
from graycolor.pictures.write_16bit import png_chunk

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_LONGEST = 65_535
"""Largest number in a delay of a PNG."""


class MovingImage(Image.Image):
    """Pictures that are made one at a time, as one image of several frames; it goes forward only."""

    def __init__(self, count: int, images: Iterator[Image.Image]) -> None:
        super().__init__()
        self.n_frames, self.is_animated = count, True
        self._images, self._frame = images, -1
        self.seek(0)

    def seek(self, frame: int) -> None:
        """Go to the next frame; a way back is none, and is only asked for when all is done."""
        if frame >= self.n_frames:
            raise EOFError
        if frame == self._frame + 1:
            image = next(self._images)
            self.im, self._mode, self._size = image.im, image.mode, image.size
            self.palette, self.info, self._frame = image.palette, image.info, frame

    def tell(self) -> int:
        """The frame that is shown."""
        return self._frame


def joined_png(parts: Sequence[bytes], shown: Sequence[float], loop: int) -> bytes:
    """One animation of several, of the same size and kind of pixels (PNG 3, 11.3.6).

    Args:
        parts: PNG files; one of a single frame may say nothing of animation.
        shown: for how many milliseconds each part is shown in all.
        loop: how often the animation is, 0 for ever.
    """
    body, sequence, count = list[bytes](), 0, 0
    for number, part in enumerate(parts):
        for kind, content in _frames(part, shown[number]):
            if kind == b"IDAT" and not number:  # the first frame is what readers see that know no animation
                body.append(png_chunk(kind, content))
                continue
            body.append(png_chunk(b"fcTL" if kind == b"fcTL" else b"fdAT", struct.pack(">I", sequence) + content))
            sequence, count = sequence + 1, count + (kind == b"fcTL")
    first = takewhile(lambda chunk: chunk[0] not in (b"fcTL", b"IDAT"), _chunks(parts[0]))
    head = [png_chunk(*each) for each in first if each[0] != b"acTL"]
    control, end = png_chunk(b"acTL", struct.pack(">II", count, loop)), png_chunk(b"IEND", b"")
    return b"".join([_SIGNATURE, *head, control, *body, end])


def _frames(png: bytes, shown: float) -> Iterator[tuple[bytes, bytes]]:
    """Controls and pixels of a part, without their numbers."""
    if b"fcTL" not in (kind for kind, _ in _chunks(png)):
        yield b"fcTL", _whole_frame(png, shown)
    for kind, content in _chunks(png):
        if kind in (b"fcTL", b"fdAT"):
            yield kind, content[4:]
        elif kind == b"IDAT":
            yield kind, content


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    for kind, at in png_chunks(png):
        yield kind, png[at : at + int.from_bytes(png[at - 8 : at - 4], "big")]


def _whole_frame(png: bytes, milliseconds: float) -> bytes:
    """The control of a frame that covers everything and replaces what was there."""
    delay = min(Fraction(milliseconds / 1000).limit_denominator(_LONGEST), Fraction(_LONGEST))
    return png[16:24] + struct.pack(">IIHHBB", 0, 0, delay.numerator, delay.denominator, 0, 0)


def joined_gif(parts: Sequence[bytes]) -> bytes:
    """One animation of several of the same size; a part's common colors become those of its frames."""
    *_, (_, _, end) = gif_blocks(parts[0])
    joined = bytearray(parts[0][:end])
    for part in parts[1:]:
        flags = part[10]
        colors = part[13 : 13 + color_table(flags)]
        for kind, start, end in gif_blocks(part):
            own = part[start + 9]
            if kind == GIF_CONTROL or (kind == GIF_FRAME and own & 0x80):
                joined += part[start:end]
            elif kind == GIF_FRAME:
                joined += part[start : start + 9] + bytes([own | 0x80 | flags & 7]) + colors + part[start + 10 : end]
    return bytes(joined + b";")
