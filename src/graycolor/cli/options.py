"""Flags that several commands share: one name, one help, one environment variable each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Inputs = Annotated[
    list[str],
    typer.Argument(metavar="INPUTS", help="Files, folders or patterns; - is standard input.", show_default=False),
]
Output = Annotated[
    str | None,  # a Path would lose the slash that makes a folder
    typer.Option(
        "--output", "-o", show_default=False,
        help="A file, or a folder (made where missing). (default: beside each input, as NAME-color)",
    ),
]  # fmt: skip
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace results that are already there.")]
Saturation = Annotated[
    float,
    typer.Option(envvar="GRAYCOLOR_SATURATION", help="Strength of the colors: 0 is gray, 1 as learnt, up to 3."),
]


def size_of(text: str | int) -> int | None:
    """`auto` or a number of pixels."""
    if str(text).lower() == "auto":
        return None
    try:
        return int(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is neither auto nor a number of pixels.") from None


Size = Annotated[
    int | None,
    typer.Option(
        envvar="GRAYCOLOR_SIZE", show_default=False, parser=size_of, metavar="auto|N",
        help="Short side of the picture that the network sees, 64 to 2048. (default: auto, as fitted for the weights)",
    ),
]  # fmt: skip
Temperature = Annotated[
    float | None,
    typer.Option(
        envvar="GRAYCOLOR_TEMPERATURE", show_default=False,
        help="Courage of the colors, 0.05 (bold) to 2 (cautious). (default: as fitted for the weights)",
    ),
]  # fmt: skip
Denoise = Annotated[
    bool, typer.Option("--denoise", help="Take grain out of what the network sees; the result keeps its own.")
]
Hints = Annotated[
    list[str] | None,
    typer.Option(
        "--hint", metavar="X,Y,#RRGGBB", show_default=False,
        help="The color of a place, in pixels or percent (50%,20%,#aa3322); may be given again and again.",
    ),
]  # fmt: skip
HintsFile = Annotated[
    Path | None,
    typer.Option(
        "--hints", metavar="FILE", show_default=False,
        help="Hints painted on a transparent PNG, or as JSON; a folder: NAME.png or NAME.json for each input NAME.",
    ),
]  # fmt: skip
Reference = Annotated[
    Path | None,
    typer.Option(metavar="PHOTO", show_default=False, help="A photograph in color whose palette leads."),
]
Variants = Annotated[int, typer.Option(help="Different colorings of each picture, as NAME-color-1, NAME-color-2, ...")]
Seed = Annotated[int, typer.Option(help="Of the variants: another number, other variants.")]
Confidence = Annotated[
    bool, typer.Option("--confidence", help="Write NAME-color-confidence.png too: black where colors are guessed.")
]
SaveSettings = Annotated[
    bool, typer.Option("--save-settings", help="Write RESULT.graycolor.json too, to make the result again.")
]
Settings = Annotated[
    Path | None,
    typer.Option(
        "--settings", metavar="FILE", show_default=False,
        help="Settings that --save-settings wrote; what else is said on the command line wins, hints are added.",
    ),
]  # fmt: skip
Recursive = Annotated[
    bool, typer.Option("--recursive", "-r", help="Search the folders in folders; with -o their tree is mirrored.")
]
SkipExisting = Annotated[
    bool, typer.Option("--skip-existing", help="Leave results alone that are there: a stopped batch goes on.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]
FailFast = Annotated[bool, typer.Option("--fail-fast", help="Stop at the first file that fails.")]
Log = Annotated[
    Path | None,
    typer.Option(metavar="FILE", show_default=False, help="Append one JSON object a file to this run log."),
]
Report = Annotated[
    Path | None,
    typer.Option(metavar="PAGE.html", show_default=False, help="Write one page to look at all results."),
]
Show = Annotated[
    bool,
    typer.Option("--show", envvar="GRAYCOLOR_SHOW", help="Show each result, before and after, in the terminal."),
]
Compare = Annotated[bool, typer.Option("--compare", help="Write before and after side by side.")]
Weights = Annotated[
    Path | None,
    typer.Option(
        envvar="GRAYCOLOR_WEIGHTS",
        show_default=False,
        help="Weights of your own training. (default: the embedded ones)",
    ),
]
Device = Annotated[str, typer.Option(envvar="GRAYCOLOR_DEVICE", help="auto, cpu, cuda or mps.")]
Threads = Annotated[
    int | None,
    typer.Option(envvar="GRAYCOLOR_THREADS", show_default=False, help="CPU threads. (default: all cores)"),
]


def pixels_of(text: str | int) -> int:
    """A number of pixels, in millions where it ends with M."""
    millions = str(text).strip().upper().endswith("M")
    try:
        pixels = round(float(str(text).strip()[:-1]) * 1e6) if millions else int(text)
    except (ValueError, OverflowError):
        pixels = 0
    if pixels < 1:
        raise typer.BadParameter(f"{text!r} is no number of pixels; write 400000000 or 400M.") from None
    return pixels


MaxPixels = Annotated[
    int,
    typer.Option(
        "--max-pixels", envvar="GRAYCOLOR_MAX_PIXELS", parser=pixels_of, metavar="N",
        help="Refuse larger pictures, and files of more than 12 times as many in all frames; 400M is 400 million.",
    ),
]  # fmt: skip
Json = Annotated[bool, typer.Option("--json", help="One JSON object a file on stdout, instead of the table.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no table; errors only.")]
Format = Annotated[
    str | None,
    typer.Option(
        "--format", envvar="GRAYCOLOR_FORMAT", show_default=False,
        help="Format of the results: jpg, png, webp, tif, avif, jp2, heic, ... (default: each input's own)",
    ),
]  # fmt: skip
Quality = Annotated[
    int | None,
    typer.Option(
        envvar="GRAYCOLOR_QUALITY", show_default=False,
        help="1 to 100, for lossy formats. (default: never worse than the input)",
    ),
]  # fmt: skip
Keep = Annotated[
    str,
    typer.Option(
        envvar="GRAYCOLOR_KEEP",
        help="luma: a JPEG keeps its gray picture bit for bit. lightness: L is exact, and JPEGs are encoded anew.",
    ),
]
Interleaved = Annotated[
    bool,
    typer.Option("--interleaved", help="JPEGs for old readers: all in one scan, for which a kept luma is coded again."),
]
NoMark = Annotated[bool, typer.Option("--no-mark", help="Do not say in the metadata that the colors are guessed.")]
StripMetadata = Annotated[
    bool,
    typer.Option("--strip-metadata", help="Leave out all metadata but orientation and color profile."),
]
InputKind = Annotated[
    str,
    typer.Option(
        "--input", envvar="GRAYCOLOR_INPUT",
        help="auto: tints (sepia) are replaced, color pictures left alone. gray: all are colored by their light. "
        "color: tinted ones are left alone too.",
    ),
]  # fmt: skip
KeepTimes = Annotated[bool, typer.Option("--keep-times", help="Give results the modification time of their inputs.")]
