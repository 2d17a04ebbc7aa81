"""`graycolor prepare`: photographs to a dataset."""

from __future__ import annotations

import shlex
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graycolor.bounds import PIXELS
from graycolor.cli.console import notes, reported_errors, results, say, tell, tell_json, tracked
from graycolor.cli.engines import is_ray
from graycolor.cli.inputs import said_inputs
from graycolor.cli.options import Address, FilesFrom, MaxPixels, Overwrite, Quiet, Threads, Where, Workers
from graycolor.names import told

if TYPE_CHECKING:
    from graycolor.data.manifest import Manifest
    from graycolor.data.preparation import Preparation, PrepareSettings, Screen

EPILOG = "Example:  graycolor prepare ~/Photos holidays.zip 'scans/**/*.jpg'   (then: graycolor train)"

Sources = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SOURCES...",
        show_default=False,
        help="Folders (with all below them), patterns, .tar or .zip archives, or a folder with gray_scale.npy; "
        "@LIST is a file with a name on each line.",
    ),
]
Out = Annotated[Path, typer.Option("--output", "-o", help="The dataset's folder.")]
Layout = Annotated[str, typer.Option(help="tar (JPEGs), or npy (squares in gray_scale.npy and ab1.npy to ab3.npy).")]
PictureSize = Annotated[
    int | None,
    typer.Option(
        "--size",
        show_default=False,
        help="Short side to shrink to; with npy, the side of the square. (default: 320; npy: 224)",
    ),
]
Val = Annotated[
    float | None,
    typer.Option(
        show_default=False, help="Share of the pictures for validation. (default: 0.05, of few more: about 24 pictures)"
    ),
]
Test = Annotated[float, typer.Option(help="Share of the pictures for testing.")]
MinColorfulness = Annotated[float, typer.Option(help="Leave out paler pictures (Hasler and Suesstrunk's measure).")]
MinSide = Annotated[int, typer.Option(help="Leave out pictures whose short side is shorter than this, in pixels.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be read and written, but do nothing.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout instead of the table.")]

_PURPOSES = {
    "tar": {"train": "to learn from", "val": "to validate on", "test": "to test on"},
    "npy": {"train": "to learn from; train keeps some to validate on", "test": "to test on"},
}
"""What the splits of each layout are for."""


def prepare(
    context: typer.Context,
    sources: Sources = None,
    files_from: FilesFrom = None,
    out: Out = Path("dataset"),
    size: PictureSize = None,
    layout: Layout = "tar",
    val: Val = None,
    test: Test = 0.05,
    min_colorfulness: MinColorfulness = 6.0,
    min_side: MinSide = 128,
    max_pixels: MaxPixels = PIXELS,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    threads: Threads = None,
    where: Where = "local",
    address: Address = None,
    workers: Workers = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a dataset of photographs: filtered, without copies, shrunk, and split for training and judging."""
    with reported_errors("Run the same command again: it goes on where it stopped."):
        from graycolor.data.filters import FilterSettings
        from graycolor.data.preparation import PrepareSettings
        from graycolor.network.engine import check_threads

        check_threads(threads)
        screen = _cluster(address, workers) if is_ray(where, address, workers) else None
        sources = said_inputs(context, "SOURCES", sources, files_from or ())
        settings = PrepareSettings(layout, size, val, test, FilterSettings(min_colorfulness, min_side, max_pixels))
        if not quiet:
            _print_shapes(sources)
        if dry_run:
            _print_plan(sources, out, settings, overwrite=overwrite)
        else:
            _prepare(sources, out, settings, threads, screen=screen, overwrite=overwrite, as_json=as_json, quiet=quiet)


def _cluster(address: str | None, workers: int | None) -> Screen:
    """What judges on a Ray cluster."""
    from functools import partial

    from graycolor.cluster.screening import screen_on_ray

    return partial(screen_on_ray, address=address, workers=workers)


def _prepare(
    sources: Sequence[str],
    out: Path,
    settings: PrepareSettings,
    threads: int | None,
    *,
    screen: Screen | None,
    overwrite: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    from graycolor.data.preparation import Preparation
    from graycolor.network.engine import available_cores

    started = time.monotonic()
    preparation = Preparation(sources, out, settings, overwrite=overwrite)
    if preparation.done_before and not quiet:
        say(f"Continuing: {preparation.done_before} of {len(preparation.origins)} pictures were judged before.")
    verdicts = preparation.judge(threads or available_cores(), screen=screen)
    for _ in tracked(verdicts, len(preparation.waiting), "judging pictures", quiet=quiet):
        pass
    manifest = preparation.finish()
    seconds = time.monotonic() - started
    if as_json:
        tell_json(_as_dict(preparation, manifest, seconds))
    elif not quiet:
        _print_summary(preparation, manifest, seconds)


def _as_dict(preparation: Preparation, manifest: Manifest, seconds: float) -> dict[str, object]:
    return {
        "output": told(preparation.out),
        "found": len(preparation.origins),
        "counts": manifest.counts,
        "left_out": manifest.reasons(),
        "bytes": sum(file.bytes for file in manifest.files),
        "seconds": round(seconds, 1),
    }


def _print_summary(preparation: Preparation, manifest: Manifest, seconds: float) -> None:
    from rich.table import Table

    from graycolor.data.filters import MEANINGS

    table = Table("", "pictures", "", box=None, pad_edge=False)
    table.columns[1].justify = "right"
    for split, purpose in _PURPOSES[preparation.settings.layout].items():
        table.add_row(split, str(manifest.counts[split]), purpose)
    reasons = manifest.reasons()
    for reason in (reason for reason in MEANINGS if reason in reasons):
        table.add_row(reason, str(reasons[reason]), f"left out: {MEANINGS[reason]}", style="dim")
    console = results()
    console.print(table)
    kept, megabytes = sum(manifest.counts.values()), sum(file.bytes for file in manifest.files) / 1e6
    console.print(
        f"{kept} of {len(preparation.origins)} pictures, {megabytes:.1f} MB, in {preparation.out} after {seconds:.0f} "
        f"s; {preparation.out / 'manifest.json'} says why each other was left out.",
        soft_wrap=True,
    )
    dataset = "" if preparation.out == Path("dataset") else f" {shlex.quote(str(preparation.out))}"
    say(f"Train on it:  graycolor train{dataset}")


def _print_plan(sources: Sequence[str], out: Path, settings: PrepareSettings, *, overwrite: bool) -> None:
    from graycolor.data.preparation import check_output
    from graycolor.data.sources import find_pictures
    from graycolor.files.disk import size_told

    check_output(out, overwrite=overwrite)
    origins = find_pictures(sources, out=out)
    size = size_told(sum(origin.size for origin in origins))
    tell(
        f"{len(origins)} pictures, {size}, would be judged and written to {out} as {settings.layout} of "
        f"{settings.side} pixels; nothing was done."
    )


def _print_shapes(sources: Sequence[str]) -> None:
    """The shape check of every source in the founding report's layout, on stderr: the dataset's table is the result."""
    from rich.table import Table

    from graycolor.data.arrays import check_arrays
    from graycolor.data.sources import report_folders

    for folder in report_folders(sources):
        table = Table("array", "found", "expected", "", box=None, pad_edge=False, title=str(folder))
        for row in check_arrays(folder):
            table.add_row(row.name, row.found or "nothing", row.expected, row.problem or "as it should be")
        notes().print(table)
