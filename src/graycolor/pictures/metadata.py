"""What travels with a picture: EXIF, profile, XMP, resolution, comments. Copied as bytes, never re-made.

Pixels are not turned, so the EXIF block (maker notes with their offsets included) stays valid byte for byte.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

_ORIENTATION_TAG = 0x0112
_XMP_KEYWORD = "XML:com.adobe.xmp"


@dataclass(frozen=True)
class Metadata:
    """Metadata of one picture; None and empty where the source had none.

    Attributes:
        exif: the EXIF block, as the format stores it.
        icc: the color profile of the *result*: the source's, unless that was for gray or was converted away.
        xmp: the XMP packet.
        dpi: horizontal and vertical pixels per inch.
        comment: a JPEG comment.
        text: keyword and text of PNG text chunks.
        orientation: EXIF orientation 1..8; 1 is upright.
    """

    exif: bytes | None = None
    icc: bytes | None = None
    xmp: bytes | None = None
    dpi: tuple[float, float] | None = None
    comment: bytes | None = None
    text: tuple[tuple[str, str], ...] = ()
    orientation: int = 1


def read_metadata(image: Image.Image, icc: bytes | None) -> Metadata:
    """The metadata of an opened Pillow image; `icc` is the profile that fits the result."""
    exif = image.getexif()
    block = image.info.get("exif") or (exif.tobytes() if len(exif) and image.format == "TIFF" else None)
    xmp = image.info.get("xmp") or image.info.get(_XMP_KEYWORD)
    orientation = exif.get(_ORIENTATION_TAG, 1)
    return Metadata(
        exif=block,
        icc=icc,
        xmp=xmp.encode() if isinstance(xmp, str) else xmp,
        dpi=_dpi(image.info.get("dpi")),
        comment=image.info.get("comment") if image.format == "JPEG" else None,
        text=_text(image),
        orientation=orientation if orientation in range(1, 9) else 1,
    )


def _dpi(value: Any) -> tuple[float, float] | None:
    try:
        x, y = (float(axis) for axis in value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return (x, y) if x > 0 and y > 0 else None


def _text(image: Image.Image) -> tuple[tuple[str, str], ...]:
    chunks: dict[str, str] = getattr(image, "text", None) or {}
    return tuple((key, str(value)) for key, value in chunks.items() if key != _XMP_KEYWORD)


def save_options(metadata: Metadata, image_format: str) -> dict[str, Any]:
    """Arguments for Pillow's `save` that keep `metadata` in `image_format`; what the format cannot hold is left out."""
    options: dict[str, Any] = {"icc_profile": metadata.icc, "dpi": metadata.dpi}
    if image_format != "BMP":
        options["exif"] = metadata.exif
    if image_format in ("JPEG", "WEBP", "TIFF"):
        options["xmp"] = metadata.xmp
    if image_format == "JPEG":
        options["comment"] = metadata.comment
    if image_format == "PNG":
        options["pnginfo"] = _png_text(metadata)
    return {key: value for key, value in options.items() if value is not None}


def _png_text(metadata: Metadata) -> Any:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    for key, value in metadata.text:
        info.add_itxt(key, value) if not value.isascii() else info.add_text(key, value)
    if metadata.xmp:
        info.add_itxt(_XMP_KEYWORD, metadata.xmp.decode("utf-8", "replace"))
    return info
