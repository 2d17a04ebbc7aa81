"""Flags that several commands share: one name, one help, one environment variable each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from graycolor.cli.completion import completing, format_names, look_names


def manifest_flag(text: str) -> Any:
    """`--manifest`, with its help."""
    return typer.Option("--manifest", metavar="FILE", show_default=False, help=text)


Inputs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="INPUTS...",
        help="Files, folders, patterns or addresses (s3://BUCKET/FOLDER); @LIST is a file with a name on each line, - "
        "is standard input.",
        show_default=False,
    ),
]
FilesFrom = Annotated[
    list[str] | None,
    typer.Option(
        "--files-from",
        metavar="LIST",
        show_default=False,
        help="Take inputs from a file with a name on each line, or from standard input (-); can be repeated.",
    ),
]
ManifestFile = Annotated[
    Path | None,
    manifest_flag(
        "Take inputs from a table (CSV or JSON lines): a path on each row and, where a picture has its own, "
        "hints, settings and the name of the result."
    ),
]
Output = Annotated[
    str | None,  # a Path would lose the slash that makes a folder
    typer.Option(
        "--output",
        "-o",
        show_default=False,
        help="A file, or a folder, which is made if missing. (default: beside each input, as NAME-color)",
    ),
]
Watch = Annotated[
    bool,
    typer.Option(
        "--watch",
        help="Wait for pictures that come into the folders (a scanner's), and color each once it is whole, until "
        "Ctrl-C; results that are there are left alone.",
    ),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace results that are already there.")]
Saturation = Annotated[
    float,
    typer.Option(envvar="GRAYCOLOR_SATURATION", help="Strength of the colors, 0 to 3: 0 is gray, 1 is as learned."),
]


def size_of(text: str | int) -> int | None:
    """`auto` or a number of pixels."""
    if str(text).lower() == "auto":
        return None
    try:
        return int(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is neither auto nor a number of pixels.") from None


def size_flag(text: str) -> Any:
    """`--size`, with its help."""
    return typer.Option(envvar="GRAYCOLOR_SIZE", show_default=False, parser=size_of, metavar="auto|N", help=text)


def hint_flag(metavar: str, text: str) -> Any:
    """`--hint`, with the form of a hint and its help."""
    return typer.Option("--hint", metavar=metavar, show_default=False, help=text)


def reference_flag(metavar: str, text: str) -> Any:
    """`--reference`, with what it takes and its help."""
    return typer.Option("--reference", metavar=metavar, show_default=False, help=text)


def no_palette(said: str | None) -> None:
    """Colors that stand for values are another command's: what is guessed and what is measured are told apart."""
    if said is not None:
        raise typer.BadParameter(f"to show values: graycolor values --palette {said}; colorize guesses colors.")


