"""Color profiles: what a picture's codes mean, settled once by converting to sRGB.

A gray profile must never be glued onto a color result, and codes under another tone curve would give wrong lightness.
"""

from __future__ import annotations

import io
import struct
from functools import cache
from typing import TYPE_CHECKING, Any

from graycolor.names import readable
from graycolor.pictures.picture import Tone
from graycolor.pictures.tone import TABLES, curve_of, icc_tags

if TYPE_CHECKING:
    from PIL import Image


_CHECKSUM = slice(84, 100)
_SPACE, _DATE = slice(16, 20), slice(24, 36)
"""Where an ICC header keeps the color space and the date (ICC.1:2022, 7.2)."""


def to_srgb(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, bytes | None]:
    """`image` in sRGB and the profile for the result: the source's own where that is sRGB, else a plain one.

    The latter is None for a profile that does not fit the picture's channels or is damaged (see `not_applied`): the
    codes then count as sRGB, as every viewer takes them.
    """
    if not profile or image.mode not in ("L", "RGB", "CMYK"):
        return image, None
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return image, profile if image.mode == "RGB" else srgb_profile()
        converted = _converted(image, source)
    except (ImageCms.PyCMSError, OSError):  # the latter where it cannot even be opened
        return image, None
    return (converted if converted is not None else image), srgb_profile()


def _converted(image: Image.Image, source: Any) -> Image.Image | None:
    """As pictures are meant to be seen, or by colors alone where a profile has no tables for that."""
    from PIL import ImageCms

    srgb = ImageCms.createProfile("sRGB")
    try:
        return ImageCms.profileToProfile(image, source, srgb, outputMode="RGB")
    except ImageCms.PyCMSError:
        colorimetric = ImageCms.Intent.RELATIVE_COLORIMETRIC
        return ImageCms.profileToProfile(image, source, srgb, colorimetric, outputMode="RGB")


def not_applied(profile: bytes) -> tuple[str]:
    """The sentence on a profile that could not be applied."""
    name = _description(profile)
    what = f"({name}) does not fit its channels" if name else "is damaged"
    return (f"Its color profile {what} and was not applied; its codes are taken as sRGB's, as viewers take them.",)


def is_srgb(profile: bytes) -> bool:
    """Whether a profile is sRGB's by its name."""
    return profile[16:20] == b"RGB " and "sRGB" in _description(profile)


def _description(profile: bytes) -> str:
    """A profile's name; empty where it is damaged."""
    from PIL import ImageCms

    try:
        return readable(ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))).strip())
    except (ImageCms.PyCMSError, OSError):
        return ""


@cache
def srgb_profile() -> bytes:
    """An sRGB profile's bytes, always the same: its date of making is taken out, or equal pictures would differ."""
    from PIL import ImageCms

    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[_DATE] = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
    return bytes(profile)


def named_tag(text: str) -> bytes:
    """A tag of one text (ICC.1:2022, 10.15): what keeps sRGB's name would be taken for it."""
    content = text.encode("utf-16-be")
    return b"mluc" + struct.pack(">III4sII", 0, 1, 12, b"enUS", len(content), 28) + content


def color_profile_like(tone: Tone) -> bytes:
    """A color profile with sRGB's primaries and the tone curve of a gray one: light codes keep their meaning."""
    tags, own = icc_tags(srgb_profile()), icc_tags(tone.profile)
    by_curve = b"kTRC" in own and tone.profile[20:24] == b"XYZ " and TABLES.isdisjoint(own)
    curve = own[b"kTRC"] if by_curve else curve_of(tone.codes)
    tags |= {b"rTRC": curve, b"gTRC": curve, b"bTRC": curve, b"desc": named_tag("Tone curve of a gray original")}
    return packed(tags)


def packed(tags: dict[bytes, bytes], space: bytes = b"RGB ") -> bytes:
    """A profile of tags with sRGB's header, of another space where that is said."""
    table, body, start = struct.pack(">I", len(tags)), b"", 132 + 12 * len(tags)
    for name, content in tags.items():
        table += name + struct.pack(">II", start + len(body), len(content))
        body += content + b"\0" * (-len(content) % 4)
    header = bytearray(srgb_profile()[:128])
    header[:4] = struct.pack(">I", start + len(body))
    header[_SPACE] = space
    header[_CHECKSUM] = bytes(16)
    return bytes(header) + table + body
