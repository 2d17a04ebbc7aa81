"""One self-contained page that shows a judgement: tables, curves, histograms, the best and the worst pictures.

Everything is inside the file (pictures as data URIs, plots as SVG), so that it can be mailed and still opens in ten
years, without a network.
"""

from __future__ import annotations

import base64
import io
import logging
import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from graycolor import __version__
from graycolor.checked_json import Source, checked, parsed_json
from graycolor.color.lightness_join import gray_of_rgb
from graycolor.errors import InputError, OutputError
from graycolor.evaluation.evaluate import Row
from graycolor.evaluation.ground_truth import Rgb, Truth, Truths
from graycolor.evaluation.predictors import OtherTool, Predictor
from graycolor.files import write_atomic, written
from graycolor.names import on_page, readable
from graycolor.packages import require

_log = logging.getLogger(__name__)

PAGE = "index.html"
_HEAD = 2000
_OURS = re.compile(r'<meta name="graycolor-page" content="judgement 1" data-pictures="(\d{1,9})">')
_SHOWN = 8
"""Pictures of each kind: worst, middle, best."""
_SIDE = 240
_COLUMNS = (
    (
        ("delta_e2000", "dE2000", 2),
        ("delta_e2000_matched", "matched", 2),
        ("ab_cosine", "cosine", 3),
        ("edge_delta_e", "edge dE", 2),
        ("colorfulness", "colorfulness", 1),
        ("colorfulness_gap", "to the truth", 1),
        ("chroma", "chroma", 1),
        ("psnr", "PSNR", 1),
        ("ssim", "SSIM", 3),
    ),
    (
        ("delta_e2000_own", "dE2000, own L", 2),
        ("colorfulness_abs", "absolute colorfulness", 1),
        ("top1", "top-1", 2),
        ("mse", "report's mse", 4),
        ("accuracy", "report's accuracy", 3),
    ),
)
"""Figure, title and digits of the columns of both tables."""


@dataclass(frozen=True)
class _Shown:
    """One picture of the page: its name, figure, and data URIs of gray, guesses and truth with their captions."""

    name: str
    figure: float
    views: Sequence[tuple[str, str]]


def check_report(folder: Path, pictures: int = 0) -> None:
    """Refuse a folder whose page must stay: one that is none of ours, or judges more photographs than `pictures`.

    Raises:
        OutputError: such a page is there, or no folder can be.
        MissingPackageError: matplotlib is not installed.
    """
    require("The page of eval --report", "matplotlib")
    page = folder / PAGE
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file; choose a folder with --report.")
    if not os.path.lexists(page):
        return
    with written(page):
        head = page.read_bytes()[:_HEAD].decode("utf-8", "replace") if page.is_file() else "none"
    ours = _OURS.search(head)
    if head and not ours:
        raise OutputError(f"{page} is already there and no page of graycolor's; choose another folder with --report.")
    if ours and pictures and int(ours[1]) > pictures:
        raise OutputError(
            f"{page} judges {ours[1]} photographs and this run only {pictures}; choose another folder with --report."
        )


def write_report(
    folder: Path, truths: Truths, rows: Sequence[Row], judged: Mapping[str, Predictor], history: Path | None
) -> Path:
    """Write the page of a judgement into `folder`; pictures are sorted by the first of the judged rows.

    Args:
        history: `history.jsonl` of the run that made the weights, for its loss curves.

    Returns:
        The page's path.

    Raises:
        OutputError: it cannot be written, or must not (see `check_report`).
    """
    from jinja2 import Environment, StrictUndefined

    template = resources.files("graycolor.evaluation").joinpath("templates/report.html").read_text("utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, finalize=on_page, trim_blocks=True, lstrip_blocks=True
    )
    lead = next(row for row in rows if row.name in judged)
    page = environment.from_string(template).render(
        version=__version__,
        source=truths.source.name,
        pictures=lead.pictures,
        tables=_tables(rows),
        rows=rows,
        lead=lead.name,
        frechet=any(row.frechet is not None for row in rows),
        groups=_groups(truths, lead, judged),
        plots=_plots(rows, judged, history),
    )
    check_report(folder, lead.pictures)
    with written(folder):
        folder.mkdir(parents=True, exist_ok=True)
    write_atomic(folder / PAGE, page.encode(), overwrite=True)
    return folder / PAGE


def _tables(rows: Sequence[Row]) -> list[list[tuple[str, str, int]]]:
    return [[column for column in table if any(column[0] in row.figures for row in rows)] for table in _COLUMNS]


