"""Threads that color a film: half the cores, because decoder and encoder keep the others busy by theirs.

On two cores one thread each for the network and for OpenCV takes a twentieth less processor time than two of each,
which wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import cv2

from graycolor.network.engine import available_cores


def film_threads() -> int:
    """Threads for the network where nobody says how many."""
    return max(1, available_cores() // 2)


@contextmanager
def opencv_threads(count: int) -> Iterator[None]:
    """The block within which OpenCV has at most `count` threads in this process."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(min(before, count))
    try:
        yield
    finally:
        cv2.setNumThreads(before)
