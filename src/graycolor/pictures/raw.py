"""Cameras' raw files that look like TIFF: what stands first in them is a thumbnail, never the picture.

DNG says so by a tag, CR2 by its header. The others (NEF, ARW, PEF, SRW, 3FR, ...) are told by what they hold: the
sensor's data under its filter of colors, or a reduced copy in front of a larger picture that hangs on its directory.
"""

from __future__ import annotations

import struct
from contextlib import suppress
from itertools import islice

from graycolor.pictures.directories import SUBFILE, numbers, page_size, sub_directories
from graycolor.pictures.pages import pages

_COMPRESSION, _PHOTOMETRIC, _DNG_VERSION = 259, 262, 50706
_SENSOR = frozenset({32803, 34892})
"""Photometric interpretations of a filter of colors, and of its data made linear (DNG 1.7)."""
_SENSOR_CODED = frozenset({32767, 34713, 65535})
"""Compressions of Sony, Nikon and Pentax."""
_CR2 = b"CR\2"
_PAGES = 8
"""Directories that are looked at: cameras write fewer."""


def is_raw(tiff: bytes) -> bool:
    """Whether a TIFF is a camera's raw file; what is damaged is none."""
    with suppress(struct.error, KeyError):
        return (
            tiff[8:11] == _CR2 or _says_dng(tiff) or any(_holds_sensor(tiff, at) for at in islice(pages(tiff), _PAGES))
        )
    return False


def _says_dng(tiff: bytes) -> bool:
    first = next(pages(tiff), 0)
    return bool(first) and _DNG_VERSION in numbers(tiff, first, _DNG_VERSION)


def _holds_sensor(tiff: bytes, page: int) -> bool:
    hanging = sub_directories(tiff, page, _PAGES)
    if any(_is_of_sensor(tiff, directory) for directory in (page, *hanging)):
        return True
    is_reduced = numbers(tiff, page, SUBFILE).get(SUBFILE, (0,))[0] & 1
    return bool(is_reduced) and any(_area(tiff, each) > _area(tiff, page) for each in hanging)


def _is_of_sensor(tiff: bytes, directory: int) -> bool:
    found = numbers(tiff, directory, _PHOTOMETRIC, _COMPRESSION)
    return not _SENSOR.isdisjoint(found.get(_PHOTOMETRIC, ())) or not _SENSOR_CODED.isdisjoint(
        found.get(_COMPRESSION, ())
    )


def _area(tiff: bytes, directory: int) -> int:
    width, height = page_size(tiff, directory)
    return width * height
