"""What travels with a picture: EXIF, profile, XMP, resolution, comments. Copied as bytes, never re-made.

Pixels are not turned, so the EXIF block (maker notes with their offsets included) stays valid byte for byte.
TIFF is the exception: it keeps metadata among tags that describe its pixels, which must not leave it.
Also here is what it says about pixels: how they were compressed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from graycolor.pictures.metadata.exif import (
    ORIENTATION,
    PREFIX,
    X_RESOLUTION,
    has_tag,
    only_orientation,
    without_thumbnail,
)
from graycolor.pictures.metadata.iptc import IPTC_KEYWORD, photoshop_resources
from graycolor.pictures.metadata.xmp_preview import without_preview

if TYPE_CHECKING:
    from PIL import Image

    from graycolor.pictures.jpeg.markers import MarkerSegment

_LAYERS_TAG = 37724
_PHOTOMETRIC_TAG, _CHANNELS_TAG, _EXTRA_TAG = 262, 277, 338
_COLOR_CHANNELS = {2: 3, 5: 4, 6: 3, 8: 3, 9: 3, 10: 3}
"""Channels of a photometric interpretation of a TIFF; one where it is not here."""
_SUBFILE_TAG, _OLD_SUBFILE_TAG, _SUB_DIRECTORIES_TAG = 254, 255, 330
_RESOLUTION_TAGS, _UNIT_TAG, _NO_UNIT = (282, 283), 296, 1
XMP_KEYWORD = "XML:com.adobe.xmp"
# Tags of a TIFF that say how *its* pixels lie, or that travel by another way (resolution, XMP, profile, IPTC).
# A copy of BitsPerSample alone makes a color result unreadable, one of DNGVersion makes it a camera's raw file.
_PIXEL_TAGS = frozenset(
    {
        *range(254, 267),
        273,
        *range(277, 285),
        *range(288, 293),
        296,
        301,
        *range(317, 326),
        330,
        *range(332, 344),
        347,
        *range(512, 522),
        *range(529, 533),
        700,
        33421,
        33422,
        33723,
        34377,
        34675,
        37724,
        *range(50706, 50735),
    }
)
SAMPLING = {(2, 1): "4:2:2", (2, 2): "4:2:0"}
"""Pillow's words for pixels across and down that share a chroma sample; it writes no others but each its own."""
_SUB_DIRECTORIES = (0x8769, 0x8825)  # EXIF and GPS


class Metadata(NamedTuple):
    """Metadata of one picture; None and empty where the source had none.

    Attributes:
        exif: the EXIF block, beginning with `Exif` and two zeros, else as the file stores it.
        icc: the color profile of the *result*: the source's, unless that was for gray or was converted away.
        xmp: the XMP packet.
        dpi: horizontal and vertical pixels per inch.
        ratio: horizontal and vertical resolution without a unit, which says how wide a pixel is for its height.
        subfile: what a page of a TIFF is, as bits: a reduced copy (1), a page of several (2), a mask (4).
        comment: a JPEG comment.
        text: keyword and text of PNG text chunks.
        orientation: EXIF orientation 1..8; 1 is upright.
        photoshop: Photoshop's image resources, in which IPTC lies.
        segments: a JPEG's own APPn and comment segments, in order; the fields above win over them.
        boxes: name and contents of a JPEG 2000's boxes that other programs wrote, in order.
        lost: a sentence each for what stood in the file and no result can hold.
        mark: one sentence that says who guessed the colors, for formats that hold a comment and no XMP.
    """

    exif: bytes | None = None
    icc: bytes | None = None
    xmp: bytes | None = None
    dpi: tuple[float, float] | None = None
    ratio: tuple[float, float] | None = None
    subfile: int = 0
    comment: bytes | None = None
    text: tuple[tuple[str, str], ...] = ()
    orientation: int = 1
    photoshop: bytes | None = None
    segments: tuple[MarkerSegment, ...] = ()
    boxes: tuple[tuple[bytes, bytes], ...] = ()
    lost: tuple[str, ...] = ()
    mark: str | None = None

    @property
    def size(self) -> int:
        """Bytes of all of it, more or less."""
        others = *(each.body for each in self.segments), *(content for _, content in self.boxes)
        blocks = (self.exif, self.icc, self.xmp, self.comment, self.photoshop, *others)
        return sum(len(block) for block in blocks if block) + sum(len(key) + len(text) for key, text in self.text)

    def stripped(self) -> Metadata:
        """Only what the pixels need to be shown right: how to turn them, their profile, and what page they are."""
        exif = only_orientation(self.orientation)
        return Metadata(exif=exif, icc=self.icc, orientation=self.orientation, subfile=self.subfile)


