"""Formats that Pillow writes without metadata, or not at 16 bits: PNG, JPEG 2000, pixmaps.

OpenCV encodes 16-bit PNG and JPEG 2000 exactly but keeps no metadata; chunks and boxes are put in here.
"""

from __future__ import annotations

import struct
import zlib
from typing import cast

import cv2
import numpy as np

from graycolor.errors import OutputError
from graycolor.pictures.metadata.exif import PREFIX
from graycolor.pictures.metadata.jp2_boxes import with_boxes
from graycolor.pictures.metadata.record import Metadata
from graycolor.pictures.metadata.texts import all_texts, comment_of, whole_ratio
from graycolor.pictures.picture import Codes

_AFTER_HEADER = 8 + 25
"""Behind the signature and the chunk IHDR of a PNG."""


def png_16bit(pixels: Codes, metadata: Metadata) -> bytes:
    """A 16-bit PNG of (H,W,3) or (H,W,4) uint16."""
    data = _by_opencv(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 4])
    return data[:_AFTER_HEADER] + b"".join(_png_chunks(metadata)) + data[_AFTER_HEADER:]


def jpeg2000_16bit(rgb: Codes, metadata: Metadata) -> bytes:
    """A lossless 16-bit JPEG 2000 of (H,W,3) uint16."""
    return with_boxes(_by_opencv(".jp2", rgb, [cv2.IMWRITE_JPEG2000_COMPRESSION_X1000, 1000]), metadata)


def _by_opencv(suffix: str, pixels: Codes, options: list[int]) -> bytes:
    order = [2, 1, 0, 3][: pixels.shape[2]]
    done, encoded = cv2.imencode(suffix, cast(Codes, np.ascontiguousarray(pixels[..., order])), options)
    if not done:
        raise OutputError(f"The 16-bit {suffix} could not be encoded; write it as .tif.")
    return bytes(encoded.tobytes())


def _png_chunks(metadata: Metadata) -> list[bytes]:
    chunks = []
    if metadata.icc:
        chunks.append(png_chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(metadata.icc)))
    if metadata.dpi:
        x, y = (round(dpi / 0.0254) for dpi in metadata.dpi)
        chunks.append(png_chunk(b"pHYs", struct.pack(">IIB", x, y, 1)))
    elif metadata.ratio:
        chunks.append(_ratio_chunk(metadata.ratio))
    if metadata.exif:
        chunks.append(png_chunk(b"eXIf", metadata.exif.removeprefix(PREFIX)))
    texts = all_texts(metadata)
    chunks += [png_chunk(b"iTXt", key.encode("latin-1") + b"\0\0\0\0\0" + text.encode()) for key, text in texts]
    return chunks


def png_with_ratio(png: bytes, ratio: tuple[float, float]) -> bytes:
    """A PNG, as Pillow writes it, with how wide its pixels are for their height."""
    return png[:_AFTER_HEADER] + _ratio_chunk(ratio) + png[_AFTER_HEADER:]


def _ratio_chunk(ratio: tuple[float, float]) -> bytes:
    return png_chunk(b"pHYs", struct.pack(">IIB", *whole_ratio(ratio, 2**31 - 1), 0))


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk as it stands in a PNG (PNG 3, 5.3): its length, kind, contents and checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def portable_pixmap(rgb: Codes, metadata: Metadata) -> bytes:
    """A binary PPM of uint8 or uint16; comments are all the metadata it knows."""
    lines = (comment_of(metadata) or b"").splitlines()
    comments = b"".join(b"# " + line + b"\n" for line in lines)
    height, width = rgb.shape[:2]
    top = np.iinfo(rgb.dtype).max
    header = b"P6\n" + comments + f"{width} {height}\n{top}\n".encode()
    return header + rgb.astype(rgb.dtype.newbyteorder(">")).tobytes()
