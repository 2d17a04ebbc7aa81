"""`Picture` and its colors back into a file's bytes, in the source's format, with all that travelled.

Where a format must be encoded anew it is never coarser than the source: JPEG takes over the source's own luma table
and full chroma resolution, WebP and TIFF stay lossless where they were.
"""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np

from graycolor.errors import OutputError, UsageError
from graycolor.pictures.metadata import Metadata, save_options
from graycolor.pictures.picture import Codes, Picture

_FORMATS = {
    ".jpg": "JPEG", ".jpeg": "JPEG", ".jpe": "JPEG", ".png": "PNG", ".webp": "WEBP",
    ".tif": "TIFF", ".tiff": "TIFF", ".bmp": "BMP",
}  # fmt: skip
_LARGEST_SIDE = {"JPEG": 65_500, "WEBP": 16_383}
_DEEP_FORMATS = frozenset({"PNG", "TIFF"})
_QUALITY = 92


def format_of_suffix(suffix: str) -> str:
    """Pillow's name of the format that a file suffix stands for.

    Raises:
        UsageError: no format that graycolor writes has this suffix.
    """
    try:
        return _FORMATS[suffix.lower()]
    except KeyError:
        known = ", ".join(sorted(_FORMATS))
        raise UsageError(f"graycolor writes no {suffix or 'files without a suffix'}; choose one of {known}.") from None


def result_depth(picture: Picture, image_format: str) -> int:
    """Bits of a channel of the result: the source's where the format can hold it."""
    return picture.depth if image_format in _DEEP_FORMATS else 8


def encode_picture(rgb: Codes, picture: Picture, image_format: str) -> bytes:
    """Encode sRGB pixels (H,W,3), uint8 or uint16, as `image_format`, with the metadata and alpha of `picture`.

    Raises:
        OutputError: the format cannot hold a picture of this size.
    """
    limit = _LARGEST_SIDE.get(image_format)
    if limit and max(rgb.shape[:2]) > limit:
        raise OutputError(f"{image_format} holds at most {limit} pixels a side; choose .png or .tif with -o.")
    pixels = _with_alpha(rgb, picture) if image_format != "JPEG" else rgb
    if rgb.dtype == np.uint16:
        return _deep_png(pixels, picture.metadata) if image_format == "PNG" else _deep_tiff(pixels, picture)
    return _encoded(pixels, picture, image_format)


def _with_alpha(rgb: Codes, picture: Picture) -> Codes:
    if picture.alpha is None:
        return rgb
    alpha = picture.alpha
    if alpha.dtype != rgb.dtype:
        alpha = (alpha // 257).astype(np.uint8) if rgb.dtype == np.uint8 else alpha.astype(np.uint16) * 257
    return np.dstack([rgb, alpha])


def _encoded(pixels: Codes, picture: Picture, image_format: str) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    options = save_options(picture.metadata, image_format) | _compression(picture, image_format)
    Image.fromarray(pixels).save(buffer, image_format, **options)
    return buffer.getvalue()


def _compression(picture: Picture, image_format: str) -> dict[str, Any]:
    source: dict[str, Any] = picture.encoding if picture.format == image_format else {}
    if image_format == "JPEG":
        return _jpeg_compression(source)
    if image_format == "WEBP":
        return {"lossless": True} if source.get("lossless", True) else {"quality": _QUALITY, "method": 4}
    if image_format == "TIFF":
        return {"compression": "tiff_adobe_deflate"} if source.get("compressed", True) else {}
    return {"compress_level": 4} if image_format == "PNG" else {}


def _jpeg_compression(source: dict[str, Any]) -> dict[str, Any]:
    tables = source.get("tables")
    if not tables:
        return {"quality": _QUALITY, "subsampling": "4:4:4"}
    luma = tables[min(tables)]
    # A gray source has no chroma table; its luma table is finer than any chroma table of the same quality.
    return {
        "qtables": [luma, tables.get(1, luma)],
        "subsampling": "4:4:4",
        "progressive": source.get("progressive", False),
    }


def _deep_png(pixels: Codes, metadata: Metadata) -> bytes:
    """A 16-bit PNG; Pillow cannot write one, OpenCV can but keeps no metadata, so its chunks are put in here."""
    import cv2

    order = [2, 1, 0, 3][: pixels.shape[2]]
    done, encoded = cv2.imencode(".png", np.ascontiguousarray(pixels[..., order]), [cv2.IMWRITE_PNG_COMPRESSION, 4])
    if not done:
        raise OutputError("The 16-bit PNG could not be encoded; choose .tif with -o.")
    data = encoded.tobytes()
    after_header = 8 + 25  # signature, IHDR chunk
    return data[:after_header] + b"".join(_png_chunks(metadata)) + data[after_header:]


def _png_chunks(metadata: Metadata) -> list[bytes]:
    chunks = []
    if metadata.icc:
        chunks.append(_chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(metadata.icc)))
    if metadata.dpi:
        x, y = (round(dpi / 0.0254) for dpi in metadata.dpi)
        chunks.append(_chunk(b"pHYs", struct.pack(">IIB", x, y, 1)))
    if metadata.exif:
        chunks.append(_chunk(b"eXIf", metadata.exif.removeprefix(b"Exif\0\0")))
    texts = list(metadata.text)
    if metadata.xmp:
        texts.append(("XML:com.adobe.xmp", metadata.xmp.decode("utf-8", "replace")))
    chunks += [_chunk(b"iTXt", key.encode("latin-1") + b"\0\0\0\0\0" + text.encode()) for key, text in texts]
    return chunks


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _deep_tiff(pixels: Codes, picture: Picture) -> bytes:
    import tifffile

    metadata, buffer = picture.metadata, io.BytesIO()
    tags = [
        (code, 7 if code == 34675 else 1, len(value), value, True)
        for code, value in ((34675, metadata.icc), (700, metadata.xmp))
        if value
    ]
    if metadata.orientation != 1:
        tags.append((274, 3, 1, metadata.orientation, True))
    options: dict[str, Any] = {"resolution": metadata.dpi, "resolutionunit": "INCH"} if metadata.dpi else {}
    if picture.alpha is not None:
        options["extrasamples"] = ["unassalpha"]
    if picture.encoding.get("compressed", True):
        options |= {"compression": "adobe_deflate", "predictor": True}
    tifffile.imwrite(buffer, pixels, photometric="rgb", metadata=None, extratags=tags, software="graycolor", **options)
    return buffer.getvalue()
