"""A scan's own pixels: the picture that lies in a PDF, as the file that it would be outside of it.

JPEG and JPEG 2000 come out as they are, so that what is promised of such files is kept in a PDF too. What is stored in
a way that is rare among scans is None here, and rendered (`graycolor.pdf.rendered`).
"""

from __future__ import annotations

import io
from typing import Any, NamedTuple

import numpy as np

from graycolor.pdf.scan_of_page import only_filter, unpacks_within
from graycolor.types import Codes

_ICC_SEGMENT = 65_519
"""Bytes of a profile in one segment of a JPEG."""
_SLACK = 4096


class ScanFile(NamedTuple):
    """A scan as a file of its own, and Pillow's name of the format that its result is to have."""

    data: bytes
    result: str


class _Space(NamedTuple):
    """A color space: how many channels, and the profile that says what they mean."""

    channels: int
    profile: bytes | None


def size_of(image: Any) -> tuple[int, int]:
    """Width and height that an image object claims."""
    return int(image.get("/Width", 0)), int(image.get("/Height", 0))


def file_of(image: Any) -> ScanFile | None:
    """The scan of an image object of pikepdf's, whose size was checked; None where it has to be rendered."""
    if any(key in image for key in ("/SMask", "/Mask", "/Decode", "/Alternates")) or image.get("/ImageMask", False):
        return None
    packed = only_filter(image)
    if packed == "/JPXDecode":
        return ScanFile(image.read_raw_bytes(), "JPEG2000")
    space = _space_of(image.get("/ColorSpace"))
    if space is None:
        return None
    if packed == "/DCTDecode" and "/DecodeParms" not in image:
        return ScanFile(_with_profile(image.read_raw_bytes(), space.profile), "JPEG")
    pixels = _pixels(image, space.channels, packed)
    return None if pixels is None else _as_file(pixels, space.profile)


def _space_of(said: Any) -> _Space | None:
    import pikepdf

    if said in ("/DeviceGray", "/G"):
        return _Space(1, None)
    if said in ("/DeviceRGB", "/RGB"):
        return _Space(3, None)
    if isinstance(said, pikepdf.Array) and len(said) == 2 and said[0] == "/ICCBased":
        channels = int(said[1].get("/N", 0))
        if channels in (1, 3) and unpacks_within(said[1], 16_000_000):
            return _Space(channels, said[1].read_bytes())
    return None


def _pixels(image: Any, channels: int, packed: str) -> Codes | None:
    """(H,W) or (H,W,3) codes."""
    (width, height), bits = size_of(image), int(image.get("/BitsPerComponent", 0))
    if packed == "/CCITTFaxDecode" and channels == 1:
        return _of_fax(image)
    row = (width * channels * bits + 7) // 8
    if bits not in (1, 8, 16) or not unpacks_within(image, height * (row + 1) + _SLACK):
        return None
    codes = np.frombuffer(image.read_bytes(), np.uint8)
    if len(codes) < height * row:
        return None
    rows = codes[: height * row].reshape(height, row)
    if bits == 1:
        return np.unpackbits(rows, axis=1)[:, :width] * np.uint8(255) if channels == 1 else None
    whole: Any = rows.view(">u2").astype(np.uint16) if bits == 16 else rows
    return whole.reshape(height, width) if channels == 1 else whole.reshape(height, width, 3)


def _of_fax(image: Any) -> Codes:
    import pikepdf

    return np.asarray(pikepdf.PdfImage(image).as_pil_image().convert("L"))


def _as_file(pixels: Codes, profile: bytes | None) -> ScanFile | None:
    from PIL import Image

    if pixels.dtype == np.uint16:
        if profile is not None:
            return None
        kind = b"P5" if pixels.ndim == 2 else b"P6"
        head = kind + b" %d %d 65535\n" % (pixels.shape[1], pixels.shape[0])
        return ScanFile(head + pixels.astype(">u2").tobytes(), "PNG")
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1, **({"icc_profile": profile} if profile else {}))
    return ScanFile(file.getvalue(), "PNG")


def _with_profile(jpeg: bytes, profile: bytes | None) -> bytes:
    """A JPEG that says itself what the PDF says of its colors."""
    if profile is None or b"ICC_PROFILE\0" in jpeg[:65536]:
        return jpeg
    parts = [profile[start : start + _ICC_SEGMENT] for start in range(0, len(profile), _ICC_SEGMENT)]
    segments = b"".join(
        b"\xff\xe2" + (len(part) + 16).to_bytes(2, "big") + b"ICC_PROFILE\0" + bytes([number, len(parts)]) + part
        for number, part in enumerate(parts, 1)
    )
    return jpeg[:2] + segments + jpeg[2:]