def _groups(truths: Truths, lead: Row, judged: Mapping[str, Predictor]) -> list[tuple[str, list[_Shown]]]:
    """Titles with pictures: the best, the middle and the worst of the leading row."""
    error = lead.by_picture["delta_e2000"]
    order = [int(index) for index in np.argsort(error)]
    shown_of_each = min(_SHOWN, -(-len(order) // 3))
    middle = (len(order) - shown_of_each) // 2
    chosen = {
        "Worst": order[::-1][:shown_of_each],
        "In the middle": order[middle : middle + shown_of_each],
        "Best": order[:shown_of_each],
    }
    figures = {lead.names[index]: float(error[index]) for indices in chosen.values() for index in indices}
    shown = {truth.name: _shown(truth, figures[truth.name], judged) for truth in truths if truth.name in figures}
    return [(title, [shown[lead.names[index]] for index in indices]) for title, indices in chosen.items()]


def _shown(truth: Truth, figure: float, judged: Mapping[str, Predictor]) -> _Shown:
    gray = np.repeat((gray_of_rgb(truth.rgb) >> 8).astype(np.uint8)[..., None], 3, axis=2)
    guesses = [
        (name, predict(truth))
        for name, predict in judged.items()
        if not isinstance(predict, OtherTool) or truth in predict
    ]
    views = [("gray", gray), *guesses, ("truth", truth.rgb)]
    return _Shown(truth.name, figure, [(caption, _picture_uri(rgb)) for caption, rgb in views])


def _picture_uri(rgb: Rgb) -> str:
    factor = min(1.0, _SIDE / min(rgb.shape[:2]))
    size = (max(1, round(rgb.shape[1] * factor)), max(1, round(rgb.shape[0] * factor)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", small[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])
    return "data:image/jpeg;base64," + base64.b64encode(data.tobytes()).decode()


def _plots(rows: Sequence[Row], judged: Mapping[str, Predictor], history: Path | None) -> list[tuple[str, str]]:
    """What each plot shows, and its data URI."""
    error = [row for row in rows if row.name in judged or row.name == "gray"]
    color = [row for row in rows if row.name in judged or row.name == "truth"]
    plots = [
        ("Histogram of CIEDE2000 over the pictures", _histogram(error, "delta_e2000", "CIEDE2000 of a picture")),
        ("Histogram of colorfulness over the pictures", _histogram(color, "colorfulness", "colorfulness of a picture")),
    ]
    if history:
        try:
            plots.append(("Training and validation loss over epochs", _curves(history)))
        except InputError as error:  # the judgement is worth more than a curve of the run
            _log.warning("%s The page has no curve of the training.", error)
    return plots


def _histogram(rows: Sequence[Row], figure: str, title: str) -> str:
    axes, finish = _plot(title, "pictures")
    values = [row.by_picture[figure] for row in rows]
    bins = int(np.clip(2 * np.sqrt(rows[0].pictures), 6, 40))
    edges = np.linspace(0, max(float(each.max()) for each in values) + 0.01, bins + 1)
    for row, each in zip(rows, values, strict=True):
        axes.hist(each, edges, histtype="step", linewidth=1.6, label=readable(row.name))
    return finish()


def _curves(history: Path) -> str:
    source = Source(str(history), "copy it from the run again", finite=False)
    lines = (parsed_json(line, source) for line in history.read_bytes().splitlines())
    epochs = [_losses(checked(line, dict[str, Any], source), source) for line in lines]
    axes, finish = _plot("epoch", "loss")
    numbers = [epoch["epoch"] for epoch in epochs]
    axes.plot(numbers, [epoch["loss"] for epoch in epochs], marker=".", label="training")
    axes.plot(numbers, [epoch["validation_loss"] for epoch in epochs], marker=".", label="validation")
    return finish()


def _losses(line: dict[str, Any], source: Source) -> dict[str, float]:
    told = {name: line.get(name) for name in ("epoch", "loss", "validation_loss")}
    if told["epoch"] == 0 and told["loss"] is None:
        told["loss"] = math.nan  # the start was judged and had learnt nothing
    return checked(told, dict[str, float], source)


def _plot(x: str, y: str) -> tuple[Any, Any]:
    """Axes to draw on, and what gives the drawing as a data URI (SVG) afterwards."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(6.4, 3.2), layout="constrained")
    axes: Any = figure.add_subplot()
    for axis, whole in ((axes.xaxis, x == "epoch"), (axes.yaxis, y == "pictures")):
        axis.set_major_locator(MaxNLocator(integer=whole, min_n_ticks=1 if whole else 4))
    axes.set(xlabel=x, ylabel=y)
    axes.grid(alpha=0.25)

    def finish() -> str:
        for entry in axes.legend(frameon=False).get_texts():
            entry.set_parse_math(False)  # a name may hold dollars
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg")
        return "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode()

    return axes, finish
