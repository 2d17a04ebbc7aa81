"""What `graycolor train` says at its end: the best epoch and the last one, and what to type next."""

from __future__ import annotations

import os
import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from graycolor.cli.console import results, say, tell_json
from graycolor.cli.training_display import epochs_table
from graycolor.names import path_told, told

if TYPE_CHECKING:
    from graycolor.training.record import RunFolder


def conclude(folder: RunFolder, *, as_json: bool, quiet: bool) -> None:
    """The end of a run; of several processes the first one alone tells it."""
    if int(os.environ.get("RANK", "0")):
        return
    epochs = folder.epochs()
    best = next((epoch for epoch in reversed(epochs) if epoch.best), epochs[-1])
    if as_json:
        tell_json({"run": told(folder.path), "weights": told(folder.best), "best": asdict(best)})
    elif not quiet:
        results().print(epochs_table([best] if best is epochs[-1] else [best, epochs[-1]]))
        if best.epoch == 0 and best is not epochs[-1]:
            say("No epoch was better than the start, so best.safetensors is the start; last.safetensors is what came.")
        say(f"Judge it:  {judging(folder)}")
        say(f"Try it:  graycolor colorize photo.jpg --weights {shlex.quote(str(folder.best))}")


def judging(folder: RunFolder) -> str:
    """The command that judges a run by photographs of its dataset: it finds the newest run in the usual folder."""
    dataset = path_told(folder.config().dataset)
    here = dataset.relative_to(Path.cwd()) if dataset.is_relative_to(Path.cwd()) else dataset
    words = ["graycolor", "eval", *([] if here == Path("dataset") else [str(here)])]
    if folder.path.resolve().parent != Path("runs").resolve():
        words += ["--weights", str(folder.best)]
    return shlex.join(words)
