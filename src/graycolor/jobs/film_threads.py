"""Threads that color a film: half the cores, because decoder and encoder keep the others busy by theirs.

On two cores one thread each for the network and for OpenCV takes a twentieth less processor time than two of each,
which wait for each other.
"""

from __future__ import annotations

import cv2

from graycolor.network.engine import available_cores


def share_cores(threads: int | None) -> int:
    """Give OpenCV so many threads in this process, half the cores where None, and return as many for the network."""
    count = threads or max(1, available_cores() // 2)
    cv2.setNumThreads(count)
    return count
