"""TIFF files: pixels by tifffile, then each directory anew with the metadata's tags in it.

Pillow cannot write 16-bit color, tifffile cannot write EXIF; a directory is small and can be made twice.
"""

from __future__ import annotations

import io
from typing import Any

from graycolor.pictures.metadata.iptc import IPTC_TAG, PHOTOSHOP_TAG, iptc_records
from graycolor.pictures.metadata.record import Metadata, describing_tags
from graycolor.pictures.metadata.texts import words_of
from graycolor.pictures.picture import Codes, Picture

_DESCRIPTION, _STRIP_OFFSETS, _XMP, _ICC = 270, 273, 700, 34675
_UNDEFINED = 7
"""The type of tags that are bytes to everybody but their maker."""


def tiff(pixels: Codes, picture: Picture) -> bytes:
    """A TIFF of one page, (H,W,3) or with alpha (H,W,4), uint8 or uint16."""
    return _with_tags(_bare(pixels, picture), _tags(picture.metadata))


def _bare(pixels: Codes, picture: Picture) -> bytes:
    import tifffile

    buffer, dpi = io.BytesIO(), picture.metadata.dpi
    options: dict[str, Any] = {"resolution": dpi, "resolutionunit": "INCH"} if dpi else {}
    if pixels.shape[2] == 4:
        options["extrasamples"] = ["unassalpha"]
    if picture.format != "TIFF" or picture.encoding["compressed"]:
        options |= {"compression": "adobe_deflate", "compressionargs": {"level": 4}, "predictor": True}
    tifffile.imwrite(buffer, pixels, photometric="rgb", metadata=None, software=False, **options)
    return buffer.getvalue()


def _tags(metadata: Metadata) -> dict[int, Any]:
    from PIL.Image import Exif

    exif = Exif()
    exif.load(metadata.exif or b"")
    records = iptc_records(metadata.photoshop) if metadata.photoshop else None
    travelling = {_XMP: metadata.xmp, _ICC: metadata.icc, PHOTOSHOP_TAG: metadata.photoshop, IPTC_TAG: records}
    tags = {_DESCRIPTION: words_of(metadata)} | describing_tags(exif) | travelling
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
        if tag in (IPTC_TAG, PHOTOSHOP_TAG):
            directory.tagtype[tag] = _UNDEFINED
        directory[tag] = value
    directory.save(result)
    return result.getvalue() + tiff[min(strips) :]
