"""The C library's memory, for a program that hands large pictures from thread to thread."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

_ARENA_MAX = -8
"""glibc's number for what `mallopt` is to set (mallopt(3))."""
_MMAP_THRESHOLD, _LARGEST = -3, 32 << 20
"""Bytes from which on memory comes from the system by itself, and goes back to it at once."""
_TRIM_THRESHOLD, _LEFT = -1, 128 << 20
"""Bytes that may lie free at the end of the heap before the system gets them back."""
_CROWD = 8
"""Cores from which on threads would wait for each other at one heap."""


def share_one_heap() -> None:
    """Let few threads share one heap: what a picture leaves in it serves the next, whichever thread that is read in.

    glibc starts another heap for every thread and hands what is free at its end back to the system. To get it again
    costs a few percent of the time of a photograph of 12 megapixels. Other C libraries are left as they are.
    The plain form is not to call this (docs/design.md, Tricks).
    """
    if sys.platform != "linux" or (os.cpu_count() or 1) > _CROWD:
        return
    import ctypes

    with suppress(AttributeError, OSError):  # musl has no such function
        options = ctypes.CDLL(None).mallopt
        for option, value in ((_ARENA_MAX, 1), (_MMAP_THRESHOLD, _LARGEST), (_TRIM_THRESHOLD, _LEFT)):
            options(option, value)
