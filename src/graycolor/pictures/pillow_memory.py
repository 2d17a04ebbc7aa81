"""Pillow's two habits that cost a batch of photographs most, gone around: copies of gray pixels, and a lock held.

Measured on 12 megapixels: to copy the pixels of a decoded gray JPEG out takes a third of the time that decoding takes;
and while Pillow encodes a JPEG into a buffer of Python's, no other thread of Python runs.
"""

from __future__ import annotations

import io
import os
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL import Image

_ROW_BY_ROW = ("JPEG", "MPO", "PNG")
"""Formats whose decoders write exactly the pixels of a row; others might use the padding that is not there."""
_SMALL = 400_000
"""Pixels up to which making a file costs more than the lock."""


@dataclass(frozen=True, eq=False)
class Memory:
    """Where a picture is decoded to: if it is an 8-bit gray one, where numpy has it too."""

    _pixels: NDArray[np.uint8] | None = None
    _core: object = None

    @classmethod
    def under(cls, image: Image.Image) -> Self:
        """Memory under an opened picture that is not decoded yet."""
        from PIL import Image

        if image.mode != "L" or image.format not in _ROW_BY_ROW:
            return cls()
        pixels = np.empty((image.height, image.width), np.uint8)  # a decoder that does not fill it raises
        image.im = Image.frombuffer("L", image.size, pixels, "raw", "L", 0, 1).im
        return cls(pixels, image.im)

    def pixels_of(self, image: Image.Image) -> NDArray[np.uint8]:
        """The pixels (H,W) of the picture, now decoded and still gray, or of another that was made of it."""
        return np.asarray(image) if self._pixels is None or image.im is not self._core else self._pixels


def jpeg_bytes(image: Image.Image, **options: Any) -> bytes:
    """The picture as a JPEG; `options` are those of Pillow's `save`.

    A large one is encoded while other threads work; a small one is done before they would notice.
    """
    file: Any
    with _file_in_memory() if image.width * image.height > _SMALL else io.BytesIO() as file:
        file.name = "picture.jpg"  # for a name Pillow imports one plugin, for a format five: 7 ms of a cold start
        image.save(file, **options)
        file.seek(0)
        return file.read()


def _file_in_memory() -> IO[bytes]:
    """A file of the system's, without a name; on disk where the system has none in memory."""
    with suppress(AttributeError, OSError):  # not Linux, a Python built for old ones, or forbidden
        return os.fdopen(os.memfd_create("graycolor"), "w+b", buffering=0)
    import tempfile

    return tempfile.TemporaryFile(buffering=0)
