"""XMP too long for one segment of a JPEG: its second part, joined with the first for formats that have room.

Adobe's XMP specification, part 3, 1.1.3.1: the further properties are a packet of their own, cut into segments that
carry the MD5 of the whole, which the main packet names. In a JPEG both parts stay as they are.
"""

from __future__ import annotations

import re
import struct

from graycolor.pictures.metadata.record import Metadata
from graycolor.pictures.metadata.xmp_preview import has_preview, without_preview

_NAME = b"http://ns.adobe.com/xmp/extension/\0"
_HEAD = len(_NAME) + 40  # the MD5 in hexadecimal, the whole length, the place of this piece
_PREFIX = rb"(?<![\w-])[\w-]{1,80}"  # of a name, never looked for from within a long word: that would take for ever
_TELLS = re.compile(
    rb"%b:HasExtendedXMP\s*=\s*[\"'](\w{32})[\"']|<%b:HasExtendedXMP>(\w{32})</%b:HasExtendedXMP>" % ((_PREFIX,) * 3)
)
_NAMESPACE = re.compile(rb"xmlns:[\w-]+\s*=\s*[\"'][^\"']*[\"']")
_START = b"<rdf:RDF"
_END = b"</rdf:RDF>"


def without_extended_preview(metadata: Metadata) -> Metadata:
    """`metadata` with one packet, where the further one of a JPEG holds the picture in gray."""
    whole = whole_xmp(metadata)
    if whole is metadata or not has_preview(whole.xmp or b""):
        return metadata
    segments = tuple(segment for segment in metadata.segments if not segment.body.startswith(_NAME))
    return whole._replace(xmp=without_preview(whole.xmp or b""), segments=segments)


def whole_xmp(metadata: Metadata) -> Metadata:
    """`metadata` with a JPEG's extended XMP in its one packet; as it was where there is none, or a part is missing."""
    told = _TELLS.search(metadata.xmp or b"")
    if metadata.xmp is None or told is None:
        return metadata
    further = _assembled(metadata, told[1] or told[2])
    start, end = further.find(b">", further.find(_START)) + 1, further.rfind(_END)
    if not 0 < start <= end:
        return metadata
    joined = _joined(metadata.xmp, further[:start], further[start:end])
    return metadata._replace(xmp=joined) if _is_sound(joined) else metadata


def _assembled(metadata: Metadata, digest: bytes) -> bytes:
    """The further packet; nothing where it is not whole."""
    import hashlib

    pieces = {}
    for body in (segment.body for segment in metadata.segments):
        if body.startswith(_NAME + digest) and len(body) > _HEAD:
            (place,) = struct.unpack_from(">I", body, _HEAD - 4)
            pieces[place] = body[_HEAD:]
    further = b"".join(pieces[place] for place in sorted(pieces))
    is_whole = hashlib.md5(further, usedforsecurity=False).hexdigest().upper().encode() == digest.upper()
    return further if is_whole else b""


def _joined(packet: bytes, outside: bytes, inside: bytes) -> bytes:
    """The main packet with the properties of the further one, and the names of their spaces."""
    packet = _TELLS.sub(b"", packet)
    missing = [name for name in _NAMESPACE.findall(outside) if name.split(b"=")[0].strip() not in packet]
    packet = packet.replace(_START, b" ".join([_START, *missing]), 1)
    place = packet.rfind(_END)
    return packet[:place] + inside + packet[place:]


def _is_sound(packet: bytes) -> bool:
    from xml.etree import ElementTree  # few photographs have a packet in two parts

    try:
        ElementTree.fromstring(packet.strip())
    except ElementTree.ParseError:
        return False
    return True
