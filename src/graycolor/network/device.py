"""Where a network runs, and why there: a GPU where there is one that torch can use, else the CPU."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple

from graycolor.errors import DeviceError
from graycolor.packages import is_installed, require

DEVICES = ("auto", "cpu", "cuda", "mps")
_ASKED = "it was asked for"


class Chosen(NamedTuple):
    """A device of torch's, and the reason for it in words."""

    device: str
    why: str


def chosen_device(device: str) -> str:
    """The device that `device` means here; see `choose_device`."""
    return choose_device(device).device


def choose_device(device: str) -> Chosen:
    """The device that `device` means here, and why: `auto` is a GPU where there is one.

    Raises:
        DeviceError: it is not there, or no device at all.
        MissingPackageError: it is a GPU, and torch is not installed.
    """
    if device not in DEVICES:
        raise DeviceError(f"There is no device {device!r}; choose one of {', '.join(DEVICES)}.")
    if device == "auto":
        return _best()
    if device != "cpu":
        _refuse_unless_there(device)
    return Chosen(device, _ASKED)


def _best() -> Chosen:
    if not _gpu_driver_present():
        apple = "; a GPU of Apple's is used when asked for, with --device mps" if sys.platform == "darwin" else ""
        return Chosen("cpu", f"there is no driver of an NVIDIA GPU here{apple}")
    if not is_installed("torch"):
        return Chosen("cpu", "there is a driver of an NVIDIA GPU here, but torch is not installed")
    import torch

    if not torch.cuda.is_available():
        return Chosen("cpu", f"there is a driver of an NVIDIA GPU here, but torch {torch.__version__} cannot use it")
    return Chosen("cuda", f"torch {torch.__version__} can use {torch.cuda.get_device_name()}")


def _refuse_unless_there(device: str) -> None:
    require(f"The device {device}", "torch")
    import torch

    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not there[device]:
        raise DeviceError(f"This machine has no {device} device that torch can use; choose auto or cpu.")


def _gpu_driver_present() -> bool:
    """Whether it is worth asking torch for a GPU: asking costs two seconds, looking for the driver nothing.

    Apple's GPUs are used when asked for (`mps`): for single pictures their CPUs are done before torch has started.
    """
    if sys.platform == "win32":
        return Path(os.environ.get("SYSTEMROOT", "C:/Windows"), "System32", "nvcuda.dll").exists()
    return Path("/dev/nvidiactl").exists() or Path("/dev/dxg").exists()
