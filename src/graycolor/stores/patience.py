"""What is asked of a store: again after a pause where it failed for a moment, and a sentence where it will not do."""

from __future__ import annotations

import errno
import logging
import time
from collections.abc import Callable
from typing import TypeVar

from graycolor.errors import GraycolorError, InputError, MissingInputError, OutputError
from graycolor.stores.address import Address

T = TypeVar("T")

TRIES = 5
"""How often a store is asked."""
PAUSE = 1.0
"""Seconds before the second try; twice as many before each one after."""
_FINAL = (FileNotFoundError, FileExistsError, PermissionError, IsADirectoryError, NotADirectoryError, TypeError)
_OF_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.ENAMETOOLONG, errno.EROFS})
_NOBODY = ("NoCredentialsError", "PartialCredentialsError", "DefaultCredentialsError", "ProfileNotFound")
"""What libraries raise that found no credentials; they are told by name, for they may not be installed."""
_SHOWN = 200
_SECONDS = 10.0
"""Between two sentences about waiting, whatever for: of many pictures most wait for the same store."""
_said_at = -_SECONDS


def reading(action: Callable[[], T], address: Address) -> T:
    """What `action` reads at an address.

    Raises:
        MissingInputError: nothing is there.
        InputError: it cannot be read, however often one tries.
    """
    try:
        return patiently(action, address)
    except FileNotFoundError as error:
        raise MissingInputError(f"There is nothing at {address}; check the address.") from error
    except Exception as error:
        raise _refusal(InputError, f"{address} cannot be read", error) from error


def writing(action: Callable[[], T], address: Address) -> T:
    """What `action` gives that writes to an address.

    Raises:
        FileExistsError: something is there that should not be replaced.
        OutputError: it cannot be written, however often one tries.
    """
    try:
        return patiently(action, address)
    except FileExistsError:
        raise
    except FileNotFoundError as error:
        raise OutputError(f"There is no bucket for {address}; make it first, or choose another place.") from error
    except Exception as error:
        raise _refusal(OutputError, f"{address} cannot be written", error) from error


def patiently(action: Callable[[], T], address: Address) -> T:
    """Do it, and again where it failed in a way that may pass; that one waits is said now and then."""
    for tries in range(1, TRIES):
        try:
            return action()
        except Exception as error:
            if not may_pass(error):
                raise
            _say_waiting(address, error)
            time.sleep(PAUSE * 2 ** (tries - 1))
    return action()


def _say_waiting(address: Address, error: Exception) -> None:
    global _said_at
    if time.monotonic() - _said_at > _SECONDS:
        _said_at = time.monotonic()
        logging.getLogger("graycolor").info(f"{address} does not answer ({_shortly(error)}); trying again.")


def may_pass(error: Exception) -> bool:
    """Whether a failure may be gone the next time: a network's or a server's, not a refusal."""
    if isinstance(error, (*_FINAL, GraycolorError)) or type(error).__name__ in _NOBODY:
        return False
    return not (isinstance(error, OSError) and error.errno in _OF_DISK)


def _refusal(kind: type[GraycolorError], problem: str, error: Exception) -> GraycolorError:
    if isinstance(error, GraycolorError):
        return error
    if type(error).__name__ in _NOBODY:
        return kind(f"{problem}, as no credentials were found; set them as the tools of this store take them.")
    said = _shortly(error)
    if isinstance(error, PermissionError):
        return kind(f"{problem}, as the store refuses it ({said}); check the credentials and what they allow.")
    if isinstance(error, OSError) and error.errno in _OF_DISK:
        return kind(f"{problem}, as the folder for temporary files does not take it ({said}); free some space there.")
    tried = f", tried {TRIES} times" if may_pass(error) else ""
    return kind(f"{problem} ({said}{tried}); run the same command again.")


def _shortly(error: Exception) -> str:
    """An error's own words, on one line and without the point at its end."""
    words = " ".join(str(getattr(error, "strerror", None) or error or type(error).__name__).split()).rstrip(".")
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"
