"""A picture to look at while a film is being colored: the newest frame before and after, renewed every few seconds."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.errors import GraycolorError, OutputError, UsageError
from graycolor.files import write_atomic
from graycolor.files.regular import read_regular
from graycolor.film.source.probe import Film

_SECONDS = 5.0
_LONGEST = 640
_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
_QUALITY = 92
_SOFTWARE = 0x0131
_MARK = b"graycolor snapshot"
_LARGEST = 8_000_000
"""Bytes that no snapshot of ours comes near."""


def check_snapshot(path: Path) -> None:
    """Refuse a place that no snapshot may take; an earlier snapshot is replaced, and never anything else.

    Raises:
        UsageError: `path` does not end like a picture.
        OutputError: something else is there.
    """
    if path.suffix.lower() not in _SUFFIXES:
        raise UsageError(f"{path} does not end like a picture; choose one of {', '.join(_SUFFIXES)}.")
    if os.path.lexists(path) and not _is_ours(path):
        raise OutputError(
            f"{path} is already there and no snapshot of graycolor's; choose another name for the snapshot."
        )


def _is_ours(path: Path) -> bool:
    try:
        return _MARK in read_regular(path, "snapshot", most=_LARGEST)
    except GraycolorError:
        return False


class Snapshot:
    """Keeps a picture file up to date; the first frame is shown at once.

    A snapshot that cannot be written, or would replace something else by now, costs no film: there are no more of it.

    Attributes:
        problem: why there are no more, as a sentence; empty while all is well.
    """

    def __init__(self, path: Path, film: Film) -> None:
        self._path, self._turns = path, film.quarter_turns
        factor = min(1.0, _LONGEST / max(film.width * float(film.sar), film.height))
        self._size = max(2, round(film.width * float(film.sar) * factor)), max(2, round(film.height * factor))
        self._last = -_SECONDS
        self.problem = ""

    @property
    def due(self) -> bool:
        """Whether the last frame has been there for a while."""
        return time.monotonic() - self._last >= _SECONDS

    def offer(self, frame: Any) -> None:
        """Show a painted frame, if the last one has been there for a while."""
        if self.problem or not self.due:
            return
        self._last = time.monotonic()
        after = frame.reformat(*self._size, format="bgr24").to_ndarray()
        before = cv2.merge([cv2.cvtColor(after, cv2.COLOR_BGR2GRAY)] * 3)
        both = np.hstack([np.rot90(each, self._turns) for each in (before, after)])
        try:
            check_snapshot(self._path)
            write_atomic(self._path, _encoded(both[..., ::-1], self._path.suffix), overwrite=True)
        except OutputError as error:
            self.problem = str(error)


def _encoded(rgb: NDArray[np.uint8], suffix: str) -> bytes:
    """A picture that says in its EXIF data what it is, so that the next run knows it."""
    from PIL import Image

    exif, buffer = Image.Exif(), io.BytesIO()
    exif[_SOFTWARE] = _MARK.decode()
    image_format = Image.registered_extensions()[suffix.lower()]
    Image.fromarray(np.ascontiguousarray(rgb)).save(buffer, image_format, exif=exif, quality=_QUALITY)
    return buffer.getvalue()
