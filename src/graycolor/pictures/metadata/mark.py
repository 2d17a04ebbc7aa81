"""The honest mark: metadata that says the colors are a machine's guess. Never anything to be seen in the picture.

IPTC's vocabulary for the digital source type is what archives and platforms look for; beside it stand the version and
the weights, so that a result can be traced. It goes into the XMP packet as one more description, whose other bytes stay
as they are.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from graycolor.pictures.metadata.record import Metadata

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
"""IPTC's words for a captured picture to which a trained model added something."""

GUESSED = "Colors guessed by graycolor"
"""How the mark begins in words."""
_OURS = "urn:graycolor:1"
_IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_SENTENCE = b"Colors guessed by graycolor "
"""How the mark begins where it stands in words."""
_EMPTY_PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
).encode()
_DESCRIPTION = re.compile(rb"<rdf:Description [^<>]*/>")
_SOURCE_TYPE = re.compile(rb'(DigitalSourceType(?:\s*=\s*["\']|\s*>))[^<"\']*')
_ABOUT = re.compile(rb'rdf:about\s*=\s*["\']([^"\']*)["\']')
_END = b"</rdf:RDF>"
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", '"': "&quot;"})
"""For text between quotes; the standard library's ways import all of HTML's names, or its client for HTTP."""
_PADDING = re.compile(rb"(?<!\s)\s+(?=<\?xpacket end)")
"""White space that programs leave so that a packet can grow in its place: kilobytes, looked for from its start only."""


class Mark(NamedTuple):
    """Who guessed the colors: graycolor's version and the weights' fingerprint."""

    version: str
    weights: str

    @property
    def sentence(self) -> str:
        """The mark in words, for formats that hold nothing but a comment."""
        return f"{GUESSED} {self.version} (weights {self.weights}); they are not in the original."


def bears_mark(data: bytes) -> bool:
    """Whether a file's bytes hold the mark, so that graycolor once made it; others may have changed it since."""
    return _OURS.encode() in data or _SENTENCE in data


def marked(metadata: Metadata, mark: Mark, longest: int | None = None) -> Metadata:
    """`metadata` with the mark in its XMP.

    A packet that is no RDF, or would become longer than `longest`, stays as it is; the mark is then a comment only.
    """
    packet = _DESCRIPTION.sub(_without_mark, metadata.xmp or _EMPTY_PACKET)
    place = packet.rfind(_END)
    if place < 0:
        return metadata._replace(mark=mark.sentence)
    about = _ABOUT.search(packet)
    already = _SOURCE_TYPE.search(packet) is not None
    packet = _SOURCE_TYPE.sub(rb"\g<1>" + SOURCE_TYPE.encode(), packet)
    description = _description(mark, about[1] if about else b"", with_type=not already)
    place = packet.rfind(_END)
    behind = _PADDING.sub(lambda padding: padding[0][len(description) :], packet[place:])
    packet = packet[:place] + description + behind
    has_room = longest is None or len(packet) <= longest
    return metadata._replace(xmp=packet if has_room else metadata.xmp, mark=mark.sentence)


def _without_mark(description: re.Match[bytes]) -> bytes:
    """The description, or nothing where an earlier run of ours wrote it."""
    return b"" if b'xmlns:graycolor="' in description[0] else description[0]


def _description(mark: Mark, about: bytes, *, with_type: bool) -> bytes:
    """One more description of what `about` names, which is text of the packet and escaped there already."""
    source_type = f' xmlns:Iptc4xmpExt="{_IPTC}" Iptc4xmpExt:DigitalSourceType="{SOURCE_TYPE}"' if with_type else ""
    texts = {"Colors": mark.sentence, "Version": mark.version, "Weights": mark.weights}
    ours = "".join(f' graycolor:{name}="{text.translate(_ESCAPED)}"' for name, text in texts.items())
    rest = f' xmlns:graycolor="{_OURS}"{ours}{source_type}'
    return b'<rdf:Description rdf:about="%b"%b/>' % (about, rest.encode())
