"""The file formats that graycolor reads and writes, by Pillow's names, and what each of them can hold."""

from __future__ import annotations

from typing import NamedTuple

from graycolor.errors import UsageError

_COMMENT, _DPI = "comment", "resolution"
_SHORT = frozenset({"EXIF", "XMP"})
_RICH = _SHORT | {"IPTC", _DPI}


class Format(NamedTuple):
    """A file format.

    Attributes:
        name: Pillow's name of it.
        suffixes: those it is written under, the usual one first.
        holds: kinds of metadata it has a place for.
        deep: 16 bits a channel can be kept.
        alpha: transparency can be kept.
        frames: `pages`, `animation` or nothing.
        largest_side: in pixels; 0 where the size is no matter.
        most_colors: what a picture can have; 0 where the number is no matter.
    """

    name: str
    suffixes: tuple[str, ...]
    holds: frozenset[str] = frozenset()
    deep: bool = False
    alpha: bool = True
    frames: str = ""
    largest_side: int = 0
    most_colors: int = 0


FORMATS = {
    entry.name: entry
    for entry in (
        Format("JPEG", (".jpg", ".jpeg", ".jpe"), _RICH | {_COMMENT}, alpha=False, largest_side=65_500),
        Format("PNG", (".png", ".apng"), _RICH | {_COMMENT}, deep=True, frames="animation"),
        Format("WEBP", (".webp",), _SHORT, frames="animation", largest_side=16_383),
        Format("TIFF", (".tif", ".tiff"), _RICH | {_COMMENT}, deep=True, frames="pages"),
        Format("BMP", (".bmp",), frozenset({_DPI}), alpha=False),
        Format("GIF", (".gif",), frozenset({_COMMENT}), frames="animation", largest_side=65_535, most_colors=256),
        Format("AVIF", (".avif",), _SHORT, frames="animation", largest_side=65_536),
        Format("JPEG2000", (".jp2",), _RICH, deep=True),
        Format("PPM", (".ppm", ".pnm"), frozenset({_COMMENT}), deep=True, alpha=False),
        Format("HEIF", (".heic", ".heif"), _SHORT, largest_side=16_384),
    )
}
"""Every format, by its name."""
_BY_SUFFIX = {suffix: entry.name for entry in FORMATS.values() for suffix in entry.suffixes}


def format_of_suffix(suffix: str) -> str:
    """Pillow's name of the format that a file suffix stands for.

    Raises:
        UsageError: no format that graycolor writes has this suffix.
    """
    try:
        return _BY_SUFFIX[suffix.lower()]
    except KeyError:
        known = ", ".join(sorted(_BY_SUFFIX))
        wanted = suffix or "files without a suffix"
        raise UsageError(f"graycolor writes no {wanted}; choose one of {known}.") from None


def suffix_of(output_format: str) -> str:
    """The suffix of a format that somebody named, or nothing where nobody did.

    Raises:
        UsageError: graycolor does not write it.
    """
    suffix = "." + output_format.lower().removeprefix(".") if output_format else ""
    if suffix:
        format_of_suffix(suffix)
    return suffix
