"""Photographs in an archive: what a row of a manifest may say of one, and what decides on its result."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

from graycolor.checked_json import Source, checked, excerpt
from graycolor.config.keys import OF_COMMANDS, Key
from graycolor.errors import InputError
from graycolor.files import PICTURES, Job, named
from graycolor.files.regular import check_regular
from graycolor.guidance.hints import Hint, read_hints
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.jobs.sidecar import settings_of
from graycolor.pictures.formats import format_of_suffix, suffix_of
from graycolor.stores.medium import LookNamed, Medium

_INLINE = re.compile(r"\s*[\d.]+\s*%?\s*,")
"""How hints begin that stand in the row itself; anything else is a file's name."""
_OF_COLORS = ("saturation", "temperature", "size", "denoise")
_OF_WRITING = ("quality", "keep", "interleaved")
_AS_THEY_ARE = ("variants", "seed", "format")


class Photographs(Medium[PhotoOptions]):
    """See `Medium`."""

    noun = "picture"
    kind = PICTURES
    settings: ClassVar[Mapping[str, Key]] = {  # what decides on colors and how they are encoded
        **{name: key for name, key in OF_COMMANDS["colorize"].items() if key.project},
        "variants": Key("a whole number", low=1),
        "seed": Key("a whole number", low=0),
    }

    def name(self, source: Path, options: PhotoOptions) -> str:
        return named(source, suffix_of(options.format) or source.suffix)

    def results(self, options: PhotoOptions, target: Path) -> Sequence[Path]:
        return options.results(target)

    def companions(self, options: PhotoOptions, job: Job) -> Sequence[Path]:
        return options.companions(job)

    def own(self, options: PhotoOptions, source: Path) -> PhotoOptions:
        return options.of(source)

    def read(self, options: PhotoOptions) -> Iterator[Path]:
        if isinstance(options.reference, Path):
            yield options.reference

    def settled(self, options: PhotoOptions, *, overwrite: bool) -> PhotoOptions:
        return replace(options, overwrite=overwrite, skip_existing=False, hints_folder=None)

    def told(self, options: PhotoOptions) -> dict[str, Any]:
        return settings_of(options)

    def deciding(self, options: PhotoOptions) -> dict[str, Any]:
        return settings_of(options) | {"save_settings": options.save_settings}

    def check_name(self, name: PurePosixPath, options: PhotoOptions) -> None:
        suffix = suffix_of(options.format)
        if suffix and format_of_suffix(name.suffix.lower()) != format_of_suffix(suffix):
            raise InputError(f"output is {excerpt(str(name))!r} and format {options.format!r}; leave out one of them.")

    def with_own(
        self, options: PhotoOptions, own: Mapping[str, Any], folder: Path, look_named: LookNamed
    ) -> PhotoOptions:
        colors = {name: own[name] for name in _OF_COLORS if name in own}
        if "look" in own:
            colors["look"] = look_named(own["look"])
        writing = {name: own[name] for name in _OF_WRITING if name in own}
        more = {name: own[name] for name in _AS_THEY_ARE if name in own}
        if "input" in own:
            more["kind"] = own["input"]
        if "reference" in own:
            more["reference"] = folder / own["reference"]
            check_regular(more["reference"], "reference")
        return replace(
            options, settings=replace(options.settings, **colors), write=replace(options.write, **writing), **more
        )

    def with_hints(self, options: PhotoOptions, said: str | list[Any], folder: Path) -> PhotoOptions:
        """Hints of a row: `X,Y,COLOR; X,Y,COLOR`, the name of a file, or in JSON a list of texts and objects."""
        return replace(options, hints=(*options.hints, *_hints(said, folder)))


PHOTOGRAPHS = Photographs()


def _hints(said: str | list[Any], folder: Path) -> Sequence[Hint]:
    if isinstance(said, list):
        return [_hint(each, number) for number, each in enumerate(said)]
    if _INLINE.match(said):
        return [Hint.parse(each) for each in said.split(";") if each.strip()]
    return read_hints(folder / said)


def _hint(said: Any, number: int) -> Hint:
    from graycolor.guidance.hint_entries import HintEntry

    if isinstance(said, str):
        return Hint.parse(said)
    source = Source("the row", 'write "50%,20%,olive" or {"x": 120, "y": 80, "color": "#aa3322"}')
    place = f"hints[{number}]"
    return checked(said, HintEntry, source, place).hint(source, place)
