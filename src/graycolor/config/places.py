"""Where config files are looked for. Imports nothing and looks at a few names: most people have no such file."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

PROJECT_NAME = "graycolor.toml"
NOT_WANTED = "GRAYCOLOR_NO_CONFIG"
"""The variable that, with anything in it but 0, has no config file read."""


def user_place(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """Where the user's own file belongs on this system, whether it is there or not."""
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - Path.home() raises where there is none
    if platform == "win32":
        return Path(environ.get("APPDATA") or home / "AppData" / "Roaming") / "graycolor" / "config.toml"
    if platform == "darwin":
        return home / "Library" / "Application Support" / "graycolor" / "config.toml"
    named = environ.get("XDG_CONFIG_HOME", "")
    return (Path(named) if named.startswith("/") else home / ".config") / "graycolor" / "config.toml"


def project_place(folder: Path) -> Path | None:
    """The nearest `graycolor.toml`: in a folder, or in those that it lies in, no farther up than the user's home."""
    home = os.path.expanduser("~")  # noqa: PTH111
    for each in (folder, *folder.parents):
        if (each / PROJECT_NAME).is_file():
            return each / PROJECT_NAME
        if str(each) == home:
            break
    return None


def config_files() -> tuple[Path | None, Path | None]:
    """The user's and the project's config file, where there are any."""
    if os.environ.get(NOT_WANTED, "0") not in ("", "0"):
        return None, None
    user = user_place()
    try:
        project = project_place(Path.cwd())
    except FileNotFoundError:  # the folder that one is in was deleted
        project = None
    return user if user.is_file() else None, project
