"""Prints what a light installation needs: graycolor's requirements without the packages that only some work needs.

    python dev/light.py | uv pip compile - ...

`just lock` makes `requirements-light.txt` of it.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from packaging.requirements import Requirement

from graycolor.packages import OPTIONAL

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def requirements() -> list[str]:
    """The requirements of `pyproject.toml` that every installation has."""
    heavy = {package.name for package in OPTIONAL}
    needed = tomllib.loads(PROJECT.read_text("utf-8"))["project"]["dependencies"]
    return [line for line in needed if Requirement(line).name not in heavy]


if __name__ == "__main__":
    print(*requirements(), sep="\n")
