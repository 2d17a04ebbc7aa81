"""A picture to look at while a film is being colored: the newest frame before and after, renewed every few seconds."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from graycolor.errors import UsageError
from graycolor.files import write_aside
from graycolor.film.probe import Film

_SECONDS = 5.0
_LONGEST = 640
_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")


class Snapshot:
    """Keeps a picture file up to date; the first frame is shown at once.

    Raises:
        UsageError: `path` does not end like a picture.
    """

    def __init__(self, path: Path, film: Film) -> None:
        if path.suffix.lower() not in _SUFFIXES:
            raise UsageError(f"{path} does not end like a picture; choose one of {', '.join(_SUFFIXES)}.")
        self._path, self._turns = path, film.quarter_turns
        factor = min(1.0, _LONGEST / max(film.width * float(film.sar), film.height))
        self._size = max(2, round(film.width * float(film.sar) * factor)), max(2, round(film.height * factor))
        self._last = -_SECONDS

    def offer(self, frame: Any) -> None:
        """Show a painted frame, if the last one has been there for a while."""
        if time.monotonic() - self._last < _SECONDS:
            return
        self._last = time.monotonic()
        after = frame.reformat(*self._size, format="bgr24").to_ndarray()
        before = cv2.merge([cv2.cvtColor(after, cv2.COLOR_BGR2GRAY)] * 3)
        both = np.hstack([np.rot90(each, self._turns) for each in (before, after)])
        _, data = cv2.imencode(self._path.suffix, both)
        write_aside(self._path, data.tobytes(), overwrite=True)
