"""`graycolor values`: scientific pictures, shown by value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from graycolor.bounds import PIXELS
from graycolor.cli.console import report, reported_errors, say, tell, tell_json
from graycolor.cli.options import Json, MaxPixels, Output, Overwrite, Quiet, Recursive

if TYPE_CHECKING:
    from graycolor.jobs.values import ValueOutcome

EPILOG = "Example:  graycolor values heat.tif --palette inferno --range 20,90 --legend --unit °C"


def palette_names(incomplete: str) -> list[str]:
    """Names of palettes, for a shell to complete."""
    from graycolor.values.palette_tables import TABLES

    return [name for name in TABLES if name.startswith(incomplete)]


Pictures = Annotated[
    list[str], typer.Argument(metavar="INPUTS", help="Files, folders or patterns.", show_default=False)
]
PaletteName = Annotated[
    str,
    typer.Option(
        metavar="NAME|FILE",
        autocompletion=palette_names,
        help="viridis, cividis, inferno, magma or plasma, with _r at its end from the other end, or a file with a "
        "color in each line.",
    ),
]
Range = Annotated[
    str | None,
    typer.Option(
        "--range",
        metavar="LOW,HIGH",
        show_default=False,
        help="The values of the first and the last color, or percentiles, like 1%,99%, or the window of a DICOM file: "
        "window. (default: each picture's own least and greatest)",
    ),
]
KeepLightness = Annotated[
    bool,
    typer.Option(
        "--keep-lightness", help="Take only hue and chroma from the palette; the lightness is the gray picture's."
    ),
]
Legend = Annotated[bool, typer.Option("--legend", help="Also write a bar with values: NAME-PALETTE-legend-color.png.")]
Unit = Annotated[
    str, typer.Option(show_default=False, help="Unit of the values, for the legend. (default: what the file names)")
]
Page = Annotated[int | None, typer.Option(show_default=False, help="Page of files that hold several, counted from 1.")]


def values(
    inputs: Pictures,
    out: Output = None,
    overwrite: Overwrite = False,
    recursive: Recursive = False,
    palette: PaletteName = "viridis",
    value_range: Range = None,
    keep_lightness: KeepLightness = False,
    legend: Legend = False,
    unit: Unit = "",
    page: Page = None,
    max_pixels: MaxPixels = PIXELS,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show the values of gray scientific pictures as colors of a palette. Nothing is guessed."""
    with reported_errors("Results that are there are complete."):
        from graycolor.jobs.outcome import refused
        from graycolor.jobs.values import ValueOptions, plan_values, show_values
        from graycolor.values.paint import ValueRange
        from graycolor.values.palettes import palette_of

        colors = palette_of(palette)
        spread = ValueRange() if value_range is None else ValueRange.parse(value_range)
        options = ValueOptions(colors, spread, keep_lightness, legend, unit, page, overwrite, max_pixels)
        if not (colors.is_even or quiet):
            say(f"The lightness of {colors.name} goes up and down: equal steps of value will not look equal.")
        found = plan_values(inputs, out, options, recursive=recursive)
        failed = len(found.refusals)
        for refusal in found.refusals:
            report(refusal.error)
            if as_json:
                tell_json(refused(refusal))
        for outcome in show_values(found.jobs, options):
            failed += outcome.error is not None
            _tell(outcome, as_json=as_json, quiet=quiet)
    raise typer.Exit(1 if failed else 0)


def _tell(outcome: ValueOutcome, *, as_json: bool, quiet: bool) -> None:
    if outcome.error is not None:
        report(outcome.error)
    if as_json:
        tell_json(outcome.as_dict())
    elif outcome.error is None and not quiet:
        tell(f"{outcome.results[0]}  {outcome.low:.6g} to {outcome.high:.6g}{outcome.unit and f' {outcome.unit}'}")
    for note in () if quiet or as_json else outcome.notes:
        say(f"{outcome.job.source}: {note}")
