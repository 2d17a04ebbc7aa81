"""`graycolor train`: from a prepared dataset to weights."""

from __future__ import annotations

import os
import shlex
import signal
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graycolor.cli.console import below_the_keys, reported_errors, say
from graycolor.cli.options import Device, Json, Quiet
from graycolor.names import path_told, told
from graycolor.packages import require

if TYPE_CHECKING:
    from graycolor.data.dataset import ArrayDataset, TarDataset
    from graycolor.data.store import PhotoStore
    from graycolor.training.config import TrainConfig
    from graycolor.training.events import Event
    from graycolor.training.record import RunFolder

EPILOG = "Example:  graycolor train --epochs 15   (weights: runs/latest/best.safetensors, for colorize --weights)"

Dataset = Annotated[
    Path, typer.Argument(metavar="[DATASET]", help="A prepared dataset, or a folder with gray_scale.npy and ab arrays.")
]
Runs = Annotated[Path, typer.Option("--output", "-o", help="The folder in which run folders are made.")]
Resume = Annotated[
    bool, typer.Option("--resume", help="Continue the newest run (or the one of --run), as it was set up.")
]
Run = Annotated[Path | None, typer.Option("--run", show_default=False, help="The run that --resume continues.")]
Preset = Annotated[
    str | None,
    typer.Option(
        show_default=False,
        help="Recipe: long, long-finish, default, default-detail, default-finish or default-finish-deep.",
    ),
]
Architecture = Annotated[
    str | None, typer.Option("--arch", show_default=False, help="Network: lite (default), cnn or resnet-v2.")
]
Scale = Annotated[
    str | None, typer.Option(show_default=False, help="Size of the network: small, base (default) or large.")
]
Attention = Annotated[
    bool, typer.Option("--attention", help="Add self-attention at the lowest resolution (resnet-v2).")
]
Phase = Annotated[
    str | None, typer.Option(show_default=False, help="Phase: color (default); detail or finish, for lite only.")
]
Loss = Annotated[
    str | None, typer.Option(show_default=False, help="Loss: bins, mse, l1 or huber. (default: by network)")
]
Epochs = Annotated[
    int | None,
    typer.Option(show_default=False, help="Passes over the photographs; 0 only writes the start. (default: 15)"),
]
Batch = Annotated[int | None, typer.Option(show_default=False, help="Crops per step. (default: 32)")]
Rate = Annotated[float | None, typer.Option("--learning-rate", "--lr", show_default=False, help="Peak learning rate.")]
Init = Annotated[
    list[str] | None,
    typer.Option(
        show_default=False,
        help="The start: default (the embedded weights), scratch, or a weights file; the mean of several, if repeated.",
    ),
]
Minutes = Annotated[
    float | None, typer.Option("--max-minutes", show_default=False, help="Finish within this many minutes.")
]
Patience = Annotated[
    int | None, typer.Option(show_default=False, help="Stop after this many epochs without improvement.")
]
Seed = Annotated[
    int | None, typer.Option(show_default=False, help="Seed of order, crops and degradations. (default: 0)")
]
Processes = Annotated[
    int | None,
    typer.Option(
        min=1,
        show_default=False,
        help="Processes that share each batch on a CPU. (default: one a core, in short runs and under torchrun one)",
    ),
]
Clean = Annotated[bool, typer.Option("--clean", help="Do not make the gray pictures old (grain, blur, fading, JPEG).")]


