"""What travels with a picture: EXIF, profile, XMP, resolution, comments. Copied as bytes, never re-made.

Pixels are not turned, so the EXIF block (maker notes with their offsets included) stays valid byte for byte.
TIFF is the exception: it keeps metadata among tags that describe its pixels, which must not leave it.
Also here is what it says about pixels: how they were compressed, what light their profile gives them.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graycolor.color.lab import linear_to_srgb

if TYPE_CHECKING:
    from PIL import Image

Codes = NDArray[np.uint8] | NDArray[np.uint16]

_ORIENTATION_TAG = 0x0112
_XMP_KEYWORD = "XML:com.adobe.xmp"
_EXIF_PREFIX = b"Exif\0\0"
_LONGEST_JPEG_SEGMENT = 65_533
_XMP_MARK_LENGTH = 29
# Tags of a TIFF that say how *its* pixels lie, or that travel by another way (resolution, XMP, profile).
# A copy of BitsPerSample alone makes a color result unreadable.
_PIXEL_TAGS = frozenset(
    {*range(254, 267), 273, *range(277, 285), *range(288, 293), 296, 301, *range(317, 326), 330,
     *range(332, 344), 347, *range(512, 522), *range(529, 533), 700, 34675, 37724}
)  # fmt: skip
_SUB_DIRECTORIES = (0x8769, 0x8825)  # EXIF and GPS
# Profiles speak of colors under D50, L here is under D65: the middle row of Bradford's matrix (Lam 1985).
_D65_LUMINANCE_OF_D50 = np.array([-0.0282895, 1.0099416, 0.0210077])
_SAME_CURVE = 64  # a quarter of an 8-bit step; profiles round their curves


@dataclass(frozen=True)
class Metadata:
    """Metadata of one picture; None and empty where the source had none.

    Attributes:
        exif: the EXIF block, beginning with `Exif` and two zeros, else as the file stores it.
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


def read_metadata(image: Image.Image) -> Metadata:
    """The metadata of a Pillow image as its file has it; a TIFF's must be read before its pixels."""
    xmp = image.info.get("xmp") or image.info.get(_XMP_KEYWORD)
    orientation = _orientation(image)
    return Metadata(
        exif=_tiff_exif(image) if image.format == "TIFF" else _exif(image.info.get("exif")),
        icc=image.info.get("icc_profile"),
        xmp=xmp.encode() if isinstance(xmp, str) else xmp,
        dpi=_dpi(image.info.get("dpi")),
        comment=image.info.get("comment") if image.format in ("JPEG", "MPO") else None,
        text=_text(image),
        orientation=orientation if orientation in range(1, 9) else 1,
    )


def _orientation(image: Image.Image) -> Any:
    try:
        return image.getexif().get(_ORIENTATION_TAG, 1)
    except Exception:  # a damaged EXIF block still travels as bytes, but says nothing
        return 1


def _exif(block: bytes | None) -> bytes | None:
    # WebP stores the block without the prefix, and JPEG readers find none without it.
    return _EXIF_PREFIX + block.removeprefix(_EXIF_PREFIX) if block else None


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
    return tuple((key, str(value)) for key, value in chunks.items() if key != _XMP_KEYWORD)


def save_options(metadata: Metadata, image_format: str) -> dict[str, Any]:
    """Arguments for Pillow's `save` that keep `metadata` in `image_format`, except what it cannot hold.

    Formats are JPEG, PNG, WEBP and BMP; a TIFF takes its metadata as tags.
    """
    options: dict[str, Any] = {"dpi": metadata.dpi}
    if image_format != "BMP":
        options |= {"icc_profile": metadata.icc, "exif": metadata.exif}
    if image_format in ("JPEG", "WEBP"):
        options["xmp"] = metadata.xmp
    if image_format == "JPEG":
        options["comment"] = metadata.comment
        _drop_what_is_too_long(options)
    if image_format == "PNG":
        options["pnginfo"] = _png_text(metadata)
    return {key: value for key, value in options.items() if value is not None}


def _drop_what_is_too_long(options: dict[str, Any]) -> None:
    """A JPEG segment counts its bytes in 16 bits; other formats have no such limit."""
    for key, room in (("exif", _LONGEST_JPEG_SEGMENT), ("xmp", _LONGEST_JPEG_SEGMENT - _XMP_MARK_LENGTH)):
        if len(options[key] or b"") > room:
            options[key] = None


