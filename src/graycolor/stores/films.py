"""Films in an archive: what a row of a manifest may say of one, and what decides on its result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

from graycolor.config.keys import OF_COMMANDS, Key
from graycolor.errors import InputError, UsageError
from graycolor.files.regular import check_regular
from graycolor.film.job.user_hints import FilmHint, FilmReference, seconds_of
from graycolor.film.output.containers import check_codec, usual_codec
from graycolor.film.output.encode import check_settings, chosen_codec
from graycolor.film.source.numbering import is_pattern
from graycolor.jobs.film_entries import settings_entry
from graycolor.jobs.film_guide import said
from graycolor.jobs.film_part import start_of
from graycolor.jobs.film_plan import FILMS as KIND
from graycolor.jobs.film_plan import FilmOptions, usual_target
from graycolor.stores.medium import LookNamed, Medium

_OF_COLORS = ("saturation", "temperature", "size", "denoise")
_OF_STEADINESS = {"key-every": "key_every", "smoothing": "smoothing"}
_OF_ENCODING = ("codec", "quality", "preset", "lossless")


class Films(Medium[FilmOptions]):
    """See `Medium`."""

    noun = "film"
    kind = KIND
    settings: ClassVar[
        Mapping[str, Key]
    ] = {  # what decides on colors, how they are encoded, and which part of the film is colored
        **{name: key for name, key in OF_COMMANDS["video"].items() if key.project},
        "lossless": Key("true or false"),
        "start": Key("text"),
        "duration": Key("text"),
        "frames": Key("a whole number", low=1),
    }

    def name(self, source: Path, options: FilmOptions) -> str:
        return usual_target(source, options).name

    def results(self, options: FilmOptions, target: Path) -> Sequence[Path]:
        return (target,)

    def read(self, options: FilmOptions) -> Iterator[Path]:
        return (each.photo for each in options.references)

    def settled(self, options: FilmOptions, *, overwrite: bool) -> FilmOptions:
        return replace(options, overwrite=overwrite, skip_existing=False)

    def told(self, options: FilmOptions) -> dict[str, Any]:
        return settings_entry(options)

    def deciding(self, options: FilmOptions) -> dict[str, Any]:
        return settings_entry(options) | {"references": said((), options.references)}

    def check_source(self, said: str) -> None:
        if is_pattern(said):
            raise InputError(f"path {no_frames(said)}")

    def check_name(self, name: PurePosixPath, options: FilmOptions) -> None:
        suffix = name.suffix.lower()
        check_codec(suffix, chosen_codec(options.encode, usual_codec(suffix)))

    def check_options(self, name: PurePosixPath, options: FilmOptions) -> None:
        check_settings(options.encode, chosen_codec(options.encode, usual_codec(name.suffix.lower())))

    def with_own(
        self, options: FilmOptions, own: Mapping[str, Any], folder: Path, look_named: LookNamed
    ) -> FilmOptions:
        colors = {name: own[name] for name in _OF_COLORS if name in own}
        if "look" in own:
            colors["look"] = look_named(own["look"])
        steady = {field: own[name] for name, field in _OF_STEADINESS.items() if name in own}
        encode = {name: own[name] for name in _OF_ENCODING if name in own}
        references = _references(own["reference"], folder) if "reference" in own else ()
        return replace(
            options,
            settings=replace(options.settings, **colors),
            steady=replace(options.steady, **steady),
            encode=replace(options.encode, **encode),
            source=own.get("input", options.source),
            start=start_of(own["start"]) if "start" in own else options.start,
            duration=seconds_of(own["duration"]) if "duration" in own else options.duration,
            frames=own.get("frames", options.frames),
            references=references or options.references,
        )

    def with_hints(self, options: FilmOptions, said: str | list[Any], folder: Path) -> FilmOptions:
        """Hints of a row: `FRAME:X,Y,COLOR; FRAME:X,Y,COLOR`, or in JSON a list of them."""
        each = said if isinstance(said, list) else [text for text in said.split(";") if text.strip()]
        if not all(isinstance(text, str) for text in each):
            raise UsageError("In a list each is a text, like 120:50%,20%,#aa3322.")
        return replace(options, hints=(*options.hints, *(FilmHint.parse(text.strip()) for text in each)))


FILMS = Films()


def no_frames(pattern: str) -> str:
    """Why numbered frames are in no archive, and what to do."""
    return (
        f"{pattern} names numbered frames, which are colored from one folder of this machine into another; copy them "
        "from or to the store yourself, and name their pattern on the command line."
    )


def _references(said: str, folder: Path) -> tuple[FilmReference, ...]:
    """References of a row: `PHOTO` or `FRAME:PHOTO`, several with semicolons between them."""
    parsed = [FilmReference.parse(text.strip()) for text in said.split(";") if text.strip()]
    found = tuple(replace(each, photo=folder / each.photo) for each in parsed)
    for each in found:
        check_regular(each.photo, "reference")
    return found
