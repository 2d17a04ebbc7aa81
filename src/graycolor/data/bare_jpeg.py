"""A JPEG without its baggage: what is small enough already goes into the dataset as it is, no pixel changed.

Encoding it again would cost time and lose a little. Comments, EXIF with the place where it was taken, previews and
what some cameras append after the picture are no business of a dataset.
"""

from __future__ import annotations

import re
import struct

_END, _SCAN = 0xD9, 0xDA
_JFIF, _ADOBE = 0xE0, 0xEE
"""The two application segments that say how the colors are stored."""
_BAGGAGE = frozenset(range(0xE0, 0xF0)) - {_JFIF, _ADOBE} | {0xFE}
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_AFTER_SCAN = re.compile(rb"(?<!\xff)" + _MARKER.pattern)
"""In a scan 0xFF stands before a zero or a restart marker; anything else ends it. A long run of 0xFF, as erased memory
holds it, is looked through once, not once from each of its bytes."""


def bare_jpeg(data: bytes) -> bytes | None:
    """The JPEG up to its end marker without metadata; None where its structure is not as it should be."""
    if data[:2] != b"\xff\xd8":
        return None
    parts = [data[:2]]
    position = 2
    while found := _MARKER.match(data, position):
        marker, start = found[1][0], found.end()
        if marker == _END:
            return b"".join([*parts, b"\xff\xd9"])
        if start + 2 > len(data):
            return None
        end = start + struct.unpack_from(">H", data, start)[0]
        if marker == _SCAN:
            after = _AFTER_SCAN.search(data, end)
            if after is None:
                return None
            end = after.start()
        if marker not in _BAGGAGE:
            parts.append(data[found.start() : end])
        position = end
    return None