def read_metadata(image: Image.Image) -> Metadata:
    """The metadata of a Pillow image as its file has it; a TIFF's must be read before its pixels.

    Thumbnails in EXIF, XMP and image resources are left out: they show the picture without its colors.
    """
    xmp = image.info.get("xmp") or image.info.get(XMP_KEYWORD)
    packet = xmp.encode() if isinstance(xmp, str) else xmp
    orientation = _orientation(image)
    return Metadata(
        exif=_tiff_exif(image) if image.format == "TIFF" else _exif(image.info.get("exif")),
        icc=image.info.get("icc_profile"),
        xmp=without_preview(packet) if packet else packet,
        dpi=None if _is_made_up(image) else _dpi(image.info.get("dpi")),
        ratio=_ratio(image),
        subfile=_subfile(image),
        comment=_comment(image),
        text=_text(image),
        orientation=orientation if orientation in range(1, 9) else 1,
        photoshop=photoshop_resources(image),
        lost=_lost(image) if image.format == "TIFF" else (),
    )


def _lost(image: Any) -> tuple[str, ...]:
    """What a TIFF holds beside its page and its tags."""
    hanging = image.tag_v2.get(_SUB_DIRECTORIES_TAG, ())
    count = len(hanging) if isinstance(hanging, tuple) else 1
    found = []
    if count:
        copies = (
            "its smaller copy (a pyramid's level)" if count == 1 else f"its {count} smaller copies (a pyramid's levels)"
        )
        found.append(f"The result is without {copies}, which would be gray; make them anew from it.")
    if _LAYERS_TAG in image.tag_v2:
        found.append("Its Photoshop layers are not kept, because they hold it in gray.")
    if _further_channels(image.tag_v2):
        found.append("A further channel that is no transparency, such as a scanner's infrared, is not kept.")
    return tuple(found)


def _further_channels(tags: Any) -> int:
    """Channels beyond those of the picture and of its transparency."""
    extra = tags.get(_EXTRA_TAG, ())
    further = tags.get(_CHANNELS_TAG, 1) - _COLOR_CHANNELS.get(tags.get(_PHOTOMETRIC_TAG), 1)
    is_alpha = isinstance(extra, tuple) and extra[:1] in ((1,), (2,))
    return int(further) - is_alpha if further > 0 else 0


def _is_made_up(image: Any) -> bool:
    """Whether Pillow's resolution of a JPEG is none of the file's: it takes 72 where EXIF says nothing."""
    if image.format not in ("JPEG", "MPO") or image.info.get("jfif_unit") in (1, 2):
        return False
    return not has_tag(_exif(image.info.get("exif")), X_RESOLUTION)


def _ratio(image: Any) -> tuple[float, float] | None:
    """The resolution of a TIFF, PNG or JPEG that tells no unit; nothing where pixels are square and of no size."""
    if image.format == "TIFF" and image.tag_v2.get(_UNIT_TAG) == _NO_UNIT:
        found = _dpi((image.tag_v2.get(_RESOLUTION_TAGS[0]), image.tag_v2.get(_RESOLUTION_TAGS[1])))
    elif image.format in ("JPEG", "MPO") and image.info.get("jfif_unit") == 0:
        found = _dpi(image.info.get("jfif_density"))
    else:
        found = _dpi(image.info.get("aspect"))
    return None if found == (1, 1) else found


