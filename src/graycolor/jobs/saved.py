"""What stands in a settings file, as types: whatever in one is of another type is refused by its place.

A module of its own because msgspec is imported with it, which a run without such a file has no need of.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from graycolor.guidance.hint_entries import HintEntry


class SavedReference(Struct, forbid_unknown_fields=True):
    """Where a reference lay, and its SHA-256."""

    file: str
    sha256: str


class SavedSettings(Struct, forbid_unknown_fields=True):
    """The settings that a person may change; ranges are those of the options that they become."""

    saturation: float = 1.0
    temperature: float | None = None
    size: int | None = None
    denoise: bool = False
    look: str | dict[str, Any] = "natural"
    hints: list[HintEntry] | None = None
    reference: SavedReference | None = None
    variants: int = 1
    seed: int = 0
    compare: bool = False
    confidence: bool = False
    format: str | None = None
    quality: int | None = None
    keep: str = ""
    interleaved: bool = False
    input: str = ""
    mark: bool = True
    strip_metadata: bool = False
    keep_times: bool = False


class SavedFormat(Struct):
    """What every version of a settings file has."""

    format: int


class SavedFile(SavedFormat):
    """A settings file of this version; what it says of the input and the outputs is for people and scripts."""

    graycolor: str
    weights: str
    settings: dict[str, Any]
