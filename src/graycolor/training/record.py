"""The run folder: settings, history, curves, sheets and weights of one training run.

Imports torch only where several processes agree on a folder: a run that cannot begin is refused before that.
"""

from __future__ import annotations

import io
import json
import math
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graycolor.bounds import HINT_FILE_BYTES
from graycolor.checked_json import Source, checked, parsed_json, read_json
from graycolor.errors import TrainingError
from graycolor.files import write_atomic, written
from graycolor.files.regular import read_regular
from graycolor.training.config import TrainConfig
from graycolor.training.events import EpochDone

_FILE = "file of a run"

LATEST = "latest"

_ADVICE = "start a new run without --resume"

_BETWEEN_DRAWINGS = 10.0
"""Seconds: where epochs are short, drawing must not be what takes the time."""


class RunFolder:
    """One run's files. `runs/latest` beside it points to the newest run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.best, self.last = path / "best.safetensors", path / "last.safetensors"
        self.resume = path / "resume.pt"
        self.history = path / "history.jsonl"
        self._drawn = time.monotonic()

    @classmethod
    def new(cls, parent: Path, config: TrainConfig) -> RunFolder:
        """A folder named by the time, with the settings in it."""
        stamp = time.strftime("%Y%m%d-%H%M%S")
        names = [stamp, *(f"{stamp}-{number}" for number in range(2, 100))]
        path = next(parent / name for name in names if not (parent / name).exists())
        with written(path):
            (path / "samples").mkdir(parents=True)
        write_atomic(path / "config.json", config.to_json().encode(), overwrite=True)
        _point_to(parent / LATEST, path)
        return cls(path)

    @classmethod
    def shared(cls, parent: Path, config: TrainConfig) -> RunFolder:
        """`new`, for every process of a run: the first makes the folder, the others are told its name."""
        from graycolor.training.processes import agreed_text, join_group

        rank, world = join_group()
        return cls(Path(agreed_text(str(cls.new(parent, config).path) if rank == 0 else "", world)))

    @classmethod
    def existing(cls, path: Path) -> RunFolder:
        """A run to go on with.

        Raises:
            TrainingError: the folder holds no run that can be resumed.
        """
        folder = cls(path.resolve())
        if not folder.resume.is_file():
            raise TrainingError(f"{path} holds no run that can be resumed; start one without --resume.")
        return folder

    def config(self) -> TrainConfig:
        """The settings that the run was started with.

        Raises:
            TrainingError: they are damaged, or of a newer graycolor.
        """
        source = Source(str(self.path / "config.json"), _ADVICE, TrainingError, noun=_FILE)
        return checked(read_json(self.path / "config.json", source), TrainConfig, source)

    def epochs(self) -> list[EpochDone]:
        """The history so far.

        Raises:
            TrainingError: it is damaged.
        """
        if not self.history.exists():
            return []
        lines = read_regular(self.history, _FILE, most=HINT_FILE_BYTES).splitlines()
        return [self._epoch(line, number) for number, line in enumerate(lines, 1)]

    def _epoch(self, line: bytes, number: int) -> EpochDone:
        # The figures of a run that went wrong may be no numbers.
        source = Source(f"{self.history} (line {number})", _ADVICE, TrainingError, finite=False)
        return checked(parsed_json(line, source), EpochDone, source)

    def add(self, done: EpochDone, sheet: NDArray[np.uint8]) -> None:
        """Write an epoch down: a line of the history, its sheet, and now and then the curves."""
        from PIL import Image

        epochs = [epoch for epoch in self.epochs() if epoch.epoch < done.epoch] + [done]
        lines = "".join(json.dumps(asdict(epoch)) + "\n" for epoch in epochs)
        write_atomic(self.history, lines.encode(), overwrite=True)
        jpeg = io.BytesIO()
        Image.fromarray(sheet).save(jpeg, "JPEG", quality=88)
        write_atomic(self.path / "samples" / f"epoch-{done.epoch:02}.jpg", jpeg.getvalue(), overwrite=True)
        if time.monotonic() - self._drawn > _BETWEEN_DRAWINGS:
            self.draw()

    def draw(self) -> None:
        """Draw the curves of the history so far."""
        epochs, self._drawn = self.epochs(), time.monotonic()
        if not epochs:
            return
        numbers = [epoch.epoch for epoch in epochs]
        trained = [math.nan if e.loss is None else e.loss for e in epochs]
        losses = {"training": trained, "validation": [e.validation_loss for e in epochs]}
        _plot(self.path / "loss.png", numbers, [("loss", losses)])
        _plot(
            self.path / "metrics.png",
            numbers,
            [
                (
                    "CIEDE2000 (lower is better)",
                    {"as it is": [e.delta_e2000 for e in epochs], "matched": [e.delta_e2000_matched for e in epochs]},
                ),
                ("cosine of ab (1 is the truth)", {"validation": [e.ab_cosine for e in epochs]}),
                ("the founding report's accuracy (0.5 is chance)", {"validation": [e.accuracy for e in epochs]}),
            ],
        )


def _plot(path: Path, epochs: list[int], panels: list[tuple[str, dict[str, list[float]]]]) -> None:
    """Curves over epochs, one panel a quantity."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    # Margins of our own: a layout engine draws the whole figure a second time to find them.
    width = 5 * len(panels)
    figure = Figure(figsize=(width, 3.6))
    figure.subplots_adjust(left=0.6 / width, right=1 - 0.15 / width, bottom=0.14, top=0.91, wspace=0.16)
    for number, (title, curves) in enumerate(panels, 1):
        axes: Any = figure.add_subplot(1, len(panels), number)
        for name, values in curves.items():
            axes.plot(epochs, values, marker=".", label=name)
        axes.set(xlabel="epoch", title=title)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend()
        axes.grid(alpha=0.3)
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=110)
    write_atomic(path, png.getvalue(), overwrite=True)


def _point_to(link: Path, target: Path) -> None:
    """A link to the newest run; where the system has none, a text file with its name."""
    try:
        link.unlink(missing_ok=True)
        link.symlink_to(target.name, target_is_directory=True)
    except OSError:
        write_atomic(link, target.name.encode(), overwrite=True)
