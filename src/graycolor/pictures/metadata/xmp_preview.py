"""Thumbnails in an XMP packet (Adobe's XMP specification, part 2, 8.6.2 and 8.4): they show the picture in gray."""

from __future__ import annotations

from collections.abc import Iterator

_HOLDERS = (b":Thumbnails", b":PageInfo")
"""Names of the properties that hold them, behind whatever prefix."""


_LONGEST_PREFIX = 80
_ENDS = (b">", b" ", b"\n", b"\t", b"\r")
_MOST_UNCLOSED = 8
"""Each is looked for to the end of the packet."""


def has_preview(packet: bytes) -> bool:
    """Whether a packet holds one; most hold none, which two searches tell."""
    return any(holder in packet for holder in _HOLDERS)


def without_preview(packet: bytes) -> bytes:
    """The packet without its thumbnails; whatever else stands in it stays byte for byte."""
    for holder in _HOLDERS:
        if holder in packet:
            packet = b"".join(_around(packet, holder))
    return packet


def _around(packet: bytes, holder: bytes) -> Iterator[bytes]:
    """What stands around the elements of a name; one that is opened and never closed is none."""
    behind = place = unclosed = 0
    while (place := packet.find(holder, place)) >= 0 and unclosed < _MOST_UNCLOSED:
        start = packet.rfind(b"<", max(behind, place - _LONGEST_PREFIX), place)
        place += len(holder)
        name = packet[start + 1 : place]
        if start < 0 or not name.replace(b":", b"").isalnum() or packet[place : place + 1] not in _ENDS:
            continue
        end = packet.find(b"</" + name + b">", place)
        if end < 0:
            unclosed += 1
            continue
        yield packet[behind:start]
        behind = place = end + len(name) + 3
    yield packet[behind:]
