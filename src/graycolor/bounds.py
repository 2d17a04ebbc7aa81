"""How much of anything graycolor takes: every bound in one place. SECURITY.md has them as a table.

A few kilobytes can claim to be gigapixels. What is over a bound is refused in one sentence before memory or time is
spent on it. One number lifts the bounds that honest files meet: `max_pixels` in Python, `--max-pixels` of the commands.
"""

from __future__ import annotations

PIXELS = 175_000_000
"""Pixels of one picture, page or frame, unless `max_pixels` says otherwise.

Just below the 178,956,970 at which Pillow itself refuses a TIFF.
"""
FRAMES_OF_PIXELS = 12
"""All frames or pages of a file together hold at most so many times the pixels of one picture."""
FRAMES = 50_000
"""Frames or pages of a file."""
SIDE_RATIO = 10_000
"""Longer side of a picture in shorter sides: the network sees no less than 32 pixels across."""
BYTES_A_PIXEL = 24
"""Bytes of a file, and of a decoded pixel, for each pixel that a picture may have: RGB as double floats."""
ARCHIVED_BYTES_A_PIXEL = 3
"""Bytes of an archive's member, unpacked, for each pixel that a picture may have: RGB of 8 bits."""

FRAME_DIGITS = 9
"""Digits of the number of a frame that is a file: a number is a time, and this is a year and more of frames."""

JPEG_SCANS = 100
"""Scans of a JPEG; each costs a walk over the whole picture. Encoders make ten or so."""
JPEG_SEGMENTS = 20_000
"""Marker segments of a JPEG before its first scan."""
PNG_CHUNKS = 20_000
"""Chunks of a PNG that hold no pixels."""
GIF_COMMENTS = 4_000
"""Blocks of 255 bytes that the comments of a GIF stand in."""
JP2_BOXES = 10_000
"""Boxes of a JPEG 2000 file."""
METADATA_BYTES = 64_000_000
"""Bytes of a picture's metadata, unpacked: EXIF, XMP, profile, texts, comments and the segments of other programs."""

PDF_BYTES, PDF_PAGES = 4_000_000_000, 5_000
"""Bytes and pages of a PDF; each page's picture is bounded like any other."""
PDF_CONTENT_BYTES = 16_000_000
"""Bytes of what a page of a PDF draws, unpacked and without its pictures."""

ARCHIVE_MEMBERS = 2_000_000
"""Members of a .tar or .zip."""
ARCHIVE_GROWTH, ARCHIVE_BYTES = 200, 1_000_000_000
"""All members of a .zip together, unpacked, hold at most so many times the archive's bytes, or so many bytes."""

HINTS = 1_000
"""Hints on one picture; a hint may have many places."""
HINT_FILE_BYTES = 64_000_000
"""Bytes of a file of hints or settings."""
LIST_BYTES = 256_000_000
"""Bytes of a list of names: some millions of them."""
MANIFEST_BYTES = 4_000_000_000
"""Bytes of the manifest of a dataset: some 200 for each of its pictures."""
WEIGHTS_BYTES = 4_000_000_000
"""Bytes of a weights file."""
THREADS_A_CORE = 8
"""Threads or processes for each core of the machine; 16 are taken on any."""

UPLOAD_BYTES = 500_000_000
"""Bytes of one file that a visitor of `graycolor web` brings."""
FILM_UPLOAD_BYTES = 4_000_000_000
"""Bytes of one film that a visitor of `graycolor web` brings; one that lies on the machine is opened by its path."""
VISIT_BYTES = 5_000_000_000
"""Bytes of all files of one visitor."""
VISIT_FILES = 2_000
"""Files that one visitor brings."""
VISIT_FILMS = 20
"""Films that one visitor has at hand."""
VISITS = 200
"""Visitors at a time; who has left counts for ten minutes more."""
FOLDER_FILES = 50_000
"""Photographs of the folder that `graycolor web FOLDER` shows."""


def file_bytes(max_pixels: int = PIXELS) -> int:
    """Bytes of a picture's file."""
    return BYTES_A_PIXEL * max_pixels


def member_bytes(max_pixels: int = PIXELS) -> int:
    """Bytes of a picture in an archive, unpacked."""
    return ARCHIVED_BYTES_A_PIXEL * max_pixels


def all_pixels(max_pixels: int = PIXELS) -> int:
    """Pixels of all frames or pages of a file together."""
    return FRAMES_OF_PIXELS * max_pixels


def most_threads(cores: int) -> int:
    """Threads or processes on a machine of so many cores."""
    return max(16, THREADS_A_CORE * cores)
