"""What a result's format has no room for, in words: nothing is left out silently."""

from __future__ import annotations

from graycolor.pictures.formats import FORMATS
from graycolor.pictures.jpeg.header import fits_jpeg
from graycolor.pictures.metadata.exif import DESCRIPTION, X_RESOLUTION, has_tag
from graycolor.pictures.metadata.record import Metadata
from graycolor.pictures.metadata.texts import words_of
from graycolor.pictures.picture import Picture
from graycolor.pictures.write import result_depth


def unsupported(picture: Picture, image_format: str) -> tuple[str, ...]:
    """A sentence each for what could not be read, and for what `image_format` cannot keep."""
    target = FORMATS[image_format]
    found = [*picture.notes, *picture.metadata.lost]
    if missing := _metadata(picture.metadata, image_format):
        found.append(f"{image_format} has no room for its {' and '.join(missing)}; PNG and TIFF have.")
    if picture.metadata.boxes and image_format != "JPEG2000":
        found.append(f"{image_format} has no room for its JPEG 2000 boxes; .jp2 has.")
    if picture.alpha is not None and not target.alpha:
        found.append(f"{image_format} keeps no transparency; PNG, WebP and TIFF do.")
    if result_depth(picture, image_format) < picture.depth:
        found.append(f"{image_format} keeps 8 of the {picture.depth} bits; PNG and TIFF keep all.")
    if (bits := int(str(picture.encoding.get("bits", 8)))) > picture.depth:
        found.append(f"Of its {bits} bits the {picture.depth} upper ones are read.")
    if target.most_colors:
        found.append(
            f"{image_format} holds {target.most_colors} colors, so its light is rounded; WebP and PNG keep it."
        )
    return tuple(found)


def _metadata(metadata: Metadata, image_format: str) -> list[str]:
    """The kinds of metadata that are there and find no place."""
    there = {
        "EXIF": metadata.exif is not None,
        "XMP": metadata.xmp is not None,
        "IPTC": metadata.photoshop is not None,
        "comment": words_of(metadata) is not None,
        "resolution": metadata.dpi is not None and not has_tag(metadata.exif, X_RESOLUTION),
    }
    has_ratio = metadata.ratio is not None and metadata.dpi is None
    missing = [kind for kind, is_there in there.items() if is_there and kind not in FORMATS[image_format].holds]
    if image_format == "TIFF" and there["comment"] and has_tag(metadata.exif, DESCRIPTION):
        missing.append("comment")  # its place is taken by the description
    if has_ratio and image_format not in ("JPEG", "PNG", "TIFF"):
        missing.append("shape of pixels")
    if image_format == "JPEG":
        missing += [kind for kind, fits in fits_jpeg(metadata).items() if not fits]
    return missing
