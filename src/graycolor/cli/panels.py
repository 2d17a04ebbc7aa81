"""Under which titles, and in which order, the options of a command are shown, in its help and on its page.

A command that is not here has few options, and shows them as they come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

ARGUMENTS, OPTIONS = "Arguments", "Options"
_ENGINE = {"Engine and machine": ("--weights", "--device", "--threads", "--engine", "--address", "--workers")}
_TERMINAL = {"Output on the terminal": ("--show", "--json", "--quiet", "--help")}

PANELS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "colorize": {
        "Inputs": ("--recursive", "--files-from", "--manifest", "--watch", "--input", "--max-pixels"),
        "Where results go": ("--output", "--overwrite", "--skip-existing", "--dry-run", "--fail-fast"),
        "Colors": ("--saturation", "--look", "--temperature", "--denoise", "--size", "--variants", "--seed"),
        "Hints and references": ("--hint", "--hints", "--reference", "--settings"),
        "Format and metadata": (
            "--format",
            "--quality",
            "--keep",
            "--interleaved",
            "--compare",
            "--no-mark",
            "--strip-metadata",
            "--keep-times",
        ),
        "Beside the results": ("--report", "--confidence", "--save-settings", "--log"),
        **_ENGINE,
        **_TERMINAL,
    },
    "video": {
        "Inputs": ("--recursive", "--files-from", "--manifest", "--input", "--rate", "--sound", "--transfer"),
        "Part of a film": ("--preview", "--start", "--duration", "--frames"),
        "Where results go": ("--output", "--overwrite", "--skip-existing", "--resume", "--dry-run"),
        "Colors": (
            "--saturation",
            "--look",
            "--smoothing",
            "--key-every",
            "--temperature",
            "--denoise",
            "--size",
        ),
        "Hints and references": ("--hint", "--reference"),
        "Format and metadata": ("--codec", "--quality", "--preset", "--lossless", "--no-mark"),
        "Beside the results": ("--report", "--snapshot", "--log"),
        **_ENGINE,
        **_TERMINAL,
    },
    "values": {
        "Inputs": ("--recursive", "--page", "--max-pixels"),
        "Where results go": ("--output", "--overwrite"),
        "Colors": ("--palette", "--range", "--keep-lightness", "--legend", "--unit"),
        **_TERMINAL,
    },
    "prepare": {
        "Inputs": ("--files-from", "--min-side", "--min-colorfulness", "--max-pixels"),
        "The dataset": ("--output", "--overwrite", "--dry-run", "--layout", "--size", "--val", "--test"),
        **_ENGINE,
        **_TERMINAL,
    },
    "train": {
        "The network": ("--arch", "--scale", "--attention", "--init"),
        "How it learns": ("--preset", "--phase", "--loss", "--batch", "--learning-rate", "--clean", "--seed"),
        "How long": ("--epochs", "--max-minutes", "--patience"),
        "Where runs lie": ("--output", "--resume", "--run"),
        "Engine and machine": ("--device", "--processes"),
        **_TERMINAL,
    },
    "eval": {
        "What is judged": ("--weights", "--against", "--size"),
        "By which photographs": ("--split", "--limit", "--leave-out", "--max-pixels"),
        "Where results go": ("--report",),
        "Engine and machine": ("--device", "--threads"),
        **_TERMINAL,
    },
}
"""Titles and options of each command, in the order in which they are shown; what a command has not is passed over."""


def panels_of(command: click.Command, context: click.Context) -> list[tuple[str, list[click.Parameter]]]:
    """Titles, each with the parameters under it; parameters that the help does not show are left out.

    An option that no panel names stands in the last one.
    """
    shown = [each for each in command.get_params(context) if each.get_help_record(context) is not None]
    arguments = [each for each in shown if not isinstance(each, click.Option)]
    waiting = {option: each for each in shown if isinstance(each, click.Option) for option in each.opts}
    panels = [(ARGUMENTS, arguments)]
    for title, names in PANELS.get(str(command.name), {OPTIONS: ()}).items():
        panels.append((title, [each for name in names if (each := _taken(waiting, name))]))
    panels[-1][1].extend(dict.fromkeys(waiting.values()))
    return [(title, parameters) for title, parameters in panels if parameters]


def _taken(waiting: dict[str, click.Option], name: str) -> click.Parameter | None:
    """An option by one of its names, which is not waiting any more under any of them."""
    found = waiting.get(name)
    for option in found.opts if found else ():
        waiting.pop(option, None)
    return found
