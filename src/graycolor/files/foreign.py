"""What a file is that cannot be colored, told by its first bytes, and what would work instead."""

from __future__ import annotations

import os
import re
from pathlib import Path

from graycolor.errors import GraycolorError
from graycolor.files.regular import open_regular

HEAD = 600
"""Bytes that tell what a file is; of a zip its list of contents is looked at too, which lies at its end."""
_LIST = 1 << 20

_FILM = "is a film; color it with graycolor video (in Python graycolor.colorize_video)"
_ARCHIVE = "is an archive; unpack it and color the pictures in it"
_PAGE = "is a web page or a drawing in text; save the picture itself as JPEG or PNG"
_SOUND = "is a sound file; there is nothing to color"
_TO_TIFF = "save it as TIFF or PNG first"
_ALL_FRAMES = "name all of its frames by their pattern for graycolor video (in Python graycolor.colorize_video)"
_SCAN = f"is one frame of a film scan (DPX); {_ALL_FRAMES}, like scan-%06d.dpx"
_CINEON = "is a Cineon frame, which graycolor does not read; save all frames of the film as DPX first"
_FROM_DOCUMENT = "save the pictures in it as JPEG or PNG and color those"
_ZIP = b"PK\3\4"
_IN_ZIPS = (
    (b"word/", "a Word document"),
    (b"xl/", "an Excel workbook"),
    (b"ppt/", "a PowerPoint presentation"),
    (b"visio/", "a Visio drawing"),
    (b"Index/", "a document of Pages, Numbers or Keynote"),
)
"""Folders in a zip that say whose document it is, by the habit of the programs that write them."""
_IN_HEADS = (
    (b"mimetypeapplication/vnd.oasis.opendocument.text", "a text document"),
    (b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "a spreadsheet"),
    (b"mimetypeapplication/vnd.oasis.opendocument.presentation", "a presentation"),
    (b"mimetypeapplication/vnd.oasis.opendocument.", "an office document"),
    (b"mimetypeapplication/epub+zip", "an electronic book"),
)
"""What stands first in a zip of this kind, and not compressed: OpenDocument and EPUB ask for it."""
_END_OF_LIST = b"PK\5\6"
"""Where a zip's list of contents ends; its length stands 12 bytes behind (APPNOTE 4.3.16)."""
_NAME_IN_LIST = re.compile(rb"PK\x01\x02.{42}([A-Za-z]+/)", re.DOTALL)
"""The beginning of a file's name in a zip's list of contents (APPNOTE 4.3.12), where it lies in a folder."""
RAW = "is a camera's raw file; develop it to TIFF first"
_STARTS = (
    (
        b"%PDF",
        "is a PDF; save its pages as pictures first, or name it .pdf for graycolor colorize",
    ),
    (b"%!PS", "is a PostScript file; save its pages as pictures first"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", f"is an office document, not a photograph; {_FROM_DOCUMENT}"),
    (b"{\\rtf", f"is a text document, not a photograph; {_FROM_DOCUMENT}"),
    (_ZIP, "is a zip archive; unpack it and color the pictures in it"),
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


def no_picture(head: bytes, tail: bytes = b"") -> str:
    """The rest of a sentence on a file that is no picture; empty where nobody knows.

    Args:
        head: its first `HEAD` bytes.
        tail: its end, as much of it as `tail_of` gives; it tells documents from other zip archives.
    """
    if head.startswith(_ZIP) and (document := _document(head, tail)):
        return f"is {document}, not a photograph; {_FROM_DOCUMENT}"
    return next((sentence for start, sentence in _STARTS if head.startswith(start)), "") or _in_the_middle(head)


def _in_the_middle(head: bytes) -> str:
    """The sentence on a file that is told by bytes behind its first ones."""
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


def _document(head: bytes, tail: bytes) -> str:
    """Whose document a zip is; empty where it is none."""
    end = tail.rfind(_END_OF_LIST)
    size = int.from_bytes(tail[end + 12 : end + 16], "little") if end >= 0 else 0
    folders = set(_NAME_IN_LIST.findall(tail[max(0, end - size) : max(0, end)]))
    in_head = (document for start, document in _IN_HEADS if head[30:].startswith(start))
    return next(in_head, "") or next((document for folder, document in _IN_ZIPS if folder in folders), "")


def tail_of(data: bytes) -> bytes:
    """The end of a file's bytes, in which a zip has the list of its contents."""
    return data[-_LIST:] if data.startswith(_ZIP) else b""


def no_picture_at(path: Path) -> str:
    """`no_picture` of a file, by its name too where its first bytes are any TIFF's."""
    head = head_of(path)
    is_raw = head.startswith(_TIFFS) and path.suffix.lower() in _RAW_SUFFIXES
    return RAW if is_raw else no_picture(head, _tail_at(path, head))


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
    other = no_picture(head, _tail_at(path, head))
    return "" if other in (_FILM, _SOUND) else other


def _tail_at(path: Path, head: bytes) -> bytes:
    """`tail_of` a file."""
    if not head.startswith(_ZIP):
        return b""
    try:
        with open_regular(path) as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _LIST))
            return file.read(_LIST)
    except (GraycolorError, OSError):
        return b""


def head_of(path: Path) -> bytes:
    """A file's first bytes; none of what is no plain file or cannot be read."""
    try:
        with open_regular(path) as file:
            return file.read(HEAD)
    except (GraycolorError, OSError):
        return b""
