"""The facts of an installation: versions, device, weights, formats, codecs, packages, places.

Nothing here raises: what cannot be found out is a fact too, and is told in words.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from graycolor.errors import GraycolorError
from graycolor.names import told
from graycolor.network.device import choose_device
from graycolor.network.engine import available_cores, cache_folder
from graycolor.packages import OPTIONAL, command_to_add, is_installed

NEEDED = (
    "av",
    "click",
    "jinja2",
    "msgspec",
    "numpy",
    "onnxruntime",
    "opencv-python-headless",
    "pillow",
    "platformdirs",
    "rich",
    "safetensors",
    "tifffile",
    "tqdm",
    "typer",
)
"""Packages that are there wherever graycolor is."""
_VARIABLES = "GRAYCOLOR_"


@dataclass(frozen=True)
class Facts:
    """What an installation is; every value goes into JSON as it stands.

    Attributes:
        graycolor: its version.
        python: version, and the program that runs.
        system: the operating system, and how many cores this process may use.
        device: where the network runs, and why there.
        weights: file, fingerprint, network, terms and figures; or `error`.
        formats: of photographs, each `read and written`, or what is wrong.
        films: FFmpeg's version, encoders and decoders; or `error`.
        packages: versions; None for what is missing.
        missing: optional packages, what each is for, and what to type.
        places: the folder that graycolor writes to unasked, and what is in it; the config files that hold here.
        variables: those of the environment that graycolor reads.
        telemetry: `off`, as ONNX Runtime was told.
    """

    graycolor: str
    python: dict[str, str]
    system: dict[str, Any]
    device: dict[str, str]
    weights: dict[str, Any]
    formats: dict[str, str]
    films: dict[str, Any]
    packages: dict[str, str | None]
    missing: list[dict[str, str]]
    places: dict[str, Any]
    variables: dict[str, str]
    telemetry: str

    def as_dict(self) -> dict[str, Any]:
        """The facts as one JSON object."""
        return asdict(self)


def facts(weights: Path | None = None, device: str = "auto") -> Facts:
    """The facts of this installation, for these weights (None: the embedded ones) on this device."""
    from graycolor import __version__
    from graycolor.installation.formats import formats_here

    return Facts(
        graycolor=__version__,
        python={"version": platform.python_version(), "program": sys.executable},
        system={"name": platform.platform(), "cores": available_cores()},
        device=_or_error(lambda: choose_device(device)._asdict()),
        weights=_or_error(lambda: _weights(weights)),
        formats=formats_here(),
        films=_or_error(_films),
        packages=dict(_versions()),
        missing=list(_missing()),
        places={"cache": _or_error(_cache), "config": _or_error(_config)},
        variables={name: value for name, value in sorted(os.environ.items()) if name.startswith(_VARIABLES)},
        telemetry="off" if os.environ.get("ORT_DISABLE_TELEMETRY") == "1" else "on",
    )


def _or_error(find_out: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return find_out()
    except GraycolorError as error:
        return {"error": str(error)}
    except Exception as error:  # a library that is there and cannot be loaded raises whatever it likes
        return {"error": f"{type(error).__name__}: {error}"}


def _weights(path: Path | None) -> dict[str, Any]:
    from graycolor.network.engine import header_of
    from graycolor.network.weights import default_path, fingerprint

    header = header_of(path)
    return {
        "file": told(path or default_path()),
        "embedded": path is None,
        "fingerprint": fingerprint(path),
        "bytes": (path or default_path()).stat().st_size,
        "architecture": header.config.architecture,
        "working_size": header.decode.size,
        "trained_on": header.trained_on,
        "terms": header.license,
        "figures": dict(header.figures),
    }


def _films() -> dict[str, Any]:
    import av

    from graycolor.film.source.pixel_format import ENCODERS

    return {
        "ffmpeg": av.ffmpeg_version_info,
        "encoders": [name for name, encoder in ENCODERS.items() if encoder.name in av.codecs_available],
        "missing_encoders": [name for name, encoder in ENCODERS.items() if encoder.name not in av.codecs_available],
    }


def _versions() -> Iterator[tuple[str, str | None]]:
    from importlib.metadata import PackageNotFoundError, version

    for name in (*NEEDED, *(package.name for package in OPTIONAL)):
        try:
            yield name, version(name)
        except PackageNotFoundError:
            yield name, None


def _missing() -> Iterator[dict[str, str]]:
    for package in OPTIONAL:
        if not is_installed(package.name):
            yield {"package": package.name, "for": package.use, "add": command_to_add(package.name)}


def _config() -> dict[str, Any]:
    from graycolor.config.places import config_files

    user, project = config_files()
    return {"user": user and told(user), "project": project and told(project)}


def _cache() -> dict[str, Any]:
    folder = cache_folder()
    sizes = [file.stat().st_size for file in folder.glob("*")] if folder.is_dir() else []
    return {"folder": told(folder), "files": len(sizes), "bytes": sum(sizes)}
