"""`graycolor eval`: how good are the colors?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graycolor.bounds import PIXELS
from graycolor.cli.console import name_within, reported_errors, results, say, tell_json, tracked
from graycolor.cli.options import Device, Json, JudgedWeights, MaxPixels, Quiet, Size, Threads
from graycolor.names import readable, told

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from graycolor.evaluation.evaluate import Figure, Row
    from graycolor.evaluation.ground_truth import Truths
    from graycolor.evaluation.predictors import Predictor

EPILOG = "Example:  graycolor eval photographs/ --against deoldify-results/ --report judgement/"

Source = Annotated[
    Path, typer.Argument(metavar="[DATASET | FOLDER | TAR]", help="Photographs in color, which are the truth.")
]
Against = Annotated[
    list[Path] | None,
    typer.Option(
        "--against",
        show_default=False,
        help="A folder of another tool's pictures, found by file name; can be repeated.",
    ),
]
ReportTo = Annotated[
    Path | None,
    typer.Option(
        "--report", show_default=False, help="Write a web page with all figures and pictures into this folder."
    ),
]
Split = Annotated[
    str | None,
    typer.Option(show_default=False, help="Part of a dataset: test, val or train. (default: test, else val)"),
]
Limit = Annotated[int | None, typer.Option(min=1, show_default=False, help="Judge at most this many photographs.")]
LeaveOut = Annotated[
    list[str] | None,
    typer.Option(
        "--leave-out", show_default=False, help="Leave out photographs whose names begin like this; can be repeated."
    ),
]

_OURS = "graycolor"
_BASELINES = ("gray", "mean color", "truth")
_NEWEST = Path("runs/latest/best.safetensors")
_OF_COLOR = {
    "delta_e2000": "dE2000",
    "delta_e2000_matched": "matched",
    "ab_cosine": "cosine",
    "edge_delta_e": "edge dE",
    "colorfulness": "colorful",
    "colorfulness_gap": "to truth",
}
_OF_PICTURES = {"chroma": "chroma", "colorfulness_abs": "abs color", "psnr": "PSNR", "ssim": "SSIM", "top1": "top-1"}


def evaluate(
    source: Source = Path("dataset"),
    weights: JudgedWeights = None,
    against: Against = None,
    report: ReportTo = None,
    split: Split = None,
    limit: Limit = None,
    leave_out: LeaveOut = None,
    size: Size = None,
    max_pixels: MaxPixels = PIXELS,
    device: Device = "auto",
    threads: Threads = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Judge colors against photographs whose colors are known, beside gray, the mean color and the truth."""
    with reported_errors():
        from graycolor.evaluation.ground_truth import Truths
        from graycolor.network.engine import available_cores, check_threads

        check_threads(threads)
        if report is not None:
            from graycolor.evaluation.report import check_report

            check_report(report)
        truths = Truths(source, split or "", limit, tuple(leave_out or ()), max_pixels)
        next(iter(truths), None)  # what is not there is refused before a network is opened, which may take seconds
        networks = _networks(weights or [], quiet=quiet)
        judged = _judged(networks, against or [], size, device, max_pixels)
        rows = _judge(truths, judged, threads or available_cores(), report, quiet=quiet)
        _show(rows, truths, as_json=as_json, quiet=quiet)  # first: it is there even where no page can be written
        if report is not None:
            _write_report(report, truths, rows, judged, next(iter(networks.values())))


def _networks(weights: Sequence[Path], *, quiet: bool) -> dict[str, Path | None]:
    """Row names and weights files; None are the embedded ones. A run in the usual place comes first."""
    from graycolor.settings import weights_path

    if weights:
        return {told(one) if weights_path(one) else _OURS: weights_path(one) for one in weights}
    if not _NEWEST.is_file():
        return {_OURS: None}
    if not quiet:
        say(f"{_NEWEST} is judged beside the embedded weights; --weights chooses others.")
    return {str(_NEWEST.parent): _NEWEST, _OURS: None}


def _judged(
    networks: dict[str, Path | None], against: Sequence[Path], size: int | None, device: str, max_pixels: int
) -> dict[str, Predictor]:
    from graycolor.colorizer import Colorizer, ColorizeSettings
    from graycolor.evaluation.predictors import OtherTool, network

    judged: dict[str, Predictor] = {
        name: network(Colorizer(weights, device=device, threads=1), ColorizeSettings(size=size))
        for name, weights in networks.items()
    }
    for folder in against:
        taken = folder.name in {*judged, *_BASELINES}
        judged[str(folder) if taken else folder.name] = OtherTool(folder, max_pixels)
    return judged


def _judge(
    truths: Truths, judged: dict[str, Predictor], threads: int, report: Path | None, *, quiet: bool
) -> list[Row]:
    """The rows of the table: baselines, what is judged, and the truth."""
    from graycolor.errors import DatasetError, MissingInputError
    from graycolor.evaluation.classifier import HOW_TO_GET, Classifier, available
    from graycolor.evaluation.evaluate import evaluate as score
    from graycolor.evaluation.predictors import OtherTool, constant, mean_colors, unchanged
    from graycolor.evaluation.report import check_report

    for tool in (each for each in judged.values() if isinstance(each, OtherTool)):
        if not any(truth in tool for truth in truths):
            raise MissingInputError(f"{tool.folder} has pictures of none of the photographs; name those after these.")
    means = mean_colors(truths)
    if not len(means):
        raise DatasetError(f"{truths.source} holds no photographs that can be judged by; check the name.")
    if report is not None:
        check_report(report, len(means))
    if not available() and not quiet:
        say(f"Fréchet distance and top-1 are left out: {HOW_TO_GET}.")
    a, b = (float(value) for value in means.mean(0))
    predictors = {"gray": constant(0, 0), "mean color": constant(a, b), **judged, "truth": unchanged}
    classifier = Classifier() if available() else None
    watched = tracked(truths, len(means), "judging", quiet=quiet)
    return score(watched, predictors, classifier=classifier, threads=threads)


