"""JPEGs encoded without Pillow's lock: into a buffer of Python's it encodes while no other thread of Python runs.

The plain form is `image.save(io.BytesIO())`, which gives the same bytes, as a test holds (docs/design.md, Tricks).
"""

from __future__ import annotations

import io
import os
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

_SMALL = 400_000
"""Pixels up to which making a file costs more than the lock."""


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
