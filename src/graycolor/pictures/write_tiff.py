"""TIFF files: pixels by tifffile, then each directory anew with the metadata's tags in it.

Pillow cannot write 16-bit color, tifffile cannot write EXIF; a directory is small and can be made twice.
"""

from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graycolor.errors import OutputError
from graycolor.pictures.metadata.iptc import IPTC_TAG, PHOTOSHOP_TAG, iptc_records
from graycolor.pictures.metadata.record import Metadata, describing_tags
from graycolor.pictures.metadata.texts import words_of
from graycolor.pictures.pages import LARGEST
from graycolor.pictures.picture import Codes, Picture

_SUBFILE, _DESCRIPTION, _STRIP_OFFSETS, _XMP, _ICC = 254, 270, 273, 700, 34675
_UNDEFINED = 7
"""The type of tags that are bytes to everybody but their maker."""


def tiff(pixels: Codes, picture: Picture) -> bytes:
    """A TIFF of one page, (H,W,3) or with alpha (H,W,4), uint8 or uint16; (H,W) of a mask that stays gray.

    Raises:
        OutputError: it is more than 4 GB.
    """
    return _with_tags(_bare(pixels, picture), _tags(picture.metadata))


def _bare(pixels: Codes, picture: Picture) -> bytes:
    import tifffile

    buffer, metadata = io.BytesIO(), picture.metadata
    resolution = metadata.dpi or metadata.ratio
    options: dict[str, Any] = {"photometric": "rgb"}
    if resolution:
        options |= {"resolution": resolution, "resolutionunit": "INCH" if metadata.dpi else "NONE"}
    if pixels.ndim == 2:
        pixels = _bilevel(pixels)
        options["photometric"] = "mask" if pixels.dtype == bool else "minisblack"
    elif pixels.shape[2] == 4:
        options["extrasamples"] = ["unassalpha"]
    if picture.format != "TIFF" or picture.encoding["compressed"]:
        options |= {"compression": "adobe_deflate", "compressionargs": {"level": 4}, "predictor": pixels.dtype != bool}
    try:
        tifffile.imwrite(buffer, pixels, metadata=None, software=False, bigtiff=False, **options)
    except (ValueError, struct.error) as error:
        if pixels.nbytes < LARGEST:
            raise
        raise OutputError("A page of the result would be more than 4 GB; cut the picture into parts.") from error
    return buffer.getvalue()


def _bilevel(mask: Codes) -> NDArray[Any]:
    """A mask of one bit, where all of it is black or white, else as it is."""
    top = np.iinfo(mask.dtype).max
    return mask == top if ((mask == 0) | (mask == top)).all() else mask


def _tags(metadata: Metadata) -> dict[int, Any]:
    from PIL.Image import Exif

    exif = Exif()
    exif.load(metadata.exif or b"")
    records = iptc_records(metadata.photoshop) if metadata.photoshop else None
    travelling: dict[int, Any] = {
        _XMP: metadata.xmp,
        _ICC: metadata.icc,
        PHOTOSHOP_TAG: metadata.photoshop,
        IPTC_TAG: records,
    }
    travelling[_SUBFILE] = metadata.subfile or None  # tifffile takes no masks
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