def _write_report(
    folder: Path, truths: Truths, rows: Sequence[Row], judged: dict[str, Predictor], weights: Path | None
) -> None:
    from graycolor.evaluation.report import write_report

    history = weights.resolve().parent / "history.jsonl" if weights else None
    page = write_report(folder, truths, rows, judged, history if history and history.is_file() else None)
    say(f"The page: {page}")


def _show(rows: Sequence[Row], truths: Truths, *, as_json: bool, quiet: bool) -> None:
    from graycolor.data.arrays import is_report_layout

    for row in rows:
        if row.missing:
            lacking = "1 photograph" if len(row.missing) == 1 else f"{len(row.missing)} photographs"
            first = ", ".join(row.missing[:3]) + (", ..." if len(row.missing) > 3 else "")
            say(f"{row.name} has no picture for {lacking} ({first}), and is judged without.")
    if as_json:
        tell_json({"source": told(truths.source), "rows": [_as_dict(row) for row in rows]})
        return
    console = results()
    console.print(f"{rows[0].pictures} photographs; means, 95 % intervals below them")
    for table in tables(rows, console):
        console.print(table)
    if truths.source.is_dir() and is_report_layout(truths.source):
        console.print(_report_table(rows, console))
        console.print(
            "These two figures are those of the student report that graycolor grew out of. Accuracy says how often the "
            "larger of the two channels is the same: 0.5 is chance, and one constant color scores about what the "
            "report did (0.0191 and 0.559).",
        )


def tables(rows: Sequence[Row], console: Console) -> Iterator[Table]:
    """Means with their intervals, in two tables that fit a narrow terminal; only columns that some row has."""
    for columns in (_OF_COLOR, _OF_PICTURES):
        shown = {name: title for name, title in columns.items() if any(name in row.figures for row in rows)}
        frechet = columns is _OF_PICTURES and any(row.frechet is not None for row in rows)
        titles = [*shown.values(), *([f"Fréchet N {rows[0].pictures}"] if frechet else [])]
        cells = [
            [
                *(_with_interval(row.figures[name], _DIGITS.get(name, 2)) for name in shown),
                *([_plain(row.frechet)] if frechet else []),
            ]
            for row in rows
        ]
        yield _table(titles, [row.name for row in rows], cells, console)


def _table(titles: Sequence[str], names: Sequence[str], cells: Sequence[Sequence[Text]], console: Console) -> Table:
    """A table whose names take what the figures leave of the line, on two lines where one is too short."""
    from rich.table import Table
    from rich.text import Text

    table = Table("", box=None, pad_edge=False, header_style="bold")
    taken = 0
    for title, column in zip(titles, zip(*cells, strict=True), strict=True):
        table.add_column(title, justify="right", no_wrap=True)
        taken += 2 + max(len(title), *(len(line) for cell in column for line in cell.plain.splitlines()))
    named = [_named(name, console, taken) for name in names]
    if not console.is_terminal:
        console.width = max(console.width, taken + max(map(len, named)))
    for name, row in zip(named, cells, strict=True):
        table.add_row(Text(name), *row)
    return table


def _named(name: str, console: Console, taken: int) -> str:
    """A row's name: weights of a run go by its folder, and what is too long for a line by its middle."""
    short = name.removesuffix(f"/{_NEWEST.name}")
    folder, slash, last = short.rpartition("/")
    if not slash or name_within(console, short, taken) == readable(short):
        return name_within(console, short, taken)
    return f"{name_within(console, folder + slash, taken)}\n{name_within(console, last, taken)}"


_DIGITS = {
    "ab_cosine": 3,
    "colorfulness": 1,
    "colorfulness_gap": 1,
    "colorfulness_abs": 1,
    "chroma": 1,
    "psnr": 1,
    "ssim": 3,
}


def _with_interval(figure: Figure, digits: int) -> Text:
    from rich.text import Text

    rough = 0 if figure.low < 0 and digits == 1 else max(1, digits - 1)
    between = ".." if figure.low < 0 else "-"
    interval = f"{figure.low:.{rough}f}{between}{figure.high:.{rough}f}"
    return Text(f"{figure.value:.{digits}f}\n").append(interval, "dim")


def _plain(value: float | None) -> Text:
    from rich.text import Text

    return Text("" if value is None else f"{value:.1f}")


def _report_table(rows: Sequence[Row], console: Console) -> Table:
    from rich.text import Text

    figures = [(row.figures["mse"], row.figures["accuracy"]) for row in rows]
    cells = [[Text(f"{mse.value:.4f}"), Text(f"{accuracy.value:.3f}")] for mse, accuracy in figures]
    return _table(["test loss (mse)", "accuracy"], [row.name for row in rows], cells, console)


def _as_dict(row: Row) -> dict[str, object]:
    figures = {
        name: {"value": round(figure.value, 5), "low": round(figure.low, 5), "high": round(figure.high, 5)}
        for name, figure in row.figures.items()
    }
    return {
        "name": row.name,
        "pictures": row.pictures,
        "figures": figures,
        "frechet": row.frechet,
        "factor": round(row.factor, 4),
        "missing": list(row.missing),
    }