def _png_text(metadata: Metadata) -> Any:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    for key, value in metadata.text:
        info.add_itxt(key, value) if not value.isascii() else info.add_text(key, value)
    if metadata.xmp:
        info.add_itxt(_XMP_KEYWORD, metadata.xmp.decode("utf-8", "replace"))
    return info


def read_encoding(data: bytes, image: Image.Image) -> dict[str, object]:
    """How the source was compressed: JPEG tables, WebP losslessness, TIFF compression."""
    if image.format in ("JPEG", "MPO"):
        tables: dict[int, list[int]] = image.quantization  # type: ignore[attr-defined]
        return {"tables": dict(tables), "progressive": "progressive" in image.info}
    if image.format == "WEBP":
        return {"lossless": b"VP8L" in data[:64]}
    if image.format == "TIFF":
        return {"compressed": image.info.get("compression", "raw") != "raw"}
    return {}


def luminance_tables(profile: bytes) -> NDArray[np.float64] | None:
    """Luminance 0..1 that each 16-bit code of each channel adds, (1 or 3, 65536), as an ICC profile says.

    ICC.1:2022, 10.6 and 10.18. Pillow's color management works at 8 bits and is up to 10 steps off in the
    shadows of a linear gray. None where the profile is damaged or is not made of tone curves.
    """
    try:
        tags = _icc_tags(profile)
        if profile[16:20] == b"GRAY":
            return _tone_curve(tags[b"kTRC"])[None]
        if profile[16:20] != b"RGB ":
            return None
        colorants = [struct.unpack_from(">3i", tags[name], 8) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
        weights = np.array(colorants) @ _D65_LUMINANCE_OF_D50
        curves = np.stack([_tone_curve(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC")])
        return curves * (weights / weights.sum())[:, None]
    except (KeyError, IndexError, ValueError, ZeroDivisionError, struct.error):
        return None


def gray_by_profile(codes: Codes, profile: bytes | None) -> Codes | None:
    """The sRGB gray (H,W) of equal luminance of gray (H,W) or RGB (H,W,3) codes under `profile`.

    Gray codes under sRGB's own curve come back as they are, others as uint16. None where the profile says nothing
    about them; the codes then count as sRGB, as viewers take them.
    """
    tables = luminance_tables(profile) if profile else None
    if tables is None or len(tables) != (1 if codes.ndim == 2 else 3):
        return None
    step = 1 if codes.dtype == np.uint16 else 257
    if codes.ndim == 3:
        light = tables[:, ::step].astype(np.float32)
        return _encoded(sum(table[codes[..., channel]] for channel, table in enumerate(light)))
    curve = _encoded(tables[0])
    if np.abs(curve - np.arange(65536.0)).max() < _SAME_CURVE:
        return codes
    return curve[::step][codes]


def _encoded(y: Any) -> NDArray[np.uint16]:
    return np.rint(linear_to_srgb(np.clip(y, 0, 1)) * 65535).astype(np.uint16)


def _icc_tags(profile: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", profile, 128)
    entries = [struct.unpack_from(">4sII", profile, 132 + 12 * index) for index in range(min(count, 100))]
    return {name: profile[offset : offset + size] for name, offset, size in entries}


def _tone_curve(tag: bytes) -> NDArray[np.float64]:
    """Linear light of all 16-bit codes."""
    codes = np.linspace(0, 1, 65536)
    if tag[:4] == b"para":
        return _parametric(tag, codes)
    if tag[:4] != b"curv":
        raise ValueError("no tone curve")
    (count,) = struct.unpack_from(">I", tag, 8)
    points = np.frombuffer(tag, ">u2", count, 12).astype(np.float64)
    if count < 2:
        return codes ** (points[0] / 256 if count else 1)
    return np.interp(codes, np.linspace(0, 1, count), points / 65535)


def _parametric(tag: bytes, codes: NDArray[np.float64]) -> NDArray[np.float64]:
    (kind,) = struct.unpack_from(">H", tag, 8)
    count = (1, 3, 4, 5, 7)[kind]
    values = np.frombuffer(tag, ">i4", count, 12) / 65536
    g, a, b, c, d, e, f = np.concatenate([values, (1, 1, 0, 0, 0, 0, 0)[count:]])
    if kind in (
        1,
        2,
    ):  # these break where the base reaches zero; the third number of 2 is added on both sides
        c, d, e, f = 0, -b / a, c, c
    power = np.maximum(a * codes + b, 0) ** g + e
    return np.clip(np.where(codes >= d, power, c * codes + f), 0, 1)
