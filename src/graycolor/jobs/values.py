"""The whole way of scientific pictures: values read, shown as colors, written with a legend where one is wanted."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from graycolor import __version__
from graycolor.bounds import PIXELS
from graycolor.errors import GraycolorError, InputError
from graycolor.files import (
    OWN_MARK,
    PICTURES,
    Advice,
    Claims,
    Job,
    Kind,
    Plan,
    find_inputs,
    named_folders,
    plan,
    write_atomic,
)
from graycolor.jobs.photo_work import as_ours
from graycolor.names import told
from graycolor.values.legend import legend
from graycolor.values.paint import ValueRange, painted
from graycolor.values.palettes import Palette
from graycolor.values.read_values import read_measured

SCIENTIFIC = Kind("scientific pictures", PICTURES.found | {".dcm"}, frozenset({".png"}), usual="TIFF, PNG, DICOM")
_ADVICE = Advice(skip="", recursive="--recursive")


@dataclass(frozen=True)
class ValueOptions:
    """What to do with each picture.

    Attributes:
        palette: the colors.
        range: what the first and the last of them stand for.
        keep_lightness: only hue and chroma are the palette's, see `graycolor.values.paint.painted`.
        legend: write a bar with values beside each result.
        unit: of the values, as the legend says it; nothing for what the file names.
        page: of files that hold several, counted from 1.
        overwrite: replace results that are already there.
        max_pixels: larger pictures are refused; see `graycolor.bounds`.
    """

    palette: Palette
    range: ValueRange = field(default_factory=ValueRange)
    keep_lightness: bool = False
    legend: bool = False
    unit: str = ""
    page: int | None = None
    overwrite: bool = False
    max_pixels: int = PIXELS

    def legend_of(self, target: Path) -> Path:
        """Where the legend of a result goes; named so that no folder takes it for a picture."""
        stem = target.stem.removesuffix(OWN_MARK)
        return target.with_name(f"{stem}-legend{OWN_MARK}.png")

    def results(self, target: Path) -> Sequence[Path]:
        """The files that a result becomes."""
        return (target, self.legend_of(target)) if self.legend else (target,)


@dataclass(frozen=True)
class ValueOutcome:
    """What became of one picture: the values of the first and last color, their unit, and what is not shown."""

    job: Job
    error: GraycolorError | None = None
    low: float = 0.0
    high: float = 0.0
    unit: str = ""
    notes: tuple[str, ...] = ()
    results: tuple[Path, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The outcome as plain values, for JSON."""
        done = self.error is None
        return {
            "input": told(self.job.source),
            "output": told(self.results[0]) if done else None,
            "legend": told(self.results[1]) if len(self.results) > 1 else None,
            "low": self.low if done else None,
            "high": self.high if done else None,
            "unit": self.unit or None,
            "notes": list(self.notes),
            "error": None if done else str(self.error),
        }


def plan_values(names: Sequence[str], out: str | None, options: ValueOptions, *, recursive: bool) -> Plan:
    """Pictures found and results named, `NAME-PALETTE-color.png`; all that will be written is claimed."""
    sources, missing = find_inputs(names, recursive=recursive, kind=SCIENTIFIC, advice=_ADVICE)
    found = plan(
        sources,
        out,
        overwrite=options.overwrite,
        kind=SCIENTIFIC,
        result_name=lambda source: f"{source.stem}-{options.palette.name}{OWN_MARK}.png",
        results=options.results,
        roots=named_folders(names),
        claims=Claims(sources),
        advice=_ADVICE,
    )
    return Plan(found.jobs, (*missing, *found.refusals))


def show_values(jobs: Sequence[Job], options: ValueOptions) -> Iterator[ValueOutcome]:
    """Show the values of pictures, one after the other; a file that fails is an outcome like any other."""
    for job in jobs:
        try:
            yield _shown(job, options)
        except Exception as error:
            yield ValueOutcome(job, as_ours(error, job.source))


def _shown(job: Job, options: ValueOptions) -> ValueOutcome:
    measured = read_measured(job.source, options.page, options.max_pixels)
    values, unit = measured.values, options.unit or measured.unit
    try:
        low, high = options.range.of(values, measured.window)
    except InputError as error:
        raise InputError(f"{job.source} cannot be shown: {error}") from error
    rgb = painted(values, options.palette, low, high, keep_lightness=options.keep_lightness)
    files = [(job.target, Image.fromarray(rgb))]
    if options.legend:
        bar = legend(options.palette, low, high, unit, keep_lightness=options.keep_lightness)
        files.insert(0, (options.legend_of(job.target), bar))
    description = _described(options.palette.name, unit, low, high)
    for path, picture in files:  # the result last: where it is, all is
        write_atomic(path, _png(picture, description), overwrite=options.overwrite)
    notes = (*measured.notes, *_notes(values, low, high))
    return ValueOutcome(job, None, low, high, unit, notes, tuple(options.results(job.target)))


def _described(palette: str, unit: str, low: float, high: float) -> str:
    unit = unit and f" {unit}"
    return (
        f"Values from {low:.9g}{unit} to {high:.9g}{unit}, shown with the palette {palette} "
        f"by graycolor {__version__}. The colors stand for values; nothing is guessed."
    )


def _png(picture: Image.Image, description: str) -> bytes:
    texts, file = PngImagePlugin.PngInfo(), io.BytesIO()
    texts.add_itxt("Description", description)
    picture.save(file, "PNG", pnginfo=texts)
    return file.getvalue()


def _notes(values: NDArray[Any], low: float, high: float) -> Iterator[str]:
    """What the colors do not tell."""
    missing = int(values.size - np.isfinite(values).sum())
    if missing:
        yield f"{missing:,} of {values.size:,} values are no numbers, and are transparent."
    with np.errstate(invalid="ignore"):
        below, above = (int((np.isfinite(values) & beyond).sum()) for beyond in (values < low, values > high))
    if below or above:
        yield f"{below:,} values are below {low:.6g} and {above:,} above {high:.6g}; they have the colors of these."
    if low == high:
        yield f"Every value is {low:.9g}, so there is one color."
