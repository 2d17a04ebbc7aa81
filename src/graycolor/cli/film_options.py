"""Flags of `graycolor video` alone, and those that mean something else for films than for photographs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graycolor.cli.completion import completing
from graycolor.cli.options import hint_flag, manifest_flag, reference_flag, size_flag

Films = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FILMS...",
        help="Films, folders, patterns, numbered frames (reel/f_%06d.png) or addresses (s3://BUCKET/FOLDER); @LIST is "
        "a file with a name on each line.",
        show_default=False,
    ),
]
FilmManifest = Annotated[
    Path | None,
    manifest_flag(
        "Take films from a table (CSV or JSON lines): a path on each row and, where a film has its own, hints with "
        "their moments, settings and the name of the result."
    ),
]
Codec = Annotated[
    str | None,
    typer.Option(
        show_default=False,
        autocompletion=completing("h264", "hevc", "av1", "ffv1", "prores", "dnxhr"),
        help="Codec: h264, hevc, av1, ffv1, prores or dnxhr. (default: h264; av1 in WebM)",
    ),
]
Quality = Annotated[
    int | None,
    typer.Option(
        show_default=False,
        help="Quality on the codec's own scale: CRF for h264 (18), hevc (20) and av1 (30), less is better; profile "
        "for prores (0 to 5; 3 is HQ, 4 is 4444) and dnxhr (0 to 4; 3 is HQX, 4 is 444).",
    ),
]
Preset = Annotated[
    str | None,
    typer.Option(show_default=False, help="The codec's own preset, speed against size. (default: veryfast; av1: 10)"),
]
Lossless = Annotated[bool, typer.Option("--lossless", help="Keep every bit of the gray (FFV1 in Matroska).")]
Rate = Annotated[
    str | None,
    typer.Option(
        metavar="FPS",
        show_default=False,
        help="Frames a second of numbered frames: 16.667, 24000/1001. (default: as their headers say, else 24)",
    ),
]
Sound = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", show_default=False, help="Copy the sound of this file into a film made of numbered frames."
    ),
]
Transfer = Annotated[
    str,
    typer.Option(
        autocompletion=completing("auto", "video", "log", "linear"),
        help="What the codes of DPX frames stand for: auto (as their headers say), video, log or linear.",
    ),
]
Preview = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        show_default=False,
        help="Color only this much, from --start or a third into the film, as NAME-preview-color.",
    ),
]
Start = Annotated[
    str | None,
    typer.Option(
        metavar="TIME", show_default=False, help="Begin here: 90, 1:30, 2m, 10s, or the film's timecode 10:00:01:00."
    ),
]
Duration = Annotated[
    str | None, typer.Option(metavar="TIME", show_default=False, help="Stop after this much of the film.")
]
Frames = Annotated[int | None, typer.Option(metavar="N", show_default=False, help="Stop after this many frames.")]
Shown = Annotated[
    Path | None,
    typer.Option(
        "--snapshot", show_default=False, help="Keep this picture up to date: the newest frame before and after."
    ),
]
Report = Annotated[
    Path | None,
    typer.Option(
        metavar="PAGE.html",
        show_default=False,
        help="Write one web page of all shots, before and after, doubtful ones first.",
    ),
]
Hints = Annotated[
    list[str] | None,
    hint_flag(
        "FRAME:X,Y,COLOR",
        "The color of a place in a frame, like 120:50%,20%,#aa3322: the frame's number from 0, or a time like 12.5s, "
        "both from the film's beginning, also with --start; X and Y in pixels or percent; #RRGGBB or a name. It "
        "follows what is there through its shot. Can be repeated.",
    ),
]
References = Annotated[
    list[str] | None,
    reference_flag(
        "[FRAME:]PHOTO",
        "A photograph in color whose colors the whole film follows, or the shot of a frame. Can be repeated.",
    ),
]
Size = Annotated[
    int | None,
    size_flag("Short side of the frames that the network sees, 64 to 2048. (default: auto, which is 192 for films)"),
]
Smoothing = Annotated[
    float,
    typer.Option(
        envvar="GRAYCOLOR_SMOOTHING", help="How long colors are held in a shot, 0 (every frame by itself) to 1."
    ),
]
KeyEvery = Annotated[
    int,
    typer.Option(
        "--key-every",
        metavar="N",
        help="The network sees every Nth frame where the picture changes and every 2Nth elsewhere; the frames between "
        "take its colors.",
    ),
]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="Say what would be done, how long it would take and how large the result would be."),
]
Resume = Annotated[
    bool,
    typer.Option(
        "--resume/--restart",
        help="Continue where an earlier run with the same settings was stopped, or throw away what it has left.",
    ),
]
Source = Annotated[
    str,
    typer.Option(
        "--input",
        autocompletion=completing("auto", "gray", "color"),
        help="What the film is: gray, color (gets new colors), or auto.",
    ),
]
