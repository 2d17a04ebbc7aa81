"""Flags that several commands share: one name, one help, one environment variable each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Inputs = Annotated[list[str], typer.Argument(metavar="INPUTS", help="Files, folders or patterns.", show_default=False)]
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
Size = Annotated[
    int | None,
    typer.Option(
        envvar="GRAYCOLOR_SIZE", show_default=False,
        help="Short side of the picture that the network sees, 64 to 2048. (default: as fitted for the weights)",
    ),
]  # fmt: skip
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
