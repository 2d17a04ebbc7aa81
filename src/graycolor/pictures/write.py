"""`Picture` and its colors back into a file's bytes, in the source's format, with all that travelled.

Where a format must be encoded anew it is never coarser than the source: JPEG takes over the source's own luma
table at full chroma resolution, WebP and TIFF stay lossless where they were. Pillow writes 8-bit JPEG, PNG,
WebP and BMP; it can write neither 16-bit color nor EXIF in a compressed TIFF, so those are put together here.
"""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any, cast

import numpy as np

from graycolor.errors import OutputError, UsageError
from graycolor.pictures.metadata import Metadata, describing_tags, save_options
from graycolor.pictures.picture import Codes, Picture

_FORMATS = {
    ".jpg": "JPEG", ".jpeg": "JPEG", ".jpe": "JPEG", ".png": "PNG", ".webp": "WEBP",
    ".tif": "TIFF", ".tiff": "TIFF", ".bmp": "BMP",
}  # fmt: skip
_LARGEST_SIDE = {"JPEG": 65_500, "WEBP": 16_383}
_DEEP_FORMATS = frozenset({"PNG", "TIFF"})
_WITHOUT_ALPHA = frozenset({"JPEG", "BMP"})
_STRIP_OFFSETS, _XMP, _ICC = 273, 700, 34675
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
        wanted = suffix or "files without a suffix"
        raise UsageError(f"graycolor writes no {wanted}; choose one of {known}.") from None


def result_depth(picture: Picture, image_format: str) -> int:
    """Bits of a channel of the result: the source's where the format can hold it."""
    return picture.depth if image_format in _DEEP_FORMATS else 8


def encode_picture(rgb: Codes, picture: Picture, image_format: str | None = None, quality: int | None = None) -> bytes:
    """Encode sRGB pixels (H,W,3), uint8 or uint16, with the metadata and alpha of `picture`.

    `image_format` is the source's unless given. `quality` is 1..100 for a JPEG or WebP, and as good as the
    source's unless given. Only PNG and TIFF take uint16.

    Raises:
        OutputError: the format cannot hold a picture of this size.
    """
    image_format = image_format or picture.format
    limit = _LARGEST_SIDE.get(image_format)
    if limit and max(rgb.shape[:2]) > limit:
        raise OutputError(f"{image_format} holds at most {limit} pixels a side; choose .png or .tif with -o.")
    pixels = rgb if image_format in _WITHOUT_ALPHA else _with_alpha(rgb, picture)
    if image_format == "TIFF":
        return _tiff(pixels, picture)
    if rgb.dtype == np.uint16:
        return _deep_png(pixels, picture.metadata)
    return _encoded(pixels, picture, image_format, quality)


def _with_alpha(rgb: Codes, picture: Picture) -> Codes:
    if picture.alpha is None:
        return rgb
    alpha = picture.alpha
    if alpha.dtype != rgb.dtype:
        alpha = (alpha // 257).astype(np.uint8) if rgb.dtype == np.uint8 else alpha.astype(np.uint16) * 257
    return cast(Codes, np.dstack([rgb, alpha]))


def _encoded(pixels: Codes, picture: Picture, image_format: str, quality: int | None) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    options = save_options(picture.metadata, image_format) | _compression(picture, image_format, quality)
    Image.fromarray(pixels).save(buffer, image_format, **options)
    return buffer.getvalue()


def _compression(picture: Picture, image_format: str, quality: int | None) -> dict[str, Any]:
    source: dict[str, Any] = picture.encoding if picture.format == image_format else {}
    if image_format == "JPEG":
        return _jpeg_compression(source if quality is None else {}, quality or _QUALITY)
    if image_format == "WEBP":
        lossless = quality is None and source.get("lossless", True)
        # exact: what lies under transparent pixels is part of the picture.
        return {"lossless": lossless, "quality": quality or _QUALITY, "method": 4, "exact": True}
    return {"compress_level": 4} if image_format == "PNG" else {}


def _jpeg_compression(source: dict[str, Any], quality: int) -> dict[str, Any]:
    tables = source.get("tables")
    if not tables:
        return {"quality": quality, "subsampling": "4:4:4"}
    luma = tables[min(tables)]
    # A gray source has no chroma table; its luma table is finer than any chroma table of the same quality.
    return {
        "qtables": [luma, tables.get(1, luma)],
        "subsampling": "4:4:4",
        "progressive": source.get("progressive", False),
    }


def _deep_png(pixels: Codes, metadata: Metadata) -> bytes:
    """A 16-bit PNG; OpenCV writes one but keeps no metadata, so its chunks are put in here."""
    import cv2

    order = [2, 1, 0, 3][: pixels.shape[2]]
    ordered = cast(Codes, np.ascontiguousarray(pixels[..., order]))
    done, encoded = cv2.imencode(".png", ordered, [cv2.IMWRITE_PNG_COMPRESSION, 4])
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


def _tiff(pixels: Codes, picture: Picture) -> bytes:
    """A TIFF of 8 or 16 bits: pixels by tifffile, then the directory anew with the metadata's tags in it."""
    import tifffile

    buffer, dpi = io.BytesIO(), picture.metadata.dpi
    options: dict[str, Any] = {"resolution": dpi, "resolutionunit": "INCH"} if dpi else {}
    if pixels.shape[2] == 4:
        options["extrasamples"] = ["unassalpha"]
    if picture.format != "TIFF" or picture.encoding["compressed"]:
        options |= {"compression": "adobe_deflate", "compressionargs": {"level": 4}, "predictor": True}
    tifffile.imwrite(buffer, pixels, photometric="rgb", metadata=None, software=False, **options)
    return _with_tags(buffer.getvalue(), _tiff_tags(picture.metadata))


def _tiff_tags(metadata: Metadata) -> dict[int, Any]:
    from PIL.Image import Exif

    exif = Exif()
    exif.load(metadata.exif or b"")
    tags = describing_tags(exif) | {_XMP: metadata.xmp, _ICC: metadata.icc}
    return {tag: value for tag, value in tags.items() if value is not None}


def _with_tags(tiff: bytes, tags: dict[int, Any]) -> bytes:
    """`tiff` with `tags` added; Pillow's directory wants the strips behind it, counted from its own end."""
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    source, result = io.BytesIO(tiff), io.BytesIO()
    directory = ImageFileDirectory_v2(tiff[:8])
    source.seek(directory.next)
    directory.load(source)
    directory.update(dict(directory))  # Pillow reads tags when asked for, and writes those it has read
    strips = directory[_STRIP_OFFSETS]
    directory[_STRIP_OFFSETS] = tuple(offset - min(strips) for offset in strips)
    for tag, value in tags.items():
        directory[tag] = value
    directory.save(result)
    return result.getvalue() + tiff[min(strips) :]
