"""Plain training spread over the cores of a CPU: helpers, processes of one thread each, share each batch with this one.

What `torchrun` does with one process a core, without typing it. The first process is the one that was started: it
judges, draws and writes, and all that is said comes from it. Helpers are told the run's folder, read its settings, and
end with it, however it ends: each watches a pipe that closes when the first process is no more.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graycolor.errors import TrainingError
from graycolor.network.engine import available_cores
from graycolor.training.config import TrainConfig
from graycolor.training.record import RunFolder

_WORTH = 500
"""Crops of a whole run from which on helpers gain more than their start costs."""
_READY, _STORE = b"ready", "store"


def suited_processes(config: TrainConfig, photos: int) -> int:
    """How many processes a run over so many photographs is worth on this CPU: its cores, where they share a batch."""
    return processes_of(config.batch) if photos * config.epochs >= _WORTH else 1


def processes_of(batch: int) -> int:
    """The most processes of one core each that can share a batch evenly."""
    return next(count for count in range(available_cores(), 0, -1) if batch % count == 0)


@contextmanager
def helped(run: RunFolder, processes: int, *, resume: bool = False) -> Iterator[None]:
    """`processes` in all train `run` within the block, this one the first of them; alone where it is 1.

    Raises:
        TrainingError: a helper cannot be started, or ended before its time.
    """
    if processes == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="graycolor-") as folder:
        meeting = Path(folder)
        helpers = [_Helper(run, rank, processes, meeting, resume=resume) for rank in range(1, processes)]
        try:
            _meet_all(helpers, processes, meeting)
            yield
        except RuntimeError as error:  # of torch: a process that it shares numbers with is gone
            raise next(filter(None, (helper.loss() for helper in helpers)), error) from error
        finally:
            _part(helpers)


class _Helper:
    """A process of one thread that takes its part of every batch of a run."""

    def __init__(self, run: RunFolder, rank: int, processes: int, meeting: Path, *, resume: bool) -> None:
        self._said = meeting / f"{rank}.txt"
        told = [str(run.path), str(rank), str(processes), str(meeting / _STORE), str(int(resume))]
        with self._said.open("wb") as stderr:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, *told],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=os.environ | {"OMP_NUM_THREADS": "1"},
            )

    def is_ready(self) -> bool:
        """Waits until the helper has imported what it needs; False where it ended instead."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().rstrip() == _READY

    def loss(self) -> TrainingError | None:
        """What to say where it has ended though the run has not."""
        try:
            code = self._process.wait(5)
        except subprocess.TimeoutExpired:
            return None
        said = self._said.read_text("utf-8", "replace").strip().splitlines()
        how = said[-1] if said else f"it ended with {code}, as it does when it is killed or memory is short"
        return TrainingError(
            f"A process that shares this training was lost ({how}); go on with graycolor train --resume, alone with "
            "--processes 1."
        )

    def part(self) -> None:
        """Its pipe closes, which ends it where the run's own end has not."""
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _meet_all(helpers: list[_Helper], processes: int, meeting: Path) -> None:
    """Wait until all helpers are there; they import torch, which takes seconds, while this process does."""
    from graycolor.training.processes import meet

    for helper in helpers:
        if not helper.is_ready():
            raise helper.loss() or TrainingError("A process of this training cannot be started; use --processes 1.")
    meet(meeting / _STORE, 0, processes)


def _part(helpers: list[_Helper]) -> None:
    from graycolor.training.processes import leave_group

    leave_group()
    for helper in helpers:
        helper.part()


def _help(folder: str, rank: int, processes: int, store: str, resume: bool) -> None:
    """The whole life of a helper."""
    from graycolor.data.dataset import open_dataset
    from graycolor.names import path_told
    from graycolor.training.loop import train
    from graycolor.training.processes import meet, wait_for_all

    sys.stdout.buffer.write(_READY + b"\n")
    sys.stdout.flush()
    meet(Path(store), rank, processes)
    wait_for_all(processes)  # the first one decodes
    run = RunFolder(Path(folder))
    config = run.config()
    dataset = open_dataset(path_told(config.dataset))
    train(config, run, dataset.store("train"), dataset.store("val"), resume=resume)


def _end_with_the_first() -> None:
    """End at once when the first process is gone, which closes the pipe that this one reads."""
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends Ctrl-C to all; the first process tells the others
    threading.Thread(target=_end_with_the_first, daemon=True).start()
    _folder, _rank, _processes, _store, _resume = sys.argv[1:]
    try:
        _help(_folder, int(_rank), int(_processes), _store, _resume == "1")
    except (KeyboardInterrupt, TrainingError):
        sys.exit(0)  # the first process says it
