"""Python as on a machine that lacks something: modules that cannot be imported, functions that are not there."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_SITE = """
import sys
for module in {modules!r}:
    sys.modules[module] = None
for place, name in {attributes!r}:
    owner = __import__(place)
    if hasattr(owner, name):
        delattr(owner, name)
"""
OPEN_FILES_STAY = """
def _unless_open(change):
    def changed(path, *others, **options):
        for each in os.listdir("/proc/self/fd"):
            if os.path.realpath(os.path.join("/proc/self/fd", each)) == os.path.abspath(path):
                raise PermissionError(13, "it is open", str(path))
        return change(path, *others, **options)
    return changed
for name in ("replace", "rename", "unlink", "remove"):
    setattr(os, name, _unless_open(getattr(os, name)))
"""
"""Windows' rule: a file that this process has open is neither moved nor removed."""


def run_without(
    folder: Path,
    *arguments: object,
    modules: Sequence[str] = (),
    attributes: Sequence[tuple[str, str]] = (),
    also: str = "",
) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder, as on a machine without these modules and attributes of modules; `also` is run first."""
    site = folder / "poorer"
    site.mkdir(exist_ok=True)
    (site / "sitecustomize.py").write_text(_SITE.format(modules=tuple(modules), attributes=tuple(attributes)) + also)
    path = os.pathsep.join([str(site), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