def train(
    dataset: Dataset = Path("dataset"),
    epochs: Epochs = None,
    architecture: Architecture = None,
    scale: Scale = None,
    attention: Attention = False,
    loss: Loss = None,
    phase: Phase = None,
    preset: Preset = None,
    init: Init = None,
    batch: Batch = None,
    learning_rate: Rate = None,
    max_minutes: Minutes = None,
    patience: Patience = None,
    clean: Clean = False,
    seed: Seed = None,
    resume: Resume = False,
    run: Run = None,
    runs: Runs = Path("runs"),
    device: Device = "auto",
    processes: Processes = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Train a network: live progress, a contact sheet each epoch, curves, checkpoints, and weights that color."""
    settings = {
        "epochs": epochs,
        "architecture": architecture,
        "scale": scale,
        "loss": loss,
        "phase": phase,
        "init": tuple(init) if init and len(init) > 1 else init[0] if init else None,
        "batch": batch,
        "learning_rate": learning_rate,
        "max_minutes": max_minutes,
        "patience": patience,
        "seed": seed,
        "attention": attention or None,
        "degraded": 0.0 if clean else None,
    }
    chosen = {name: value for name, value in settings.items() if value is not None}
    with reported_errors(f"Go on with: graycolor train --resume{_place(runs, run)}"):
        require("Training", "torch", "matplotlib")
        from graycolor.cli.training_end import conclude

        if resume:
            folder = _resumed(run or runs / "latest", chosen)
        else:
            folder = _started(runs, preset, chosen | {"dataset": told(dataset.resolve())})
        _train(folder, resume=resume, device=device, processes=processes, quiet=quiet)
        conclude(folder, as_json=as_json, quiet=quiet)


def _place(runs: Path, run: Path | None) -> str:
    """What finds the run again, where it is not the newest in the usual folder."""
    if run is not None:
        return f" --run {shlex.quote(str(run))}"
    return "" if runs == Path("runs") else f" -o {shlex.quote(str(runs))}"


def _started(runs: Path, preset_name: str | None, chosen: dict[str, Any]) -> RunFolder:
    """A new run folder; nothing is made where the dataset, or what it starts from, cannot be opened."""
    from graycolor.data.dataset import open_dataset
    from graycolor.training.config import TrainConfig
    from graycolor.training.presets import preset
    from graycolor.training.recipe import suited
    from graycolor.training.record import RunFolder

    dataset = open_dataset(path_told(chosen["dataset"]))
    settings = preset(preset_name) if preset_name else suited(dataset.count("train"), dataset.shape, **chosen)
    settings |= chosen
    config = TrainConfig.of(settings.pop("architecture", "lite"), **settings)
    config = replace(config, init=_where_it_lies(config.init, config))
    if config.phase == "finish":  # the last to be asked: it imports torch, which takes seconds
        from graycolor.training.perceptual_classifier import refuse_unless_installed

        refuse_unless_installed()
    return RunFolder.shared(runs, config)


def _where_it_lies(init: str | tuple[str, ...], config: TrainConfig) -> str | tuple[str, ...]:
    """The same start by its own place: the new run is about to become `latest`, from which it may start."""
    from graycolor.network.weights import read_header

    if isinstance(init, tuple):
        return tuple(str(_where_it_lies(one, config)) for one in init)
    if init in ("default", "scratch"):
        return init
    path = Path(init).resolve()
    config.refuse_start(read_header(path).config, str(init))
    return told(path)


def _resumed(path: Path, chosen: dict[str, Any]) -> RunFolder:
    from graycolor.errors import UsageError
    from graycolor.training.record import RunFolder

    if chosen:
        raise UsageError(
            f"A resumed run keeps its settings; leave {_flag(next(iter(chosen)))} out, or start a new run with --init."
        )
    return RunFolder.existing(path)


def _flag(name: str) -> str:
    return {"degraded": "--clean", "architecture": "--arch"}.get(name, f"--{name.replace('_', '-')}")


def _train(folder: RunFolder, *, resume: bool, device: str, processes: int | None, quiet: bool) -> None:
    from graycolor.data.dataset import open_dataset

    config = folder.config()
    dataset = open_dataset(path_told(config.dataset))  # before torch is imported, which takes seconds
    from graycolor.network.device import chosen_device
    from graycolor.training.helpers import helped

    place, stop = chosen_device(device), _StopWhenAsked()
    count = _processes(processes, place, config, dataset.count("train"))
    with stop, _display(config, quiet=quiet) as display, helped(folder, count, resume=resume):
        from graycolor.training.loop import train
        from graycolor.training.tensorboard import TensorBoard

        board = TensorBoard()

        def listen(event: Event) -> None:
            display(event)
            board(event)

        photos, validation = _decoded(dataset)
        train(config, folder, photos, validation, resume=resume, device=place, listen=listen, stop=stop)


def _processes(said: int | None, device: str, config: TrainConfig, photos: int) -> int:
    """How many processes share the training: what was said, or what suits a CPU where nobody else has shared it out."""
    from graycolor.errors import UsageError
    from graycolor.network.engine import check_threads
    from graycolor.training.helpers import suited_processes

    if said is None:
        return 1 if device != "cpu" or "TORCHELASTIC_RUN_ID" in os.environ else suited_processes(config, photos)
    check_threads(said)
    if said > 1 and (device != "cpu" or "TORCHELASTIC_RUN_ID" in os.environ):
        raise UsageError("--processes is for a CPU; torchrun starts one for each GPU, or has started these already.")
    if config.batch % said:
        raise UsageError(f"A batch of {config.batch} cannot be shared by {said} processes; choose a divisor of it.")
    return said


def _decoded(dataset: TarDataset | ArrayDataset) -> tuple[PhotoStore, PhotoStore]:
    """Photographs to learn from and to judge by; the first process decodes them, the others find them done."""
    from graycolor.training.processes import join_group, wait_for_all

    rank, world = join_group()
    if rank == 0:
        dataset.store("train"), dataset.store("val")
    wait_for_all(world)
    return dataset.store("train"), dataset.store("val")


def _display(config: TrainConfig, *, quiet: bool) -> Any:
    import sys

    from graycolor.cli.training_display import LiveDisplay, NoDisplay, PlainDisplay

    if quiet:
        return NoDisplay()
    return LiveDisplay(config.epochs) if sys.stderr.isatty() else PlainDisplay()


class _StopWhenAsked:
    """Ctrl-C asks the run to write a checkpoint and stop; a second one stops it at once."""

    def __init__(self) -> None:
        self._asked = False

    def __enter__(self) -> None:
        self._before = signal.signal(signal.SIGINT, self._ask)

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def __call__(self) -> bool:
        return self._asked

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True
        below_the_keys()
        say("Stopping after a checkpoint; press Ctrl-C again to stop at once.")