Size = Annotated[
    int | None,
    size_flag("Short side of the picture that the network sees, 64 to 2048. (default: auto, set by the weights)"),
]
Temperature = Annotated[
    float | None,
    typer.Option(
        envvar="GRAYCOLOR_TEMPERATURE",
        show_default=False,
        help="Among likely colors, 0.05 picks the likeliest and 2 mixes them all. (default: set by the weights)",
    ),
]
Denoise = Annotated[
    bool,
    typer.Option("--denoise/--no-denoise", help="Remove grain from what the network sees; the result keeps its grain."),
]
Look = Annotated[
    str,
    typer.Option(
        envvar="GRAYCOLOR_LOOK",
        autocompletion=look_names,
        metavar="NAME",
        help="How the colors are treated: natural, vivid, muted, sepia-warm, autochrome, kodachrome, technicolor, "
        "two-color, hand-tinted. The light stays as it is.",
    ),
]
Palette = Annotated[str | None, typer.Option("--palette", hidden=True, callback=no_palette)]
Hints = Annotated[
    list[str] | None,
    hint_flag(
        "X,Y,COLOR",
        "The color of a place in pixels or percent (50%,20%,#aa3322 or 50%,20%,olive); can be repeated.",
    ),
]
HintsFile = Annotated[
    Path | None,
    typer.Option(
        "--hints",
        metavar="FILE",
        show_default=False,
        help="Hints as a transparent PNG or as JSON, or a folder with NAME.png or NAME.json for each input NAME.",
    ),
]
Reference = Annotated[
    Path | None,
    reference_flag("PHOTO", "A photograph in color whose colors are followed."),
]
Variants = Annotated[
    int, typer.Option(help="Number of different colorings of each picture: NAME-color-1, NAME-color-2, ...")
]
Seed = Annotated[int, typer.Option(help="Number that the variants depend on; another number gives other variants.")]
Confidence = Annotated[
    bool, typer.Option("--confidence", help="Also write NAME-color-confidence.png: black where the network was unsure.")
]
SaveSettings = Annotated[
    bool,
    typer.Option(
        "--save-settings/--no-save-settings",
        help="Also write RESULT.graycolor.json, from which the result can be made again.",
    ),
]
Settings = Annotated[
    Path | None,
    typer.Option(
        "--settings",
        metavar="FILE",
        show_default=False,
        help="A file that --save-settings wrote; options beside it win over it, hints are added to its hints.",
    ),
]
Recursive = Annotated[
    bool, typer.Option("--recursive", "-r", help="Search folders within folders too; with -o their tree is mirrored.")
]
SkipExisting = Annotated[
    bool,
    typer.Option(
        "--skip-existing", help="Leave results that are already there alone; so a stopped batch is continued."
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, but do nothing.")]
FailFast = Annotated[bool, typer.Option("--fail-fast", help="Stop at the first file that fails.")]
Log = Annotated[
    Path | None,
    typer.Option(metavar="FILE", show_default=False, help="Append one JSON object per file to this log."),
]
Report = Annotated[
    Path | None,
    typer.Option(metavar="PAGE.html", show_default=False, help="Write one web page that shows all results."),
]
Show = Annotated[
    bool,
    typer.Option(
        "--show/--no-show", envvar="GRAYCOLOR_SHOW", help="Show each result, before and after, in the terminal."
    ),
]
Compare = Annotated[
    bool, typer.Option("--compare", help="Write before and after side by side, in place of the result.")
]


def _weights(path: Path | None) -> Path | None:
    """None for the embedded weights, which `default` names."""
    from graycolor.settings import weights_path

    return weights_path(path)


_WEIGHTS: Any = {"envvar": "GRAYCOLOR_WEIGHTS", "show_default": False}
Weights = Annotated[
    Path | None,
    typer.Option(
        callback=_weights,
        help="A weights file, such as graycolor train writes, or default, the embedded weights. (default: default)",
        **_WEIGHTS,
    ),
]
JudgedWeights = Annotated[
    list[Path] | None,
    typer.Option(
        help="A weights file, or default, the embedded weights; can be repeated. (default: these and the newest run's)",
        **_WEIGHTS,
    ),
]
Device = Annotated[
    str,
    typer.Option(
        envvar="GRAYCOLOR_DEVICE",
        autocompletion=completing("auto", "cpu", "cuda", "mps"),
        help="Where the network runs: auto, cpu, cuda or mps.",
    ),
]
Threads = Annotated[
    int | None,
    typer.Option(envvar="GRAYCOLOR_THREADS", show_default=False, help="Number of CPU threads. (default: all cores)"),
]


Where = Annotated[
    str,
    typer.Option(
        "--engine",
        autocompletion=completing("local", "ray"),
        help="What colors: this machine (local), or the machines of a Ray cluster (ray).",
    ),
]
Address = Annotated[
    str | None,
    typer.Option(
        metavar="HOST:PORT",
        show_default=False,
        help="Ray cluster that runs already; auto finds the one on this machine. (default: one of our own)",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        min=1,
        show_default=False,
        help="Number of pictures, or stretches of films, at a time on a Ray cluster. (default: one per processor)",
    ),
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
        "--max-pixels",
        envvar="GRAYCOLOR_MAX_PIXELS",
        parser=pixels_of,
        metavar="N",
        help="Most pixels of a picture (400M is 400 million); all frames of a file may have 12 times as many.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object per file on stdout instead of the table.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only, without progress and table.")]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        envvar="GRAYCOLOR_FORMAT",
        autocompletion=format_names,
        show_default=False,
        help="Format of the results: jpg, png, webp, tif, avif, jp2, heic, ... (default: each input's own)",
    ),
]
Quality = Annotated[
    int | None,
    typer.Option(
        envvar="GRAYCOLOR_QUALITY",
        show_default=False,
        help="Quality of lossy formats, 1 to 100. (default: never worse than the input)",
    ),
]
Keep = Annotated[
    str,
    typer.Option(
        envvar="GRAYCOLOR_KEEP",
        autocompletion=completing("luma", "lightness"),
        help="What is kept: luma (a JPEG's gray picture, bit for bit) or lightness (of every pixel; JPEGs are encoded "
        "anew).",
    ),
]
Interleaved = Annotated[
    bool,
    typer.Option(
        "--interleaved/--no-interleaved",
        help="Write JPEGs in one scan, for old readers; the gray picture is then encoded again just as finely.",
    ),
]
NoMark = Annotated[
    bool, typer.Option("--no-mark/--mark", help="Do not say in the metadata that the colors are guessed.")
]
StripMetadata = Annotated[
    bool,
    typer.Option(
        "--strip-metadata/--keep-metadata", help="Leave out all metadata except orientation and color profile."
    ),
]
InputKind = Annotated[
    str,
    typer.Option(
        "--input",
        envvar="GRAYCOLOR_INPUT",
        autocompletion=completing("auto", "gray", "color"),
        help="What the inputs are: auto replaces tints (sepia) and leaves color pictures alone, gray colors all "
        "of them by their light, color leaves tinted ones alone too.",
    ),
]
KeepTimes = Annotated[
    bool, typer.Option("--keep-times/--no-keep-times", help="Give results the modification time of their inputs.")
]
