"""What to do with photographs: everything that a person may say of a run, checked before it begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graycolor.bounds import PIXELS
from graycolor.colorizer import ColorizeSettings
from graycolor.errors import UsageError
from graycolor.files import STDIO, Job, numbered
from graycolor.pictures.encode_result import WriteOptions
from graycolor.pictures.metadata.mark import Mark

if TYPE_CHECKING:
    from graycolor.guidance.hints import Hint
    from graycolor.guidance.reference import Reference

CONFIDENCE_ENDING = "-confidence.png"
SIDECAR_ENDING = ".graycolor.json"
LEFT_ALONE = {"gray": (), "auto": ("faded", "color"), "color": ("tinted", "faded", "color")}
"""Kinds of pictures that are not colored, by what the user says of the inputs."""


def sidecar_of(target: Path) -> Path:
    """Where the settings of a result lie."""
    return target.with_name(target.name + SIDECAR_ENDING)


@dataclass(frozen=True)
class PhotoOptions:
    """What to do with each photograph.

    Attributes:
        settings: of the colors.
        overwrite: replace results that are already there.
        compare: write before and after side by side instead of the result alone.
        write: how results are written.
        kind: what inputs are taken for: `gray` colors all of them by their light alone, `color` leaves every picture
            that has colors of its own alone, `auto` does that but takes tints (sepia, cyanotype) for gray.
        keep_times: give results the modification time of their sources.
        hints: colors that a person placed; the same on every picture.
        hints_folder: further hints, for each picture NAME in NAME.png or NAME.json, where it is there.
        reference: a photograph in color that leads: its path, or what `Colorizer.reference` made of it.
        variants: how many different colorings of each picture; more than one are numbered files.
        seed: of the variants after the first.
        confidence: write a map of where the network was guessing beside each result.
        save_settings: write the settings beside each result, so that it can be made again.
        skip_existing: leave results alone that are already there.
        format: suffix of results that go to standard output; empty for the source's own.
        side: longest side, in pixels, of the small pictures that outcomes carry for a report; 0 for none.
        max_pixels: larger pictures are refused; see `graycolor.bounds`.
    """

    settings: ColorizeSettings = field(default_factory=ColorizeSettings)
    overwrite: bool = False
    compare: bool = False
    write: WriteOptions = field(default_factory=WriteOptions)
    kind: str = "gray"
    keep_times: bool = False
    hints: tuple[Hint, ...] = ()
    hints_folder: Path | None = None
    reference: Path | Reference | None = None
    variants: int = 1
    seed: int = 0
    confidence: bool = False
    save_settings: bool = False
    skip_existing: bool = False
    format: str = ""
    side: int = 0
    max_pixels: int = PIXELS

    def __post_init__(self) -> None:
        if self.kind not in LEFT_ALONE:
            raise UsageError(f"Inputs are taken as auto, gray or color, not {self.kind!r}; choose one of the three.")
        if self.is_guided:
            from graycolor.guidance.guidance import Guidance

            Guidance(self.hints, variants=self.variants, seed=self.seed)  # so that a refusal comes now
        if self.save_settings and not isinstance(self.reference, Path | None):
            raise UsageError("Settings are saved with the file of a reference; give its path instead of its pixels.")
        if self.compare and self.variants > 1:
            raise UsageError("A comparison shows one coloring; leave out either the comparison or the variants.")
        if self.overwrite and self.skip_existing:
            raise UsageError("Results that are there cannot be both replaced and left alone; choose one of the two.")

    @property
    def is_guided(self) -> bool:
        """Whether anything but the network has a say in the colors; most pictures need nothing of `guidance`."""
        return bool(self.hints or self.reference) or (self.variants, self.seed) != (1, 0)

    def results(self, target: Path) -> Sequence[Path]:
        """The files that a result becomes."""
        return (target,) if target == STDIO else numbered(target, self.variants)

    def companions(self, job: Job) -> Sequence[Path]:
        """The files that go with a result: the map of confidence, the settings."""
        if job.target == STDIO:
            return ()
        wanted = ((self.confidence, job.beside(CONFIDENCE_ENDING)), (self.save_settings, sidecar_of(job.target)))
        return tuple(path for asked, path in wanted if asked)

    def of(self, source: Path) -> PhotoOptions:
        """The options for one picture: with its own hints, where `hints_folder` has some.

        Raises:
            InputError, UsageError: its hints cannot be read.
        """
        if self.hints_folder is None:
            return self
        files = (self.hints_folder / (source.stem + suffix) for suffix in (".json", ".png"))
        from graycolor.guidance.hints import read_hints

        own = [hint for file in files if file.is_file() for hint in read_hints(file)]
        return replace(self, hints=(*self.hints, *own))


def options_of(settings: Mapping[str, Any], mark: Mark | None = None, **run: Any) -> PhotoOptions:
    """`PhotoOptions` of one flat mapping, under the names of the command's options; what is missing is as usual.

    Args:
        settings: what a person said, as `graycolor.jobs.sidecar` saves it; hints as `Hint`, the reference as a path.
        mark: goes into results unless `settings` say no.
        run: further fields of `PhotoOptions`, which are no business of a sidecar's.

    Raises:
        UsageError: a value is out of range.
    """
    said = {"mark": True} | dict(settings)
    colors = {name: said[name] for name in ("saturation", "temperature", "size", "denoise", "look") if name in said}
    write = {name: said[name] for name in ("keep", "interleaved", "quality", "strip_metadata") if name in said}
    same = ("hints", "reference", "variants", "seed", "compare", "confidence", "keep_times")
    return PhotoOptions(
        settings=ColorizeSettings(**colors),
        write=WriteOptions(mark=mark if said["mark"] else None, **write),
        kind=said.get("input", "auto"),
        format=said.get("format") or "",
        **{name: said[name] for name in same if name in said},
        **run,
    )