def _subfile(image: Any) -> int:
    if image.format != "TIFF":
        return 0
    older = {2: 1, 3: 2}.get(image.tag_v2.get(_OLD_SUBFILE_TAG), 0)
    subfile = image.tag_v2.get(_SUBFILE_TAG, older)
    return subfile if subfile in range(256) else 0


def _comment(image: Image.Image) -> bytes | None:
    comment = image.info.get("comment") if image.format in ("JPEG", "MPO", "GIF", "PPM") else None
    return comment.encode() if isinstance(comment, str) else comment


def _orientation(image: Image.Image) -> Any:
    try:
        return image.getexif().get(ORIENTATION, 1)
    except Exception:  # a damaged EXIF block still travels as bytes, but says nothing
        return 1


def _exif(block: bytes | None) -> bytes | None:
    # WebP stores the block without the prefix, and JPEG readers find none without it.
    return without_thumbnail(PREFIX + block.removeprefix(PREFIX)) if block else None


def _tiff_exif(image: Image.Image) -> bytes | None:
    from PIL.Image import Exif

    tags = describing_tags(image.getexif())
    kept = Exif()
    for tag, value in tags.items():
        kept[tag] = value
    return kept.tobytes() if tags else None


def describing_tags(exif: Image.Exif) -> dict[int, Any]:
    """The tags that describe the picture, not how its pixels lie; EXIF and GPS as dictionaries."""
    tags = {tag: exif[tag] for tag in exif if tag not in _PIXEL_TAGS and tag not in _SUB_DIRECTORIES}
    for directory in _SUB_DIRECTORIES:
        if contents := exif.get_ifd(directory):
            tags[directory] = dict(contents)
    return tags


def _dpi(value: Any) -> tuple[float, float] | None:
    try:
        x, y = (float(axis) for axis in value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return (x, y) if x > 0 and y > 0 else None


def _text(image: Image.Image) -> tuple[tuple[str, str], ...]:
    chunks: dict[str, str] = getattr(image, "text", None) or {}
    return tuple((key, str(value)) for key, value in chunks.items() if key not in (XMP_KEYWORD, IPTC_KEYWORD))


def read_encoding(data: bytes, image: Image.Image) -> dict[str, object]:
    """How the source was compressed: JPEG tables, WebP losslessness, TIFF compression, bits of an AVIF."""
    if image.format in ("JPEG", "MPO"):
        tables: dict[int, list[int]] = image.quantization  # type: ignore[attr-defined]
        layers: Any = image.layer  # type: ignore[attr-defined]
        return {
            "tables": [list(tables[layer[3]]) for layer in layers if layer[3] in tables],
            "sampling": SAMPLING.get(_factors(layers), "4:4:4"),
            "progressive": "progressive" in image.info,
        }
    if image.format == "WEBP":
        return {"lossless": b"VP8L" in data and b"VP8 " not in data}
    if image.format == "TIFF":
        return {"compressed": image.info.get("compression", "raw") != "raw"}
    return {"bits": _avif_bits(data)} if image.format == "AVIF" else {}


def _avif_bits(data: bytes) -> int:
    """Bits of a sample, from the codec's configuration (AV1 in ISO BMFF, 2.3.3); Pillow reads 8 of them."""
    at = data.find(b"av1C")
    flags = data[at + 6] if 0 <= at < len(data) - 6 else 0
    return 8 if not flags & 0x40 else 12 if flags & 0x20 else 10


def _factors(layers: Any) -> tuple[int, int]:
    """Pixels across and down that share a chroma sample."""
    across, down = (max(layer[axis] for layer in layers) for axis in (1, 2))
    return (across // layers[1][1], down // layers[1][2]) if len(layers) == 3 else (1, 1)
