"""What a file is that cannot be colored, told by its first bytes, and what would work instead."""

from __future__ import annotations

from pathlib import Path

from graycolor.errors import GraycolorError
from graycolor.files.regular import open_regular

HEAD = 600
"""Bytes that are looked at."""

_FILM = "is a film; color it with graycolor video (in Python graycolor.colorize_video)"
_ARCHIVE = "is an archive; unpack it and color the pictures in it"
_PAGE = "is a web page or a drawing in text; save the picture itself as JPEG or PNG"
_SOUND = "is a sound file; there is nothing to color"
_TO_TIFF = "save it as TIFF or PNG first"
_ALL_FRAMES = "name all of its frames by their pattern for graycolor video (in Python graycolor.colorize_video)"
_SCAN = f"is one frame of a film scan (DPX); {_ALL_FRAMES}, like scan-%06d.dpx"
_CINEON = "is a Cineon frame, which graycolor does not read; save all frames of the film as DPX first"
RAW = "is a camera's raw file; develop it to TIFF first"
_STARTS = (
    (
        b"%PDF",
        "is a PDF; save its pages as pictures first, or name it .pdf for graycolor colorize",
    ),
    (b"%!PS", "is a PostScript file; save its pages as pictures first"),
    (b"PK\3\4", "is a zip archive or an office document; unpack it and color the pictures in it"),
    *((start, _ARCHIVE) for start in (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")),
    (b"8BPS", f"is a Photoshop document; {_TO_TIFF}"),
    (b"\xff\x0a", f"is a JPEG XL picture; {_TO_TIFF}"),
    (b"\0\0\0\x0cJXL ", f"is a JPEG XL picture; {_TO_TIFF}"),
    (b"v/1\1", f"is an OpenEXR picture; {_TO_TIFF}, or, if it is a frame of a film, {_ALL_FRAMES}"),
    (b"SIMPLE  =", f"is a FITS file; {_TO_TIFF}"),
    *(
        (start, _FILM)
        for start in (
            b"\x1aE\xdf\xa3",
            b"\0\0\1\xba",
            b"\0\0\1\xb3",
            b"FLV\1",
            b"OggS",
            b"0&\xb2u\x8ef\xcf\x11",
            b"\x06\x0e+4",
        )
    ),
    *((start, _SCAN) for start in (b"SDPX", b"XPDS")),
    *((start, _CINEON) for start in (b"\x80\x2a\x5f\xd7", b"\xd7\x5f\x2a\x80")),
    *(
        (start, RAW)
        for start in (
            b"IIRO",
            b"IIRS",
            b"MMOR",
            b"IIU\0",
            b"FUJIFILMCCD-RAW",
            b"FOVb",
            b"\0MRM",
            b"II\x1a\0\0\0HEAPCCDR",
        )
    ),
    (b"ID3", _SOUND),
    (b"fLaC", _SOUND),
)
_TIFFS = (b"II*\0", b"MM\0*")
_RAW_SUFFIXES = frozenset(
    {
        ".3fr",
        ".arw",
        ".cr2",
        ".dcr",
        ".dng",
        ".erf",
        ".fff",
        ".gpr",
        ".iiq",
        ".kdc",
        ".mef",
        ".mos",
        ".nef",
        ".nrw",
        ".pef",
        ".sr2",
        ".srf",
        ".srw",
    }
)
"""The rest of a sentence on cameras' raw files that begin as any TIFF does."""
_OF_PICTURES = (
    "color it with graycolor colorize (in Python graycolor.colorize), or, if it is a frame of a film, "
    f"{_ALL_FRAMES}, like frame-%06d.png"
)
_STILL = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"BM", b"\xff\x4f\xff\x51")
_STILL_BRANDS = (b"avif", b"heic", b"heix", b"heim", b"heis", b"mif1", b"jp2 ")
_MOTION_JPEG = frozenset({".mjpeg", ".mjpg"})
_TS_PACKET = 188


def no_picture(head: bytes) -> str:
    """The rest of a sentence on a file that is no picture, from its first `HEAD` bytes; empty where nobody knows."""
    found = next((sentence for start, sentence in _STARTS if head.startswith(start)), "")
    if found:
        return found
    if head[4:12] == b"ftypcrx ":
        return RAW  # Canon's CR3
    if head[4:8] in (b"ftyp", b"moov", b"mdat") and head[8:12] not in _STILL_BRANDS:
        return _FILM
    if head[:4] == b"RIFF" and head[8:12] in (b"AVI ", b"WAVE"):
        return _FILM if head[8:12] == b"AVI " else _SOUND
    if head[:1] == b"G" and head[_TS_PACKET : _TS_PACKET + 1] == b"G" and head[2 * _TS_PACKET :][:1] == b"G":
        return _FILM
    if head[128:132] == b"DICM":
        return "is a DICOM file; show its values with graycolor values, or save it as TIFF or PNG first"
    if head[257:262] == b"ustar":
        return _ARCHIVE
    return _PAGE if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:5].lower() in (b"<!doc", b"<html", b"<?xml", b"<svg ") else ""


def no_picture_at(path: Path) -> str:
    """`no_picture` of a file, by its name too where its first bytes are any TIFF's."""
    head = head_of(path)
    is_raw = head.startswith(_TIFFS) and path.suffix.lower() in _RAW_SUFFIXES
    return RAW if is_raw else no_picture(head)


def is_film(path: Path) -> bool:
    """Whether a file begins as films do."""
    return no_picture(head_of(path)) == _FILM


def no_film(path: Path) -> str:
    """The rest of a sentence on a file that FFmpeg would take for a film of one frame, and on some that are none."""
    head = head_of(path)
    still = head.startswith(_STILL) and path.suffix.lower() not in _MOTION_JPEG
    still |= head[4:8] == b"jP  " or (head[4:8] == b"ftyp" and head[8:12] in _STILL_BRANDS)
    if still or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return f"is a picture, not a film; {_OF_PICTURES}"
    other = no_picture(head)
    return "" if other in (_FILM, _SOUND) else other


def head_of(path: Path) -> bytes:
    """A file's first bytes; none of what is no plain file or cannot be read."""
    try:
        with open_regular(path) as file:
            return file.read(HEAD)
    except (GraycolorError, OSError):
        return b""
