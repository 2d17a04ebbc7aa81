"""Files that a browser sends: what they may be called, how large they may be, and where they go."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import unquote

from graycolor.bounds import UPLOAD_BYTES
from graycolor.errors import BoundError, InputError
from graycolor.names import readable
from graycolor.web.visits import Visit

_MOST = 120
"""Characters of a name that are kept; file systems take 255 bytes, and results have longer names."""
_FOREIGN = re.compile(r'[<>:"|?*\\/\x00-\x1f]')
"""What no name may hold on some system."""
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def plain_name(said: str) -> str:
    """The name of a file as it may stand in a folder of ours: no path, nothing that steers, nothing hidden.

    Args:
        said: as the browser sends it, percent-encoded.
    """
    last = re.split(r"[/\\]", unquote(said))[-1]
    name = _FOREIGN.sub("_", readable(last)).strip(". ")
    if not name or _DEVICES.match(name):
        name = f"photograph-{name}".rstrip("-")
    stem, suffix = Path(name).stem, Path(name).suffix[:16]
    return stem[: _MOST - len(suffix)] + suffix


async def received(
    chunks: AsyncIterator[bytes], name: str, length: int, visit: Visit, most: int = UPLOAD_BYTES
) -> Path:
    """The bytes of one file, in a place of the visitor's own.

    Args:
        chunks: the bytes as they come.
        name: see `plain_name`.
        length: how many were announced; -1 where none were.
        visit: whose it is.
        most: how many it may have.

    Raises:
        BoundError: they are too many. InputError: there are none. Nothing is left behind.
    """
    visit.room_for(max(length, 0))
    if length > most:
        raise _too_large(name, most)
    place = visit.place_for(plain_name(name))
    place.touch()
    visit.files += 1
    try:
        await _write(chunks, place, visit, most)
    except BaseException:
        visit.give_back(place)
        raise
    return place


async def _write(chunks: AsyncIterator[bytes], place: Path, visit: Visit, most: int) -> None:
    size = 0
    with place.open("wb") as file:
        async for chunk in chunks:
            size += len(chunk)
            if size > most:
                raise _too_large(place.name, most)
            visit.room_for_bytes(len(chunk))
            visit.bytes += file.write(chunk)
    if not size:
        raise InputError(f"{place.name} is empty (0 bytes); choose another file.")


def _too_large(name: str, most: int) -> BoundError:
    return BoundError(f"{plain_name(name)} is larger than the {most // 10**6:,} MB that this page takes.")
