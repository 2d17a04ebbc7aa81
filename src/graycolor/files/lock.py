"""Locks on open files, which go with their process, however that ends."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from graycolor.errors import BusyError

try:
    import fcntl
except ImportError:  # Windows, which neither moves nor removes a file that somebody has open: that is its lock
    LETS_GO_FIRST = True
else:
    LETS_GO_FIRST = False
"""Whether a file must be closed before it is moved or removed."""


def lock(handle: int, *, wait: bool = False, unknown: bool = True) -> bool:
    """Lock an open file until it is closed or its process ends; whether that was granted.

    Args:
        handle: the file's descriptor.
        wait: until whoever has it lets it go.
        unknown: the answer where the file system has no locks.
    """
    if LETS_GO_FIRST:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:
        return unknown
    return True


def locked_file(path: Path, refusal: str) -> BinaryIO:
    """`path` as an open file that nobody else has; systems without locks trust their users.

    Raises:
        BusyError: another process has it, in the words of `refusal`.
    """
    file = path.open("wb")
    if not lock(file.fileno()):
        file.close()
        raise BusyError(refusal)
    return file
