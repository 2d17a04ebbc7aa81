"""The segments before a JPEG's picture: what the source had, in its order, with what had to change put in its place.

EXIF, XMP, profile, comments, IPTC and what other programs left there are copied byte for byte. Replaced are the profile
(a gray one must not stay), EXIF whose thumbnail is gray, and XMP that carries our mark; left out is the index of
further pictures (MPF), whose offsets would no longer be true.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

from graycolor.pictures.jpeg.markers import APP0, APP1, APP2, APP13, APP14, COM, LONGEST_SEGMENT, MarkerSegment
from graycolor.pictures.metadata import iptc
from graycolor.pictures.metadata.record import Metadata
from graycolor.pictures.metadata.texts import whole_ratio, words_of

EXIF, XMP, ICC, PHOTOSHOP = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0", b"ICC_PROFILE\0", b"Photoshop 3.0\0"
FURTHER_PICTURES = b"MPF\0"
_JFIF, _JFXX = b"JFIF\0", b"JFXX\0"
_JFIF_THUMBNAIL = slice(12, 14)
"""Where a JFIF segment says how wide and high the thumbnail is that follows; an extension holds nothing else."""
_PROFILE_ROOM = 65_519
LONGEST_XMP = LONGEST_SEGMENT - len(XMP)
"""Bytes of a packet that a segment holds."""
_ELSE, _COMMENT = b"else", b"comment"


def header_segments(metadata: Metadata, *, for_new_file: bool) -> list[MarkerSegment]:
    """APPn and comment segments of a result; `for_new_file` leaves out what an encoder writes by itself."""
    ours = _ours(metadata)
    kept: list[MarkerSegment] = []
    for segment in metadata.segments:
        kind = _kind(segment)
        if kind != _ELSE:
            kept += ours.pop(kind, [])  # a profile in several segments is replaced as one
        elif not (for_new_file and segment.marker in (APP0, APP14)):
            kept.append(segment)
    front = _length_of_front(kept)
    missing = [segment for segments in ours.values() for segment in segments]
    return [*kept[:front], *missing, *kept[front:]]


def without_previews(segments: Sequence[MarkerSegment]) -> tuple[MarkerSegment, ...]:
    """A source's header segments without small copies of the gray picture: JFIF's own and its extensions', Photoshop's.

    What holds none stays byte for byte.
    """
    resources = photoshop_block(segments)
    colored = iptc.without_thumbnails(resources) if resources else None
    kept: list[MarkerSegment] = []
    for segment in segments:
        if resources != colored and _is_photoshop(segment):
            kept += _parts(APP13, PHOTOSHOP, colored)
            colored = None  # all of it stands where its first part stood
        elif segment.marker == APP0 and segment.body.startswith(_JFIF) and any(segment.body[_JFIF_THUMBNAIL]):
            kept.append(segment._replace(body=segment.body[: _JFIF_THUMBNAIL.start] + bytes(2)))
        elif not (segment.marker == APP0 and segment.body.startswith(_JFXX)):
            kept.append(segment)
    return tuple(kept)


def with_header(jpeg: bytes, metadata: Metadata) -> bytes:
    """A freshly encoded JPEG, which begins with a JFIF segment, with the metadata behind that."""
    after_jfif = 4 + int.from_bytes(jpeg[4:6], "big")
    header = b"".join(segment.head() for segment in header_segments(metadata, for_new_file=True))
    return jpeg[:after_jfif] + header + jpeg[after_jfif:]


def with_ratio(jpeg: bytes, metadata: Metadata) -> bytes:
    """A JPEG that begins with a JFIF segment of no resolution, with how wide its pixels are for their height."""
    if metadata.dpi or not metadata.ratio or jpeg[6:11] != _JFIF or jpeg[13]:
        return jpeg
    return jpeg[:14] + struct.pack(">HH", *whole_ratio(metadata.ratio, 65_535)) + jpeg[18:]


def fits_jpeg(metadata: Metadata) -> dict[str, bool]:
    """Whether the EXIF block and the XMP packet are short enough for a segment each."""
    exif, xmp = metadata.exif or b"", metadata.xmp or b""
    return {"EXIF": len(exif) <= LONGEST_SEGMENT, "XMP": len(xmp) <= LONGEST_XMP}


def _ours(metadata: Metadata) -> dict[bytes, list[MarkerSegment]]:
    """The segments made from `metadata`, by kind; an empty list takes a kind away."""
    fits = fits_jpeg(metadata)
    ours = {
        EXIF: [MarkerSegment(APP1, metadata.exif)] if metadata.exif and fits["EXIF"] else [],
        XMP: [MarkerSegment(APP1, XMP + metadata.xmp)] if metadata.xmp and fits["XMP"] else [],
        ICC: _profile(metadata.icc),
        FURTHER_PICTURES: [],
    }
    if not any(_is_photoshop(segment) for segment in metadata.segments):
        ours[PHOTOSHOP] = _parts(APP13, PHOTOSHOP, metadata.photoshop)
    return ours | {_COMMENT: _comments(metadata)}


def _comments(metadata: Metadata) -> list[MarkerSegment]:
    """What is said in words and stands in no segment of the source; the mark, too, where no XMP says it."""
    words = None if any(segment.marker == COM for segment in metadata.segments) else words_of(metadata)
    mark = (metadata.mark or "").encode()
    said = mark in (metadata.xmp or b"") and fits_jpeg(metadata)["XMP"]
    return [MarkerSegment(COM, part[:LONGEST_SEGMENT]) for part in (words, None if said else mark) if part]


def _is_photoshop(segment: MarkerSegment) -> bool:
    return segment.marker == APP13 and segment.body.startswith(PHOTOSHOP)


def _kind(segment: MarkerSegment) -> bytes:
    """What we replace by kind; anything else behind the same markers (extended XMP, FlashPix) is another's."""
    known = {APP1: (EXIF, XMP), APP2: (ICC, FURTHER_PICTURES)}.get(segment.marker, ())
    return next((kind for kind in known if segment.body.startswith(kind)), _ELSE)


def _profile(profile: bytes | None) -> list[MarkerSegment]:
    if not profile:
        return []
    pieces = [profile[at : at + _PROFILE_ROOM] for at in range(0, len(profile), _PROFILE_ROOM)]
    return [MarkerSegment(APP2, ICC + bytes([number, len(pieces)]) + piece) for number, piece in enumerate(pieces, 1)]


def _parts(marker: int, name: bytes, content: bytes | None) -> list[MarkerSegment]:
    room = LONGEST_SEGMENT - len(name)
    pieces = [(content or b"")[at : at + room] for at in range(0, len(content or b""), room)]
    return [MarkerSegment(marker, name + piece) for piece in pieces]


def _length_of_front(segments: Sequence[MarkerSegment]) -> int:
    """How many segments stand before the place for ours: JFIF and EXIF want to be first."""
    for index, segment in enumerate(segments):
        if segment.marker != APP0 and not segment.body.startswith(EXIF):
            return index
    return len(segments)


def photoshop_block(segments: Iterable[MarkerSegment]) -> bytes | None:
    """The image resources (IPTC among them) that several segments may share."""
    parts = [segment.body[len(PHOTOSHOP) :] for segment in segments if _is_photoshop(segment)]
    return b"".join(parts) or None
