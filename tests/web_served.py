"""`graycolor web` as somebody would start it."""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from interruptible import PYTHON


@dataclass
class Served:
    """A running `graycolor web`; its address without the page that was printed."""

    url: str
    process: subprocess.Popen[str]
    folder: Path

    def stop(self) -> str:
        """What it says when somebody presses Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        _, said = self.process.communicate(timeout=60)
        return said


def serve(folder: Path, *arguments: str, python: Sequence[str] = (*PYTHON, "-m", "graycolor")) -> Served:
    environment = os.environ | {"TMPDIR": str(folder), "HOME": str(folder)}
    command = [*python, "web", "--port", "0", *arguments]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=folder
    )
    atexit.register(process.kill)  # no server outlives a test that failed
    line = process.stdout.readline()
    assert line.startswith("The page is at "), process.stderr.read()
    return Served(line.split()[-1].removesuffix("shoebox"), process, folder)
